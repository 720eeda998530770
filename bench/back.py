"""Displays come back after a cut network: until the last has shown every event that it missed, each once, in order."""

from __future__ import annotations

import asyncio
import time

from bench.clerks import clerks_on_duty
from bench.figures import Figure, percentile, show
from bench.fill import fill
from bench.hall import TrialHall, trial_hall
from bench.kept import public_events
from bench.screen import Screen, check_shown, reaches
from bench.storm import accept_loop, in_seconds


def back(*, port: int, sockets: int, calls: int) -> None:
    """Print how long `sockets` displays need, all at once, that missed `calls` calls. Raises RuntimeError."""
    raw = asyncio.run(accept_loop(port + 1, sockets))
    with trial_hall(port=port, prepare=lambda database: fill(database, waiting=calls * 12)) as hall:
        idle, missed = asyncio.run(_play(hall, sockets, calls))
    limit = f"{in_seconds(raw)} raw accept loop"
    show(
        f"{sockets} displays come back after a cut network, {calls} calls missed",
        [
            Figure("half of them have the exact sequence", in_seconds(percentile(missed, 0.5))),
            Figure("the last has the exact sequence", in_seconds(max(missed)), limit, max(missed) / raw),
            Figure("the last, with nothing missed", in_seconds(max(idle)), limit, max(idle) / raw),
        ],
    )


async def _play(hall: TrialHall, sockets: int, calls: int) -> tuple[list[float], list[float]]:
    """Seconds until each is right again: after a cut in which nothing happened, and after one with calls."""
    token = await asyncio.to_thread(hall.device_token, "display")
    screens = [Screen(server=hall.server, hall=hall.code, token=token) for _ in range(sockets)]
    async with clerks_on_duty(hall, ["1"]) as (clerk,):
        await _all_come(screens)
        start = screens[0].known or 0
        await _cut(screens)
        idle = await _all_come(screens)
        await clerk.call(1)
        await reaches(screens, public_events(hall.database, after=start)[-1])
        await _cut(screens)
        await clerk.call(calls)
        missed = await _all_come(screens)
        check_shown(screens, public_events(hall.database, after=start))
        await clerk.call(1)  # and they hear again
        happened = public_events(hall.database, after=start)
        await reaches(screens, happened[-1])
        check_shown(screens, happened)
    await _cut(screens)
    return idle, missed


async def _cut(screens: list[Screen]) -> None:
    for screen in screens:
        screen.cut()
    await asyncio.gather(*(screen.wire.closed for screen in screens if screen.wire))


async def _all_come(screens: list[Screen]) -> list[float]:
    """Seconds from the common start until each has caught up."""
    start = time.perf_counter()

    async def come(screen: Screen) -> float:
        await screen.come()
        return time.perf_counter() - start

    return await asyncio.gather(*(come(screen) for screen in screens))
