"""A day and a night of a busy hall on a trial's clock: what the server holds must not grow."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from bench.clerks import Clerk, clerks_on_duty, displays_listening
from bench.figures import Figure, show
from bench.hall import TrialHall, trial_hall
from bench.http import Post
from bench.rest import memory_of
from bench.wire import Wire, connect

#: Sockets that come and go within each hour.
DISPLAYS, PHONES = 20, 40
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
        samples, served = asyncio.run(_play(hall, hours, 3600 / speed, visitors, clerks))
    show(
        f"{hours} hours of a hall at {speed} times the speed of life, {visitors} visitors an hour, {clerks} clerks",
        _figures(samples, served),
    )


def _figures(samples: list[Sample], served: int) -> list[Figure]:
    marks = [mark for mark in (1, 6, 12, 24) if mark <= len(samples)]
    third = max(1, len(samples) // 8)
    half = len(samples) // 2
    before = mean(one.memory for one in samples[max(0, half - third) : max(1, half)])
    after = mean(one.memory for one in samples[-third:])
    first, last = samples[0], samples[-1]
    return [
        Figure("visitors called", f"{served:,}"),
        *(Figure(f"memory after {mark} h", f"{samples[mark - 1].memory:.1f} MB") for mark in marks),
        Figure("memory: second half of the day", f"{after:.1f} MB", f"{before:.1f} MB before", after / before),
        Figure("open descriptors", f"{last.descriptors}", f"{first.descriptors} after 1 h"),
        Figure("threads", f"{last.threads}", f"{first.threads} after 1 h"),
        Figure("write-ahead log, largest", f"{max(one.wal for one in samples):.1f} MB"),
    ]


async def _play(hall: TrialHall, hours: int, hour_s: float, visitors: int, clerks: int) -> tuple[list[Sample], int]:
    services = [service["code"] for service in hall.shape["services"]]
    counters = [each["code"] for each in hall.shape["counters"]][:clerks]
    samples: list[Sample] = []
    served = 0
    async with displays_listening(hall, 3), clerks_on_duty(hall, counters) as on_duty:
        post = await Post.to(hall.server)
        token = await asyncio.to_thread(hall.device_token, "display")
        begin = time.monotonic()
        for hour in range(hours):
            for turn in range(visitors):
                due = begin + (hour + turn / visitors) * hour_s
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                ticket = await _take(hall, post, services[turn % len(services)])
                served += await _call(on_duty[turn % len(on_duty)])
                if turn % max(1, visitors // PHONES) == 0:
                    await _look(hall, "/visitor", {"ticket": ticket["token"]})
                if turn % max(1, visitors // DISPLAYS) == 0:
                    await _look(hall, "/display", {"token": token})
            await asyncio.sleep(max(0.0, begin + (hour + 1) * hour_s - time.monotonic()))
            samples.append(_sample(hall))
        post.close()
    return samples, served


async def _take(hall: TrialHall, post: Post, service: str) -> dict[str, str]:
    status, ticket = await post(f"/api/v1/halls/{hall.code}/tickets", {"service": service})
    if status != 201:
        raise RuntimeError(f"{status}: {ticket}")
    return ticket


async def _call(clerk: Clerk) -> int:
    """Call the next; after the end of the business day the clerk signs on anew. 1 when somebody was called."""
    try:
        await clerk.call(1)
    except RuntimeError:
        await clerk.wire.ask(
            "session", {"hall": clerk.hall.code, "counter": clerk.counter, "client": f"bench-{clerk.counter}"}
        )
        return 0
    return 1


async def _look(hall: TrialHall, namespace: str, auth: dict[str, str]) -> None:
    """Somebody who comes, looks, and goes."""
    wire: Wire = await connect(server=hall.server, namespace=namespace, auth=auth)
    with contextlib.suppress(ConnectionError):
        await wire.ask("sync", {"hall": hall.code, "seq": None})
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
