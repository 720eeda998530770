"""The outbox, for supervisors."""

from __future__ import annotations

from typing import Any

from server.http.requests import look
from server.http.route_table import route
from server.services.notices import outbox
from server.services.runtime.actor import Actor


@route("GET", "/halls/{hall}/notices", access="supervisor", errors=("unknown_hall",))
def newest(hall: str, who: Actor) -> dict[str, Any]:
    """The newest notices to visitors, with masked contacts."""
    return look(outbox.newest, hall=hall, who=who)
