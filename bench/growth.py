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
from bench.raw_sql import raw_calls
from bench.recorder import RawFigures


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
        called, looked = asyncio.run(in_turn(halls, rounds=rounds, calls=calls))
    raw = [median(each.raw) for each in raws]
    show(
        "all waiting in one queue of one clerk, p50",
        [
            *_compared("call next", waiting, called),
            *_compared("the outlook that a console asks for", waiting, looked),
            *_compared("call next, raw sqlite3", waiting, raw),
        ],
    )


def _compared(what: str, waiting: list[int], medians: list[float]) -> list[Figure]:
    """One line for each number of people, beside the fewest."""
    least = f"{milliseconds(medians[0])} with {waiting[0]:,}"
    return [
        Figure(f"{count:,} waiting: {what}", milliseconds(seconds), least, seconds / medians[0])
        for count, seconds in zip(waiting, medians, strict=True)
    ]


async def in_turn(halls: list[TrialHall], *, rounds: int, calls: int) -> tuple[list[float], list[float]]:
    """The medians of each hall in seconds: of a call, and of an outlook."""
    async with AsyncExitStack() as on_duty:
        clerks = [(await on_duty.enter_async_context(clerks_on_duty(hall, ["1"])))[0] for hall in halls]
        for clerk in clerks:
            await clerk.call(20)  # the first ones warm the caches
            clerk.seconds.clear()
        for _ in range(rounds):
            for clerk in clerks:
                await clerk.call(calls)
        called = [median(clerk.seconds) for clerk in clerks]
        for clerk in clerks:
            clerk.seconds.clear()
        for _ in range(rounds):
            for clerk in clerks:
                await clerk.look_ahead(1)
        return called, [median(clerk.seconds) for clerk in clerks]
