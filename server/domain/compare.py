"""One day under several rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.domain.figures import ClassFigures, figures
from server.domain.order import Policy
from server.domain.policy import title_of
from server.domain.simulate import simulate
from server.domain.trial import TrialDay


@dataclass(frozen=True)
class Compared:
    """How a day goes under the rule of that name: a line for each class, one of all.

    not_served: how many were never called. missed: how many were called, did not come, and were never served.
    """

    name: str
    policy: Policy
    lines: tuple[ClassFigures, ...]
    not_served: int
    missed: int


def compare(day: TrialDay, policies: Mapping[str, Policy]) -> Iterator[Compared]:
    """The day under each rule, one after the other. Raises ValueError as `simulate` does."""
    for name, policy in policies.items():
        run = simulate(day, policy)
        uncalled = len(run.uncalled)
        yield Compared(name, policy, tuple(figures(run, policy.classes)), uncalled, run.left - uncalled)


def shown(one: Compared) -> dict[str, Any]:
    """The figures of a rule as JSON: minutes with one decimal, shares with three; `all` is the line of everybody."""
    *classes, everybody = [
        {
            "class": line.class_code,
            "count": line.count,
            "mean": round(line.mean, 1),
            "p90": round(line.p90, 1),
            "max": round(line.longest, 1),
            "target": one.policy.classes[line.class_code].target if line.class_code else None,
            "within_target": round(line.within, 3),
            "not_served": line.not_called,
            "overtaken_minutes": round(line.overtaken_minutes, 1),
            "overtaken_times": line.overtaken_times,
        }
        for line in one.lines
    ]
    return {
        "name": one.name,
        "title": dict(title_of(one.name)),
        "classes": classes,
        "all": everybody,
        "not_served": one.not_served,
        "missed": one.missed,
    }
