"""A body that comes in chunks (RFC 9112, 7.1), read whole and strictly; trailers are read and not kept."""

from __future__ import annotations

import re
from typing import Protocol

#: A line with a chunk's size, or a trailer, and how many trailers there may be.
LONGEST_LINE, MOST_TRAILERS = 1024, 32
#: Under this name a server says from where chunks are read; without it its own `wsgi.input` ends where they do.
SOURCE = "hallcall.source"
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")


class Reader(Protocol):
    """A buffered file."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, or those up to the end."""

    def readline(self, size: int, /) -> bytes:
        """A line of so many bytes at most."""


class BadChunks(ValueError):
    """What came are no chunks."""


class TooLarge(ValueError):
    """There is more than wanted; the rest was not read."""


def read_chunks(source: Reader, *, most: int) -> bytes:
    """The content, of `most` bytes at most. Raises BadChunks, TooLarge."""
    content = bytearray()
    while size := _size(source):
        if len(content) + size > most:
            raise TooLarge
        content += _exactly(source, size)
        if _exactly(source, 2) != b"\r\n":
            raise BadChunks("a chunk does not end where it should")
    for _ in range(MOST_TRAILERS):
        line = source.readline(LONGEST_LINE)
        if line == b"\r\n":
            return bytes(content)
        if not line.endswith(b"\r\n"):
            break
    raise BadChunks("the last chunk does not end")


def _size(source: Reader) -> int:
    found = _SIZE.fullmatch(source.readline(LONGEST_LINE))
    if not found:
        raise BadChunks("a chunk has no size")
    return int(found[1], 16)


def _exactly(source: Reader, size: int) -> bytes:
    content = source.read(size)
    if len(content) < size:
        raise BadChunks("the connection ended within a chunk")
    return content
