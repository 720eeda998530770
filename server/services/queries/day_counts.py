"""The columns of the business day that goes on: each of its tickets is in one, and each that was kept for it."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import ColumnElement, Select, func, select

from server.db.tables import number_kept, ticket
from server.domain.outcomes import COLUMNS, outcome
from server.services.runtime.unit_of_work import UnitOfWork

_T = ticket.c
#: The columns of a day that goes on.
TODAY = tuple(name for name in COLUMNS if name != "kept")


def by_outcome(unit: UnitOfWork, *conditions: ColumnElement[bool]) -> Counter[str]:
    """How many tickets of these conditions are in each column; open ones under their state."""
    started, called = _T.started_at.is_not(None), _T.called_at.is_not(None)
    group = (_T.state, started, called, _T.removed)
    counts: Counter[str] = Counter()
    for state, was_started, was_called, removed, count in unit.connection.execute(
        select(*group, func.count()).where(*conditions).group_by(*group)
    ):
        name = outcome(state, started=bool(was_started), removed=bool(removed), called=bool(was_called))
        counts[str(state) if name == "open" else name] += count
    return counts


def today(unit: UnitOfWork) -> dict[str, int]:
    """The tickets of the business day: issued, kept from earlier days, and how many of both are in each column."""
    own = _columns(by_outcome(unit, _T.hall_id == unit.hall.id, _T.day == unit.day))
    kept: Counter[str] = Counter()
    for one in earlier(unit).values():
        kept += one
    both = own + kept
    return {"issued": own.total(), "kept_before": kept.total()} | {name: both[name] for name in TODAY}


def earlier(unit: UnitOfWork) -> dict[str, Counter[str]]:
    """What became today of the tickets kept from earlier days: day of the ticket -> column -> how many."""
    ids = _kept(unit)
    days = unit.connection.execute(select(_T.day).where(_T.id.in_(ids)).distinct().order_by(_T.day)).scalars()
    return {day: _columns(by_outcome(unit, _T.id.in_(ids), _T.day == day)) for day in days}


def of_today(unit: UnitOfWork) -> tuple[tuple[ColumnElement[bool], ...], ...]:
    """The conditions of two questions that find all of today's tickets: those of the day, those kept for it."""
    return (_T.hall_id == unit.hall.id, _T.day == unit.day), (_T.id.in_(_kept(unit)),)


def _kept(unit: UnitOfWork) -> Select[tuple[int]]:
    return select(number_kept.c.ticket_id).where(number_kept.c.hall_id == unit.hall.id)


def _columns(counts: Counter[str]) -> Counter[str]:
    """The same with all open states in one column."""
    columns: Counter[str] = Counter()
    for name, count in counts.items():
        columns[name if name in TODAY else "open"] += count
    return columns
