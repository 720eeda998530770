"""A ticket as its visitor sees it (docs/protocol.md, "Visitor's ticket")."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select

from server.db.repositories import appointment_rows
from server.db.repositories.place_rows import places_of
from server.db.repositories.ticket_rows import Ticket
from server.db.tables import appointment
from server.db.tables import ticket as tickets
from server.domain import hours
from server.domain.hall import Hall
from server.domain.policy import title_of
from server.domain.refusals import Refusal
from server.domain.states import AT_COUNTER, OPEN, TicketState
from server.domain.visits import read_steps
from server.services.queries import views, waiting
from server.services.runtime.deployment import Deployment
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import staff_links

#: What a visitor is told to come back for: so few minutes at most, or so few ahead whatever the minutes.
SOON_MINUTES, SOON_AHEAD = 10, 1
#: In these the visitor still needs what the clerk said at a hold.
_TOLD_IN = (TicketState.HELD, TicketState.WAITING, TicketState.CALLED)
RATED_WITHIN = 2 * 86_400_000

_NOW_SERVING = (
    select(tickets.c.number, tickets.c.counter_id)
    .where(
        tickets.c.hall_id == bindparam("hall_id"),
        tickets.c.day == bindparam("day"),
        tickets.c.counter_type_id == bindparam("counter_type_id"),
        tickets.c.call_seq.is_not(None),
        tickets.c.counter_id.is_not(None),
        tickets.c.state.in_(sorted(AT_COUNTER)),
    )
    .order_by(tickets.c.call_seq.desc())
    .limit(3)
)
#: A visitor may leave the queue from these; nobody leaves while being served.
MAY_LEAVE = OPEN - {TicketState.SERVING}


def by_token(unit: UnitOfWork, token: str) -> Ticket:
    """The ticket a visitor holds. Raises Refusal `unknown_ticket`."""
    found = staff_links.ticket_of(unit.connection, unit.deployment.keys, token)
    if found is None or found.hall_id != unit.hall.id:
        raise Refusal("unknown_ticket")
    return found


def view(unit: UnitOfWork, *, token: str) -> dict[str, Any]:
    """The visitor's view of a ticket."""
    return visitor_ticket(unit, by_token(unit, token))


def visitor_ticket(unit: UnitOfWork, ticket: Ticket) -> dict[str, Any]:
    """The visitor's view (docs/protocol.md, "Visitor's ticket"); `url` is a path of this server."""
    hall = unit.hall
    kind, service = hall.types_by_id[ticket.counter_type_id], hall.services_by_id[ticket.service_id]
    counter = hall.counters_by_id[ticket.counter_id] if ticket.counter_id else None
    first = waiting.soonest(unit, ticket)
    before, wait = (first.count, first.expected) if first else (None, None)
    counters = _counters(unit, ticket, first)
    status = hall.statuses.get(ticket.status_code or "")
    queue = hall.counter_types[first.counter_type] if first else kind
    place = {"hall_id": hall.id, "day": ticket.day, "counter_type_id": queue.id}
    called = unit.connection.execute(_NOW_SERVING, place)
    zone, settings = hall.time_zone, hall.settings
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
        "where": hall.where_of(counter) if counter else None,
        "counters": list(counters),
        "places": places(hall, counters),
        "ahead": before,
        "wait": wait,
        "queues": _queues(unit, ticket, first),
        "issued_at": hours.to_text(ticket.issued_at, zone),
        "called_at": hours.to_text(ticket.called_at, zone),
        "last_called_at": hours.to_text(ticket.last_called_at, zone),
        "ended_at": hours.to_text(ticket.ended_at, zone),
        "calls": ticket.calls,
        "now_serving": [{"number": row[0], "counter": hall.counters_by_id[row[1]].code} for row in called],
        "tags": views.tags(ticket),
        "proof": status.proof if status else None,
        "language": ticket.language,
        "open": views.is_open(hall, unit.head, now=unit.now) or waiting.may_be_called(unit, ticket),
        "ends_at": _ends_at(unit, ticket),
        "soon": is_soon(before, wait),
        "can_leave": ticket.state in MAY_LEAVE,
        "can_rejoin": ticket.state == TicketState.PARKED,
        "can_wait_longer": ticket.asides < settings.more_time_limit and lets_pass(unit, ticket, first),
        "more_time": {"calls": settings.more_time_calls, "left": max(settings.more_time_limit - ticket.asides, 0)},
        "stepped_aside": ticket.state is TicketState.PARKED and ticket.due_at is not None,
        "told": ticket.told if ticket.state in _TOLD_IN else None,
        "returns_after": views.calls_left(ticket, unit.head),
        "due_at": hours.to_text(ticket.due_at, zone),
        "can_rate": may_rate(unit, ticket),
        "rating": ticket.rating,
        "steps": _steps(unit, ticket),
        "quantity": ticket.quantity,
        "appointment": _appointment(unit, ticket),
        "policy": {"name": settings.policy_name, "title": title_of(settings.policy_name)},
        "url": f"/t/{ticket.token}",
        "notice": unit.head.notice,
        "seq": unit.head.public_seq,
        "time": hours.to_text(unit.now, zone),
    }


def _counters(unit: UnitOfWork, ticket: Ticket, first: waiting.Ahead | None) -> tuple[str, ...]:
    """Codes of the counters on duty that may call a ticket: of all its queues, or the one that it waits for.

    The one where it is, once it was called.
    """
    if first is not None:
        return first.counters
    if ticket.counter_id is not None:
        return (unit.hall.counters_by_id[ticket.counter_id].code,)
    return waiting.on_duty_for(unit, unit.hall.types_by_id[ticket.counter_type_id].code)


def places(hall: Hall, counters: Iterable[str]) -> list[dict[str, Any]]:
    """Where those counters are: [{"zone", "zone_name", "where", "counters"}], one for each zone and way.

    Empty where the hall has one zone and says no way, so that there is nothing to tell.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for code in counters:
        counter = hall.counters[code]
        way, zone = hall.where_of(counter), hall.zones[counter.zone]
        place: dict[str, Any] = {"zone": zone.code, "zone_name": zone.name, "where": way, "counters": []}
        found.setdefault((zone.code, str(way)), place)["counters"].append(code)
    told = len(hall.zones) > 1 or any(place["where"] for place in found.values())
    return list(found.values()) if told else []


def _ends_at(unit: UnitOfWork, ticket: Ticket) -> str | None:
    """When a number that is not called ends: with its business day; None where the hall keeps open ones."""
    zone, settings = unit.hall.time_zone, unit.hall.settings
    if settings.keep_open_tickets:
        return None
    return hours.to_text(hours.day_end(ticket.day, zone, day_ends=settings.day_ends), zone)


def may_rate(unit: UnitOfWork, ticket: Ticket) -> bool:
    """Whether a visit can be rated: served, not rated yet, not long ago, and by a token that staff do not know."""
    if staff_links.is_link(ticket.token):
        return False
    if ticket.state is not TicketState.COMPLETED or ticket.rating is not None or ticket.ended_at is None:
        return False
    return unit.now - ticket.ended_at <= RATED_WITHIN


def is_soon(ahead: int | None, wait: dict[str, int] | None) -> bool:
    """It may be its turn within ten minutes, or one is before it at most; not while nobody is on duty for it."""
    return ahead is not None and wait is not None and (wait["high"] <= SOON_MINUTES or ahead <= SOON_AHEAD)


def lets_pass(unit: UnitOfWork, ticket: Ticket, first: waiting.Ahead | None) -> bool:
    """Whether somebody would be called in its stead; `first` is where it stands (`waiting.soonest`)."""
    if ticket.state is TicketState.CALLED and ticket.counter_id is not None:
        return waiting.at_hand(unit, unit.hall.counters_by_id[ticket.counter_id]) > 0
    return first is not None and waiting.others(unit, ticket, first) > first.count


def _queues(unit: UnitOfWork, ticket: Ticket, first: waiting.Ahead | None) -> list[str]:
    """Codes of the counter types whose calls move a waiting ticket; first the one by which it is told how many wait."""
    if first is None:
        return []
    target = unit.hall.counters_by_id[ticket.target_counter_id] if ticket.target_counter_id else None
    waits = [unit.hall.types_by_id[type_id].code for _, type_id, _ in places_of(ticket)]
    return list(dict.fromkeys([first.counter_type, *waits, *(target.serves if target else ())]))


def _steps(unit: UnitOfWork, ticket: Ticket) -> list[dict[str, Any]]:
    return [
        {
            "service": service.code,
            "name": service.name,
            "state": str(step.state),
            "counter": unit.hall.counters_by_id[step.counter_id].code if step.counter_id else None,
        }
        for step in read_steps(ticket.steps)
        for service in (unit.hall.services_by_id[step.service_id],)
    ]


def _appointment(unit: UnitOfWork, ticket: Ticket) -> dict[str, Any] | None:
    if ticket.appointment_id is None:
        return None
    one = appointment_rows.find(unit.connection, appointment.c.id == ticket.appointment_id)[0]
    return {"code": one.code, "start": hours.to_text(one.start_at, unit.hall.time_zone)}


def find(deployment: Deployment, token: str) -> Ticket:
    """The ticket with that token, in whatever hall. Raises Refusal `unknown_ticket`."""
    with deployment.database.reading() as connection:
        found = staff_links.ticket_of(connection, deployment.keys, token)
    if found is None:
        raise Refusal("unknown_ticket")
    return found


def hall_of(deployment: Deployment, token: str) -> str:
    """The code of the hall where a ticket was taken. Raises Refusal `unknown_ticket`."""
    return deployment.hall_by_id(find(deployment, token).hall_id).code
