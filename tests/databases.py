"""Which database the tests use: SQLite, or with `pytest --database postgresql` a PostgreSQL of their own."""

from __future__ import annotations

from pathlib import Path

from server.db.database import Database
from server.db.open import open_database
from server.db.sqlite import SqliteDatabase
from server.db.tables import metadata
from tests.postgres import Server

KINDS = ("sqlite", "postgresql")
_chosen: list[str] = []
_servers: list[Server] = []


def choose(kind: str) -> None:
    """Use databases of this kind from now on. Raises what Server does."""
    _chosen[:] = [kind]
    if on_postgres():
        server()


def on_postgres() -> bool:
    """Whether the tests run on PostgreSQL."""
    return _chosen == ["postgresql"]


def server() -> Server:
    """The tests' PostgreSQL, started at first use."""
    if not _servers:
        _servers.append(Server())
    return _servers[0]


def take_back() -> None:
    """A test is over: its databases are for others."""
    for one in _servers:
        one.take_back()


def stop() -> None:
    """Stop it and remove everything."""
    while _servers:
        _servers.pop().close()


def new_database(file: Path) -> Database:
    """A database with all tables and no rows; SQLite's is this file."""
    if on_postgres():
        return open_database(server().fresh())
    database = SqliteDatabase(f"sqlite:///{file}")
    metadata.create_all(database.engine)
    return database


def environment(*, lasting: bool = False) -> dict[str, str]:
    """What a command is run with, so that it uses a database of its own, without tables yet.

    lasting: for a server that serves several tests.
    """
    return {"HALLCALL_DATABASE_URL": server().empty(lasting=lasting)} if on_postgres() else {}
