"""Figures and how they are printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0 to 1) of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def milliseconds(seconds: float) -> str:
    """A time as text."""
    return f"{seconds * 1000:.2f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


def per_second(rate: float) -> str:
    """A rate as text."""
    return f"{rate:,.0f} per s"


@dataclass(frozen=True)
class Figure:
    """One line of a result: what it is, the figure, the limit measured in the same run, and how far ours is from it."""

    name: str
    ours: str
    limit: str = ""
    ratio: float | None = None

    @property
    def value(self) -> float:
        """The number that `ours` begins with."""
        found = re.match(r"[\d,]+(\.\d+)?", self.ours)
        return float(found[0].replace(",", "")) if found else 0.0

    def line(self) -> str:
        """The line as printed."""
        beside = f"{self.limit:<24} x {self.ratio:.2f}" if self.ratio is not None else self.limit
        return f"  {self.name:<60} {self.ours:>16}   {beside}".rstrip()


@dataclass(frozen=True)
class Table:
    """The figures of one benchmark, as they were shown."""

    title: str
    figures: tuple[Figure, ...]


#: What was shown since the program began, for `bench all`.
SHOWN: list[Table] = []


def show(title: str, figures: Sequence[Figure]) -> None:
    """Print the figures of one benchmark."""
    SHOWN.append(Table(title, tuple(figures)))
    print(f"\n{title}")
    print(f"  {'':<60} {'ours':>16}   {'limit in this run':<24} ratio")
    for figure in figures:
        print(figure.line())
