"""The limit of the database: the very statements of a command, run by a bare loop of the driver.

The command's statements are recorded on one copy of a database while the service runs it, then run again with the
same values on a second copy that started in the same state. What remains is the database and the disk.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bench.recorder import RawFigures, Recorder, Transaction
from server.db.sqlite import PRAGMAS, SqliteDatabase
from server.services.calling import calling, sessions
from server.services.runtime.actor import PUBLIC
from server.services.tickets import issuing


def raw_calls(database: Path | str, *, counter: str, calls: int) -> RawFigures:
    """`calls` times call_next by clerk1 at a counter, on copies of an SQLite file or of the database at an address."""

    def play(recorder: Recorder) -> None:
        clerk = recorder.clerk("clerk1")
        recorder.run(sessions.sign_on, clerk, counter=counter, take_over=False, client="bench")
        for _ in range(calls):
            recorder.run(calling.call_next, clerk, counter=counter)

    if isinstance(database, Path):
        figures = _measure(database, play)
    else:
        from bench.raw_postgres import measure  # its driver is an extra

        figures = measure(database, play)
    return RawFigures(figures.raw[1:], figures.service[1:])


def raw_issues(database: Path, *, services: list[str], count: int) -> RawFigures:
    """`count` tickets, for these services in turn. The file is not changed."""

    def play(recorder: Recorder) -> None:
        for index in range(count):
            service = services[index % len(services)]
            recorder.run(issuing.issue_ticket, PUBLIC, service=service, status=None, language=None)

    return _measure(database, play)


def _measure(database: Path, play: Callable[[Recorder], None]) -> RawFigures:
    copies = [database.with_name(f"{name}.db") for name in ("recorded", "raw")]
    for copy in copies:
        shutil.copyfile(database, copy)
    try:
        with closing(Recorder(SqliteDatabase(f"sqlite:///{copies[0].as_posix()}"))) as recorder:
            play(recorder)
        return RawFigures(_run(copies[1], recorder.transactions), recorder.seconds)
    finally:
        for copy in copies:
            for file in copy.parent.glob(f"{copy.name}*"):
                file.unlink()


def _run(database: Path, transactions: list[Transaction]) -> list[float]:
    """Seconds of each transaction."""
    seconds = []
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        for transaction in transactions:
            start = time.perf_counter()
            for statement, parameters, _ in transaction:
                connection.execute(statement, parameters).fetchall()
            connection.execute("COMMIT")
            seconds.append(time.perf_counter() - start)
    return seconds
