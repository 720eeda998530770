"""Call next through the socket: one clerk, then all of them hammering, while consoles and displays listen."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from bench.clerks import Clerk, clerks_on_duty, displays_listening, in_background
from bench.figures import Figure, milliseconds, per_second, percentile, show
from bench.fill import fill
from bench.hall import TrialHall, trial_hall
from bench.raw_sql import raw_calls
from bench.recorder import RawFigures


@dataclass(frozen=True)
class Run:
    """Seconds of each call, of the whole, and of the server's processor meanwhile."""

    seconds: list[float]
    lasted: float
    processor: float | None

    @property
    def rate(self) -> float:
        """Calls per second."""
        return len(self.seconds) / self.lasted


def call(*, port: int, calls: int, clerks: int, displays: int, postgres: str | None = None) -> None:
    """Print the figures of `calls` calls by one clerk and `calls` by each of `clerks` at once.

    postgres: the address of an empty database to measure instead of SQLite.
    """
    raw: list[RawFigures] = []

    def prepare(database: Path) -> None:
        # Half as many again as will be called: the queues of single counters are used unevenly.
        fill(database, waiting=(calls * 3 // 2) * (clerks + 2) + 500)
        if postgres:
            from server.db.postgres.move import move

            move(database, postgres)
        raw.append(raw_calls(postgres or database, counter="1", calls=calls))

    with trial_hall(port=port, prepare=prepare, postgres=postgres) as hall:
        alone, together, asking = asyncio.run(play(hall, calls=calls, clerks=clerks, displays=displays))
    show(
        f"call next: {calls} calls each, {displays} displays listening, {'PostgreSQL' if postgres else 'SQLite FULL'}",
        _figures(raw[0], alone, together, asking, clerks, driver="psycopg" if postgres else "sqlite3"),
    )


async def play(hall: TrialHall, *, calls: int, clerks: int, displays: int) -> tuple[Run, Run, Run]:
    """One clerk; so many at once; the same while each console asks its outlook. Raises RuntimeError, Refused."""
    counters = [each["code"] for each in hall.shape["counters"]][:clerks]
    async with displays_listening(hall, displays), clerks_on_duty(hall, counters) as on_duty:
        await on_duty[0].call(20)  # the first ones warm the caches
        alone = await _run(on_duty[:1], calls)
        together = await _run(on_duty, calls // 2)
        async with in_background(on_duty):
            asking = await _run(on_duty, calls // 2)
        numbers = [number for clerk in on_duty for number in clerk.numbers]
        if len(set(numbers)) != len(numbers):
            raise RuntimeError("a number was called twice")
    return alone, together, asking


async def _run(clerks: list[Clerk], calls: int) -> Run:
    for clerk in clerks:
        clerk.seconds.clear()
    hall = clerks[0].hall
    before, start = hall.processor(), time.perf_counter()
    await asyncio.gather(*(clerk.call(calls) for clerk in clerks))
    lasted, after = time.perf_counter() - start, hall.processor()
    used = after - before if after is not None and before is not None else None
    return Run([second for clerk in clerks for second in clerk.seconds], lasted, used)


def _figures(raw: RawFigures, alone: Run, together: Run, asking: Run, clerks: int, *, driver: str) -> list[Figure]:
    raw_p50, raw_rate = percentile(raw.raw, 0.5), 1 / mean(raw.raw)
    service = percentile(raw.service, 0.5)
    one = percentile(alone.seconds, 0.5)
    figures = [
        Figure(
            "the service alone, no network, p50",
            milliseconds(service),
            f"{milliseconds(raw_p50)} raw {driver}",
            service / raw_p50,
        ),
        Figure("1 clerk, p50", milliseconds(one), f"{milliseconds(raw_p50)} raw {driver}", one / raw_p50),
        Figure(
            "1 clerk, p99",
            milliseconds(percentile(alone.seconds, 0.99)),
            f"{milliseconds(percentile(raw.raw, 0.99))} raw {driver}",
        ),
    ]
    for run, what in ((together, "hammering"), (asking, "hammering, asking outlooks")):
        figures += [
            Figure(
                f"{clerks} clerks {what}",
                per_second(run.rate),
                f"{per_second(raw_rate)} raw {driver}",
                raw_rate / run.rate,
            ),
            Figure(f"{clerks} clerks {what}, p50", milliseconds(percentile(run.seconds, 0.5))),
            Figure(f"{clerks} clerks {what}, p99", milliseconds(percentile(run.seconds, 0.99))),
            Figure(f"{clerks} clerks {what}, slowest", milliseconds(max(run.seconds))),
            *_processor(f"{clerks} clerks {what}", run),
        ]
    return figures


def _processor(what: str, run: Run) -> list[Figure]:
    """The server's processor time for a call: it hardly depends on what else the machine does."""
    if run.processor is None:
        return []
    return [Figure(f"{what}, server's processor per call", milliseconds(run.processor / len(run.seconds)))]
