"""The event log, and the answers kept so that a repeated request does nothing twice."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from server.db.tables.base import RowId, metadata

#: The log: what happened, in order, without a hole. `prev_*` is the event before it in that stream.
event = Table(
    "event",
    metadata,
    Column("hall_id", ForeignKey("hall.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("public", Boolean, nullable=False),
    Column("prev_public", BigInteger, nullable=False),
    Column("ticket_id", RowId),
    Column("prev_ticket", BigInteger),
    Column("content", Text, nullable=False),
    sqlite_with_rowid=False,
)
Index(
    "ix_event_public",
    event.c.hall_id,
    event.c.seq,
    sqlite_where=text("public"),
    postgresql_where=text("public"),
)

Index(
    "ix_event_ticket",
    event.c.ticket_id,
    event.c.seq,
    sqlite_where=text("ticket_id IS NOT NULL"),
    postgresql_where=text("ticket_id IS NOT NULL"),
)

#: Answers kept for a day, so that a request sent again does nothing twice.
answered = Table(
    "answered",
    metadata,
    Column("caller", String(60), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("content_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    sqlite_with_rowid=False,
)
