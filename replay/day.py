"""A recorded day: who came when, how long each was served, and which counters were open."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from replay.service_times import Call, derive_service_times

RESOLUTION = 5.0
"""Minutes between two readings of the source: an event happened within this time before its reading."""

LARGEST = 100_000
"""No minute, ticket number or count of a day is larger."""

MOST_COUNTERS = 1_000
"""No queue has more open counters."""


class DayError(ValueError):
    """The file is not a day that can be played; the message says where and why."""


@dataclass(frozen=True)
class Visit:
    """One visitor; all times in minutes since midnight, `service` in minutes. `slot`: of who has an appointment."""

    queue: str
    ticket: int
    arrives: float
    service: float
    recorded_wait: float
    slot: float | None = None


@dataclass(frozen=True)
class Shift:
    """The n-th counter (from 1) of a queue and the spans (from, to) in which it was open."""

    queue: str
    place: int
    spans: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Day:
    """Visits in the order of arrival; `queues` has the name of each queue by its letter."""

    name: str
    queues: dict[str, str]
    visits: tuple[Visit, ...]
    shifts: tuple[Shift, ...]

    @property
    def opens(self) -> float:
        """The minute at which the play begins."""
        return min([self.visits[0].arrives, *(shift.spans[0][0] for shift in self.shifts)])


@dataclass(frozen=True)
class _Reading:
    queue: str
    ticket: int
    issued: float
    called: float


def read_day(file: Path) -> Day:
    """Read `NAME.csv` (queue,ticket,issued_min,called_min) and `NAME_counters.csv` (queue,name,minute,open) beside it.

    Raises DayError.
    """
    beside = file.with_name(f"{file.stem}_counters.csv")
    readings = [_reading(row, where) for where, row in _rows(file, {"queue", "ticket", "issued_min", "called_min"})]
    names: dict[str, str] = {}
    opened: dict[str, list[tuple[float, int]]] = {}
    for where, row in _rows(beside, {"queue", "name", "minute", "open"}):
        names[row["queue"]] = row["name"]
        count = int(_number(row["open"], where))
        if count > MOST_COUNTERS:
            raise DayError(f"{where}: {count} open counters are more than {MOST_COUNTERS:,}")
        opened.setdefault(row["queue"], []).append((_number(row["minute"], where), count))
    if not readings:
        raise DayError(f"{file}: no tickets")
    if missing := sorted({reading.queue for reading in readings} - set(opened)):
        raise DayError(f"{beside}: no counters for queue {', '.join(missing)}")
    visits = [visit for queue in opened for visit in _visits(queue, readings, opened[queue])]
    shifts = tuple(shift for queue, series in opened.items() for shift in shifts_of(queue, series))
    return Day(file.stem, names, tuple(sorted(visits, key=lambda visit: visit.arrives)), shifts)


def shifts_of(queue: str, series: list[tuple[float, int]]) -> Iterator[Shift]:
    """The series (minute, open counters) as one shift per counter; the last reading closes every counter.

    The first counter stays from its first opening to its last closing: where the source shows it closed for some
    minutes in between, it was lent to another queue and came back for the next visitor.
    """
    steps = sorted(series)
    end = steps[-1][0]
    for place in range(1, max(count for _, count in steps) + 1):
        spans: list[tuple[float, float]] = []
        for (start, count), (until, _) in zip(steps, [*steps[1:], (end, 0)], strict=True):
            if count < place or until <= start:
                continue
            joins = spans and spans[-1][1] == start
            spans.append((spans.pop()[0] if joins else start, until))
        if spans:
            yield Shift(queue, place, tuple(spans) if place > 1 else ((spans[0][0], spans[-1][1]),))


def spread(readings: Iterable[float]) -> list[float]:
    """Sorted readings, each group of equal ones spread evenly over the RESOLUTION minutes before it."""
    spread_out: list[float] = []
    for reading, group in groupby(readings):
        size = len(list(group))
        spread_out += [reading - RESOLUTION * (size - index - 0.5) / size for index in range(size)]
    return spread_out


def _visits(queue: str, readings: list[_Reading], series: list[tuple[float, int]]) -> list[Visit]:
    own = sorted((reading for reading in readings if reading.queue == queue), key=lambda reading: reading.ticket)
    arrivals = spread([reading.issued for reading in own])
    calls = [
        Call(_open_minutes(series, at), waited=reading.called - reading.issued, open_counters=_open_at(series, at))
        for reading, at in zip(own, spread([reading.called for reading in own]), strict=True)
    ]
    return [
        Visit(queue, reading.ticket, arrives, service, max(0.0, reading.called - reading.issued))
        for reading, arrives, service in zip(own, arrivals, derive_service_times(calls), strict=True)
    ]


def _open_at(series: list[tuple[float, int]], minute: float) -> int:
    return next((count for start, count in reversed(series) if start <= minute), 0)


def _open_minutes(series: list[tuple[float, int]], minute: float) -> float:
    """Minutes until `minute` in which the queue had an open counter: the rest of the time nobody was served."""
    until = [start for start, _ in series[1:]] + [minute]
    return sum(
        max(0.0, min(end, minute) - start) for (start, count), end in zip(series, until, strict=True) if count > 0
    )


def _reading(row: dict[str, str], where: str) -> _Reading:
    issued, called = _number(row["issued_min"], where), _number(row["called_min"], where)
    return _Reading(row["queue"], int(_number(row["ticket"], where)), issued, called)


def _rows(file: Path, columns: set[str]) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            if missing := sorted(columns - set(reader.fieldnames or ())):
                raise DayError(f"{file} is no recorded day: it has no column {', '.join(missing)}")
            for row in reader:
                if short := sorted(name for name in columns if row[name] is None):
                    raise DayError(f"{file}, line {reader.line_num}: there is no {', '.join(short)}")
                yield f"{file}, line {reader.line_num}", row
    except UnicodeDecodeError as error:
        raise DayError(f"{file} is no text in UTF-8") from error
    except (OSError, csv.Error) as error:
        raise DayError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _number(text: str | None, where: str) -> float:
    """A minute of the day, a ticket's number or a count. Raises DayError for what none of them can be."""
    try:
        number = float(text or "")
    except ValueError:
        raise DayError(f"{where}: {text!r} is not a number") from None
    if not 0 <= number <= LARGEST:
        raise DayError(f"{where}: {text} is not between 0 and {LARGEST:,}")
    return number
