"""Staff put right: numbers taken out of the queue, a completed one opened again."""

from __future__ import annotations

from typing import Any

from server.http.requests import content, run
from server.http.route_table import route
from server.schemas import bodies
from server.services.calling import corrections
from server.services.runtime.actor import Actor

OF_TICKET = ("unknown_hall", "unknown_ticket", "wrong_state", "key_reused")


@route(
    "POST",
    "/halls/{hall}/tickets/{number}/remove",
    access="staff",
    body=bodies.Reason,
    errors=OF_TICKET,
)
def remove(hall: str, number: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Take a waiting number out of the queue, with a reason."""
    wish = bodies.parse(bodies.Reason, content())
    return run(corrections.remove, hall=hall, who=who, number=number, reason=wish.reason)


@route(
    "POST",
    "/halls/{hall}/tickets/remove",
    access="staff",
    body=bodies.RemoveNumbers,
    errors=("unknown_hall", "unknown_ticket", "unknown_service", "key_reused"),
)
def remove_many(hall: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Take many numbers out at once; with `check` only say which."""
    wish = bodies.parse(bodies.RemoveNumbers, content())
    return run(corrections.remove_many, hall=hall, who=who, **wish.model_dump())


@route(
    "POST",
    "/halls/{hall}/tickets/{number}/reopen",
    access="supervisor",
    body=bodies.BringBack,
    errors=OF_TICKET,
)
def reopen(hall: str, number: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Open a ticket that was completed today; it is held at its counter, where a clerk takes it back."""
    wish = bodies.parse(bodies.BringBack, content())
    return run(corrections.reopen_aside, hall=hall, who=who, number=number, reason=wish.reason)
