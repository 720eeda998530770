"""What became of a ticket by the end of a business day, and whether it was called within its target.

Every figure asks here: the live view, the day's figures, the metrics, the archive's table and the comparison of rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.domain.hours import day_end
from server.domain.order import MINUTE, ClassParameters
from server.domain.policy import ORDINARY
from server.domain.states import OPEN, TicketState

#: The columns of a day. Every ticket stands in exactly one of them.
COLUMNS = (
    "completed",  # started and completed
    "unconfirmed",  # called and completed, and nobody ever said that the visitor was there
    "no_show",  # missed too often, closed
    "removed",  # taken out by staff
    "cancelled",  # the visitor left
    "not_served",  # the day ended and nobody had called it
    "unfinished",  # called, and neither served nor closed when the day ended
    "kept",  # open when the day ended, and kept for the next one
    "open",  # the day has not ended, nor has the ticket
)


@dataclass(frozen=True, slots=True)
class DayBounds:
    """A business day in ms: it begins, it ends, and the one after it ends."""

    begins: int
    ends: int
    next_ends: int


@dataclass(frozen=True, slots=True)
class Course:
    """What a ticket's row says of its course; times in ms."""

    state: str
    class_code: str
    reference_at: int
    called_at: int | None
    started_at: int | None
    ended_at: int | None
    removed: bool

    @classmethod
    def of(cls, row: Any) -> Course:
        """From anything that has these names: a row, a ticket."""
        return cls(
            str(row.state),
            row.class_code,
            row.reference_at,
            row.called_at,
            row.started_at,
            row.ended_at,
            bool(row.removed),
        )


def bounds_of(day: str, zone: ZoneInfo, *, day_ends: str) -> DayBounds:
    """When a business day ("2026-12-01") begins and ends."""
    around = [(date.fromisoformat(day) + timedelta(days=step)).isoformat() for step in (-1, 0, 1)]
    return DayBounds(*(day_end(one, zone, day_ends=day_ends) for one in around))


def outcome(state: str, *, started: bool, removed: bool, called: bool) -> str:
    """The column of a ticket as it is now; "open" for one that has not ended."""
    if state == TicketState.COMPLETED and not started:
        return "unconfirmed"
    if state == TicketState.CANCELLED and removed:
        return "removed"
    if state == TicketState.EXPIRED:
        return "unfinished" if called else "not_served"
    return "open" if state in OPEN else str(state)


def column(one: Course, day: DayBounds) -> str:
    """The column of a ticket when a day that is over ended: "kept" for one that went on."""
    if one.ended_at is None or _ended_later(one, one.ended_at, day):
        return "kept"
    return outcome(one.state, started=one.started_at is not None, removed=one.removed, called=one.called_at is not None)


def _ended_later(one: Course, ended_at: int, day: DayBounds) -> bool:
    """A ticket expires as its last day ends, which the server may notice some time later."""
    return ended_at >= (day.next_ends if one.state == TicketState.EXPIRED else day.ends)


def was_open(one: Course, at: DayBounds) -> bool:
    """Whether a ticket of an earlier day was still open when a day began."""
    if one.ended_at is None:
        return True
    return one.ended_at >= (at.ends if one.state == TicketState.EXPIRED else at.begins)


@dataclass(frozen=True, slots=True)
class Wait:
    """How long (ms) a ticket waited on its day: to its call (`called`), or until it ended or the day did."""

    ms: int
    called: bool


def waited(one: Course, *, ends: int | None) -> Wait | None:
    """The wait of a ticket, from its reference on; `ends`: of its day, None while that goes on.

    None for one that waits still.
    """
    if one.called_at is not None and (ends is None or one.called_at < ends):
        return Wait(max(0, one.called_at - one.reference_at), called=True)
    until = min((moment for moment in (one.ended_at, ends) if moment is not None), default=None)
    return None if until is None else Wait(max(0, until - one.reference_at), called=False)


def target_of(classes: Mapping[str, ClassParameters], class_code: str) -> float:
    """Within how many minutes a class is meant to be called; a class that the hall has no more counts as ordinary."""
    return (classes.get(class_code) or classes.get(ORDINARY) or ClassParameters()).target


def within_target(wait: Wait, *, target: float, removed: bool = False) -> bool | None:
    """Whether a ticket was called within its class's target (minutes).

    None when it says nothing of that and is left out of every share: staff took it out before the target was over,
    as they do with a number that was given by mistake. One that they took out later was not called in time.
    """
    if not wait.called and removed and wait.ms <= target * MINUTE:
        return None
    return wait.called and wait.ms <= target * MINUTE


def counts(one: Course, classes: Mapping[str, ClassParameters], *, ends: int | None) -> bool:
    """Whether a ticket is part of the shares and waits of its day (see `within_target`)."""
    return waited(one, ends=ends) is None or judged(one, classes, ends=ends) is not None


def judged(one: Course, classes: Mapping[str, ClassParameters], *, ends: int | None) -> tuple[Wait, bool] | None:
    """A ticket's wait and whether it was called within its target; None when it is no part of the shares."""
    wait = waited(one, ends=ends)
    if wait is None:
        return None
    kept = within_target(wait, target=target_of(classes, one.class_code), removed=_is_removed(one))
    return None if kept is None else (wait, kept)


def _is_removed(one: Course) -> bool:
    return one.removed and one.state == TicketState.CANCELLED
