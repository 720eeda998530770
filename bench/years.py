"""Years of a busy hall: the size of the database when old days are archived, and call next while they are."""

from __future__ import annotations

import asyncio
import subprocess
import time
from contextlib import closing
from pathlib import Path

from bench.clerks import clerks_on_duty
from bench.figures import Figure, milliseconds, percentile, show
from bench.fill import fill
from bench.hall import TrialHall, command_environment, demo_folder, hallcall, serving
from bench.past import DAY_MS, OPENS_UTC_MS, copy, play
from server.clock import now_ms
from server.db.sqlite import SqliteDatabase
from server.domain.keeping import Keeping
from server.services.archive.archiving import Archiver
from server.services.runtime.deployment import Deployment

KEEP_DAYS = 90
#: After each part of a year what is too old is taken out. Done every day the database stays smaller by up to a month.
PARTS_OF_YEAR = 12


def years(*, port: int, count: int, days: int, tickets: int, seconds: float) -> None:
    """Print the database's size after each of `count` years with so many days, and calls beside an archive in work.

    The last month is left for the server, which takes it out while a clerk calls without a pause for `seconds` before.
    """
    sizes: list[tuple[float, float]] = []
    taken: list[float] = []
    with demo_folder() as data:
        file, archive = data / "hallcall.db", data / "archive"
        played = play(file, data / "played.db", now=now_ms(), tickets=tickets)
        for year in range(count, 0, -1):
            ago = [year * 365 - index * 365 // days for index in range(days)]
            for part in range(PARTS_OF_YEAR):
                some = ago[days * part // PARTS_OF_YEAR : days * (part + 1) // PARTS_OF_YEAR]
                opens = [now_ms() // DAY_MS * DAY_MS + OPENS_UTC_MS - one * DAY_MS for one in some]
                copy(played, file, opens=opens)
                if (year, part) != (1, PARTS_OF_YEAR - 1):
                    taken += _archive(file, archive, now=opens[-1])
            packed = sum(one.stat().st_size for one in archive.rglob("*.gz"))
            sizes.append((file.stat().st_size / 2**20, packed / 2**20))
        fill(file, waiting=100_000, in_type_of_counter="1")
        with serving(data, port=port) as hall:
            quiet, beside = asyncio.run(_call(hall, data, seconds=seconds))
    show(
        f"{days} days a year with {tickets:,} tickets and {played.events:,} events each, taken out month"
        f" by month, {KEEP_DAYS} days stay in the database",
        [
            *(
                Figure(f"after year {number}: database, archive", f"{size:,.0f} MB, {packed:,.0f} MB")
                for number, (size, packed) in enumerate(sizes, 1)
            ),
            Figure("a day is taken out while nobody calls, mean", milliseconds(sum(taken) / len(taken))),
            *_compared("p50", 0.5, quiet, beside),
            *_compared("p99", 0.99, quiet, beside),
        ],
    )


def _compared(name: str, share: float, quiet: list[float], beside: list[float]) -> list[Figure]:
    before, during = percentile(quiet, share), percentile(beside, share)
    return [
        Figure(
            f"call next while days are taken out, {name}",
            milliseconds(during),
            f"{milliseconds(before)} before",
            during / before,
        )
    ]


def _archive(file: Path, folder: Path, *, now: int) -> list[float]:
    """Take out what is too old; the seconds of each day."""
    times = []
    with closing(SqliteDatabase(f"sqlite:///{file.as_posix()}")) as database:
        archiver, after = Archiver(Deployment(database), folder=folder, keeping=Keeping(days=KEEP_DAYS)), ""
        hall, start = archiver.deployment.halls[0].code, time.perf_counter()
        while taken := archiver.take_next(hall, now=now, days=KEEP_DAYS, after=after):
            after, end = taken.day, time.perf_counter()
            times.append(end - start)
            start = end
    return times


async def _call(hall: TrialHall, data: Path, *, seconds: float) -> tuple[list[float], list[float]]:
    """The times of calls without the archive, and beside it."""
    async with clerks_on_duty(hall, ["1"]) as (clerk, *_):
        await clerk.call(20)  # the first ones warm the caches
        clerk.seconds.clear()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            await clerk.call(10)
        quiet, clerk.seconds = clerk.seconds, []
        archive = [*hallcall(), "archive", "--older-than", str(KEEP_DAYS)]
        with subprocess.Popen(archive, env=command_environment(data), stdout=subprocess.DEVNULL) as running:
            while running.poll() is None:
                await clerk.call(10)
        if running.returncode:
            raise RuntimeError("hallcall archive failed")
        return quiet, clerk.seconds
