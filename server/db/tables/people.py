"""Accounts, their sign-ins, and clerks on duty."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, text

from server.db.tables.base import RowId, metadata, of_hall, row_id

user = Table(
    "user",
    metadata,
    row_id(),
    Column("username", String(60), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("role", String(12), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    CheckConstraint("role in ('clerk', 'supervisor', 'admin')", name="role"),
)

#: A signed-in browser (cookie) or program (bearer). Only the hash of its secret is kept.
sign_in = Table(
    "sign_in",
    metadata,
    Column("secret_hash", String(64), primary_key=True),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    CheckConstraint("kind in ('cookie', 'bearer')", name="kind"),
)

session = Table(
    "session",
    metadata,
    row_id(),
    of_hall(),
    Column("counter_id", ForeignKey("counter.id"), nullable=False),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("client", String(64)),
    Column("state", String(8), nullable=False),
    Column("reason", String(120)),
    Column("opened_at", BigInteger, nullable=False),
    Column("state_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("ticket_id", RowId),
    Column("undo", Text),
    CheckConstraint("state in ('open', 'paused', 'closed')", name="state"),
)
Index(
    "uq_session_counter_open",
    session.c.counter_id,
    unique=True,
    sqlite_where=text("closed_at IS NULL"),
    postgresql_where=text("closed_at IS NULL"),
)
Index(
    "ix_session_hall_open",
    session.c.hall_id,
    sqlite_where=text("closed_at IS NULL"),
    postgresql_where=text("closed_at IS NULL"),
)
