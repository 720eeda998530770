"""The body of a request, read before the application runs: within its bound and its time, in chunks or in one piece.

Flask reads nothing of a body in chunks, so a request that said much was answered as if it had said nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from server.domain.refusals import Refusal
from server.http.proxies import Application
from server.listening.chunks import SOURCE, BadChunks, Reader, TooLarge, read_chunks
from server.listening.open_connections import NAME, OpenConnection

#: Under this name Flask finds the refusal of a request whose body could not be read.
WRONG = "hallcall.wrong_body"


class WholeBodies:
    """A WSGI application whose requests have their bodies already. most: bytes, of a path; usual: of any other path."""

    def __init__(self, application: Application, *, usual: int, most: dict[str, int]) -> None:
        self._application, self._usual = application, usual
        self._most = [(re.compile(path), size) for path, size in most.items()]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        chunked, length = "HTTP_TRANSFER_ENCODING" in environ, environ.get("CONTENT_LENGTH") or "0"
        if not chunked and length == "0":
            return self._application(environ, start_response)
        connection: OpenConnection | None = environ.get(NAME)
        try:
            self._read(environ, connection, length=int(length), chunked=chunked)
        except (ValueError, OSError) as error:
            _refuse(environ, error, connection)
        if connection:
            connection.work()
        return self._application(environ, start_response)

    def _read(self, environ: dict[str, Any], connection: OpenConnection | None, *, length: int, chunked: bool) -> None:
        if chunked and length:
            raise BadChunks("content-length beside chunks")
        most = next((size for path, size in self._most if path.match(environ.get("PATH_INFO", ""))), self._usual)
        if length > most:
            raise TooLarge
        if connection:
            connection.body(length or most)
        source = environ["wsgi.input"]
        content = _chunks(environ, most=most) if chunked else source.read(length)
        if len(content) < length:
            raise BadChunks("the body is shorter than was said")
        environ |= {"wsgi.input": BytesIO(content), "CONTENT_LENGTH": str(len(content))}
        environ.pop("HTTP_TRANSFER_ENCODING", None)


def _chunks(environ: dict[str, Any], *, most: int) -> bytes:
    source: Reader | None = environ.get(SOURCE)
    if source is not None:
        return read_chunks(source, most=most)
    content: bytes = environ["wsgi.input"].read(most + 1)
    if len(content) > most:
        raise TooLarge
    return content


def _refuse(environ: dict[str, Any], error: Exception, connection: OpenConnection | None) -> None:
    """What is left of the body is not read, so the connection ends with the answer."""
    if connection:
        connection.close_after()
    large = isinstance(error, TooLarge)
    refused = Refusal("too_large") if large else Refusal("malformed", reason=str(error), reason_zh="无法读取请求内容")
    environ |= {WRONG: refused, "wsgi.input": BytesIO(), "CONTENT_LENGTH": "0"}
    environ.pop("HTTP_TRANSFER_ENCODING", None)
