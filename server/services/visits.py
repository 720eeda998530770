"""A visit of several services at the counter: the next one after this, adding and dropping, notes and how many."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import select

from server.db.tables import event
from server.domain.hours import to_text
from server.domain.refusals import Refusal
from server.domain.visits import Step, StepState, read_steps, write_steps
from server.services import calling, contacts, issuing, views
from server.services.unit import Unit

_STAYS = (StepState.LATER, StepState.OPEN)


def add_service(unit: Unit, *, counter: str, service: str, mode: str) -> dict[str, Any]:
    """The present visitor has another matter too: after this one, or whichever counter is free first.

    Raises Refusal `unknown_service`, `service_closed`, `service_twice`, `no_ticket`.
    """
    place, session, ticket = calling.at_counter(unit, counter)
    wanted = unit.hall.service(service)
    if not wanted.open:
        raise Refusal("service_closed", service=service)
    steps = read_steps(ticket.steps) or (Step(ticket.service_id, ticket.counter_type_id, StepState.OPEN),)
    if any(step.service_id == wanted.id and step.state in _STAYS for step in steps):
        raise Refusal("service_twice")
    if len(steps) >= issuing.MOST_SERVICES:
        raise Refusal("invalid", field="service", reason=f"a visit has at most {issuing.MOST_SERVICES} services")
    state = StepState.LATER if mode == "sequence" else StepState.OPEN
    added = Step(wanted.id, unit.hall.counter_types[wanted.counter_type].id, state)
    details = {"what": "service_added", "service": service}
    changed = unit.change(ticket, None, "ticket_changed", details=details, steps=write_steps([*steps, added]))
    return calling.settle(unit, place, session, changed, [(ticket, changed)])


def drop_service(unit: Unit, *, counter: str, service: str) -> dict[str, Any]:
    """Take a service away that the present visitor does not need any more.

    Raises Refusal `unknown_service`, `invalid` for the one being served and for one that is no part of the visit.
    """
    place, session, ticket = calling.at_counter(unit, counter)
    wanted = unit.hall.service(service)
    steps = read_steps(ticket.steps)
    index = next((n for n, step in enumerate(steps) if step.service_id == wanted.id and step.state in _STAYS), None)
    if index is None or wanted.id == ticket.service_id:
        raise Refusal(
            "invalid", field="service", reason="no further service of this visit", reason_zh="不是此次办事的后续业务"
        )
    left = [replace(step, state=StepState.DROPPED) if n == index else step for n, step in enumerate(steps)]
    details = {"what": "service_dropped", "service": service}
    changed = unit.change(ticket, None, "ticket_changed", details=details, steps=write_steps(left))
    return calling.settle(unit, place, session, changed, [(ticket, changed)])


def set_quantity(unit: Unit, *, counter: str, quantity: int) -> dict[str, Any]:
    """How many matters of the service the present visitor brings."""
    return _change(unit, counter, {"what": "quantity"}, quantity=quantity)


def add_note(unit: Unit, *, counter: str, note: str) -> dict[str, Any]:
    """Write something down that goes with the present visitor to the next counter."""
    ticket = calling.at_counter(unit, counter)[2]
    return _change(unit, counter, {"what": "note"}, note=calling.notes(ticket, note))


def _change(unit: Unit, counter: str, details: dict[str, Any], **columns: Any) -> dict[str, Any]:
    place, session, ticket = calling.at_counter(unit, counter)
    changed = unit.change(ticket, None, "ticket_changed", details=details, **columns)
    return calling.settle(unit, place, session, changed, [(ticket, changed)])


def whole(unit: Unit, *, number: str) -> dict[str, Any]:
    """A ticket of today with everything that happened to it, for staff."""
    unit.actor.needs("clerk")
    ticket = unit.ticket(number)
    found = unit.connection.execute(
        select(event.c.at, event.c.kind, event.c.content)
        .where(event.c.hall_id == unit.hall.id, event.c.ticket_id == ticket.id)
        .order_by(event.c.seq)
    )
    return {
        "ticket": views.staff_ticket(ticket, unit.hall),
        "contact": contacts.masked(unit.connection, ticket.contact_id),
        "timeline": [_line(unit, row.at, row.kind, orjson.loads(row.content)) for row in found],
    }


def _line(unit: Unit, at: int, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    ticket = content.get("ticket", {})
    told = ("because", "what", "reason", "manual", "to", "place", "minutes", "front", "service", "stars")
    return {
        "at": to_text(at, unit.hall.time_zone),
        "kind": kind,
        "state": ticket.get("state"),
        "service": ticket.get("service"),
        "counter": ticket.get("counter") or (content.get("from") or {}).get("counter"),
        "by": content.get("by"),
        "details": {name: content[name] for name in told if content.get(name) is not None},
    }
