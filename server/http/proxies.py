"""Whose request it is: X-Forwarded-* headers are believed of the operator's own proxies only; a bound on sockets.

Anybody can send such a header; believed from strangers it would give each wrong password an address of its own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from server.domain.refusals import Refusal
from server.listening.addresses import ADDRESS, household
from server.listening.offenders import Crowded, Offenders

#: After how long somebody with too many sockets may try again (s).
RETRY_S = 10
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class TrustedProxies:
    """A WSGI application behind proxies; `trusts` says whether an address is one of them."""

    def __init__(self, application: Application, *, trusts: Callable[[str], bool]) -> None:
        self.direct, self.trusts = application, trusts
        self.forwarded = ProxyFix(application, x_for=1, x_proto=1, x_host=1)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        known = self.trusts(environ.get("REMOTE_ADDR", ""))
        return self.forwarded(environ, start_response) if known else self.direct(environ, start_response)


class BoundedSockets:
    """A WSGI application in which one address has at most so many sockets open; a call lasts as long as its socket."""

    def __init__(
        self, application: Application, *, most: int, trusts: Callable[[str], bool], offenders: Offenders
    ) -> None:
        self.application, self.most, self.trusts, self.offenders = application, most, trusts, offenders
        self._open: Counter[str] = Counter()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request, or refuse a socket too many."""
        if not environ.get("PATH_INFO", "").startswith("/socket.io"):
            return self.application(environ, start_response)
        address = environ[ADDRESS] = self._address(environ)
        if self._open[address] >= self.most:
            return _too_many(start_response)
        self._open[address] += 1
        try:
            self.offenders.let_wait(address)
            return self.application(environ, start_response)
        except Crowded:
            return _too_many(start_response)
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]

    def _address(self, environ: dict[str, Any]) -> str:
        near = str(environ.get("REMOTE_ADDR", ""))
        forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        return household(forwarded if forwarded and self.trusts(near) else near)


def _too_many(start_response: Any) -> list[bytes]:
    refused = Refusal("too_many", retry_s=RETRY_S)
    headers = [("Content-Type", "application/json"), ("Retry-After", str(RETRY_S))]
    start_response("429 Too Many Requests", headers)
    return [json.dumps(refused.envelope("en")).encode()]
