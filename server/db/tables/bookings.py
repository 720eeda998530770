"""Appointments, what is known of how to reach a visitor, and the notices that go there."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from server.db.tables.base import Code, RowId, metadata, of_hall, referred_by, row_id

#: Name, phone and e-mail of a visitor, sealed with the data folder's key; `masked` is what people may read.
contact = Table(
    "contact",
    metadata,
    row_id(),
    of_hall(),
    Column("sealed", LargeBinary, nullable=False),
    Column("masked", Text, nullable=False),
    Column("delete_at", BigInteger, nullable=False, index=True),
)

#: A booked slot. `seat` numbers the places of a slot: the constraint is what makes a double booking impossible.
appointment = Table(
    "appointment",
    metadata,
    row_id(),
    of_hall(),
    Column("token", String(40), nullable=False, unique=True),
    Column("code", String(12), nullable=False),
    Column("service_id", ForeignKey("service.id"), nullable=False),
    Column("state", String(12), nullable=False),
    Column("day", String(10), nullable=False),
    Column("start_at", BigInteger, nullable=False),
    Column("end_at", BigInteger, nullable=False),
    Column("seat", Integer),
    Column("status_code", Code),
    Column("language", String(10), nullable=False),
    Column("channel", String(12), nullable=False),
    Column("booked_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("ticket_id", RowId),
    Column("contact_id", ForeignKey("contact.id", ondelete="SET NULL")),
    Column("person", String(64)),
    # keyed hash of name and last digits, for a check-in without the code
    Column("lookup", String(64)),
    Column("reminded_at", BigInteger),
    # why it does not stand any more (domain/standing.py), and when staff kept it all the same
    Column("hit", String(20)),
    Column("kept_at", BigInteger),
    UniqueConstraint("hall_id", "day", "code"),
    UniqueConstraint("service_id", "start_at", "seat"),
    CheckConstraint("state in ('booked', 'checked_in', 'late', 'cancelled', 'missed')", name="state"),
)
Index("ix_appointment_hall_day", appointment.c.hall_id, appointment.c.day, appointment.c.state)
_BOOKED = text("state = 'booked'")
Index(
    "ix_appointment_booked",
    appointment.c.hall_id,
    appointment.c.start_at,
    sqlite_where=_BOOKED,
    postgresql_where=_BOOKED,
)
Index("ix_appointment_person", appointment.c.hall_id, appointment.c.person)
referred_by(appointment.c.contact_id)

#: The outbox: each notice once (`key`), tried again until it is sent or too old.
notice = Table(
    "notice",
    metadata,
    row_id(),
    of_hall(),
    Column("key", String(120), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("channel", String(12), nullable=False),
    Column("ticket_id", ForeignKey("ticket.id")),
    Column("appointment_id", ForeignKey("appointment.id")),
    Column("state", String(8), nullable=False),
    Column("content", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    Column("next_try_at", BigInteger),
    Column("sent_at", BigInteger),
    Column("error", String(300)),
    UniqueConstraint("hall_id", "key", "channel"),
    CheckConstraint("state in ('queued', 'sent', 'failed', 'dropped')", name="state"),
)
Index("ix_notice_next_try", notice.c.next_try_at)
Index("ix_notice_newest", notice.c.hall_id, notice.c.created_at)
referred_by(notice.c.ticket_id)
referred_by(notice.c.appointment_id)
