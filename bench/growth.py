"""Call next with few and with very many waiting in one queue: the time must not grow."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from pathlib import Path
from statistics import median

from bench.clerks import clerks_on_duty
from bench.figures import Figure, milliseconds, show
from bench.fill import fill
from bench.hall import TrialHall, trial_hall
from bench.raw_sql import RawFigures, raw_calls


def growth(*, port: int, waiting: list[int], rounds: int, calls: int) -> None:
    """Print call-next's median with each of these numbers waiting.

    The halls run side by side and are asked in turn, `calls` calls in each of `rounds` rounds, so that the machine's
    moods fall on all alike.
    """
    raws: list[RawFigures] = []

    def prepare(count: int, database: Path) -> None:
        fill(database, waiting=count + rounds * calls + 20, in_type_of_counter="1")
        raws.append(raw_calls(database, counter="1", calls=rounds * calls))

    with ExitStack() as running:
        halls = [
            running.enter_context(trial_hall(port=port + index, prepare=partial(prepare, count)))
            for index, count in enumerate(waiting)
        ]
        medians = asyncio.run(_play(halls, rounds=rounds, calls=calls))
    figures = [
        Figure(
            f"{count:,} waiting, p50 (raw {milliseconds(median(raw.raw))})",
            milliseconds(ours),
            f"{milliseconds(medians[0])} with {waiting[0]}",
            ours / medians[0],
        )
        for count, ours, raw in zip(waiting, medians, raws, strict=True)
    ]
    show("call next by one clerk, all waiting in one queue of his", figures)


async def _play(halls: list[TrialHall], *, rounds: int, calls: int) -> list[float]:
    """The median of each hall in seconds."""
    async with AsyncExitStack() as on_duty:
        clerks = [(await on_duty.enter_async_context(clerks_on_duty(hall, ["1"])))[0] for hall in halls]
        for clerk in clerks:
            await clerk.call(20)  # the first ones warm the caches
            clerk.seconds.clear()
        for _ in range(rounds):
            for clerk in clerks:
                await clerk.call(calls)
        return [median(clerk.seconds) for clerk in clerks]
