"""Which schema a database has, found out without loading anything but SQLite: the server asks before it starts."""

from __future__ import annotations

import sqlite3
from pathlib import Path


class MigrationError(RuntimeError):
    """The database cannot be brought to this program's schema; the message is a sentence."""


def revision_of(file: Path) -> str | None:
    """The schema of an SQLite database, None when the file is missing or empty.

    Raises MigrationError for a file that is no database of Hallcall.
    """
    if not file.is_file() or file.stat().st_size == 0:
        return None
    try:
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        try:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "alembic_version" not in tables:
                if tables:
                    raise MigrationError(f"{file} is not a database of Hallcall.")
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(row[0]) if row else None
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise MigrationError(f"{file} cannot be read as a database ({error}).") from error
