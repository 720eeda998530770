"""Runs commands without a network, and keeps the statements of each with their values."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import event, select

from server.clock import now_ms
from server.db import prepared
from server.db.database import Database
from server.db.tables import user
from server.services.runtime.actor import Actor
from server.services.runtime.batch import Handler
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment


class Step(NamedTuple):
    """A statement with its values; `waits`: it only writes, and is sent without waiting (PostgreSQL)."""

    statement: str
    values: Any
    waits: bool = False


Transaction = list[Step]


@dataclass(frozen=True)
class RawFigures:
    """Seconds of each command: by the bare loop, and by the service without any network."""

    raw: list[float]
    service: list[float]


class Recorder:
    """Runs commands on a database, which it closes at the end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._deployment = Deployment(self._database)
        self.transactions: list[Transaction] = []
        self.seconds: list[float] = []
        event.listen(self._database.engine, "before_cursor_execute", self._keep)
        prepared.listeners.append(self._hear)

    def run(self, act: Handler, actor: Actor, **arguments: Any) -> None:
        """Run a command in the first hall."""
        self.transactions.append([])
        start = time.perf_counter()
        key = secrets.token_hex(16)
        run_command(
            self._deployment,
            act,
            hall_code=self._deployment.halls[0].code,
            actor=actor,
            now=now_ms(),
            key=key,
            **arguments,
        )
        self.seconds.append(time.perf_counter() - start)

    def clerk(self, username: str) -> Actor:
        """The account of that name as who asks."""
        with self._database.reading() as connection:
            row = connection.execute(select(user).where(user.c.username == username)).one()
        return Actor("user", row.id, row.name, row.role, "reception")

    def close(self) -> None:
        """Close the database."""
        prepared.listeners.remove(self._hear)
        self._database.close()

    def _hear(self, statement: str, values: Any, only_writes: bool) -> None:
        self.transactions[-1].append(Step(statement, values, only_writes))

    def _keep(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        self.transactions[-1] += [Step(statement, each) for each in (parameters if many else [parameters])]
