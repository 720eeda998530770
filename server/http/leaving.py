"""The last answers of a server that ends: each tells its client to come by a new connection, which a successor takes.

A client that goes on using a kept connection may send just as the server closes it, and then gets no answer at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from server.http.proxies import Application

CLOSE = ("Connection", "close")


class Leaving:
    """A WSGI application whose answers end their connections once `ends()` says that the server is about to end."""

    def __init__(self, application: Application, *, ends: Callable[[], bool]) -> None:
        self._application, self._ends = application, ends

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request."""

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            closes = self._ends() and not status.startswith("101")
            return start_response(status, [*headers, CLOSE] if closes else headers, *error)

        return self._application(environ, start)
