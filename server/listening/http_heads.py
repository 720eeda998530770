"""What is wrong with the head of a request, before a library makes something of it.

Two readers of one head must not understand two requests: what they might read differently is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.message import Message

#: A name or a method (RFC 9110, 5.6.2); digits alone; what no value may hold.
_TOKEN, _DIGITS = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"), re.compile(r"[0-9]{1,15}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
ONCE = frozenset({"content-length", "host", "transfer-encoding"})


def wrong_head(method: str, target: str, version: str, headers: Iterable[tuple[str, str]]) -> str | None:
    """Why a request is refused; None when its head is well."""
    seen: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        if not _TOKEN.fullmatch(name):
            return "a header has no name"
        if _CONTROL.search(value):
            return "a header holds a control character"
        if lower in ONCE and lower in seen:
            return f"{lower} stands twice"
        seen[lower] = value.strip(" \t")
    if not _TOKEN.fullmatch(method) or _CONTROL.search(target):
        return "its first line is none"
    return _wrong_body(version, seen.get("content-length"), seen.get("transfer-encoding"))


def _wrong_body(version: str, length: str | None, coding: str | None) -> str | None:
    if length is not None and not _DIGITS.fullmatch(length):
        return "content-length is no number"
    if coding is not None and (length is not None or version != "HTTP/1.1" or coding.lower() != "chunked"):
        return "transfer-encoding may be chunked alone, without content-length"
    return None


def pairs(message: Message) -> Iterable[tuple[str, str]]:
    """The headers as they came; a line without a colon is one without a name."""
    yield from message.items()
    if message.defects:
        yield "", ""
