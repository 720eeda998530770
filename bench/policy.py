"""How long the comparison of rules takes for a day, for each rule; and call-next with many classes in play."""

from __future__ import annotations

import time
from random import Random
from statistics import median

from bench.figures import Figure, milliseconds, show
from server.domain.day_figures import figures
from server.domain.days_made import make_day
from server.domain.hall import DEFAULT_CLASSES
from server.domain.policy import NAMED
from server.domain.simulate import simulate

LIMIT_S = 0.3


def policy(*, visits: int, rounds: int) -> None:
    """Print the time of a day of so many visits under each ready-made rule, the median of some rounds."""
    made, places = make_day(visits=visits, counters=20, booked=0.3, load=1.0, chance=Random(1))
    lines = []
    for name, one in NAMED.items():
        rule, seconds = one.make(DEFAULT_CLASSES), []
        for _ in range(rounds):
            begun = time.perf_counter()
            figures(made, simulate(made, places, rule), rule.classes)
            seconds.append(time.perf_counter() - begun)
        took = median(seconds)
        lines.append(Figure(name, milliseconds(took), f"{milliseconds(LIMIT_S)} meant", took / LIMIT_S))
    show(f"a day of {visits:,} visits played under a rule", lines)
