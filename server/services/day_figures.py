"""How a business day went: who came, how each visit ended, how long they waited, those who were never called too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from server.db.tables import ticket
from server.domain.hours import day_end
from server.domain.order import MINUTE, ClassParameters
from server.domain.states import TicketState
from server.services.day_counts import outcome
from server.services.house import House
from server.services.unit import Unit

_T = ticket.c
_COLUMNS = (_T.state, _T.class_code, _T.reference_at, _T.called_at, _T.started_at, _T.ended_at)


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The figures of one business day; waits in minutes.

    issued: numbers given. completed, no_show, cancelled: how visits ended. unconfirmed: called and completed, and
    nobody said that the visitor was there. not_served: the day ended and nobody had called them. unfinished: called,
    and neither served nor closed when the day ended. A wait lasts from the number (an appointment's slot) to the call;
    who was never called waited until they left or the day ended. within_target: the share of all that were called
    within their class's target, None when nobody waited to the end.
    """

    day: str
    issued: int
    completed: int
    unconfirmed: int
    no_show: int
    cancelled: int
    not_served: int
    unfinished: int
    mean_wait: float
    longest_wait: float
    within_target: float | None


@dataclass(frozen=True, slots=True)
class _Wait:
    minutes: float
    kept: bool


_last: WeakKeyDictionary[House, dict[int, tuple[str, int, DayFigures | None]]] = WeakKeyDictionary()


def last_day(unit: Unit) -> DayFigures | None:
    """The last business day before today on which numbers were given, as far as the database has it.

    It is over: it is counted once a minute, however many look.
    """
    halls, minute = _last.setdefault(unit.house, {}), unit.now // MINUTE
    known = halls.get(unit.hall.id)
    if known is None or known[:2] != (unit.day, minute):
        known = halls[unit.hall.id] = (unit.day, minute, _last_day(unit))
    return known[2]


def _last_day(unit: Unit) -> DayFigures | None:
    before = select(func.max(_T.day)).where(_T.hall_id == unit.hall.id, _T.day < unit.day)
    day = unit.connection.execute(before).scalar()
    return None if day is None else figures_of(unit, day)


def figures_of(unit: Unit, day: str) -> DayFigures:
    """The figures of a business day."""
    rows = list(unit.connection.execute(select(*_COLUMNS).where(_T.hall_id == unit.hall.id, _T.day == day)))
    ends = day_end(day, unit.hall.time_zone, day_ends=unit.hall.settings.day_ends)
    counts: dict[str, int] = {}
    for row in rows:
        name = ended_as(row.state, called=row.called_at is not None, started=row.started_at is not None)
        counts[name] = counts.get(name, 0) + 1
    waits = [one for row in rows if (one := _wait(row, unit.hall.settings.classes, ends)) is not None]
    minutes = [one.minutes for one in waits]
    return DayFigures(
        day=day,
        issued=len(rows),
        completed=counts.get("completed", 0),
        unconfirmed=counts.get("unconfirmed", 0),
        no_show=counts.get("no_show", 0),
        cancelled=counts.get("cancelled", 0),
        not_served=counts.get("not_served", 0),
        unfinished=counts.get("unfinished", 0),
        mean_wait=round(sum(minutes) / len(minutes), 1) if minutes else 0.0,
        longest_wait=round(max(minutes, default=0.0), 1),
        within_target=round(sum(one.kept for one in waits) / len(waits), 3) if waits else None,
    )


def ended_as(state: str, *, called: bool, started: bool) -> str:
    """How a ticket ended, as figures and the archive's table name it: "not_served" for one that nobody ever called."""
    if state == TicketState.EXPIRED:
        return "unfinished" if called else "not_served"
    return outcome(state, started=started)


def waited(*, reference_at: int, called_at: int | None, ended_at: int | None, ends: int | None = None) -> int | None:
    """How long (ms) a ticket waited: to its call, or to its end, at the latest that of its day; None while it waits."""
    until = called_at if called_at is not None else ended_at
    if until is None:
        return None
    if called_at is None and ends is not None:
        until = min(until, ends)
    return max(0, until - reference_at)


def _wait(row: Any, classes: Mapping[str, ClassParameters], ends: int) -> _Wait | None:
    lasted = waited(reference_at=row.reference_at, called_at=row.called_at, ended_at=row.ended_at, ends=ends)
    if lasted is None:
        return None
    target = classes.get(row.class_code, ClassParameters()).target
    return _Wait(lasted / MINUTE, row.called_at is not None and lasted <= target * MINUTE)
