"""Moving a whole SQLite database to PostgreSQL: all of it, proven row by row, or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Table, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from server.db.migrate import at_address, bring_up
from server.db.migrations import HEAD
from server.db.postgres.database import reason_of
from server.db.postgres.sequences import count_on
from server.db.schema import MigrationError, named, revision_of
from server.db.sqlite import SqliteDatabase
from server.db.tables import metadata

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Moved:
    """A table that was moved: how many rows, and the sum of their checksums, the same on both sides."""

    table: str
    rows: int
    checksum: str


def move(file: Path, url: str) -> list[Moved]:
    """Copy every row of an SQLite database, which nobody may be writing, into an empty PostgreSQL database.

    One transaction makes the tables, copies, counts the sequences on, reads everything back and compares. Raises
    MigrationError; then the PostgreSQL database is as it was. The SQLite database is only read.
    """
    if revision_of(file) != HEAD:
        raise MigrationError(f"{file} is not up to date: run `hallcall migrate` first.")
    if revision_of(url) not in (None, HEAD):
        raise MigrationError(f"{named(url)} holds tables of another Hallcall: choose an empty database.")
    opened = closing(SqliteDatabase(f"sqlite:///{file.as_posix()}"))
    with opened as source, source.reading() as read, at_address(url) as written:
        return _all(read, written, url)


def _all(read: Connection, written: Connection, url: str) -> list[Moved]:
    bring_up(written)
    _refuse_rows(written, url)
    for table in metadata.sorted_tables:
        _copy(read, written, table)
    count_on(written)
    written.exec_driver_sql("ANALYZE")  # else the first hour's statements are planned for empty tables
    return [_same(read, written, table) for table in metadata.sorted_tables]


def _refuse_rows(connection: Connection, url: str) -> None:
    for table in metadata.sorted_tables:
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            raise MigrationError(f"{named(url)} is not empty (table {table.name}): choose an empty database.")


def _copy(read: Connection, written: Connection, table: Table) -> None:
    try:
        rows = _rows(read, table)
        while some := [dict(row._mapping) for row in islice(rows, BATCH)]:
            written.execute(insert(table), some)
    except SQLAlchemyError as error:
        raise MigrationError(
            f"Table {table.name} cannot be moved ({reason_of(error)}); nothing was changed."
        ) from error


def _same(read: Connection, written: Connection, table: Table) -> Moved:
    before, after = (_sum(table.name, _rows(connection, table)) for connection in (read, written))
    if before != after:
        raise MigrationError(
            f"Table {table.name} differs after the copy ({before.rows} rows sent, {after.rows} arrived); "
            "nothing was changed."
        )
    return after


def _rows(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    return iter(connection.execute(select(table).execution_options(yield_per=BATCH)))


def _sum(name: str, rows: Iterable[Row[Any]]) -> Moved:
    """The sum does not ask in which order the rows come: two databases sort texts differently."""
    count = total = 0
    for row in rows:
        content = orjson.dumps(list(row), default=bytes.hex, option=orjson.OPT_SORT_KEYS)
        total += int.from_bytes(hashlib.sha256(content).digest(), "big")
        count += 1
    return Moved(name, count, f"{total % 2**256:064x}")
