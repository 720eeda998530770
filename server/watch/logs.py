"""What the server writes down of itself: lines for people, or JSON for a collector; each with its request's id."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

LINE = "%(asctime)s %(levelname)s %(name)s [%(request_id)s]: %(message)s"
_FIELDS = ("asctime", "levelname", "name", "request_id", "message")
#: An id that a proxy or a client chose is kept when it is harmless.
_HARMLESS = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_request_id: ContextVar[str] = ContextVar("request_id", default="-")


def set_up(level: str, style: str) -> None:
    """Let everything be logged to the error stream. `style`: "text" or "json"."""
    stream = logging.StreamHandler()
    names = {"asctime": "time", "levelname": "level", "name": "logger"}
    as_json = JsonFormatter(list(_FIELDS), rename_fields=names, json_ensure_ascii=False)
    stream.setFormatter(as_json if style == "json" else logging.Formatter(LINE))
    stream.addFilter(_with_request_id)
    logging.basicConfig(level=level.upper(), handlers=[stream], force=True)


def _with_request_id(record: logging.LogRecord) -> bool:
    record.request_id = _request_id.get()
    return True


def chosen_or_new(asked: object) -> str:
    """The id of a request: what its client named it, when that is harmless, else a new one."""
    return asked if isinstance(asked, str) and _HARMLESS.fullmatch(asked) else secrets.token_hex(8)


@contextmanager
def request(request_id: str) -> Iterator[None]:
    """What is logged in here belongs to that request."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def begin(request_id: str) -> None:
    """What this task logs from now on belongs to that request."""
    _request_id.set(request_id)


def current() -> str:
    """The id of the request that is served now, "-" outside one."""
    return _request_id.get()
