"""Visitors' routes: take a number, look at it, leave, rejoin."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response as BaseResponse

from server.domain.refusals import Refusal
from server.http.context import app
from server.http.limits import refuse_too_many
from server.http.poll_cache import polled
from server.http.requests import absolute, content, look, run
from server.http.route_table import route
from server.schemas import bodies
from server.schemas.offline_bodies import AskBlocks, HandTickets, MachineTickets
from server.services.appointments import check_in
from server.services.calling import visits
from server.services.notices.contacts import Reach
from server.services.offline import kiosk_import, number_blocks, paper_numbers
from server.services.queries import validity, visitor_view
from server.services.runtime.actor import PUBLIC, Actor
from server.services.tickets import issuing, tickets

NOT_FOUND = ("unknown_ticket",)
#: What a check-in may answer.
CHECK_IN = ("unknown_appointment", "already_checked_in", "too_early", "appointment_over", "slot_withdrawn")


@route(
    "POST",
    "/halls/{hall}/tickets",
    devices=("kiosk",),
    body=bodies.IssueTicket,
    statuses=(201,),
    errors=(
        "unknown_hall",
        "unknown_service",
        "unknown_status",
        "channel_closed",
        "hall_closed",
        "service_closed",
        "taking_ended",
        "quota_used",
        "service_twice",
        "proof_needed",
        "phone_needed",
        "id_needed",
        "live_ticket",
        "person_limit",
        "phone_full",
        "place_needed",
        "too_far",
        *CHECK_IN,
        "key_reused",
        "csrf",
        "foreign_origin",
    ),
)
def issue(hall: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Take a number: for a service, a visit of several, or an appointment by its code."""
    if who is PUBLIC:
        refuse_too_many("tickets")
    wanted = bodies.parse(bodies.IssueTicket, content())
    if wanted.appointment is not None:
        body, status = run(check_in.check_in_by_code, hall=hall, who=who, code=wanted.appointment)
        return absolute(body), status
    if wanted.service is None:
        raise Refusal("invalid", field="service", reason="is missing", reason_zh="缺少此项")
    body, status = run(
        issuing.issue_ticket,
        hall=hall,
        who=who,
        joins=True,
        reach=reach_of(wanted),
        where=(wanted.place[0], wanted.place[1]) if wanted.place else None,
        **wanted.model_dump(include={"service", "services", "mode", "quantity", "status", "language", "despite"}),
    )
    return absolute(body), status


@route(
    "POST",
    "/halls/{hall}/tickets/by-hand",
    access="staff",
    body=HandTickets,
    statuses=(200, 201),
    errors=("unknown_hall", "unknown_service", "key_reused"),
)
def enter_by_hand(hall: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Enter numbers that were given out by hand while the system was away: all of them, or none."""
    wanted = bodies.parse(HandTickets, content())
    return run(
        paper_numbers.enter,
        hall=hall,
        who=who,
        tickets=paper_numbers.asked(wanted),
        check=wanted.check,
        reason=wanted.reason,
    )


@route(
    "POST",
    "/halls/{hall}/number-blocks",
    access="device",
    devices=("kiosk",),
    body=AskBlocks,
    errors=("unknown_hall",),
)
def reserve(hall: str, who: Actor) -> dict[str, Any]:
    """A ticket machine gets the numbers that it may give today while the server is away."""
    wanted = bodies.parse(AskBlocks, content())
    body, _ = run(number_blocks.reserve, hall=hall, who=who, once=False, keeper=wanted.keeper, used=wanted.used)
    return absolute(body | {"url": "/t/"})


@route(
    "POST",
    "/halls/{hall}/tickets/from-machine",
    access="device",
    devices=("kiosk",),
    body=MachineTickets,
    errors=("unknown_hall",),
)
def hand_in(hall: str, who: Actor) -> dict[str, Any]:
    """A ticket machine hands in the numbers that it gave while the server was away; single ones may be refused."""
    handed = kiosk_import.asked(bodies.parse(MachineTickets, content()))
    body, _ = run(kiosk_import.hand_in, hall=hall, who=who, once=False, handed=handed)
    return body


def reach_of(given: bodies.Reachable) -> Reach:
    """What a body says of how to reach its visitor."""
    return Reach(given.name, given.phone, given.email, given.id_number)


@route("GET", "/tickets/{token}", statuses=(200, 304), errors=NOT_FOUND)
def show(token: str, who: Actor) -> BaseResponse:
    """The visitor's view of a ticket; 304 with If-None-Match when nothing but `seq` and `time` is new."""
    hall = visitor_view.hall_of(app().deployment, token)
    found = look(validity.ticket, hall=hall, who=who, token=token)
    return polled(absolute(found["shown"]), found["basis"], zone=found["zone"])


@route("DELETE", "/tickets/{token}", devices=(), errors=(*NOT_FOUND, "wrong_state"))
def leave(token: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Leave the queue."""
    hall = visitor_view.hall_of(app().deployment, token)
    body, status = run(tickets.leave, hall=hall, who=who, token=token)
    return absolute(body), status


@route(
    "POST",
    "/tickets/{token}/rejoin",
    devices=(),
    body=bodies.Nothing,
    errors=(*NOT_FOUND, "wrong_state", "key_reused"),
)
def rejoin(token: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Wait again after a missed call."""
    bodies.parse(bodies.Nothing, content())
    hall = visitor_view.hall_of(app().deployment, token)
    body, status = run(tickets.rejoin, hall=hall, who=who, token=token)
    return absolute(body), status


@route(
    "POST",
    "/halls/{hall}/tickets/{number}/return",
    access="staff",
    body=bodies.BringBack,
    errors=("unknown_hall", "unknown_ticket", "wrong_state", "key_reused"),
)
def bring_back(hall: str, number: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Bring a missed or held number back to its queue."""
    wish = bodies.parse(bodies.BringBack, content())
    return run(tickets.bring_back, hall=hall, who=who, number=number, reason=wish.reason)


@route(
    "POST",
    "/tickets/{token}/more-time",
    devices=(),
    body=bodies.Nothing,
    errors=(*NOT_FOUND, "wrong_state", "more_time_limit", "nobody_behind", "key_reused"),
)
def more_time(token: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Let some calls pass."""
    bodies.parse(bodies.Nothing, content())
    body, status = run(tickets.more_time, hall=visitor_view.hall_of(app().deployment, token), who=who, token=token)
    return absolute(body), status


@route(
    "POST",
    "/tickets/{token}/rating",
    devices=(),
    body=bodies.Stars,
    errors=(*NOT_FOUND, "wrong_state", "already_rated", "key_reused"),
)
def rating(token: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Say how it was."""
    wanted = bodies.parse(bodies.Stars, content())
    hall = visitor_view.hall_of(app().deployment, token)
    body, status = run(tickets.rate, hall=hall, who=who, token=token, stars=wanted.stars)
    return absolute(body), status


@route(
    "POST",
    "/tickets/{token}/services",
    devices=("kiosk",),
    body=bodies.AddService,
    errors=(
        *NOT_FOUND,
        "wrong_state",
        "unknown_service",
        "service_twice",
        "service_closed",
        "hall_closed",
        "channel_closed",
        "taking_ended",
        "quota_used",
        "live_ticket",
        "person_limit",
        "key_reused",
        "csrf",
        "foreign_origin",
    ),
)
def another(token: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Another service for the number in hand."""
    wanted = bodies.parse(bodies.AddService, content())
    hall = visitor_view.hall_of(app().deployment, token)
    body, status = run(visits.add_own_service, hall=hall, who=who, token=token, **wanted.model_dump())
    return absolute(body), status
