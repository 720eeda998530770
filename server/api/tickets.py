"""Visitors' routes: take a number, look at it, leave, rejoin."""

from __future__ import annotations

from typing import Any

from server.api.limits import refuse_too_many
from server.api.requests import absolute, app, content, look, run
from server.api.routes import route
from server.services import bodies, tickets
from server.services.actor import PUBLIC, Actor

NOT_FOUND = ("unknown_ticket",)


@route(
    "POST",
    "/halls/{hall}/tickets",
    body=bodies.IssueTicket,
    statuses=(201,),
    errors=(
        "unknown_hall", "unknown_service", "unknown_status", "channel_closed", "hall_closed", "service_closed",
        "key_reused", "csrf", "foreign_origin",
    ),
)  # fmt: skip
def issue(hall: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Take a number."""
    if who is PUBLIC:
        refuse_too_many("tickets")
    wanted = bodies.parse(bodies.IssueTicket, content())
    body, status = run(
        tickets.issue_ticket, hall=hall, who=who, **wanted.model_dump(include={"service", "status", "language"})
    )
    return absolute(body), status


@route("GET", "/tickets/{token}", errors=NOT_FOUND)
def show(token: str, who: Actor) -> dict[str, Any]:
    """The visitor's view of a ticket."""
    hall = tickets.hall_of(app().house, token)
    return absolute(look(tickets.view, hall=hall, who=who, token=token))


@route("DELETE", "/tickets/{token}", errors=(*NOT_FOUND, "wrong_state"))
def leave(token: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Leave the queue."""
    hall = tickets.hall_of(app().house, token)
    body, status = run(tickets.leave, hall=hall, who=who, token=token)
    return absolute(body), status


@route(
    "POST",
    "/tickets/{token}/rejoin",
    body=bodies.Nothing,
    errors=(*NOT_FOUND, "wrong_state", "key_reused"),
)
def rejoin(token: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Wait again after a missed call."""
    bodies.parse(bodies.Nothing, content())
    hall = tickets.hall_of(app().house, token)
    body, status = run(tickets.rejoin, hall=hall, who=who, token=token)
    return absolute(body), status
