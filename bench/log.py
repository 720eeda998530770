"""Call next, a ticket and a screen's sync in a hall with few and with very many events in its log."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable
from contextlib import AsyncExitStack, ExitStack, closing
from functools import partial
from pathlib import Path
from statistics import median

from bench.clerks import clerks_on_duty
from bench.figures import Figure, milliseconds, show
from bench.fill import fill
from bench.hall import TrialHall, trial_hall
from bench.http import Post

#: About as long as the event of a call.
CONTENT = '{"ticket":{"number":"A001","service":"consult"},"filler":"' + "x" * 400 + '"}'
_FILL = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
INSERT INTO event (hall_id, seq, at, kind, public, prev_public, ticket_id, prev_ticket, content)
SELECT 1, head + n, n, 'ticket_called', 1, head + n - 1, NULL, NULL, ?
FROM numbers, (SELECT seq AS head FROM hall_head WHERE hall_id = 1)
"""


def log(*, port: int, events: list[int], rounds: int, calls: int) -> None:
    """Print the medians with each of these numbers of events in the log; the halls run side by side, asked in turn."""
    sizes: list[float] = []

    def prepare(count: int, database: Path) -> None:
        fill(database, waiting=rounds * calls + 50, in_type_of_counter="1")
        _write(database, count)
        sizes.append(database.stat().st_size / 2**20)

    with ExitStack() as running:
        halls = [
            running.enter_context(trial_hall(port=port + index, prepare=partial(prepare, count)))
            for index, count in enumerate(events)
        ]
        called, issued, synced = asyncio.run(_play(halls, rounds=rounds, calls=calls))
    show(
        "by events in the log, p50",
        [
            *_compared("call next", events, called),
            *_compared("a ticket over HTTP", events, issued),
            *_compared("a screen's whole board", events, synced),
            *(
                Figure(f"{count:,} events: size of the database", f"{size:,.0f} MB")
                for count, size in zip(events, sizes, strict=True)
            ),
        ],
    )


def _write(database: Path, count: int) -> None:
    """Events put straight into the log, with the hall's head behind them."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_FILL, (count, CONTENT))
        connection.execute("UPDATE hall_head SET seq = seq + ?, public_seq = seq + ? WHERE hall_id = 1", (count, count))
        connection.commit()


def _compared(what: str, events: list[int], medians: list[float]) -> list[Figure]:
    least = f"{milliseconds(medians[0])} with {events[0]:,}"
    return [
        Figure(f"{count:,} events: {what}", milliseconds(seconds), least, seconds / medians[0])
        for count, seconds in zip(events, medians, strict=True)
    ]


async def _play(halls: list[TrialHall], *, rounds: int, calls: int) -> tuple[list[float], list[float], list[float]]:
    """The medians of each hall, in seconds: of a call, of a ticket, of a sync."""
    times: list[tuple[list[float], list[float], list[float]]] = [([], [], []) for _ in halls]
    async with AsyncExitStack() as on_duty:
        clerks = [(await on_duty.enter_async_context(clerks_on_duty(hall, ["1"])))[0] for hall in halls]
        posts = [await Post.to(hall.server) for hall in halls]
        for clerk in clerks:
            await clerk.call(10)  # the first ones warm the caches
        for _ in range(rounds):
            for clerk, post, (called, issued, synced) in zip(clerks, posts, times, strict=True):
                clerk.seconds.clear()
                await clerk.call(calls)
                called.extend(clerk.seconds)
                issued.append(await _timed(post(f"/api/v1/halls/{clerk.hall.code}/tickets", _wish(clerk.hall))))
                synced.append(await _timed(clerk.wire.ask("sync", {"hall": clerk.hall.code, "seq": None})))
        for post in posts:
            post.close()
    found = [tuple(median(one) for one in each) for each in times]
    return [one[0] for one in found], [one[1] for one in found], [one[2] for one in found]


def _wish(hall: TrialHall) -> dict[str, str]:
    return {"service": hall.shape["services"][0]["code"]}


async def _timed(asked: Awaitable[object]) -> float:
    start = time.perf_counter()
    await asked
    return time.perf_counter() - start
