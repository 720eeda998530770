"""What was taken out of the database into files, so that nobody takes the gap for a loss."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table

from server.db.tables.base import metadata

#: A file of the archive: a part of a hall's business day. It stands here before any of its rows is deleted.
archive = Table(
    "archive",
    metadata,
    Column("hall_id", ForeignKey("hall.id"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("part", Integer, primary_key=True),
    # of the lines, before they were compressed
    Column("sha256", String(64), nullable=False),
    Column("tickets", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("last_seq", BigInteger),
    Column("archived_at", BigInteger, nullable=False),
    # when the file was deleted, its time being over; the row stays
    Column("deleted_at", BigInteger),
)
