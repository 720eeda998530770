"""Phones without a socket: their polls before Flask, by Flask, and by an application that knows nothing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench.figures import Figure, milliseconds, per_second, show
from bench.hall import TrialHall, processor_of, trial_hall
from bench.http import Get, Post

#: Whoever may be signed in is Flask's.
BY_FLASK = {"Cookie": "hallcall_session=nobody"}
#: So many times fewer polls are enough where each takes long.
FEWER = 5


@dataclass(frozen=True)
class Run:
    """Polls per second, and seconds of the server's processor for each (None where there is no /proc)."""

    rate: float
    processor: float | None


def poll(*, port: int, polls: int, tickets: int, at_once: int) -> None:
    """Print the figures of `polls` polls of so many waiting tickets, `at_once` at a time. Raises RuntimeError."""
    with trial_hall(port=port) as hall, _bare(port + 1) as bare:
        ours, flask, limit = asyncio.run(_play(hall, bare, port + 1, polls=polls, tickets=tickets, at_once=at_once))
    beside = f"{per_second(limit.rate)} bare WSGI"
    figures = [
        Figure(f"304 before Flask, {at_once} at once", per_second(ours.rate), beside, limit.rate / ours.rate),
        Figure(f"304 by Flask, {at_once} at once", per_second(flask.rate), beside, limit.rate / flask.rate),
        *_processor("processor per poll, before Flask", ours, limit),
        *_processor("processor per poll, by Flask", flask, limit),
    ]
    show(f"{tickets} phones without a socket, nothing new, SQLite", figures)


def _processor(name: str, run: Run, limit: Run) -> Iterator[Figure]:
    if run.processor is not None and limit.processor is not None:
        beside = f"{milliseconds(limit.processor)} bare WSGI"
        yield Figure(
            name, milliseconds(run.processor), beside, run.processor / limit.processor if limit.processor else None
        )


@contextmanager
def _bare(port: int) -> Iterator[int]:
    """The bare application's process."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.raw_wsgi", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            if not process.stdout.readline():
                raise RuntimeError("the bare application did not start")
            yield process.pid
        finally:
            process.kill()


async def _play(
    hall: TrialHall, bare: int, bare_port: int, *, polls: int, tickets: int, at_once: int
) -> tuple[Run, Run, Run]:
    post = await Post.to(hall.server)
    services = [service["code"] for service in hall.shape["services"]]
    paths = []
    for index in range(tickets):
        wanted = {"service": services[index % len(services)]}
        status, ticket = await post(f"/api/v1/halls/{hall.code}/tickets", wanted)
        if status != 201:
            raise RuntimeError(f"{status}: {ticket}")
        paths.append(f"/api/v1/tickets/{ticket['token']}")
    post.close()
    limit = await _timed(f"http://127.0.0.1:{bare_port}", bare, paths, {}, polls=polls, at_once=at_once)
    flask = await _timed(hall.server, hall.process, paths, BY_FLASK, polls=polls // FEWER, at_once=at_once)
    ours = await _timed(hall.server, hall.process, paths, {}, polls=polls, at_once=at_once)
    return ours, flask, limit


async def _timed(
    server: str, process: int, paths: Sequence[str], headers: dict[str, str], *, polls: int, at_once: int
) -> Run:
    """Each of `at_once` connections asks for its own part of the tickets in turn, as often as it takes."""
    askers = [await Get.to(server) for _ in range(at_once)]
    tags: dict[str, str] = {}
    news = 0

    async def ask(get: Get, path: str) -> None:
        nonlocal news
        status, tags[path] = await get(path, headers | {"If-None-Match": tags.get(path, '"none"')})
        news += status != 304

    async def some(turn: int, count: int) -> None:
        mine = paths[turn::at_once] or paths
        for index in range(count):
            await ask(askers[turn], mine[index % len(mine)])

    await asyncio.gather(*(some(turn, -(-len(paths) // at_once)) for turn in range(at_once)))  # everybody has an answer
    news, each = 0, max(polls // at_once, 1)
    before, start = processor_of(process), time.perf_counter()
    await asyncio.gather(*(some(turn, each) for turn in range(at_once)))
    lasted, after = time.perf_counter() - start, processor_of(process)
    for asker in askers:
        asker.close()
    if news * 10 > each * at_once:
        raise RuntimeError(f"{news} of {each * at_once} polls were told something new though nothing happened")
    used = None if before is None or after is None else (after - before) / (each * at_once)
    return Run(each * at_once / lasted, used)
