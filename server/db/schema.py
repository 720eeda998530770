"""Which schema a database has, found out without loading more than its driver: the server asks before it starts."""

from __future__ import annotations

import sqlite3
from pathlib import Path

#: An SQLite file, or the address of a PostgreSQL database.
Place = Path | str


class MigrationError(RuntimeError):
    """The database cannot be brought to this program's schema; the message is a sentence."""


def revision_of(place: Place) -> str | None:
    """The schema of a database, None when it is missing or empty.

    Raises MigrationError for one that is not Hallcall's, and for one that cannot be reached.
    """
    return _of_file(place) if isinstance(place, Path) else _of_address(place)


def named(place: Place) -> str:
    """How a database is called to people; never with its password."""
    if isinstance(place, Path):
        return str(place)
    from sqlalchemy.engine import make_url

    return make_url(place).render_as_string(hide_password=True)


def _of_file(file: Path) -> str | None:
    if not file.is_file() or file.stat().st_size == 0:
        return None
    try:
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        try:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not _is_ours(tables, file):
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(row[0]) if row else None
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise MigrationError(f"{file} cannot be read as a database ({error}).") from error


def _of_address(url: str) -> str | None:
    from sqlalchemy import inspect
    from sqlalchemy.exc import SQLAlchemyError

    from server.db.postgres.database import engine_for, reason_of

    try:
        with engine_for(url) as engine, engine.connect() as connection:
            if not _is_ours(set(inspect(connection).get_table_names()), url):
                return None
            row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
            return str(row[0]) if row else None
    except SQLAlchemyError as error:
        raise MigrationError(f"{named(url)} cannot be used ({reason_of(error)}).") from error


def _is_ours(tables: set[str], place: Place) -> bool:
    """Whether tables are Hallcall's; False for none at all."""
    if "alembic_version" not in tables and tables:
        raise MigrationError(f"{named(place)} is not a database of Hallcall.")
    return bool(tables)
