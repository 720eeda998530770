"""Business days and opening hours, in the hall's own time zone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

#: By how much a clock is set back and still in the day that has begun: daylight saving set by hand, and some more.
SET_BACK_MS = 2 * 3_600_000
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: weekday -> spans of ("HH:MM", "HH:MM"); "24:00" ends a day.
Hours = Mapping[str, Collection[tuple[str, str]]]


def local(moment: int, zone: ZoneInfo) -> datetime:
    """`moment` (milliseconds since the epoch) on the hall's wall clock."""
    return datetime.fromtimestamp(moment / 1000, tz=zone)


def business_day(moment: int, zone: ZoneInfo, *, day_ends: str) -> str:
    """The business day ("2026-11-23") that `moment` belongs to; before `day_ends` ("04:00") it is the day before."""
    clock = local(moment, zone)
    day = clock.date()
    if clock.strftime("%H:%M") < day_ends:
        day -= timedelta(days=1)
    return day.isoformat()


def day_end(day: str, zone: ZoneInfo, *, day_ends: str) -> int:
    """When a business day ends (ms)."""
    return moment_of(date.fromisoformat(day) + timedelta(days=1), day_ends, zone)


def day_at(now: int, zone: ZoneInfo, *, day_ends: str, begun: str) -> str:
    """The business day at `now` of a hall whose day `begun` has begun; "" when none ever did.

    A clock that is set back a little past the end of a day does not bring the ended day back: who is given a number
    then would be sent away when it ends again.
    """
    day = business_day(now, zone, day_ends=day_ends)
    if day < begun <= business_day(now + SET_BACK_MS, zone, day_ends=day_ends):
        return begun
    return day


def is_open(moment: int, zone: ZoneInfo, hours: Hours, holidays: Collection[str]) -> bool:
    """Whether the hall gives tickets at `moment`. `holidays` are dates ("2026-10-01") without hours."""
    clock = local(moment, zone)
    if clock.date().isoformat() in holidays:
        return False
    time = clock.strftime("%H:%M")
    return any(start <= time < end for start, end in hours.get(WEEKDAYS[clock.weekday()], ()))


def closing(moment: int, zone: ZoneInfo, hours: Hours, holidays: Collection[str]) -> int | None:
    """When the span of hours ends that `moment` lies in (ms); spans that touch are one. None when it lies in none."""
    if not is_open(moment, zone, hours, holidays):
        return None
    day = local(moment, zone).date()
    ends = moment
    for start, end in sorted(hours.get(WEEKDAYS[day.weekday()], ())):
        if moment_of(day, start, zone) <= ends < (until := moment_of(day, end, zone)):
            ends = until
    # Around the clock there is no end of the day.
    return None if is_open(ends, zone, hours, holidays) else ends


def next_opening(moment: int, zone: ZoneInfo, hours: Hours, holidays: Collection[str]) -> int | None:
    """The next moment (milliseconds) at which the hall opens, None when the coming 60 days have no hours."""
    today = local(moment, zone).date()
    for offset in range(60):
        day = today + timedelta(days=offset)
        if day.isoformat() in holidays:
            continue
        for start, _ in sorted(hours.get(WEEKDAYS[day.weekday()], ())):
            opening = moment_of(day, start, zone)
            if opening > moment:
                return opening
    return None


#: The years whose days and times are taken from outside.
YEARS = range(1970, 2500)


def moment_of(day: date, time: str, zone: ZoneInfo) -> int:
    """The moment (milliseconds) at which the hall's clock shows `time` ("HH:MM", "24:00" is the end) on a day.

    A time within the hour that daylight saving skips is when it does: the clock shows a later one from then on.
    """
    hour, minute = map(int, time.split(":"))
    if hour == 24:
        day, hour = day + timedelta(days=1), 0
    shown = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    moment = int(shown.timestamp() * 1000)
    return moment if local(moment, zone).replace(tzinfo=None) == shown.replace(tzinfo=None) else _skip(shown)


def _skip(shown: datetime) -> int:
    """The moment at which the clock goes on over a time that it never shows, since daylight saving begins."""
    before, after = (int(shown.replace(fold=fold).timestamp()) for fold in (1, 0))
    zone = shown.tzinfo
    old = datetime.fromtimestamp(before, tz=zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, tz=zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after * 1000


def to_text(moment: int | None, zone: ZoneInfo) -> str | None:
    """RFC 3339 with the hall's offset and milliseconds; None stays None."""
    return None if moment is None else local(moment, zone).isoformat(timespec="milliseconds")


def from_text(text: str) -> int:
    """Milliseconds since the epoch of an RFC 3339 time with offset. Raises ValueError for any other text.

    A year that no hall will see is refused too: at the calendar's edge a zone's offset leads out of it.
    """
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a time such as 2026-10-01T09:00:00+08:00") from None
    if parsed.year not in YEARS:
        raise ValueError(f"must be a time of the years {YEARS.start} to {YEARS.stop - 1}")
    if parsed.tzinfo is None:
        raise ValueError("a time needs an offset such as +08:00")
    return int(parsed.astimezone(UTC).timestamp() * 1000)
