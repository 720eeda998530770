"""The connection to the database, and the two ways to use it: a transaction that writes, a reading.

SQLite has one writing process. Here that process keeps one connection for writing and one for reading; nothing may
yield to another green thread inside either, which is why services do no input or output of their own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.pool import StaticPool

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000")


class Database:
    """An open database.

    `url` is a SQLAlchemy URL. Raises sqlalchemy.exc.OperationalError when it cannot be opened.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._writer, self._reader = _engine(url, begin="BEGIN IMMEDIATE"), _engine(url, begin="BEGIN")
        self._writing, self._reading = self._writer.connect(), self._reader.connect()
        self._write_lock, self._read_lock = threading.RLock(), threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that holds the write lock; commits at the end, rolls back on any exception."""
        with self._write_lock, self._writing.begin():
            yield self._writing

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for several reads."""
        with self._read_lock, self._reading.begin():
            yield self._reading

    @property
    def write_lock(self) -> threading.RLock:
        """Held by whoever writes; the publisher takes its place in line under it."""
        return self._write_lock

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations."""
        return self._writer

    def close(self) -> None:
        """Close both connections."""
        for connection, engine in ((self._writing, self._writer), (self._reading, self._reader)):
            connection.close()
            engine.dispose()


def _engine(url: str, *, begin: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        raise ValueError("HALLCALL_DATABASE_URL: only sqlite:/// is supported")
    engine = create_engine(
        url,
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
    )

    # pysqlite would begin transactions by itself and too late: take that over, as SQLAlchemy's manual advises.
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
