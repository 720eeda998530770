"""Screens, ticket machines, announcers and printers, and what they print."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, ForeignKey, String, Table

from server.db.tables.base import metadata, of_hall, referred_by, row_id

device = Table(
    "device",
    metadata,
    row_id(),
    of_hall(),
    Column("kind", String(12), nullable=False),
    Column("zone_id", ForeignKey("zone.id")),
    Column("name", String(120), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("token_hash", String(64), unique=True),
    Column("paired_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("seen_at", BigInteger),
    Column("status", JSON, nullable=False),
    CheckConstraint("kind in ('display', 'kiosk', 'announcer', 'printer')", name="kind"),
)

#: A device that asks to be let in: it holds the secret and shows the code.
pairing = Table(
    "pairing",
    metadata,
    Column("secret_hash", String(64), primary_key=True),
    Column("code", String(6), nullable=False, unique=True),
    Column("kind", String(12), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("device_id", ForeignKey("device.id")),
)

print_job = Table(
    "print_job",
    metadata,
    row_id(),
    of_hall(),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    Column("ticket_id", ForeignKey("ticket.id"), nullable=False),
    Column("state", String(8), nullable=False),
    Column("error", String(200)),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    CheckConstraint("state in ('queued', 'printing', 'printed', 'failed')", name="state"),
)
referred_by(print_job.c.ticket_id)
