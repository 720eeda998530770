"""A visit of several services at the counter: the next one after this, adding and dropping, notes and how many."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import select

from server.db.repositories.ticket_rows import Session, Ticket
from server.db.tables import event, user
from server.domain import visits
from server.domain.hall import Counter, Service
from server.domain.hours import to_text
from server.domain.refusals import Refusal
from server.domain.states import TicketState
from server.domain.visits import Step, StepState, read_steps, write_steps
from server.services.calling import calling, steps
from server.services.notices import contacts
from server.services.queries import views, visitor_view
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import offers, persons

#: The notes of a ticket in all: they travel with every event of it.
LONGEST_NOTES = 1_000
#: What a line of the timeline tells of its event.
_TOLD = (
    "because",
    "what",
    "reason",
    "manual",
    "to",
    "place",
    "minutes",
    "front",
    "service",
    "stars",
    "quantity",
    "note",
    "here",
    "taken",
    "called",
    "entered",
    "overtakes",
)


def add_service(unit: UnitOfWork, *, counter: str, service: str, mode: str) -> dict[str, Any]:
    """The present visitor has another matter too: after this one, or whichever counter is free first.

    Raises Refusal `unknown_service`, `service_closed`, `service_twice` when it is to come already, `no_ticket`.
    """
    place, session, ticket = calling.at_counter(unit, counter)
    wanted = unit.hall.service(service)
    if not wanted.gives(unit.now):
        raise Refusal("service_closed", service=service)
    more = _with(unit, ticket, wanted, mode)
    return _settle(unit, place, session, ticket, {"what": "service_added", "service": service}, steps=more)


def add_own_service(unit: UnitOfWork, *, token: str, service: str, mode: str) -> dict[str, Any]:
    """A visitor who waits has another matter too, for the number in hand.

    Raises Refusal `unknown_ticket`, `wrong_state` when it does not wait, `unknown_service`, `service_twice`, what
    offers.refuse_closed refuses, and `live_ticket`.
    """
    ticket = visitor_view.by_token(unit, token)
    if ticket.state not in (TicketState.WAITING, TicketState.SCHEDULED):
        raise Refusal("wrong_state", number=ticket.number, state=str(ticket.state))
    wanted = unit.hall.service(service)
    offers.refuse_closed(unit, wanted)
    more = _with(unit, ticket, wanted, mode)
    persons.refuse_more(unit, ticket.person, service_id=wanted.id)
    details = {"what": "service_added", "service": service}
    return visitor_view.visitor_ticket(unit, unit.change(ticket, None, "ticket_changed", details=details, steps=more))


def _with(unit: UnitOfWork, ticket: Ticket, wanted: Service, mode: str) -> str:
    """A ticket's steps with one more service. Raises Refusal `service_twice`, `invalid` for too many."""
    has = read_steps(ticket.steps) or (Step(ticket.service_id, ticket.counter_type_id, StepState.OPEN),)
    if visits.is_left(has, wanted.id):
        raise Refusal("service_twice")
    if len(has) >= visits.MOST_SERVICES:
        most = visits.MOST_SERVICES
        reason, reason_zh = f"a visit has at most {most} services", f"一次最多办 {most} 项业务"
        raise Refusal("invalid", field="service", reason=reason, reason_zh=reason_zh)
    kind = unit.hall.counter_types[wanted.counter_type]
    return write_steps(visits.added(has, wanted.id, kind.id, parallel=mode == "parallel"))


def drop_service(unit: UnitOfWork, *, counter: str, service: str) -> dict[str, Any]:
    """Take a service away that the present visitor does not need any more.

    Raises Refusal `unknown_service`, `invalid` for the one being served and for one that is not to come.
    """
    place, session, ticket = calling.at_counter(unit, counter)
    wanted = unit.hall.service(service)
    has = read_steps(ticket.steps)
    if wanted.id == ticket.service_id or not visits.is_left(has, wanted.id):
        raise Refusal(
            "invalid", field="service", reason="no further service of this visit", reason_zh="不是此次办事的后续业务"
        )
    less = write_steps(visits.dropped(has, wanted.id))
    return _settle(unit, place, session, ticket, {"what": "service_dropped", "service": service}, steps=less)


def go_on(unit: UnitOfWork, *, counter: str) -> dict[str, Any]:
    """The present service is done, and the next one of the visit begins here, without a call.

    Raises Refusal `no_ticket`, `not_here` when this counter serves nothing that comes next.
    """
    place, session, ticket = calling.at_counter(unit, counter)
    turned = steps.go_on(unit, place, ticket)
    return calling.settle(unit, place, session, turned, [(ticket, turned)])


def set_quantity(unit: UnitOfWork, *, counter: str, quantity: int) -> dict[str, Any]:
    """How many matters of the service the present visitor brings."""
    place, session, ticket = calling.at_counter(unit, counter)
    return _settle(unit, place, session, ticket, {"what": "quantity", "quantity": quantity}, quantity=quantity)


def add_note(unit: UnitOfWork, *, counter: str, note: str) -> dict[str, Any]:
    """Write something down that goes with the present visitor to the next counter.

    Raises Refusal `invalid` when a ticket's notes would grow past 1,000 characters.
    """
    place, session, ticket = calling.at_counter(unit, counter)
    notes = calling.notes(ticket, note)
    if len(notes or "") > LONGEST_NOTES:
        reason, reason_zh = f"at most {LONGEST_NOTES} characters in all", f"备注合计不超过 {LONGEST_NOTES} 字"
        raise Refusal("invalid", field="note", reason=reason, reason_zh=reason_zh)
    return _settle(unit, place, session, ticket, {"what": "note", "note": note}, note=notes)


def _settle(
    unit: UnitOfWork, place: Counter, session: Session, ticket: Ticket, details: dict[str, Any], **columns: Any
) -> dict[str, Any]:
    changed = unit.change(ticket, None, "ticket_changed", details=details, **columns)
    return calling.settle(unit, place, session, changed, [(ticket, changed)])


def whole(unit: UnitOfWork, *, number: str) -> dict[str, Any]:
    """A ticket of today with everything that happened to it, for staff."""
    unit.actor.needs("clerk")
    ticket = unit.ticket(number)
    found = unit.connection.execute(
        select(event.c.at, event.c.kind, event.c.content)
        .where(event.c.hall_id == unit.hall.id, event.c.ticket_id == ticket.id)
        .order_by(event.c.seq)
    )
    lines = [_line(unit, row.at, row.kind, orjson.loads(row.content)) for row in found]
    names = _names(unit, {line["by"] for line in lines if line["by"]})
    return {
        "ticket": views.staff_ticket(ticket, unit.hall, unit.head),
        "contact": contacts.masked(unit.connection, ticket.contact_id),
        "timeline": [line | {"by_name": names.get(line["by"])} for line in lines],
    }


def _names(unit: UnitOfWork, usernames: set[str]) -> dict[str, str]:
    """The names of the people behind user names; devices and the server itself have none."""
    found = unit.connection.execute(select(user.c.username, user.c.name).where(user.c.username.in_(sorted(usernames))))
    return {row.username: row.name for row in found}


def _line(unit: UnitOfWork, at: int, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    ticket = content.get("ticket", {})
    return {
        "at": to_text(at, unit.hall.time_zone),
        "kind": kind,
        "state": ticket.get("state"),
        "service": ticket.get("service"),
        "counter": ticket.get("counter") or (content.get("from") or {}).get("counter"),
        "by": content.get("by"),
        "details": {name: content[name] for name in _TOLD if content.get(name) is not None},
    }
