"""Whether a pooler stands before PostgreSQL that gives one session to several clients, now to this and now to that.

Such a one (PgBouncer in transaction or statement mode) loses the lock of the timers, and answers a statement that one
connection has prepared with another's of the same name: wrong rows, not only errors.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing, suppress
from threading import Lock
from typing import Any

import psycopg
from sqlalchemy import create_engine

#: Which of two connections asks for the session's number: an order that sessions dealt in turn cannot meet by chance.
ORDER = (0, 0, 1, 0, 1, 1, 0, 1, 1, 0, 0, 0)
#: A connection for this waits no longer (s), and an answer is good for so long (s).
CONNECT_S, GOOD_FOR_S = 5, 15.0


class SessionsShared(RuntimeError):
    """A pooler shares sessions; the message is a sentence, and `zh` the same in Chinese."""

    zh = (
        "PostgreSQL 前的连接池让多个连接共用会话（PgBouncer 的 transaction 或 statement 模式），会丢失锁、"
        "给出错误结果：请在连接池中设置 pool_mode = session，或直接连接 PostgreSQL。"
    )

    def __init__(self) -> None:
        super().__init__(
            "A pooler before PostgreSQL shares sessions among connections (PgBouncer in transaction or statement "
            "mode), which loses locks and gives wrong answers: set pool_mode = session there, or connect to "
            "PostgreSQL itself."
        )


def refuse_shared_sessions(url: str) -> None:
    """Raise SessionsShared where a pooler does not keep a session for each connection.

    Raises psycopg.Error when PostgreSQL cannot be reached.
    """
    if shares_sessions(url):
        raise SessionsShared


def shares_sessions(url: str) -> bool:
    """Whether two connections that are open side by side each stay with a session of their own.

    Raises psycopg.Error when PostgreSQL cannot be reached.
    """
    with closing(_connected(url)) as one, closing(_connected(url)) as other:
        sessions = [_session((one, other)[asker]) for asker in ORDER]
    return not are_kept(sessions)


def are_kept(sessions: Sequence[int]) -> bool:
    """Whether the sessions in which was answered, in this order, were always one for each of the two who asked."""
    return len(set(zip(ORDER, sessions, strict=True))) == len(set(sessions)) == 2


def _connected(url: str) -> psycopg.Connection[Any]:
    """By the driver alone: SQLAlchemy's first connection begins a transaction, which statement mode refuses."""
    engine = create_engine(url)
    arguments, names = engine.dialect.create_connect_args(engine.url)
    own: dict[str, Any] = {"connect_timeout": CONNECT_S, "autocommit": True, "prepare_threshold": None}
    return psycopg.connect(*arguments, **{**names, **own})


def _session(connection: psycopg.Connection[Any]) -> int:
    found = connection.execute("SELECT pg_backend_pid()").fetchone()
    assert found
    return int(found[0])


class PoolerWatch:
    """The same, asked now and then while the server runs: a pooler's mode can be changed under it."""

    def __init__(self, url: str) -> None:
        self._url, self._lock = url, Lock()
        self._asked, self._shared = time.monotonic(), False

    def shares(self) -> bool:
        """What was found last; while PostgreSQL cannot be reached nothing new is known."""
        with self._lock:
            if time.monotonic() - self._asked >= GOOD_FOR_S:
                with suppress(psycopg.Error):
                    self._shared = shares_sessions(self._url)
                self._asked = time.monotonic()
            return self._shared
