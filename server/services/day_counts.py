"""How tickets ended, counted by outcome: a ticket that nobody confirmed is no served one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select

from server.db.tables import ticket
from server.domain.states import TicketState
from server.services.unit import Unit

#: How a ticket can end, as the figures of a day name it. unconfirmed: called and completed, and nobody ever said that
#: the visitor was there.
OUTCOMES = ("completed", "unconfirmed", "no_show", "cancelled")


def outcome(state: str, *, started: bool) -> str:
    """The name under which a ticket is counted: its state, or "unconfirmed"."""
    return "unconfirmed" if state == TicketState.COMPLETED and not started else str(state)


def by_outcome(unit: Unit, *conditions: ColumnElement[bool]) -> dict[str, int]:
    """How many tickets of these conditions there are of each outcome; open ones under their state."""
    started = ticket.c.started_at.is_not(None)
    query = select(ticket.c.state, started, func.count()).where(*conditions).group_by(ticket.c.state, started)
    counts: dict[str, int] = {}
    for state, has_started, count in unit.connection.execute(query):
        name = outcome(state, started=bool(has_started))
        counts[name] = counts.get(name, 0) + count
    return counts


def today(unit: Unit) -> dict[str, Any]:
    """Tickets of the business day: issued, and how they ended."""
    counts = by_outcome(unit, ticket.c.hall_id == unit.hall.id, ticket.c.day == unit.day)
    return {"issued": sum(counts.values())} | {name: counts.get(name, 0) for name in OUTCOMES}
