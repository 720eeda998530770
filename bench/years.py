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
#: After each part of a year what is too old is taken out. Done every day the database stays smaller by up to a month.
PARTS_OF_YEAR = 12
_TICKET = """
INSERT INTO ticket (id, hall_id, day, number, token, service_id, counter_type_id, class_code, language, channel, state,
                    issued_at, reference_at, kappa_at, waiting_since, called_at, ended_at, calls)
VALUES (?, 1, ?, ?, ?, ?, ?, 'ordinary', 'zh-CN', 'api', 'completed', ?, ?, ?, ?, ?, ?, 1)
"""
_EVENT = """
INSERT INTO event (hall_id, seq, at, kind, public, prev_public, ticket_id, prev_ticket, content)
VALUES (1, ?, ?, 'ticket_called', 1, ?, ?, NULL, ?)
"""
_WHERE_IT_STANDS = """
SELECT (SELECT coalesce(max(id), 0) FROM ticket), seq, service.id, counter_type_id
FROM hall_head JOIN service USING (hall_id) WHERE hall_id = 1 ORDER BY service.id LIMIT 1
"""


def years(*, port: int, count: int, days: int, tickets: int, seconds: float) -> None:
    """Print the database's size after each of `count` years with so many days, and calls beside an archive in work.

    The last month is left for the server, which takes it out while a clerk calls without a pause for `seconds` before.
    """
    sizes: list[tuple[float, float]] = []
    taken: list[float] = []
    with demo_folder() as data:
        file, archive = data / "hallcall.db", data / "archive"
        for year in range(count, 0, -1):
            ago = [year * 365 - index * 365 // days for index in range(days)]
            for part in range(PARTS_OF_YEAR):
                some = ago[days * part // PARTS_OF_YEAR : days * (part + 1) // PARTS_OF_YEAR]
                _fill(file, ago=some, tickets=tickets)
                if (year, part) != (1, PARTS_OF_YEAR - 1):
                    taken += _archive(file, archive, now=now_ms() - some[-1] * DAY_MS)
            packed = sum(one.stat().st_size for one in archive.rglob("*.gz"))
            sizes.append((file.stat().st_size / 2**20, packed / 2**20))
        fill(file, waiting=100_000, in_type_of_counter="1")
        with serving(data, port=port) as hall:
            quiet, beside = asyncio.run(_call(hall, data, seconds=seconds))
    show(
        f"{days} days a year with {tickets:,} tickets and {tickets * EVENTS_OF_TICKET:,} events each, taken out month"
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
        Figure(f"call next while days are taken out, {name}", milliseconds(during), f"{milliseconds(before)} before",
               during / before)
    ]  # fmt: skip


def _fill(file: Path, *, ago: list[int], tickets: int) -> None:
    """Days with tickets and events put straight into the database, with the hall's head behind them."""
    with closing(SqliteDatabase(f"sqlite:///{file.as_posix()}")) as opened:
        hall = House(opened).halls[0]
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for noon in ((now_ms() - one * DAY_MS) // DAY_MS * DAY_MS + 4 * 3_600_000 for one in ago):
            day = business_day(noon, hall.time_zone, day_ends=hall.settings.day_ends)
            last, seq, service, kind = connection.execute(_WHERE_IT_STANDS).fetchone()
            given, events = list[tuple[object, ...]](), list[tuple[object, ...]]()
            for number in range(1, tickets + 1):
                at, ticket = noon + number * 1000, last + number
                times = (at, at, at, at, at + 60_000, at + 120_000)
                given.append((ticket, day, f"Z{number}", f"years-{day}-{number}", service, kind, *times))
                events += [(seq + n, at, seq + n - 1, ticket, CONTENT) for n in range(1, EVENTS_OF_TICKET + 1)]
                seq += EVENTS_OF_TICKET
            connection.executemany(_TICKET, given)
            connection.executemany(_EVENT, events)
            connection.execute("UPDATE hall_head SET seq = ?, public_seq = ? WHERE hall_id = 1", (seq, seq))
            connection.commit()


def _archive(file: Path, folder: Path, *, now: int) -> list[float]:
    """Take out what is too old; the seconds of each day."""
    times = []
    with closing(SqliteDatabase(f"sqlite:///{file.as_posix()}")) as database:
        archiver, after = Archiver(House(database), folder=folder, keeping=Keeping(days=KEEP_DAYS)), ""
        hall, start = archiver.house.halls[0].code, time.perf_counter()
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
