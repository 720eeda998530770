"""A planned restart: new processes take the server's place while clerks call without a pause and displays listen."""

from __future__ import annotations

import asyncio
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from bench.figures import Figure, milliseconds, show
from bench.fill import fill
from bench.hall import WIDE, TrialHall, command_environment, hallcall, trial_hall
from bench.kept import check_calls, public_events
from bench.pressing import Presser, RestPresser, SocketPresser
from bench.screen import Absence, Screen, check_shown, reaches
from server.listening import handover

#: More than can be called meanwhile.
WAITING = 20_000
PATIENCE_S = 30.0
#: So long they work before the first restart, between two and after the last (s).
BETWEEN_S = 0.7


def restart(*, port: int, clerks: int, displays: int, times: int) -> None:
    """Print what clerks and displays notice of `times` restarts. Raises RuntimeError."""
    if not handover.POSSIBLE:
        raise RuntimeError("this system cannot pass sockets: there a restart is a stop and a start")
    with trial_hall(port=port, prepare=lambda database: fill(database, waiting=WAITING)) as hall:
        pressing, screens = asyncio.run(_play(hall, clerks, displays, times))
        check_calls(hall.database, [number for each in pressing for number in each.numbers])
    show(
        f"{times} planned restarts, {clerks} clerks over sockets, {clerks} over REST, {displays} displays",
        _figures(pressing, [absence for screen in screens for absence in screen.away]),
    )


def _figures(pressing: list[Presser], away: list[Absence]) -> list[Figure]:
    longest = max(away)
    failed = Counter(why for each in pressing for why in each.failed)
    pressed = sum(len(each.seconds) for each in pressing)
    return [
        Figure("commands that failed", f"{failed.total()}", ", ".join([f"of {pressed:,}", *failed])),
        Figure("commands sent again, none done twice", f"{sum(each.again for each in pressing)}"),
        Figure("the slowest command", milliseconds(max(second for each in pressing for second in each.seconds))),
        Figure(
            "the longest time a display was away",
            milliseconds(longest.seconds),
            f"{milliseconds(longest.told)} as it was told",
            longest.seconds / longest.told if longest.told else None,
        ),
    ]


async def _play(hall: TrialHall, clerks: int, displays: int, times: int) -> tuple[list[Presser], list[Screen]]:
    pressing = await _on_duty(hall, clerks)
    screens, start = await _listening(hall, displays)
    stop = asyncio.Event()
    returning = [asyncio.create_task(screen.keep_coming_back()) for screen in screens]
    working = [asyncio.create_task(each.press(stop)) for each in pressing]
    with ExitStack() as running:
        for turn in range(times):
            await asyncio.sleep(BETWEEN_S)
            running.enter_context(_successor(hall))
            await _all_back(screens, returning, turn + 1)
        await asyncio.sleep(BETWEEN_S)
        stop.set()
        await asyncio.gather(*working)
        happened = public_events(hall.database, after=start)
        await reaches(screens, happened[-1])
        check_shown(screens, happened)
        for task in returning:
            task.cancel()
        for screen in screens:
            screen.cut()
    return pressing, screens


async def _on_duty(hall: TrialHall, clerks: int) -> list[Presser]:
    """So many clerks at the first counters over sockets, and as many at the next over REST."""
    pressing: list[Presser] = []
    for index, counter in enumerate([each["code"] for each in hall.shape["counters"]][: 2 * clerks]):
        token = await asyncio.to_thread(hall.token, f"clerk{index + 1}")
        one = (SocketPresser if index < clerks else RestPresser)(hall, counter, token)
        await one.sign_on()
        pressing.append(one)
    return pressing


async def _listening(hall: TrialHall, displays: int) -> tuple[list[Screen], int]:
    """So many displays, and the event from which they listen."""
    token = await asyncio.to_thread(hall.device_token, "display")
    screens = [Screen(server=hall.server, hall=hall.code, token=token) for _ in range(displays)]
    for screen in screens:
        await screen.come()
    return screens, screens[0].known or 0


async def _all_back(screens: list[Screen], returning: list[asyncio.Task[None]], times: int) -> None:
    """Wait until each display has come back so often. Raises RuntimeError."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while any(len(screen.away) < times for screen in screens):
                for task in returning:
                    if task.done():
                        task.result()  # what ended it
                await asyncio.sleep(0.01)
    except TimeoutError as error:
        raise RuntimeError("a display did not come back") from error


@contextmanager
def _successor(hall: TrialHall) -> Iterator[None]:
    """A process that takes the server's place; ended at the end."""
    environment = command_environment(hall.data) | {"HALLCALL_PORT": str(urlsplit(hall.server).port)} | WIDE
    with (
        (hall.data / "server.log").open("a", encoding="utf-8") as log,
        subprocess.Popen([*hallcall(), "serve", "--handover"], env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=15)
