"""The clerk's routes: the session at a counter and every command of the table."""

from __future__ import annotations

from typing import Any

from flask import request

from server.domain.field_words import characters
from server.domain.refusals import Refusal
from server.http.context import app
from server.http.requests import content, look, run
from server.http.route_table import Handler, route
from server.schemas import bodies
from server.services.calling import outlook, own_day, sessions, visits
from server.services.calling.commands import AT_COUNTER, COUNTER_COMMANDS, SESSION_COMMANDS, Command
from server.services.runtime.actor import Actor

COUNTER = "/halls/{hall}/counters/{counter}"


@route("GET", COUNTER, access="staff", errors=("unknown_hall", "unknown_counter"))
def show(hall: str, counter: str, who: Actor) -> dict[str, Any]:
    """A counter's state and its outlook."""
    return look(outlook.look, hall=hall, who=who, counter=counter)


@route(
    "POST",
    f"{COUNTER}/session",
    access="staff",
    body=bodies.SignOn,
    statuses=(200, 201),
    errors=("unknown_hall", "unknown_counter", "counter_taken", "key_reused"),
)
def sign_on(hall: str, counter: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Go on duty at a counter."""
    wanted = SESSION_COMMANDS["session"].arguments(content())
    body, status = run(sessions.sign_on, hall=hall, who=who, counter=counter, **wanted)
    app().deployment.console_taken(hall, counter, wanted["client"])
    return body, status


@route(
    "PATCH",
    f"{COUNTER}/session",
    access="staff",
    body=bodies.TurnSession,
    errors=("unknown_hall", *AT_COUNTER, "key_reused"),
)
def turn(hall: str, counter: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Pause, or open again."""
    wanted = bodies.parse(bodies.TurnSession, content())
    if wanted.state == "open":
        return run(sessions.resume, hall=hall, who=who, counter=counter)
    return run(sessions.pause, hall=hall, who=who, counter=counter, reason=wanted.reason)


@route(
    "DELETE",
    f"{COUNTER}/session",
    access="staff",
    query={"present": (False, {"type": "string", "enum": ["complete", "return", "release"]})},
    errors=("unknown_hall", *AT_COUNTER, "ticket_open", "wrong_state", "invalid", "key_reused"),
)
def sign_off(hall: str, counter: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Leave the counter; a ticket that is served is completed, one that was called and is not here waits again.

    `present=complete` completes that one too, `present=return` lets it wait again whatever the hall does on "next".
    `present=release` signs another clerk off, for a supervisor.
    """
    wish = SESSION_COMMANDS["sign_off"].arguments(request.args.to_dict())
    return run(sessions.sign_off, hall=hall, who=who, counter=counter, **wish)


@route(
    "GET",
    "/halls/{hall}/tickets",
    access="staff",
    query={"q": (True, {"type": "string", "minLength": 1, "maxLength": 300})},
    errors=("unknown_hall", "invalid"),
)
def search(hall: str, who: Actor) -> dict[str, Any]:
    """Find today's tickets by number, the phone's last digits, the visitor's name, or a link."""
    return look(outlook.search, hall=hall, who=who, q=_query("q", 300))


@route("GET", "/halls/{hall}/own-day", access="staff", errors=("unknown_hall",))
def day(hall: str, who: Actor) -> dict[str, Any]:
    """How many visitors the caller served today in a hall, and how long one took."""
    return look(own_day.own_day, hall=hall, who=who)


@route("GET", "/halls/{hall}/tickets/{number}", access="staff", errors=("unknown_hall", "unknown_ticket"))
def whole(hall: str, number: str, who: Actor) -> dict[str, Any]:
    """Today's ticket of that number, with everything that happened to it."""
    return look(visits.whole, hall=hall, who=who, number=number)


def _query(name: str, longest: int) -> str:
    value = request.args.get(name, "")
    if not 1 <= len(value) <= longest:
        raise Refusal("invalid", field=name, **characters(1, longest))
    return value


def _door(command: Command) -> Handler:
    def handler(hall: str, counter: str, who: Actor) -> tuple[dict[str, Any], int]:
        return run(command.act, hall=hall, who=who, joins=True, counter=counter, **command.arguments(content()))

    handler.__name__, handler.__doc__ = command.name, command.summary
    return handler


for _command in COUNTER_COMMANDS.values():
    route(
        "POST",
        f"{COUNTER}/{_command.name.replace('_', '-')}",
        access="staff",
        body=_command.body,
        errors=("unknown_hall", *_command.errors, "key_reused"),
    )(_door(_command))
