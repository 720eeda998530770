"""PostgreSQL: several processes, on several machines, may write one hall.

A transaction begins by taking the hall's advisory lock, so that one hall's commands happen one after the other whoever
runs them, and everything read after that is what was committed last. A reading is a repeatable-read transaction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

import psycopg
from sqlalchemy import Connection, RootTransaction, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DataError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolEmpty
from sqlalchemy.pool import NullPool

from server.db.database import HEAD, Database, Last, json_codec
from server.db.postgres import circuit_breaker
from server.db.postgres.circuit_breaker import CircuitBreaker
from server.db.postgres.pooler import PoolerWatch
from server.domain.refusals import Refusal

#: Connections of a process: one writes, so many read, one holds the timers.
READERS = 4
#: How long one waits for a connection (s).
PATIENCE_S = 5
CONNECT: dict[str, Any] = {
    "connect_timeout": PATIENCE_S,
    "tcp_user_timeout": 10_000,
    "application_name": "hallcall",
    "autocommit": True,
    # pipeline.py plans what is worth it; psycopg would drop its own plans, and ours, at every rollback
    "prepare_threshold": None,
}
#: A process that hangs in a transaction must not hold the hall's lock for ever. Who comes when a hall's lock was waited
#: for in vain looks once: else the last of many would wait for all, and other halls with them. Milliseconds.
LOCK_MS, LOOK_MS = 5000, 50
SESSION = (
    f"SET lock_timeout = {LOCK_MS}; SET idle_in_transaction_session_timeout = 15000; SET statement_timeout = 30000"
)
#: Our advisory locks have this as their first key; the second is the hall's id, or one of these.
LOCKS, NO_HALL, TIMERS = 0x48414C4C, 0, -1
#: For so long an answer to "do I lead?" is good (s).
LEADS_FOR = 1.0
UNSTORABLE, UNSTORABLE_ZH = "a character or a number in it cannot be stored", "其中有无法保存的字符或数字"
#: Halls whose lock somebody has had for longer than a command waits; of others' sessions one may not be told the time.
_HELD = f"""
    SELECT DISTINCT l.objid FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.classid = {LOCKS} AND l.objsubid = 2 AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND coalesce(a.xact_start, a.state_change, '-infinity') < clock_timestamp() - interval '{LOCK_MS} ms'
"""  # own numbers # noqa: S608 # nosec B608
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
log = logging.getLogger(__name__)


class PostgresDatabase(Database):
    """A PostgreSQL database.

    While it cannot be reached, and when it is too busy, `transaction` and `reading` raise Refusal `database_away`;
    nothing is half done then, and the next one connects anew. What PostgreSQL cannot store is Refusal `invalid`.
    """

    shared = True

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._gate = CircuitBreaker()
        self._writer = _engine(url, pool_size=1, gate=self._gate)
        self._reader = _engine(url, pool_size=READERS, gate=self._gate)
        self._leadership, self._pooler = Leadership(url), PoolerWatch(url)
        self._away = False
        #: Halls whose lock was waited for in vain.
        self._held: set[int | None] = set()

    @contextmanager
    def transaction(self, hall_id: int | None = None) -> Iterator[Connection]:
        """A transaction that holds the hall's advisory lock."""
        self.refuse_if_closed()
        lock = f"SELECT pg_advisory_xact_lock({LOCKS}, {NO_HALL if hall_id is None else int(hall_id)})"
        with self.write_lock:
            if hall_id in self._held:
                lock = f"SET LOCAL lock_timeout = {LOOK_MS}; {lock}; SET LOCAL lock_timeout = {LOCK_MS}"
            with self._begun(self._writer, f"BEGIN; {lock}", locks=(hall_id,)) as connection:
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for several reads."""
        self.refuse_if_closed()
        with self._begun(self._reader, _READ) as connection:
            yield connection

    def last(self, hall_id: int) -> Last | None:
        """What happened last in a hall, in one round trip: the driver begins no transaction by itself."""
        self.refuse_if_closed()
        with self._gate.passed(), self._reader.connect() as connection:
            found = connection.exec_driver_sql(f"{HEAD}%s", (hall_id,)).first()
        return Last(*found) if found else None

    def held(self) -> set[int]:
        """The halls whose lock somebody has had for longer than a command waits for it."""
        with self.reading() as connection:
            return {int(row[0]) for row in connection.exec_driver_sql(_HELD)}

    def shares_sessions(self) -> bool:
        """Whether a pooler shares them, looked at every 15 s at most."""
        return self._pooler.shares()

    def leads(self) -> bool:
        """Whether this process holds the lock of the timers."""
        return self._leadership.holds()

    @property
    def engine(self) -> Engine:
        """The engine that writes."""
        return self._writer

    def close(self) -> None:
        """Close all connections."""
        super().close()
        self._leadership.close()
        self._writer.dispose()
        self._reader.dispose()

    @contextmanager
    def _begun(self, engine: Engine, first: str, *, locks: tuple[int | None, ...] = ()) -> Iterator[Connection]:
        try:
            with self._gate.passed():
                connection, transaction = self._begin(engine, first, locks)
            with connection, transaction:
                self._is_back()
                yield connection
        except (OperationalError, PoolEmpty) as error:
            if isinstance(getattr(error, "orig", None), circuit_breaker.DoesNotAnswer):
                self._gate.shut(error)
            self._is_away(error)
            raise Refusal("database_away") from error
        except DataError as error:
            # SQLite stores a NUL in a text; here it is the asker's mistake.
            raise Refusal("invalid", field="body", reason=UNSTORABLE, reason_zh=UNSTORABLE_ZH) from error
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            self._is_away(error)
            raise Refusal("database_away") from error

    def _begin(self, engine: Engine, first: str, locks: tuple[int | None, ...]) -> tuple[Connection, RootTransaction]:
        try:
            begun = _begin(engine, first)
        except OperationalError as error:
            if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
                raise
            self._lock_is_held(locks)
            raise Refusal("database_away") from error
        self._lock_is_free(locks)
        return begun

    def _lock_is_held(self, locks: tuple[int | None, ...]) -> None:
        for hall_id in set(locks) - self._held:
            log.error("somebody holds the lock of hall %s: its commands are refused", hall_id)
            self._held.add(hall_id)

    def _lock_is_free(self, locks: tuple[int | None, ...]) -> None:
        for hall_id in self._held.intersection(locks):
            log.warning("the lock of hall %s is free again", hall_id)
            self._held.discard(hall_id)

    def _is_away(self, error: SQLAlchemyError) -> None:
        if not self._away:
            log.error("the database does not serve us: %s", reason_of(error))
        self._away = True

    def _is_back(self) -> None:
        if self._away:
            log.warning("the database serves us again")
        self._away = False


class Leadership:
    """A lock that one process of all holds as long as its connection lives.

    For a moment after a connection was cut two may believe that they have it: what is done under it must be safe to do
    twice.
    """

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, poolclass=NullPool, connect_args=CONNECT)
        event.listen(self._engine, "do_connect", _connecting(CircuitBreaker()))
        self._connection: Connection | None = None
        self._lock, self._held, self._asked = Lock(), False, -LEADS_FOR

    def holds(self) -> bool:
        """Whether this process has it; taken when nobody has."""
        with self._lock:
            if time.monotonic() - self._asked >= LEADS_FOR:
                try:
                    self._held = self._ask()
                except SQLAlchemyError:
                    self._drop()
                self._asked = time.monotonic()
            return self._held

    def close(self) -> None:
        """Give it up."""
        with self._lock:
            self._drop()
            self._engine.dispose()

    def _ask(self) -> bool:
        if self._connection is None:
            self._connection = self._engine.connect()
        # Asked again on the connection that has it, it says that this still lives. It counts, and ends with it.
        question = "SELECT true" if self._held else f"SELECT pg_try_advisory_lock({LOCKS}, {TIMERS})"
        return bool(self._connection.exec_driver_sql(question).scalar_one())

    def _drop(self) -> None:
        self._held = False
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                self._connection.close()
        self._connection = None


@contextmanager
def engine_for(url: str) -> Iterator[Engine]:
    """An engine for a tool that needs the database once."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": PATIENCE_S}, **json_codec())
    try:
        yield engine
    finally:
        engine.dispose()


def reason_of(error: SQLAlchemyError) -> str:
    """Why the database refused, in one line."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0].rstrip(".") if said else type(error).__name__


def _engine(url: str, *, pool_size: int, gate: CircuitBreaker) -> Engine:
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=0, pool_timeout=PATIENCE_S, connect_args=CONNECT, **json_codec()
    )

    event.listen(engine, "do_connect", _connecting(gate))

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.execute(SESSION)

    return engine


def _connecting(gate: CircuitBreaker) -> Callable[..., Any]:
    def connect(_dialect: Any, _record: Any, arguments: Any, names: Any) -> Any:
        gate.refuse_if_shut()
        return circuit_breaker.Connection.open(*arguments, **names)

    return connect


def _begin(engine: Engine, first: str) -> tuple[Connection, RootTransaction]:
    """A connection whose transaction has begun with a statement; a connection that died meanwhile is made anew, once.

    The driver is in autocommit: the statement begins the transaction in the same round trip in which it does its work.
    """
    try:
        return _try_to_begin(engine, first)
    except DBAPIError as error:
        if not error.connection_invalidated or isinstance(error.orig, circuit_breaker.DoesNotAnswer):
            raise
    return _try_to_begin(engine, first)


def _try_to_begin(engine: Engine, first: str) -> tuple[Connection, RootTransaction]:
    connection = engine.connect()
    try:
        transaction = connection.begin()
        connection.exec_driver_sql(first)
    except BaseException:
        connection.close()
        raise
    return connection, transaction
