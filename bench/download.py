"""What a console downloads while things happen: the event, and the outlook that it asks for after it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from functools import partial
from statistics import mean
from typing import NamedTuple

from bench.clerks import Clerk, clerks_on_duty
from bench.figures import Figure, show
from bench.fill import fill
from bench.hall import TrialHall, trial_hall

PATIENCE_S = 10.0
#: People in all queues together for one who can be called to counter 1.
SPARE = 12


class Bytes(NamedTuple):
    """Bytes of each event's message and of each outlook's answer."""

    events: list[int]
    outlooks: list[int]


def download(*, port: int, waiting: list[int], calls: int) -> None:
    """Print what a console downloads for an event with each of these numbers waiting in all queues."""
    with ExitStack() as running:
        halls = [
            running.enter_context(trial_hall(port=port + index, prepare=partial(fill, waiting=count + calls * SPARE)))
            for index, count in enumerate(waiting)
        ]
        sizes = [asyncio.run(_play(hall, calls)) for hall in halls]
    show(
        f"what a console downloads, mean over {calls} calls by another",
        [
            *_compared("an event", waiting, [mean(each.events) for each in sizes]),
            *_compared("the outlook", waiting, [mean(each.outlooks) for each in sizes]),
            *_compared(
                "an event and the outlook after it",
                waiting,
                [mean(each.events) + mean(each.outlooks) for each in sizes],
            ),
            *_compared(
                "everything, per event",
                waiting,
                [sum(each.events + each.outlooks) / len(each.events) for each in sizes],
            ),
        ],
    )


def _compared(what: str, waiting: list[int], sizes: list[float]) -> list[Figure]:
    least = f"{sizes[0]:,.0f} bytes with {waiting[0]:,}"
    return [
        Figure(f"{count:,} waiting: {what}", f"{size:,.0f} bytes", least, size / sizes[0])
        for count, size in zip(waiting, sizes, strict=True)
    ]


async def _play(hall: TrialHall, calls: int) -> Bytes:
    """A clerk calls; the console of counter 2, of the same queue, asks its outlook after each call."""
    async with clerks_on_duty(hall, ["1", "2"]) as (calling, looking):
        sizes = Bytes(looking.heard, [])
        looking.heard.clear()
        for done in range(calls):
            await calling.call(1)
            await _heard(looking, 2 * done + 1)  # each but the first call completes the one before
            before = looking.wire.answered
            await looking.look_ahead(1)
            sizes.outlooks.append(looking.wire.answered - before)
    return sizes


async def _heard(clerk: Clerk, events: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while len(clerk.heard) < events:
            await asyncio.sleep(0.001)
