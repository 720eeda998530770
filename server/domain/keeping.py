"""For how long a hall's days stay in the database, and when the older ones may be taken out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.domain.hours import business_day, local, moment_of

#: No day is taken out sooner: visitors still rate it, expired tickets are closed the morning after.
SHORTEST_DAYS = 14
#: A ticket that ended later than so long after its day is taken out with another part of that day.
SETTLED_MS = 7 * 86_400_000
#: Hours of the night in which nobody is disturbed, in a hall that never closes.
NIGHT = ("02:00", "05:00")
#: Who is so many days behind does not wait for a quiet hour: each step is short.
LATE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Keeping:
    """The rules of a deployment.

    days: how many a hall's days stay in the database; 0 for ever. years: how long their archives stay; 0 for ever.
    """

    days: int = 0
    years: int = 0


def first_kept(*, now: int, zone: ZoneInfo, day_ends: str, days: int) -> str:
    """The first business day that stays when that many before today do."""
    today = date.fromisoformat(business_day(now, zone, day_ends=day_ends))
    return (today - timedelta(days=days)).isoformat()


def first_of_years(*, today: str, years: int) -> str:
    """The first day whose archive stays when those of so many years do."""
    year = max(1, int(today[:4]) - years)
    return f"{year:04}{today[4:]}"


def begins(day: str, zone: ZoneInfo, *, day_ends: str) -> int:
    """When a business day begins (ms)."""
    return moment_of(date.fromisoformat(day), day_ends, zone)


def after(day: str) -> str:
    """The day after."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def may_begin(*, now: int, zone: ZoneInfo, busy: bool, oldest: str, limit: str) -> bool:
    """Whether days before `limit` may be taken out now. busy: the hall is open or somebody is on duty."""
    late = date.fromisoformat(oldest) <= date.fromisoformat(limit) - timedelta(days=LATE_DAYS)
    return late or not busy or NIGHT[0] <= local(now, zone).strftime("%H:%M") < NIGHT[1]


def without_notes(content: Any) -> Any:
    """An event's content without what clerks wrote about a visitor: it may name somebody."""
    if isinstance(content, dict):
        return {name: None if name == "note" else without_notes(part) for name, part in content.items()}
    return [without_notes(part) for part in content] if isinstance(content, list) else content


@dataclass(frozen=True, slots=True)
class Events:
    """What is counted of a hall's log.

    head: the number of its last event. count, first, last: of those in the log. archived: the last event that an
    archive holds, 0 for none; it may still be in the log. skipped: numbers within the log that no event ever had,
    since a copy was put back and a new stream begun. begins: whether the first one in the log began a stream.
    """

    head: int
    count: int
    first: int | None
    last: int | None
    archived: int
    skipped: int = 0
    begins: bool = False

    @property
    def whole(self) -> bool:
        """Whether no event is missing: those in the log end at its head, the ones before are archived."""
        if self.first is None or self.last is None:
            return self.head == self.archived
        within = self.head - self.first + 1 - self.skipped
        return self.last == self.head and self.count == within and (self.begins or self.first <= self.archived + 1)
