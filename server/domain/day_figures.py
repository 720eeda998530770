"""What a day was like under a policy: waits by class, how many within target, how far anybody was overtaken."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.domain.order import ClassParameters
from server.domain.simulate import Arrival, Called

MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """Of one class, in minutes; `within_target` is a share.

    overtaken_by: the longest time by which somebody who came later was called before. overtakers: by how many at most.
    """

    class_code: str
    visits: int
    unserved: int
    mean: float
    p90: float
    longest: float
    target: float
    within_target: float
    overtaken_by: float
    overtakers: int


def figures(
    arrivals: Sequence[Arrival], called: Sequence[Called], classes: Mapping[str, ClassParameters]
) -> list[ClassFigures]:
    """The figures of each class that came, in the order of the classes."""
    waits: dict[str, list[float]] = defaultdict(list)
    for one in called:
        waits[one.arrival.class_code].append(one.wait / MINUTE)
    came: dict[str, int] = defaultdict(int)
    for arrival in arrivals:
        came[arrival.class_code] += 1
    overtaken = _overtaken(called)
    return [
        _of_class(code, sorted(waits[code]), came[code], classes[code], overtaken[code])
        for code in classes
        if came[code]
    ]


def _of_class(
    code: str, waits: list[float], came: int, parameters: ClassParameters, overtaken: tuple[float, int]
) -> ClassFigures:
    count = len(waits)
    return ClassFigures(
        class_code=code,
        visits=came,
        unserved=came - count,
        mean=sum(waits) / count if count else 0.0,
        p90=waits[min(int(count * 0.9), count - 1)] if count else 0.0,
        longest=waits[-1] if count else 0.0,
        target=parameters.target,
        within_target=sum(wait <= parameters.target for wait in waits) / count if count else 0.0,
        overtaken_by=overtaken[0],
        overtakers=overtaken[1],
    )


def _overtaken(called: Sequence[Called]) -> dict[str, tuple[float, int]]:
    """By class: the longest lead that was lost to a later number of the same counter type, and the most losses.

    The calls are looked at backwards: whoever is called later than one with a higher number was overtaken by it.
    """
    worst: dict[str, tuple[float, int]] = defaultdict(lambda: (0.0, 0))
    by_type: dict[str, list[Called]] = defaultdict(list)
    for one in called:
        by_type[one.arrival.counter_type].append(one)
    for calls in by_type.values():
        issued: list[int] = []
        latest = 0
        for one in calls:
            lead = (latest - one.arrival.at) / MINUTE
            later = len(issued) - bisect_left(issued, one.arrival.at + 1)
            before = worst[one.arrival.class_code]
            worst[one.arrival.class_code] = (max(before[0], lead), max(before[1], later))
            insort(issued, one.arrival.at)
            latest = max(latest, one.arrival.at)
    return worst
