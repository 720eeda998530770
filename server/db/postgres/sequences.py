"""PostgreSQL counts rows by sequences of its own, which know nothing of rows that were put in with their number."""

from __future__ import annotations

from sqlalchemy import Connection

from server.db.tables import metadata


def count_on(connection: Connection) -> None:
    """Let every table's next row have a number of its own. SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        if "id" in table.c:
            name = connection.dialect.identifier_preparer.format_table(table)
            connection.exec_driver_sql(
                # own names
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"  # noqa: S608 # nosec
            )
