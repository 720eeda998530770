"""What a visitor does: takes a number, looks at it, leaves the queue, comes back to it."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select, text

from server.db import rows
from server.db.rows import NOT_CALLED, Ticket
from server.db.tables import ticket as tickets
from server.domain import hours
from server.domain.numbers import ticket_number
from server.domain.policy import ORDINARY
from server.domain.refusals import Refusal
from server.domain.states import AT_COUNTER, OPEN, Action, TicketState
from server.services import due, views, waiting
from server.services.house import House
from server.services.print_jobs import order_print
from server.services.unit import Unit

_NEXT_SERIAL = text(
    "INSERT INTO number_given (hall_id, day, prefix, serial) VALUES (:hall_id, :day, :prefix, 1) "
    "ON CONFLICT (hall_id, day, prefix) DO UPDATE SET serial = number_given.serial + 1 RETURNING serial"
)
_NOW_SERVING = (
    select(tickets.c.number, tickets.c.counter_id)
    .where(
        tickets.c.hall_id == bindparam("hall_id"),
        tickets.c.day == bindparam("day"),
        tickets.c.counter_type_id == bindparam("counter_type_id"),
        tickets.c.call_seq.is_not(None),
        tickets.c.counter_id.is_not(None),
    )
    .order_by(tickets.c.call_seq.desc())
    .limit(3)
)
#: A visitor may leave the queue from these; nobody leaves while being served.
MAY_LEAVE = OPEN - {TicketState.SERVING}


def issue_ticket(unit: Unit, *, service: str, status: str | None, language: str | None) -> dict[str, Any]:
    """Give a number.

    Raises Refusal `unknown_service`, `unknown_status`, `channel_closed`, `hall_closed`, `service_closed`.
    """
    hall = unit.hall
    wanted = hall.service(service)
    of_status = hall.status(status) if status else None
    if unit.actor.channel not in (*hall.settings.channels, "api"):
        raise Refusal("channel_closed")
    if not views.is_open(hall, unit.head, now=unit.now):
        raise Refusal("hall_closed", next_open=views.next_open(hall, now=unit.now))
    if not wanted.open:
        raise Refusal("service_closed", service=service)
    ticket = _new_ticket(unit, wanted.code, of_status.class_code if of_status else ORDINARY, status, language)
    paper = {"print": order_print(unit, ticket)} if unit.actor.role == "kiosk" else {}
    return visitor_ticket(unit, ticket) | paper | {"status": 201}


def _new_ticket(unit: Unit, service: str, class_code: str, status: str | None, language: str | None) -> Ticket:
    hall = unit.hall
    wanted = hall.services[service]
    kind = hall.counter_types[wanted.counter_type]
    place = {"hall_id": hall.id, "day": unit.day, "prefix": kind.prefix}
    serial = unit.connection.execute(_NEXT_SERIAL, place).scalar_one()
    return unit.add_ticket(
        Ticket(
            id=0,
            hall_id=hall.id,
            day=unit.day,
            number=ticket_number(kind.prefix, serial, digits=hall.settings.digits),
            token=secrets.token_urlsafe(16),
            service_id=wanted.id,
            counter_type_id=kind.id,
            class_code=class_code,
            status_code=status,
            language=language or hall.settings.languages[0],
            channel=unit.actor.channel,
            device_id=unit.actor.id if unit.actor.kind == "device" else None,
            state=TicketState.WAITING,
            issued_at=unit.now,
            reference_at=unit.now,
            kappa_at=unit.now,
            waiting_since=unit.now,
            target_counter_id=None,
            ended_at=None,
            note=None,
            hold_until=None,
            came_from_id=None,
            no_shows=0,
            seq=0,
            **NOT_CALLED,
        )
    )


def by_token(unit: Unit, token: str) -> Ticket:
    """The ticket a visitor holds. Raises Refusal `unknown_ticket`."""
    found = rows.ticket_by_token(unit.connection, token)
    if found is None or found.hall_id != unit.hall.id:
        raise Refusal("unknown_ticket")
    return found


def leave(unit: Unit, *, token: str) -> dict[str, Any]:
    """Leave the queue. Raises Refusal `wrong_state` when served already or done."""
    ticket = by_token(unit, token)
    if ticket.state in AT_COUNTER and ticket.counter_id:
        _free_counter(unit, ticket)
    cancelled = unit.change(ticket, Action.CANCEL, "ticket_cancelled", ended_at=unit.now)
    return visitor_ticket(unit, cancelled)


def _free_counter(unit: Unit, ticket: Ticket) -> None:
    assert ticket.counter_id is not None
    session = rows.open_session(unit.connection, ticket.counter_id)
    if session and session.ticket_id == ticket.id:
        rows.write_session(unit.connection, replace(session, ticket_id=None, undo=None))


def rejoin(unit: Unit, *, token: str) -> dict[str, Any]:
    """A missed ticket waits again, in its old place. Raises Refusal `wrong_state`."""
    ticket = by_token(unit, token)
    if ticket.state != TicketState.PARKED:
        raise Refusal("wrong_state", number=ticket.number, state=str(ticket.state))
    back = due.wait_again(unit, ticket, Action.RETURN, because="visitor")
    return visitor_ticket(unit, back)


def view(unit: Unit, *, token: str) -> dict[str, Any]:
    """The visitor's view of a ticket."""
    return visitor_ticket(unit, by_token(unit, token))


def visitor_ticket(unit: Unit, ticket: Ticket) -> dict[str, Any]:
    """The visitor's view (docs/protocol.md, "Visitor's ticket"); `url` is a path of this server."""
    hall = unit.hall
    kind, service = hall.types_by_id[ticket.counter_type_id], hall.services_by_id[ticket.service_id]
    counter = hall.counters_by_id[ticket.counter_id] if ticket.counter_id else None
    before = waiting.ahead(unit, ticket)
    place = {"hall_id": hall.id, "day": ticket.day, "counter_type_id": kind.id}
    called = unit.connection.execute(_NOW_SERVING, place)
    zone = hall.time_zone
    return {
        "number": ticket.number,
        "token": ticket.token,
        "hall": hall.code,
        "hall_name": hall.name,
        "service": service.code,
        "service_name": service.name,
        "counter_type": kind.code,
        "state": str(ticket.state),
        "counter": counter.code if counter else None,
        "counter_name": counter.name if counter else None,
        "zone": counter.zone if counter else None,
        "counters": hall.serving(kind.code),
        "ahead": before,
        "wait": waiting.expected(unit, kind.code, before) if before is not None else None,
        "issued_at": hours.to_text(ticket.issued_at, zone),
        "called_at": hours.to_text(ticket.called_at, zone),
        "last_called_at": hours.to_text(ticket.last_called_at, zone),
        "ended_at": hours.to_text(ticket.ended_at, zone),
        "calls": ticket.calls,
        "now_serving": [{"number": row[0], "counter": hall.counters_by_id[row[1]].code} for row in called],
        "tags": views.tags(ticket),
        "language": ticket.language,
        "open": views.is_open(hall, unit.head, now=unit.now),
        "can_leave": ticket.state in MAY_LEAVE,
        "can_rejoin": ticket.state == TicketState.PARKED,
        "url": f"/t/{ticket.token}",
        "seq": ticket.seq,
        "time": hours.to_text(unit.now, zone),
    }


def find(house: House, token: str) -> Ticket:
    """The ticket with that token, in whatever hall. Raises Refusal `unknown_ticket`."""
    with house.database.reading() as connection:
        found = rows.ticket_by_token(connection, token)
    if found is None:
        raise Refusal("unknown_ticket")
    return found


def hall_of(house: House, token: str) -> str:
    """The code of the hall where a ticket was taken. Raises Refusal `unknown_ticket`."""
    return house.hall_by_id(find(house, token).hall_id).code
