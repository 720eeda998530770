"""The database of an address: SQLite or PostgreSQL."""

from __future__ import annotations

from server.db.database import Database, is_postgres
from server.db.sqlite import SqliteDatabase


def open_database(url: str) -> Database:
    """Open the database of an address."""
    if is_postgres(url):
        from server.db.postgres.database import PostgresDatabase

        return PostgresDatabase(url)
    return SqliteDatabase(url)
