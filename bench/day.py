"""A day and a night of a busy hall on a trial's clock: what the server holds must not grow."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from bench.clerks import Clerk, Refused, clerks_on_duty, displays_listening
from bench.figures import Figure, show
from bench.hall import TrialHall, trial_hall
from bench.http import Post
from bench.rest import memory_of
from bench.wire import Wire, connect

#: Sockets that come within each hour, and how many of each kind are there at a time: the eldest goes.
DISPLAYS, PHONES, STAY = 20, 40, 10
#: How many wait: who comes is called when more do. The end of the business day sends them home.
WAITING = 20
#: The hall's time at the beginning: the business day ends in the middle of the run.
BEGINS = "2026-11-26T16:00:00+08:00"


@dataclass(frozen=True)
class Sample:
    """What the server holds: megabytes, open descriptors, threads, megabytes of the write-ahead log."""

    memory: float
    descriptors: int
    threads: int
    wal: float


def day(*, port: int, hours: int, speed: int, visitors: int, clerks: int) -> None:
    """Print what the server holds while `visitors` an hour come to `clerks`.

    Needs Linux's /proc; raises RuntimeError elsewhere.
    """
    if not Path("/proc/self/statm").exists():
        raise RuntimeError("this benchmark reads /proc, which only Linux has")
    with trial_hall(port=port, clock=f"{speed}@{BEGINS}") as hall:
        samples, called = asyncio.run(_play(hall, hours, 3600 / speed, visitors, clerks))
    show(
        f"{hours} hours of a hall at {speed} times the speed of life, {visitors} visitors an hour, {clerks} clerks",
        _figures(samples, called, hours * visitors),
    )


def _figures(samples: list[Sample], called: int, came: int) -> list[Figure]:
    marks = [mark for mark in (1, 6, 12, 24) if mark <= len(samples)]
    third = max(1, len(samples) // 8)
    half = len(samples) // 2
    before = mean(one.memory for one in samples[max(0, half - third) : max(1, half)])
    after = mean(one.memory for one in samples[-third:])
    first, last = samples[0], samples[-1]
    return [
        Figure("visitors called", f"{called:,}", f"{came:,} came", called / came),
        *(Figure(f"memory after {mark} h", f"{samples[mark - 1].memory:.1f} MB") for mark in marks),
        Figure("memory: second half of the day", f"{after:.1f} MB", f"{before:.1f} MB before", after / before),
        Figure("open descriptors", f"{last.descriptors}", f"{first.descriptors} after 1 h"),
        Figure("threads", f"{last.threads}", f"{first.threads} after 1 h"),
        Figure("write-ahead log, largest", f"{max(one.wal for one in samples):.1f} MB"),
    ]


async def _play(hall: TrialHall, hours: int, hour_s: float, visitors: int, clerks: int) -> tuple[list[Sample], int]:
    """A sample at the end of each hour, and how many were called."""
    counters = [each["code"] for each in hall.shape["counters"]][:clerks]
    services = _services_of(hall, counters)
    phones, screens = Passing(hall, "/visitor"), Passing(hall, "/display")
    samples: list[Sample] = []
    called, waiting, most = 0, 0, min(WAITING, visitors // 2)
    async with displays_listening(hall, 3), clerks_on_duty(hall, counters) as on_duty:
        post, free = await Post.to(hall.server), deque(on_duty)
        token = await asyncio.to_thread(hall.device_token, "display")
        begin = time.monotonic()
        for number in range(hours * visitors):
            await asyncio.sleep(max(0.0, begin + number / visitors * hour_s - time.monotonic()))
            hour, turn = divmod(number, visitors)
            if hour and not turn:
                samples.append(_sample(hall))
                waiting = _waiting(hall)
            ticket = await _take(hall, post, services[number % len(services)])
            waiting += 1
            if waiting > most and await _call(free):
                called, waiting = called + 1, waiting - 1
            if turn % max(1, visitors // PHONES) == 0:
                await phones.come({"ticket": ticket["token"]})
            if turn % max(1, visitors // DISPLAYS) == 0:
                await screens.come({"token": token})
        await asyncio.sleep(max(0.0, begin + hours * hour_s - time.monotonic()))
        samples.append(_sample(hall))
        for each in (post, phones, screens):
            each.close()
    return samples, called


def _services_of(hall: TrialHall, counters: list[str]) -> list[str]:
    """The services that at least one of these counters serves first."""
    served = {kind for each in hall.shape["counters"] if each["code"] in counters for kind in each["counter_types"]}
    return [service["code"] for service in hall.shape["services"] if service["counter_type"] in served]


async def _take(hall: TrialHall, post: Post, service: str) -> dict[str, str]:
    status, ticket = await post(f"/api/v1/halls/{hall.code}/tickets", {"service": service})
    if status != 201:
        raise RuntimeError(f"{status}: {ticket}")
    return ticket


def _waiting(hall: TrialHall) -> int:
    """How many wait now."""
    with contextlib.closing(sqlite3.connect(f"{hall.database.as_uri()}?mode=ro", uri=True)) as database:
        count: int = database.execute("SELECT count(*) FROM ticket WHERE state = 'waiting'").fetchone()[0]
    return count


async def _call(free: deque[Clerk]) -> bool:
    """Let the first clerk who has somebody call, in turn; whether somebody was called. Raises Refused.

    The end of the business day takes everybody off duty: who meets it goes on duty again.
    """
    for _ in range(len(free)):
        clerk = free[0]
        free.rotate(-1)
        try:
            await clerk.call(1)
        except Refused as refused:
            if refused.code == "counter_closed":
                await clerk.sign_on()
            elif refused.code != "nobody_waiting":
                raise
        else:
            return True
    return False


class Passing:
    """People or screens that come, look, stay for a while, and go."""

    def __init__(self, hall: TrialHall, namespace: str) -> None:
        self._hall, self._namespace = hall, namespace
        self._there: deque[Wire] = deque()

    async def come(self, auth: dict[str, str]) -> None:
        """One more; beyond STAY the eldest goes."""
        wire = await connect(server=self._hall.server, namespace=self._namespace, auth=auth)
        self._there.append(wire)
        with contextlib.suppress(ConnectionError):
            await wire.ask("sync", {"hall": self._hall.code, "seq": None})
        if len(self._there) > STAY:
            self._there.popleft().close()

    def close(self) -> None:
        """All go."""
        for wire in self._there:
            wire.close()


def _sample(hall: TrialHall) -> Sample:
    about = Path(f"/proc/{hall.process}")
    wal = hall.database.with_name(f"{hall.database.name}-wal")
    return Sample(
        memory_of(hall.process),
        len(list((about / "fd").iterdir())),
        len(list((about / "task").iterdir())),
        wal.stat().st_size / 2**20 if wal.exists() else 0.0,
    )
