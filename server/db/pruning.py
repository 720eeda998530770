"""Deleting what is kept for a time only, a few hundred rows at a time: nobody waits long behind it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Table, delete, select, tuple_

#: Rows of one go; what is left goes with the next one, a few seconds later.
MOST = 500


def forget_some(connection: Connection, table: Table, *old: ColumnElement[bool]) -> None:
    """Delete some rows of a table that meet all conditions."""
    key = list(table.primary_key)
    rows = select(*key).where(*old).limit(MOST)
    wanted = key[0].in_(rows) if len(key) == 1 else tuple_(*key).in_(rows)
    connection.execute(delete(table).where(wanted))
