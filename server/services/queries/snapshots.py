"""What a client is given when it knows nothing: a picture from which the events go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import Head
from server.db.tables import ticket
from server.domain.hall import Hall
from server.domain.states import AT_COUNTER, TicketState
from server.services.calling import sessions
from server.services.queries import day_counts, views, waiting
from server.services.runtime.deployment import Deployment
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import carried_over

CALLS_SHOWN = 30
#: The public snapshot of a hall where nothing happens is the same for so long (ms): all screens come back at once.
SAME_MS, MINUTE = 1000, 60_000


@dataclass(frozen=True, slots=True)
class _Taken:
    """A public snapshot, and when it was true."""

    hall: Hall
    head: Head
    at: int
    content: dict[str, Any]

    def good_for(self, unit: UnitOfWork) -> bool:
        """Whether it is still true. Hours begin and end with a whole minute."""
        soon = 0 <= unit.now - self.at < SAME_MS and unit.now // MINUTE == self.at // MINUTE
        return soon and self.hall is unit.hall and self.head == unit.head


_last: WeakKeyDictionary[Deployment, dict[int, _Taken]] = WeakKeyDictionary()


def shared_snapshot(unit: UnitOfWork) -> dict[str, Any]:
    """The public snapshot of all zones, taken anew when anything happened, a moment passed or a minute began."""
    halls = _last.setdefault(unit.deployment, {})
    last = halls.get(unit.hall.id)
    if last is None or not last.good_for(unit):
        last = halls[unit.hall.id] = _Taken(unit.hall, unit.head, unit.now, public_snapshot(unit))
    return dict(last.content)


def public_snapshot(unit: UnitOfWork, *, zone: str | None = None) -> dict[str, Any]:
    """What displays, kiosks and announcers know, and what `GET board` answers."""
    if zone:
        unit.hall.zone(zone)
    counts = waiting.counts(unit.hall, waiting.queues(unit))
    return {
        "seq": unit.head.public_seq,
        "hall": views.hall_view(unit.hall, unit.head, now=unit.now),
        "zone": zone,
        "calls": [call for call in _calls(unit) if zone in (None, call["zone"])],
        "waiting": counts["by_type"],
        "expected": waiting.expected_by_type(unit, counts["by_type"]),
        "counters": [views.public_counter(counter) for counter in _counters(unit) if zone in (None, counter["zone"])],
        "notice": unit.head.notice,
    }


def staff_snapshot(unit: UnitOfWork) -> dict[str, Any]:
    """What consoles and supervisors know."""
    return {
        "seq": unit.head.seq,
        "hall": views.hall_view(unit.hall, unit.head, now=unit.now),
        "waiting": waiting.counts(unit.hall, waiting.queues(unit)),
        "counters": list(_counters(unit)),
        "held": _in_state(unit, TicketState.HELD),
        "parked": _in_state(unit, TicketState.PARKED),
        "notice": unit.head.notice,
        "open_override": unit.head.open_override,
        "today": day_counts.today(unit),
    }


def _calls(unit: UnitOfWork) -> Iterator[dict[str, Any]]:
    """Who is at the counters now, called or served, kept tickets too: one of each counter, the newest call first."""
    today = ticket_rows.tickets_where(
        unit.connection,
        ticket.c.hall_id == unit.hall.id,
        ticket.c.day == unit.day,
        ticket.c.call_seq.is_not(None),
        ticket.c.state.in_(sorted(AT_COUNTER)),
        order=ticket.c.call_seq.desc(),
        limit=CALLS_SHOWN,
    )
    kept = [one for one in carried_over.all_of(unit) if one.state in AT_COUNTER and one.call_seq is not None]
    for row in sorted([*today, *kept], key=lambda one: one.call_seq or 0, reverse=True)[:CALLS_SHOWN]:
        call = views.public_ticket(views.staff_ticket(row, unit.hall, unit.head))
        yield call | {"at": call["last_called_at"]}


def _counters(unit: UnitOfWork) -> Iterator[dict[str, Any]]:
    on_duty = {one.counter_id: one for one in ticket_rows.open_sessions(unit.connection, unit.hall.id)}
    for counter in unit.hall.counters.values():
        session = on_duty.get(counter.id)
        present = sessions.present_ticket(unit, session) if session else None
        yield sessions.counter_state(unit, counter, session, present)["counter"]


def _in_state(unit: UnitOfWork, state: TicketState) -> list[dict[str, Any]]:
    found = ticket_rows.tickets_where(unit.connection, ticket.c.hall_id == unit.hall.id, ticket.c.state == state)
    return [views.staff_ticket(row, unit.hall, unit.head) for row in found]
