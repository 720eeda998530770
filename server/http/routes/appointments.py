"""Appointments: free slots, booking, changing, cancelling, checking in, and the calendar file."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from flask import Response, request

from server.clock import now_ms
from server.domain.hours import from_text
from server.domain.refusals import Refusal
from server.http.context import app
from server.http.limits import few_bookings, few_searches, refuse_many_changes, refuse_too_many
from server.http.requests import absolute, content, look, run
from server.http.route_table import route
from server.http.routes.tickets import CHECK_IN, reach_of
from server.schemas import bodies
from server.services.appointments import appointments, calendar_file, check_in, finding, hits, slots
from server.services.runtime.actor import PUBLIC, Actor
from server.services.tickets import links, persons

DATE = {"type": "string", "format": "date"}
CODE = {"type": "string", "minLength": 1, "maxLength": 40}
SEAT = ("not_bookable", "slot_past", "slot_full", "quota_used", "one_per_day", "banned")
NOT_FOUND = ("unknown_appointment",)
FIXED = (*NOT_FOUND, "appointment_over", "too_late")


@route(
    "GET",
    "/halls/{hall}/slots",
    query={"service": (True, CODE), "date": (True, DATE), "instead_of": (False, CODE)},
    errors=("unknown_hall", "unknown_service", "not_bookable", "invalid", *NOT_FOUND, "not_signed_in", "forbidden"),
)
def free(hall: str, who: Actor) -> dict[str, Any]:
    """The slots of a service on a day, with their free places.

    `instead_of`: the token of an appointment that is to be moved (for staff its id), whose own place is free for it.
    """
    moved = _asked("instead_of") if "instead_of" in request.args else None
    return look(slots.free, hall=hall, who=who, service=_asked("service"), day=_asked("date"), instead_of=moved)


@route(
    "GET",
    "/halls/{hall}/slots/days",
    query={"service": (True, CODE)},
    errors=("unknown_hall", "unknown_service", "not_bookable"),
)
def days(hall: str, who: Actor) -> dict[str, Any]:
    """How many places of a service are free on each day that can be booked."""
    return look(slots.of_days, hall=hall, who=who, service=_asked("service"))


def _asked(name: str) -> str:
    value = request.args.get(name, "")
    if not 1 <= len(value) <= 40:
        raise Refusal("invalid", field=name, reason="is missing", reason_zh="缺少此项")
    return value


@route(
    "POST",
    "/halls/{hall}/appointments",
    devices=("kiosk",),
    body=bodies.BookAppointment,
    statuses=(201,),
    errors=(
        "unknown_hall",
        "unknown_service",
        "unknown_status",
        "channel_closed",
        "service_closed",
        "proof_needed",
        "phone_needed",
        "id_needed",
        "too_many_bookings",
        *SEAT,
        "key_reused",
        "csrf",
        "foreign_origin",
    ),
)
def book(hall: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Book a slot."""
    if who is PUBLIC:
        refuse_too_many("appointments")
    wanted = bodies.parse(bodies.BookAppointment, content())
    with few_bookings(hall) if who is PUBLIC else nullcontext():
        body, status = run(
            appointments.book,
            hall=hall,
            who=who,
            start=from_text(wanted.start),
            reach=reach_of(wanted),
            **wanted.model_dump(include={"service", "status", "language", "despite"}),
        )
    return _absolute(body), status


@route(
    "POST",
    "/halls/{hall}/appointments/find",
    devices=(),
    body=bodies.FindAppointment,
    errors=("unknown_hall", "no_such_booking", "csrf", "foreign_origin"),
)
def find_again(hall: str, who: Actor) -> dict[str, Any]:
    """Find an appointment by its code and phone number."""
    wanted = bodies.parse(bodies.FindAppointment, content())
    with few_searches(hall, links.code_in(wanted.code)):
        return _absolute(look(finding.find, hall=hall, who=who, code=wanted.code, phone=wanted.phone))


@route(
    "GET",
    "/halls/{hall}/appointments",
    access="staff",
    query={"date": (True, DATE)},
    errors=("unknown_hall", "invalid"),
)
def of_day(hall: str, who: Actor) -> dict[str, Any]:
    """The appointments of a day."""
    return look(appointments.of_day, hall=hall, who=who, day=_asked("date"))


@route(
    "DELETE",
    "/halls/{hall}/appointments/{number}",
    access="staff",
    errors=("unknown_hall", *NOT_FOUND, "appointment_over", "key_reused"),
)
def cancel_by_staff(hall: str, number: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Cancel an appointment for its visitor, by its id."""
    return run(appointments.cancel_by_staff, hall=hall, who=who, appointment_id=_id(number))


@route(
    "PATCH",
    "/halls/{hall}/appointments/{number}",
    access="staff",
    body=bodies.MoveAppointment,
    errors=("unknown_hall", *NOT_FOUND, "appointment_over", *SEAT, "key_reused"),
)
def move_by_staff(hall: str, number: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Take another slot for the visitor of an appointment, by its id."""
    start = from_text(bodies.parse(bodies.MoveAppointment, content()).start)
    return run(appointments.move_by_staff, hall=hall, who=who, appointment_id=_id(number), start=start)


@route("GET", "/halls/{hall}/appointments/hit", access="staff", errors=("unknown_hall",))
def all_hit(hall: str, who: Actor) -> dict[str, Any]:
    """The appointments that a change of the hall hit and nobody moved, cancelled or kept yet."""
    return look(hits.waiting, hall=hall, who=who)


@route(
    "POST",
    "/halls/{hall}/appointments/{number}/keep",
    access="staff",
    body=bodies.Nothing,
    errors=("unknown_hall", *NOT_FOUND, "appointment_over", "not_hit", "key_reused"),
)
def keep(hall: str, number: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Keep an appointment that a change of the hall hit; its holder is told that it stands."""
    bodies.parse(bodies.Nothing, content())
    return run(hits.keep, hall=hall, who=who, appointment_id=_id(number))


def _id(number: str) -> int:
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        raise Refusal("unknown_appointment")
    return int(number)


@route("GET", "/appointments/{token}", errors=NOT_FOUND)
def show(token: str, who: Actor) -> dict[str, Any]:
    """An appointment as its holder sees it."""
    return _absolute(look(appointments.view, hall=_hall(token), who=who, token=token))


@route("DELETE", "/appointments/{token}", devices=(), errors=(*FIXED, "key_reused", "csrf", "foreign_origin"))
def cancel(token: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Give the slot back."""
    body, status = run(appointments.cancel, hall=_hall(token), who=who, token=token)
    return _absolute(body), status


@route(
    "PATCH",
    "/appointments/{token}",
    devices=(),
    body=bodies.MoveAppointment,
    errors=(*FIXED, *SEAT, "key_reused", "csrf", "foreign_origin"),
)
def move(token: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Take another slot."""
    refuse_many_changes(token)
    wanted = bodies.parse(bodies.MoveAppointment, content())
    body, status = run(appointments.move, hall=_hall(token), who=who, token=token, start=from_text(wanted.start))
    return _absolute(body), status


@route(
    "POST",
    "/appointments/{token}/check-in",
    devices=(),
    body=bodies.Nothing,
    statuses=(201,),
    errors=(*CHECK_IN, "key_reused", "csrf", "foreign_origin"),
)
def arrive(token: str, who: Actor) -> tuple[dict[str, Any], int]:
    """The holder is here: the appointment becomes a ticket."""
    bodies.parse(bodies.Nothing, content())
    body, status = run(check_in.check_in, hall=_hall(token), who=who, token=token)
    return absolute(body), status


@route("GET", "/appointments/{token}/calendar.ics", content_type="text/calendar", errors=NOT_FOUND)
def calendar(token: str, who: Actor) -> Response:
    """The appointment for a calendar."""
    seen = _absolute(look(appointments.view, hall=_hall(token), who=who, token=token))
    file = calendar_file.of(seen, now=now_ms())
    named = {"Content-Disposition": f'inline; filename="{seen["code"]}.ics"'}
    return Response(file, content_type="text/calendar; charset=utf-8", headers=named)


@route(
    "POST",
    "/halls/{hall}/check-in",
    access="staff or kiosk",
    devices=("kiosk",),
    body=bodies.CheckIn,
    statuses=(201,),
    errors=("unknown_hall", *CHECK_IN, "several_found", "key_reused", "csrf", "foreign_origin"),
)
def arrive_here(hall: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Check in an appointment at the ticket machine or the reception."""
    wanted = bodies.parse(bodies.CheckIn, content())
    if wanted.code is not None and wanted.name is None and wanted.digits is None:
        body, status = run(check_in.check_in_by_code, hall=hall, who=who, code=wanted.code)
    elif wanted.code is None and wanted.name is not None and wanted.digits is not None:
        body, status = run(check_in.check_in_by_name, hall=hall, who=who, name=wanted.name, digits=wanted.digits)
    else:
        raise Refusal(
            "invalid",
            field="code",
            reason="a code, or a name and four digits",
            reason_zh="请填写预约码，或姓名与手机后四位",
        )
    return absolute(body), status


@route("GET", "/halls/{hall}/persons", access="supervisor", errors=("unknown_hall",))
def many(hall: str, who: Actor) -> dict[str, Any]:
    """Persons with many tickets today."""
    return look(persons.persons, hall=hall, who=who)


def _hall(token: str) -> str:
    return appointments.hall_of(app().deployment, token)


def _absolute(answer: dict[str, Any]) -> dict[str, Any]:
    full = absolute(answer)
    base = full["url"].removesuffix(answer["url"])
    return full | {"calendar_url": base + answer["calendar_url"]}
