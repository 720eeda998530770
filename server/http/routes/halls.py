"""A hall's routes: what it is, its board, its log, its live view, its notice and opening."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from server.clock import now_ms
from server.domain.hours import to_text
from server.domain.refusals import Refusal
from server.http.context import app
from server.http.limits import refuse_too_many
from server.http.poll_cache import polled
from server.http.requests import content, idempotency_key, look, run, status_of
from server.http.route_table import route
from server.schemas import bodies
from server.services.archive import days
from server.services.calling import exceptions
from server.services.hall_setup import switches
from server.services.notices import notices
from server.services.queries import live, validity, views
from server.services.runtime import event_log
from server.services.runtime.actor import PUBLIC, ROLES, Actor
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import offers

SEQ = {"type": "integer", "minimum": 0}
CODE = {"type": "string", "minLength": 1, "maxLength": 40}


@route("GET", "/halls")
def halls(who: Actor) -> dict[str, Any]:
    """The halls with code and name."""
    return {"halls": [{"code": hall.code, "name": hall.name} for hall in app().deployment.halls]}


@route("GET", "/halls/{hall}", errors=("unknown_hall",))
def show(hall: str, who: Actor) -> dict[str, Any]:
    """What a hall is, serves, and when, and its notice."""
    return look(_hall, hall=hall, who=who)


def _hall(unit: UnitOfWork) -> dict[str, Any]:
    shown = views.hall_view(unit.hall, unit.head, now=unit.now)
    services = [one | offers.service_view(unit, unit.hall.services[one["code"]]) for one in shown["services"]]
    return shown | {
        "services": services,
        "notice": unit.head.notice,
        "reminds_by": notices.reminds_by(unit),
        "time": to_text(unit.now, unit.hall.time_zone),
    }


@route(
    "PATCH",
    "/halls/{hall}/services/{service}",
    access="supervisor",
    body=bodies.SwitchService,
    errors=("unknown_hall", "unknown_service", "appointments_hit", "invalid", "key_reused"),
)
def switch(hall: str, service: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Give numbers for a service again, or stop: for today, until a time, or until somebody lets it go on."""
    wanted = bodies.parse(bodies.SwitchService, content())
    answer = switches.switch_service(
        app().deployment,
        hall=hall,
        who=who,
        now=now_ms(),
        key=idempotency_key(),
        service=service,
        open=wanted.open,
        until=wanted.until,
        confirm=wanted.confirm,
    )
    return answer.body, status_of(answer)


@route(
    "GET",
    "/halls/{hall}/board",
    query={"zone": (False, CODE)},
    statuses=(200, 304),
    errors=("unknown_hall", "unknown_zone"),
)
def board(hall: str, who: Actor) -> BaseResponse:
    """The display's snapshot; 304 with If-None-Match when nothing changed."""
    found = look(validity.board, hall=hall, who=who, zone=request.args.get("zone"))
    return polled(found["shown"], found["basis"])


@route(
    "GET",
    "/halls/{hall}/events",
    query={"since": (True, SEQ)},
    errors=("unknown_hall", "invalid"),
)
def events(hall: str, who: Actor) -> dict[str, Any]:
    """The events that the caller may see after a number, at most 500, in order."""
    since = request.args.get("since", "")
    if not since.isascii() or not since.isdigit() or len(since) > 18:
        raise Refusal(
            "invalid", field="since", reason="a number that is not negative", reason_zh="必须是不小于 0 的整数"
        )
    if who is PUBLIC:
        refuse_too_many("events")
    stream = "staff" if who.role in ROLES else "public"
    return look(event_log.events_since, hall=hall, who=who, stream=stream, seq=int(since))


@route("GET", "/halls/{hall}/live", access="supervisor", errors=("unknown_hall",))
def live_view(hall: str, who: Actor) -> dict[str, Any]:
    """The supervisor's view."""
    return look(live.live, hall=hall, who=who, devices=app().presence.devices(app().deployment.hall(hall)))


@route("GET", "/halls/{hall}/exceptions", access="supervisor", errors=("unknown_hall",))
def put_ahead(hall: str, who: Actor) -> dict[str, Any]:
    """Who was put before others by a person today."""
    return look(exceptions.of_today, hall=hall, who=who)


@route(
    "PUT",
    "/halls/{hall}/notice",
    access="supervisor",
    body=bodies.Notice,
    errors=("unknown_hall", "key_reused"),
)
def notice(hall: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Show a notice on the screens, or take it away."""
    wanted = bodies.parse(bodies.Notice, content())
    text = {str(language): line for language, line in wanted.text.items()} if wanted.text else None
    return run(days.set_notice, hall=hall, who=who, text=text, level=wanted.level)


@route(
    "PUT",
    "/halls/{hall}/state",
    access="supervisor",
    body=bodies.Opening,
    errors=("unknown_hall", "appointments_hit", "key_reused"),
)
def opening(hall: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Open or close the hall, or go by its hours again."""
    wanted = bodies.parse(bodies.Opening, content())
    return run(days.set_opening, hall=hall, who=who, opening=wanted.open, confirm=wanted.confirm)
