"""How a day went for each class: waits, targets, and how far anybody was overtaken."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from server.domain.order import MINUTE, ClassParameters
from server.domain.simulate import TrialCall, TrialRun


@dataclass(frozen=True, slots=True)
class Overtaken:
    """How often somebody was called before one ticket who counts from later, and by how much later at most (ms)."""

    times: int
    longest: int


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """The figures of a class, or of all (`class_code` ""); times in minutes.

    A wait lasts from a ticket's reference (an appointment's slot) to its first call, and is 0 for one called before it.
    within: the share of waits that do not exceed the class's target. overtaken_minutes, overtaken_times: the longest
    that anybody was overtaken by who counts from later, and the most often; of different tickets maybe.
    """

    class_code: str
    count: int
    mean: float
    p90: float
    longest: float
    within: float
    overtaken_minutes: float
    overtaken_times: int


def figures(run: TrialRun, classes: Mapping[str, ClassParameters]) -> list[ClassFigures]:
    """One line for each class that has tickets, in the order of `classes`, and one of all at the end."""
    found = list(_overtaken(run))
    lines = []
    for code in classes:
        mine = [one for one in found if run.tickets[one[0].number].class_code == code]
        if mine:
            lines.append(_line(code, run, mine, classes))
    return [*lines, _line("", run, found, classes)]


def wait(run: TrialRun, call: TrialCall) -> int:
    """How long (ms) a called ticket waited; see ClassFigures."""
    return max(0, call.at - run.tickets[call.number].reference)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest of sorted values that `share` (0 to 1) of them do not exceed; 0 of none."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _line(
    code: str, run: TrialRun, called: Sequence[tuple[TrialCall, Overtaken]], classes: Mapping[str, ClassParameters]
) -> ClassFigures:
    waits = sorted(wait(run, call) / MINUTE for call, _ in called)
    count = len(called)
    kept = sum(wait(run, call) <= classes[run.tickets[call.number].class_code].target * MINUTE for call, _ in called)
    return ClassFigures(
        class_code=code,
        count=count,
        mean=sum(waits) / count if count else 0.0,
        p90=quantile(waits, 0.9),
        longest=waits[-1] if waits else 0.0,
        within=kept / count if count else 1.0,
        overtaken_minutes=max((one.longest for _, one in called), default=0) / MINUTE,
        overtaken_times=max((one.times for _, one in called), default=0),
    )


def _overtaken(run: TrialRun) -> Iterator[tuple[TrialCall, Overtaken]]:
    """Each first call with how its ticket was overtaken: by calls of counters that could have called it instead."""
    by_type: dict[str, tuple[list[int], list[int]]] = {}
    for call in run.calls:
        for code in call.counter.serves:
            moments, references = by_type.setdefault(code, ([], []))
            moments.append(call.at)
            references.append(run.tickets[call.number].reference)
    for call in run.calls:
        mine = run.tickets[call.number]
        moments, references = by_type[mine.counter_type]
        waited = slice(bisect_left(moments, mine.eligible), bisect_left(moments, call.at))
        later = [reference - mine.reference for reference in references[waited] if reference > mine.reference]
        yield call, Overtaken(len(later), max(later, default=0))
