"""A database, and the two ways to use it: a transaction that writes, a reading.

It is the port; sqlite.py and postgres/ are its two adapters, and open.py gives the one that an address names. What the
services may trust is the same for both: a transaction sees every commit before it in its hall and none beside it, and
a reading is a consistent view.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection
from sqlalchemy.engine import Engine, make_url

from server.domain.refusals import Refusal

#: What tells whether anything happened in a hall, behind which its id is put.
HEAD = (
    "SELECT hall_head.seq, hall_head.public_seq, hall.version FROM hall_head JOIN hall ON hall.id = hall_head.hall_id"
    " WHERE hall_head.hall_id = "
)


@dataclass(frozen=True, slots=True)
class Last:
    """A hall's last event, its last public event, and the version of its configuration."""

    seq: int
    public_seq: int
    version: int


class Database(ABC):
    """An open database. `shared`: other processes may write it too, so that memory alone is no proof of anything."""

    shared = False

    def __init__(self, url: str) -> None:
        self.url = url
        #: Whether a part of it was found that is damaged: what lies there cannot be read until a copy is put back.
        self.damaged = False
        #: Held by whoever writes in this process; the publisher takes its place in line under it.
        self.write_lock = threading.RLock()
        self._closed = False

    @abstractmethod
    def transaction(self, hall_id: int | None = None) -> AbstractContextManager[Connection]:
        """A transaction that holds the hall's lock (None: that of what belongs to no hall).

        Commits at the end, rolls back on any exception.
        """

    @abstractmethod
    def reading(self) -> AbstractContextManager[Connection]:
        """A consistent view for several reads."""

    @abstractmethod
    def last(self, hall_id: int) -> Last | None:
        """What happened last in a hall, None when it is gone; by one statement, the shortest way there is.

        Raises Refusal `database_away` or sqlalchemy.exc.SQLAlchemyError.
        """

    def leads(self) -> bool:
        """Whether this process is the one, of all that use the database, that does what must be done once."""
        return True

    def shares_sessions(self) -> bool:
        """Whether a pooler gives the sessions of this database's connections to others too (db/postgres/pooler.py)."""
        return False

    def held(self) -> set[int]:
        """The halls whose commands cannot run because somebody has held their lock for long.

        Raises Refusal `database_away` or sqlalchemy.exc.SQLAlchemyError.
        """
        return set()

    @property
    @abstractmethod
    def engine(self) -> Engine:
        """The engine that writes."""

    def close(self) -> None:
        """Close all connections."""
        self._closed = True

    def refuse_if_closed(self) -> None:
        """Whoever asks a server that has ended is to ask again: its successor answers. Raises Refusal `stopping`."""
        if self._closed:
            raise Refusal("stopping")


def file_of(url: str) -> Path | None:
    """SQLite's file; None of another database, and of one in memory."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or parts.database in (None, "", ":memory:"):
        return None
    return Path(str(parts.database))


def is_postgres(url: str) -> bool:
    """Whether an address is of a PostgreSQL database."""
    return make_url(url).get_backend_name() == "postgresql"


def json_codec() -> dict[str, Any]:
    """How JSON columns are written and read, as create_engine takes it."""
    return {"json_serializer": lambda value: orjson.dumps(value).decode(), "json_deserializer": orjson.loads}
