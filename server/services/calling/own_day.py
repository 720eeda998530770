"""A clerk's own day: how many visitors they served in a hall, and how long one took."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from server.db.repositories import ticket_rows
from server.db.tables import session
from server.db.tables import ticket as tickets
from server.domain.outcomes import bounds_of
from server.domain.states import TicketState
from server.domain.visits import Step
from server.services.calling import steps
from server.services.runtime.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OwnDay:
    """What one clerk did on the business day, at whichever counters.

    served: services that were started and completed. minutes: mean from start to completion, None for nobody. missed:
    visitors who did not come when this clerk called them last. unconfirmed: completed though nobody said that the
    visitor came.
    """

    served: int
    minutes: float | None
    missed: int
    unconfirmed: int


def own_day(unit: UnitOfWork) -> dict[str, Any]:
    """The day of the clerk who asks: `OwnDay` as an object. Raises Refusal `not_signed_in`, `forbidden`."""
    unit.actor.needs("clerk")
    return asdict(day_of(unit, user_id=unit.actor.id))


def day_of(unit: UnitOfWork, *, user_id: int) -> OwnDay:
    """The day of one clerk."""
    mine = set(_sessions(unit, user_id))
    found = _last_at(unit, mine)
    done = [one for one in found if one.state is TicketState.COMPLETED and one.ended_at]
    lasted = [_lasted(one, _begins(unit)) for one in done if one.started_at]
    earlier = list(_earlier_services(unit, mine))
    lasted += [step.ended_at - step.started_at for step in earlier if step.ended_at and step.started_at]
    known = [one for one in lasted if one is not None]
    unconfirmed = sum(one.started_at is None for one in done) + sum(step.started_at is None for step in earlier)
    missed = sum(one.state in (TicketState.PARKED, TicketState.NO_SHOW) for one in found)
    mean = round(sum(known) / len(known) / 60_000, 1) if known else None
    return OwnDay(len(lasted), mean, missed, unconfirmed)


def _begins(unit: UnitOfWork) -> int:
    """When the business day began (ms)."""
    return bounds_of(unit.day, unit.hall.time_zone, day_ends=unit.hall.settings.day_ends).begins


def _lasted(one: ticket_rows.Ticket, begins: int) -> int | None:
    """How long one service took (ms); None when it lay over the end of a day, as with a ticket that was kept."""
    if one.started_at is None or one.ended_at is None or one.started_at < begins:
        return None
    return one.ended_at - one.started_at - one.idle_ms


def _sessions(unit: UnitOfWork, user_id: int) -> Iterator[int]:
    # A session of an earlier day was closed when that day ended.
    query = select(session.c.id).where(
        session.c.hall_id == unit.hall.id,
        session.c.user_id == user_id,
        session.c.closed_at.is_(None) | (session.c.closed_at > unit.now - 24 * 3_600_000),
    )
    return (row[0] for row in unit.connection.execute(query))


def _last_at(unit: UnitOfWork, sessions: set[int]) -> list[ticket_rows.Ticket]:
    """The day's tickets that these sessions had last, and those kept from earlier days that they had today."""
    begins, columns = _begins(unit), tickets.c
    done = (columns.state == str(TicketState.COMPLETED)) & (columns.ended_at >= begins)
    today = (columns.day == unit.day) | done | (columns.last_called_at >= begins)
    return ticket_rows.tickets_where(
        unit.connection,
        tickets.c.hall_id == unit.hall.id,
        today,
        tickets.c.session_id.in_(sorted(sessions)),
    )


def _earlier_services(unit: UnitOfWork, sessions: set[int]) -> Iterator[Step]:
    """The services of visits that went on to another service afterwards."""
    for ticket, step in steps.done_today(unit):
        if step.session_id in sessions and step.ended_at and step.ended_at != ticket.ended_at:
            yield step
