"""Years of a busy hall: the size of the database when old days are archived, and call next while they are."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

from bench.clerks import clerks_on_duty
from bench.figures import Figure, milliseconds, percentile, show
from bench.fill import fill
from bench.hall import TrialHall, command_environment, demo_folder, hallcall, serving
from bench.log import CONTENT
from server.clock import now_ms
from server.db.database import SqliteDatabase
from server.domain.hours import business_day
from server.domain.keeping import Keeping
from server.services.archiving import Archiver
from server.services.house import House

DAY_MS, KEEP_DAYS, EVENTS_OF_TICKET = 86_400_000, 90, 8
_TICKET = """
INSERT INTO ticket (hall_id, day, number, token, service_id, counter_type_id, class_code, language, channel, state,
                    issued_at, reference_at, kappa_at, waiting_since, called_at, ended_at, calls)
SELECT 1, ?, ?, ?, min(id), counter_type_id, 'ordinary', 'zh-CN', 'api', 'completed', ?, ?, ?, ?, ?, ?, 1 FROM service
"""
_EVENT = """
INSERT INTO event (hall_id, seq, at, kind, public, prev_public, ticket_id, prev_ticket, content)
VALUES (1, ?, ?, 'ticket_called', 1, ?, ?, NULL, ?)
"""


def years(*, port: int, count: int, days: int, tickets: int, seconds: float) -> None:
    """Print the database's size after each of `count` years with so many days, and calls beside an archive in work.

    The last year is left for the server, which takes it out while a clerk calls without a pause for `seconds` before.
    """
    sizes: list[tuple[float, float]] = []
    with demo_folder() as data:
        file, archive = data / "hallcall.db", data / "archive"
        for year in range(count, 0, -1):
            _fill(file, first_ago=year * 365, days=days, tickets=tickets)
            _archive(file, archive, now=now_ms() - (year - 1) * 365 * DAY_MS)
            packed = sum(one.stat().st_size for one in archive.rglob("*.gz"))
            sizes.append((file.stat().st_size / 2**20, packed / 2**20))
        _fill(file, first_ago=365 - 10, days=days - 100, tickets=tickets)
        fill(file, waiting=200_000, in_type_of_counter="1")
        with serving(data, port=port) as hall:
            quiet, beside = asyncio.run(_call(hall, data, seconds=seconds))
    show(
        f"{days} days a year, {tickets} tickets a day, {KEEP_DAYS} days stay in the database",
        [
            *(
                Figure(f"after year {number}: database, archive", f"{size:,.0f} MB, {packed:,.0f} MB")
                for number, (size, packed) in enumerate(sizes, 1)
            ),
            *_compared("p50", 0.5, quiet, beside),
            *_compared("p99", 0.99, quiet, beside),
        ],
    )


def _compared(name: str, share: float, quiet: list[float], beside: list[float]) -> list[Figure]:
    before, during = percentile(quiet, share), percentile(beside, share)
    return [
        Figure(f"call next while days are taken out, {name}", milliseconds(during), f"{milliseconds(before)} before",
               during / before)
    ]  # fmt: skip


def _fill(file: Path, *, first_ago: int, days: int, tickets: int) -> None:
    """Days with tickets and events put straight into the database, with the hall's head behind them."""
    with closing(SqliteDatabase(f"sqlite:///{file.as_posix()}")) as opened:
        hall = House(opened).halls[0]
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        (seq,) = connection.execute("SELECT seq FROM hall_head WHERE hall_id = 1").fetchone()
        for ago in range(first_ago, first_ago - days, -1):
            noon = (now_ms() - ago * DAY_MS) // DAY_MS * DAY_MS + 4 * 3_600_000
            day = business_day(noon, hall.time_zone, day_ends=hall.settings.day_ends)
            for number in range(tickets):
                at = noon + number * 1000
                wished = (day, f"Z{number + 1}", f"years-{day}-{number}", at, at, at, at, at + 60_000, at + 120_000)
                ticket = connection.execute(_TICKET, wished).lastrowid
                events = [(seq + n, at, seq + n - 1, ticket, CONTENT) for n in range(1, EVENTS_OF_TICKET + 1)]
                connection.executemany(_EVENT, events)
                seq += EVENTS_OF_TICKET
            connection.execute("UPDATE hall_head SET seq = ?, public_seq = ? WHERE hall_id = 1", (seq, seq))
            connection.commit()


def _archive(file: Path, folder: Path, *, now: int) -> None:
    with closing(SqliteDatabase(f"sqlite:///{file.as_posix()}")) as database:
        archiver, after = Archiver(House(database), folder=folder, keeping=Keeping(days=KEEP_DAYS)), ""
        hall = archiver.house.halls[0].code
        while taken := archiver.take_next(hall, now=now, days=KEEP_DAYS, after=after):
            after = taken.day


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
