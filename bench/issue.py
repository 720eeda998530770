"""Tickets through HTTP: one visitor after the other, then many at once; no number twice."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from statistics import mean

from bench.figures import Figure, milliseconds, per_second, percentile, show
from bench.hall import TrialHall, trial_hall
from bench.http import Post
from bench.raw_sql import raw_issues
from bench.recorder import RawFigures


def issue(*, port: int, tickets: int, at_once: int) -> None:
    """Print the figures of `tickets` tickets issued by one, and of as many by `at_once` at the same time."""
    copies: list[Path] = []

    def prepare(database: Path) -> None:
        copies.append(database.with_name("before.db"))
        copies[0].write_bytes(database.read_bytes())

    with trial_hall(port=port, prepare=prepare) as hall:
        services = [service["code"] for service in hall.shape["services"]]
        raw = raw_issues(copies[0], services=services, count=tickets)
        one, many = asyncio.run(_play(hall, services, tickets=tickets, at_once=at_once))
    show(f"issue a ticket over HTTP: {tickets} each, SQLite FULL", [*_one(one, raw), *_many(many, raw, at_once)])


Timed = tuple[list[float], float]


async def _play(hall: TrialHall, services: list[str], *, tickets: int, at_once: int) -> tuple[Timed, Timed]:
    posts = [await Post.to(hall.server) for _ in range(at_once)]
    numbers: list[str] = []

    async def visitors(post: Post, count: int, seconds: list[float]) -> None:
        for index in range(count):
            start = time.perf_counter()
            status, ticket = await post(
                f"/api/v1/halls/{hall.code}/tickets", {"service": services[index % len(services)]}
            )
            seconds.append(time.perf_counter() - start)
            if status != 201:
                raise RuntimeError(f"{status}: {ticket}")
            numbers.append(ticket["number"])

    async def timed(used: list[Post]) -> Timed:
        seconds: list[float] = []
        start = time.perf_counter()
        await asyncio.gather(*(visitors(post, tickets // len(used), seconds) for post in used))
        return seconds, time.perf_counter() - start

    await visitors(posts[0], 20, [])  # the first ones warm the caches
    one, many = await timed(posts[:1]), await timed(posts)
    for post in posts:
        post.close()
    if len(set(numbers)) != len(numbers):
        raise RuntimeError(f"{len(numbers) - len(set(numbers))} numbers were given twice")
    return one, many


def _one(timed: Timed, raw: RawFigures) -> list[Figure]:
    limit, service, p50 = percentile(raw.raw, 0.5), percentile(raw.service, 0.5), percentile(timed[0], 0.5)
    beside = f"{milliseconds(limit)} raw sqlite3"
    return [
        Figure("the service alone, no network, p50", milliseconds(service), beside, service / limit),
        Figure("1 at a time, p50", milliseconds(p50), beside, p50 / limit),
        Figure("1 at a time, p99", milliseconds(percentile(timed[0], 0.99))),
    ]


def _many(timed: Timed, raw: RawFigures, at_once: int) -> list[Figure]:
    rate, limit = len(timed[0]) / timed[1], 1 / mean(raw.raw)
    return [
        Figure(
            f"{at_once} at once, no number twice", per_second(rate), f"{per_second(limit)} raw sqlite3", limit / rate
        ),
        Figure(f"{at_once} at once, p50", milliseconds(percentile(timed[0], 0.5))),
        Figure(f"{at_once} at once, p99", milliseconds(percentile(timed[0], 0.99))),
    ]
