"""SQLite: one file and one writing process."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError, OperationalError, ResourceClosedError
from sqlalchemy.pool import StaticPool

from server.data_folder.durable import keep_private
from server.db.database import HEAD, Database, Last, file_of, json_codec
from server.domain.refusals import Refusal

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 100")
#: So long one waits for a lock that another program holds, and between two looks at it (s). The driver would wait too,
#: but with it the whole server. Who comes when that was in vain looks once: else the last of many would wait for all.
PATIENCE_S, LOOK_S = 5.0, 0.02
#: What SQLite says of a file that is not as it was written.
DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
log = logging.getLogger(__name__)


class SqliteDatabase(Database):
    """SQLite, which has one writing process: one connection to write and one to read.

    Nothing may yield to another green thread inside either, which is why services do no input or output of their own.
    Raises sqlalchemy.exc.OperationalError when it cannot be opened. While it cannot be written (the disk is full,
    another program holds its lock for long) `transaction` raises Refusal `database_away`, and nothing is half done;
    so does `reading` while it cannot be read.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._file = file_of(url)
        self._away = self._unreadable = self._read_only = False
        self._writer = _engine(url, begin="BEGIN IMMEDIATE", patience=lambda: 0.0 if self._away else PATIENCE_S)
        self._reader = _engine(url, begin="BEGIN", patience=lambda: PATIENCE_S)
        self._read_lock = threading.RLock()
        self._connect()

    @contextmanager
    def transaction(self, hall_id: int | None = None) -> Iterator[Connection]:
        """A transaction that holds SQLite's one write lock, whatever the hall."""
        self.refuse_if_closed()
        try:
            with self.write_lock:
                if self._read_only and self._file and os.access(self._file, os.W_OK):
                    self._renew()
                with self._writing.begin():
                    yield self._writing
        except DatabaseError as error:
            self._refuse_damaged(error)
            if not self._away:
                log.error("the database cannot be written: %s", error.orig)
            self._away, self._read_only = True, self._read_only or _code(error) & 0xFF == sqlite3.SQLITE_READONLY
            raise Refusal("database_away") from error
        # What writes nothing goes through on a file that may only be read.
        if self._away and not self._read_only:
            log.warning("the database can be written again")
            self._away = False

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for several reads."""
        self.refuse_if_closed()
        try:
            with self._read_lock, self._reading.begin():
                yield self._reading
        except (DatabaseError, ResourceClosedError) as error:
            self._refuse_damaged(error)
            if not self._unreadable:
                log.error("the database cannot be read: %s", getattr(error, "orig", error))
            self._unreadable = True
            raise Refusal("database_away") from error
        if self._unreadable:
            log.warning("the database can be read again")
        self._unreadable = False

    def _refuse_damaged(self, error: Exception) -> None:
        """Raises Refusal `database_away` for a damaged file, and `error` for what is no failure of the database's."""
        if isinstance(error, DatabaseError) and _code(error) & 0xFF in DAMAGED:
            if not self.damaged:
                log.error("the database is damaged: %s; run `hallcall doctor`, and put a copy back", error.orig)
            self.damaged = True
            raise Refusal("database_away") from error
        if not isinstance(error, OperationalError | ResourceClosedError):
            raise error

    def last(self, hall_id: int) -> Last | None:
        """What happened last in a hall, asked of the driver itself: polls ask for nothing else."""
        self.refuse_if_closed()
        try:
            with self._read_lock:
                driver: sqlite3.Connection | None = self._reading.connection.driver_connection
                assert driver is not None
                found = driver.execute(f"{HEAD}?", (hall_id,)).fetchall()
        except (sqlite3.Error, ResourceClosedError) as error:
            raise Refusal("database_away") from error
        return Last(*found[0]) if found else None

    def _connect(self) -> None:
        if self._file:
            keep_private(self._file)
        self._writing, self._reading = self._writer.connect(), self._reader.connect()

    def _renew(self) -> None:
        """Open the file anew: what was opened while it could only be read stays so, as long as one of both is open."""
        with self._read_lock:
            self._disconnect()
            self._connect()
            self._read_only = False

    def _disconnect(self) -> None:
        for connection, engine in ((self._writing, self._writer), (self._reading, self._reader)):
            connection.close()
            engine.dispose()

    @property
    def engine(self) -> Engine:
        """The engine that writes."""
        return self._writer

    def close(self) -> None:
        """Close both connections."""
        super().close()
        self._disconnect()


def _code(error: DatabaseError) -> int:
    return getattr(error.orig, "sqlite_errorcode", 0)


def _engine(url: str, *, begin: str, patience: Callable[[], float]) -> Engine:
    engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False}, **json_codec())

    # pysqlite would begin transactions by itself and too late: take that over, as SQLAlchemy's manual advises.
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        end = time.monotonic() + patience()
        while True:
            try:
                connection.exec_driver_sql(begin)
            except OperationalError as error:
                if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(LOOK_S)
            else:
                return

    return engine
