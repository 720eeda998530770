"""By which names the server is called: a page of another site whose name is pointed at the hall is refused.

Addresses are always right: a browser sends the site's own name, so a foreign one gives itself away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
_SAID = (
    "此服务器没有这个名称，请管理员检查 HALLCALL_HOSTS。\n"
    "This server is not known by that name: an administrator may look at HALLCALL_HOSTS.\n"
).encode()


class KnownHosts:
    """A WSGI application that answers to these names, to `public_url`'s, to localhost and to addresses alone."""

    def __init__(self, application: Application, *, names: Collection[str], public_url: str) -> None:
        self.application = application
        self.names = {*names, "localhost", (urlsplit(public_url).hostname or "").lower()}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request, or refuse it (421)."""
        if self.knows(str(environ.get("HTTP_HOST", ""))):
            return self.application(environ, start_response)
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(_SAID)))]
        start_response("421 Misdirected Request", headers)
        return [_SAID]

    def knows(self, host: str) -> bool:
        """Whether a Host header is one of them; whoever sends none is no browser."""
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".").lower()
            return not host or name in self.names or bool(ip_address(name))
        except ValueError:
            return False
