"""How a business day went: who came, what became of each, how long they waited, those who were never called too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import func, or_, select

from server.db.tables import ticket
from server.domain.order import MINUTE
from server.domain.outcomes import Course, DayBounds, bounds_of, column, judged, was_open
from server.services.runtime.deployment import Deployment
from server.services.runtime.unit_of_work import UnitOfWork

_T = ticket.c
_COLUMNS = (
    _T.day,
    _T.state,
    _T.class_code,
    _T.reference_at,
    _T.called_at,
    _T.started_at,
    _T.ended_at,
    _T.removed,
)


@dataclass(frozen=True, slots=True)
class DayColumns:
    """How many tickets of a business day stand in each column at the end of a day (`server/domain/outcomes.py`)."""

    day: str
    completed: int = 0
    unconfirmed: int = 0
    no_show: int = 0
    removed: int = 0
    cancelled: int = 0
    not_served: int = 0
    unfinished: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class DayFigures(DayColumns):
    """The figures of one business day that is over; waits in minutes.

    issued: numbers given, the sum of all columns. earlier: what became on this day of tickets kept from earlier days,
    by the day on which they were given; they are in no other figure here. A wait lasts from the number (an
    appointment's slot) to the call; who was never called waited until they left or the day ended. within_target: the
    share of the `counted` tickets that were called within their class's target, None when nobody is counted.
    """

    issued: int = 0
    counted: int = 0
    mean_wait: float = 0.0
    longest_wait: float = 0.0
    within_target: float | None = None
    earlier: tuple[DayColumns, ...] = ()


_last: WeakKeyDictionary[Deployment, dict[int, tuple[str, int, DayFigures | None]]] = WeakKeyDictionary()


def last_day(unit: UnitOfWork) -> DayFigures | None:
    """The last business day before today on which numbers were given, as far as the database has it.

    It is over: it is counted once a minute, however many look.
    """
    halls, minute = _last.setdefault(unit.deployment, {}), unit.now // MINUTE
    known = halls.get(unit.hall.id)
    if known is None or known[:2] != (unit.day, minute):
        known = halls[unit.hall.id] = (unit.day, minute, _last_day(unit, known[2] if known else None))
    return known[2]


def _last_day(unit: UnitOfWork, known: DayFigures | None) -> DayFigures | None:
    before = select(func.max(_T.day)).where(_T.hall_id == unit.hall.id, _T.day < unit.day)
    day = unit.connection.execute(before).scalar()
    if day is None:
        return None
    # What was kept for a day that is over changes no more, and is looked for among all tickets before it.
    return figures_of(unit, day, earlier=known.earlier if known and known.day == day else None)


def figures_of(unit: UnitOfWork, day: str, *, earlier: tuple[DayColumns, ...] | None = None) -> DayFigures:
    """The figures of a business day that is over; `earlier` where it is known."""
    hall = unit.hall
    bounds = bounds_of(day, hall.time_zone, day_ends=hall.settings.day_ends)
    given = select(*_COLUMNS).where(_T.hall_id == hall.id, _T.day == day)
    rows = [Course.of(row) for row in unit.connection.execute(given)]
    found = [one for row in rows if (one := judged(row, hall.settings.classes, ends=bounds.ends)) is not None]
    minutes = [wait.ms / MINUTE for wait, _ in found]
    return DayFigures(
        day=day,
        **Counter(column(row, bounds) for row in rows),
        issued=len(rows),
        counted=len(found),
        mean_wait=round(sum(minutes) / len(minutes), 1) if minutes else 0.0,
        longest_wait=round(max(minutes, default=0.0), 1),
        within_target=round(sum(kept for _, kept in found) / len(found), 3) if found else None,
        earlier=_columns(_kept_for(unit, day, bounds), bounds) if earlier is None else earlier,
    )


def _kept_for(unit: UnitOfWork, day: str, bounds: DayBounds) -> list[tuple[str, Course]]:
    """The tickets of earlier days that were open when a day began, with their days."""
    since = or_(_T.ended_at.is_(None), _T.ended_at >= bounds.begins)
    query = select(*_COLUMNS).where(_T.hall_id == unit.hall.id, _T.day < day, since).order_by(_T.day)
    found: list[tuple[str, Course]] = [(row.day, Course.of(row)) for row in unit.connection.execute(query)]
    return [(given, one) for given, one in found if was_open(one, bounds)]


def _columns(kept: Iterable[tuple[str, Course]], bounds: DayBounds) -> tuple[DayColumns, ...]:
    by_day: dict[str, Counter[str]] = {}
    for given, one in kept:
        by_day.setdefault(given, Counter())[column(one, bounds)] += 1
    return tuple(DayColumns(given, **counts) for given, counts in by_day.items())
