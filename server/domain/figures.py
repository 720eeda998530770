"""How a day went for each class: waits, targets, and how far anybody was overtaken."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from server.domain.order import MINUTE, ClassParameters
from server.domain.outcomes import Wait, target_of, within_target
from server.domain.simulate import TrialRun


@dataclass(frozen=True, slots=True)
class Overtaken:
    """How often somebody was called before one ticket who counts from later, and by how much later at most (ms)."""

    times: int
    longest: int


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """The figures of a class, or of all (`class_code` ""); times in minutes.

    A wait lasts from a ticket's reference (an appointment's slot) to its first call, and is 0 for one called before it;
    of a ticket that was never called it lasts until its visitor left or it expired.
    within: the share of all that were called within the class's target. not_called: how many never were.
    overtaken_minutes, overtaken_times: the longest that anybody was overtaken by who counts from later, and the most
    often; of different tickets maybe.
    """

    class_code: str
    count: int
    mean: float
    p90: float
    longest: float
    within: float
    overtaken_minutes: float
    overtaken_times: int
    not_called: int = 0


@dataclass(frozen=True, slots=True)
class _Ended:
    """The end of a ticket's wait: when, and whether by a call."""

    number: int
    at: int
    called: bool
    overtaken: Overtaken


def figures(run: TrialRun, classes: Mapping[str, ClassParameters]) -> list[ClassFigures]:
    """One line for each class that has tickets, in the order of `classes`, and one of all at the end."""
    found = list(_ended(run))
    lines = []
    for code in classes:
        mine = [one for one in found if run.tickets[one.number].class_code == code]
        if mine:
            lines.append(_line(code, run, mine, classes))
    return [*lines, _line("", run, found, classes)]


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest of sorted values that `share` (0 to 1) of them do not exceed; 0 of none."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _line(code: str, run: TrialRun, ended: Sequence[_Ended], classes: Mapping[str, ClassParameters]) -> ClassFigures:
    waits = sorted(_wait(run, one) / MINUTE for one in ended)
    count = len(ended)
    kept = sum(_within(run, one, classes) for one in ended)
    return ClassFigures(
        class_code=code,
        count=count,
        mean=sum(waits) / count if count else 0.0,
        p90=quantile(waits, 0.9),
        longest=waits[-1] if waits else 0.0,
        within=kept / count if count else 1.0,
        overtaken_minutes=max((one.overtaken.longest for one in ended), default=0) / MINUTE,
        overtaken_times=max((one.overtaken.times for one in ended), default=0),
        not_called=sum(not one.called for one in ended),
    )


def _wait(run: TrialRun, one: _Ended) -> int:
    """How long (ms) a ticket waited; see ClassFigures."""
    return max(0, one.at - run.tickets[one.number].reference)


def _within(run: TrialRun, one: _Ended, classes: Mapping[str, ClassParameters]) -> bool:
    target = target_of(classes, run.tickets[one.number].class_code)
    return bool(within_target(Wait(_wait(run, one), one.called), target=target))


def _ended(run: TrialRun) -> Iterator[_Ended]:
    """The end of each wait, and how its ticket was overtaken: by calls of counters that could have called it."""
    by_type: dict[str, tuple[list[int], list[int]]] = {}
    for call in run.calls:
        for code in call.counter.serves:
            moments, references = by_type.setdefault(code, ([], []))
            moments.append(call.at)
            references.append(run.tickets[call.number].reference)
    ends = [(call.number, call.at, True) for call in run.calls]
    ends += [(one.number, one.until, False) for one in run.uncalled]
    for number, at, called in ends:
        mine = run.tickets[number]
        moments, references = by_type.get(mine.counter_type, ([], []))
        waited = slice(bisect_left(moments, mine.eligible), bisect_left(moments, at))
        later = [reference - mine.reference for reference in references[waited] if reference > mine.reference]
        yield _Ended(number, at, called, Overtaken(len(later), max(later, default=0)))
