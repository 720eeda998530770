"""Believing X-Forwarded-* headers of the operator's own proxies only.

Anybody can send such a header; believed from strangers it would give each wrong password an address of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

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
