"""The limit of the database: the very statements of a command, run by a bare sqlite3 loop.

The command's statements are recorded on one copy of a database while the service runs it, then run again with the
same values on a second copy that started in the same state. What remains is SQLite and the disk.
"""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event

from server.clock import now_ms
from server.db.database import PRAGMAS, SqliteDatabase
from server.services import calling, issuing, sessions
from server.services.actor import PUBLIC, Actor
from server.services.house import House
from server.services.work import Act, perform

Statement = tuple[str, Any]
Transaction = list[Statement]


@dataclass(frozen=True)
class RawFigures:
    """Seconds of each command: by the bare loop, and by the service without any network."""

    raw: list[float]
    service: list[float]


def raw_calls(database: Path, *, counter: str, calls: int) -> RawFigures:
    """`calls` times call_next by clerk1 at a counter. The file is not changed."""

    def play(recorder: _Recorder) -> None:
        clerk = recorder.clerk("clerk1")
        recorder.run(sessions.sign_on, clerk, counter=counter, take_over=False, client="bench")
        for _ in range(calls):
            recorder.run(calling.call_next, clerk, counter=counter)

    figures = _measure(database, play)
    return RawFigures(figures.raw[1:], figures.service[1:])


def raw_issues(database: Path, *, services: list[str], count: int) -> RawFigures:
    """`count` tickets, for these services in turn. The file is not changed."""

    def play(recorder: _Recorder) -> None:
        for index in range(count):
            service = services[index % len(services)]
            recorder.run(issuing.issue_ticket, PUBLIC, service=service, status=None, language=None)

    return _measure(database, play)


def _measure(database: Path, play: Callable[[_Recorder], None]) -> RawFigures:
    copies = [database.with_name(f"{name}.db") for name in ("recorded", "raw")]
    for copy in copies:
        shutil.copyfile(database, copy)
    try:
        with closing(_Recorder(copies[0])) as recorder:
            play(recorder)
        return RawFigures(_run(copies[1], recorder.transactions), recorder.seconds)
    finally:
        for copy in copies:
            for file in copy.parent.glob(f"{copy.name}*"):
                file.unlink()


class _Recorder:
    """Runs commands on a copy and keeps the statements of each."""

    def __init__(self, database: Path) -> None:
        self._database = SqliteDatabase(f"sqlite:///{database.as_posix()}")
        self._house = House(self._database)
        self.transactions: list[Transaction] = []
        self.seconds: list[float] = []
        event.listen(self._database.engine, "before_cursor_execute", self._keep)

    def run(self, act: Act, actor: Actor, **arguments: Any) -> None:
        self.transactions.append([])
        start = time.perf_counter()
        key = secrets.token_hex(16)
        perform(self._house, act, hall_code=self._house.halls[0].code, actor=actor, now=now_ms(), key=key, **arguments)
        self.seconds.append(time.perf_counter() - start)

    def clerk(self, username: str) -> Actor:
        with self._database.reading() as connection:
            row = connection.exec_driver_sql("SELECT id, name, role FROM user WHERE username = ?", (username,)).one()
        return Actor("user", row.id, row.name, row.role, "reception")

    def close(self) -> None:
        self._database.close()

    def _keep(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        self.transactions[-1].append((statement, parameters))


def _run(database: Path, transactions: list[Transaction]) -> list[float]:
    """Seconds of each transaction."""
    seconds = []
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        for transaction in transactions:
            start = time.perf_counter()
            for statement, parameters in transaction:
                connection.execute(statement, parameters).fetchall()
            connection.execute("COMMIT")
            seconds.append(time.perf_counter() - start)
    return seconds
