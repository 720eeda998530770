"""A clerk's own day: how many visitors they served in a hall, and how long one took."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.db import rows
from server.db.tables import session
from server.db.tables import ticket as tickets
from server.domain.states import TicketState
from server.services import steps
from server.services.unit import Unit


@dataclass(frozen=True, slots=True)
class OwnDay:
    """What one clerk did on the business day, at whichever counters.

    served: services that were completed. minutes: mean from start (or call) to completion, None for nobody. missed:
    visitors who did not come when this clerk called them last.
    """

    served: int
    minutes: float | None
    missed: int


def own_day(unit: Unit) -> dict[str, Any]:
    """The day of the clerk who asks: {"served", "minutes", "missed"}. Raises Refusal `not_signed_in`, `forbidden`."""
    unit.actor.needs("clerk")
    day = day_of(unit, user_id=unit.actor.id)
    return {"served": day.served, "minutes": day.minutes, "missed": day.missed}


def day_of(unit: Unit, *, user_id: int) -> OwnDay:
    """The day of one clerk."""
    mine = set(_sessions(unit, user_id))
    found = _last_at(unit, mine)
    lasted = [
        one.ended_at - begun - one.idle_ms
        for one in found
        if one.state is TicketState.COMPLETED and one.ended_at and (begun := one.started_at or one.called_at)
    ]
    lasted += _earlier_services(unit, mine)
    missed = sum(one.state in (TicketState.PARKED, TicketState.NO_SHOW) for one in found)
    return OwnDay(len(lasted), round(sum(lasted) / len(lasted) / 60_000, 1) if lasted else None, missed)


def _sessions(unit: Unit, user_id: int) -> Iterator[int]:
    # A session of an earlier day was closed when that day ended.
    query = select(session.c.id).where(
        session.c.hall_id == unit.hall.id,
        session.c.user_id == user_id,
        session.c.closed_at.is_(None) | (session.c.closed_at > unit.now - 24 * 3_600_000),
    )
    return (row[0] for row in unit.connection.execute(query))


def _last_at(unit: Unit, sessions: set[int]) -> list[rows.Ticket]:
    return rows.tickets_where(
        unit.connection,
        tickets.c.hall_id == unit.hall.id,
        tickets.c.day == unit.day,
        tickets.c.session_id.in_(sorted(sessions)),
    )


def _earlier_services(unit: Unit, sessions: set[int]) -> Iterator[int]:
    """How long the services of visits took that went on to another service afterwards (ms)."""
    for ticket, step in steps.done_on(unit, unit.day):
        if step.session_id not in sessions or step.ended_at is None or step.ended_at == ticket.ended_at:
            continue
        yield step.ended_at - (step.started_at or step.called_at or step.ended_at)
