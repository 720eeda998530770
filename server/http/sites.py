"""Other sites of the operator: they may show the screen in a frame, and their scripts may read the board."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from server.http.headers import security_policy

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
Headers = list[tuple[str, str]]

_SCREEN = re.compile(r"/display(?:/|/basic)?|/assets/.+")
_BOARD = re.compile(r"/api/v1/halls/[^/]+/board")
#: What a script may send along, and read of the answer, beside what every script may.
ASKED, TOLD = "Accept-Language, If-None-Match", "ETag, X-Request-ID"


class Sites:
    """A WSGI application before another, for the sites (origins) of HALLCALL_SITES.

    A frame of theirs shows the screen alone, and a script of theirs reads the public board alone, without credentials.
    """

    def __init__(self, application: Application, sites: tuple[str, ...]) -> None:
        self._application, self._sites = application, sites
        self._policy = security_policy(frames=sites)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The answer, with the headers that let these sites in."""
        path = environ.get("PATH_INFO", "")
        if _SCREEN.fullmatch(path):
            return self._application(environ, _with(start_response, self._framed))
        if not _BOARD.fullmatch(path):
            return self._application(environ, start_response)
        origin = environ.get("HTTP_ORIGIN", "")
        if environ["REQUEST_METHOD"] == "OPTIONS" and origin in self._sites:
            allowed = [("Access-Control-Allow-Methods", "GET"), ("Access-Control-Allow-Headers", ASKED)]
            start_response("204 NO CONTENT", [*allowed, ("Access-Control-Max-Age", "600"), *self._read_by(origin)])
            return []
        return self._application(environ, _with(start_response, lambda headers: [*headers, *self._read_by(origin)]))

    def _framed(self, headers: Headers) -> Headers:
        kept = [one for one in headers if one[0].lower() not in ("x-frame-options", "content-security-policy")]
        return [*kept, ("Content-Security-Policy", self._policy)]

    def _read_by(self, origin: str) -> Headers:
        """Whoever asks, a cache must know that the answer depends on it."""
        allowed = [("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", TOLD)]
        return [("Vary", "Origin"), *(allowed if origin in self._sites else [])]


def _with(start_response: Any, change: Callable[[Headers], Headers]) -> Any:
    def start(status: str, headers: Headers, *more: Any) -> Any:
        return start_response(status, change(headers), *more)

    return start
