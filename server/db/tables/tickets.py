"""Tickets, their places in the queues, and the numbers given out."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from server.db.tables.base import Code, metadata, of_hall, referred_by, row_id
from server.domain.states import TicketState

#: The last serial given out per hall, day and prefix; for a range that begins later: per prefix and first serial.
number_given = Table(
    "number_given",
    metadata,
    Column("hall_id", ForeignKey("hall.id"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("prefix", String(12), primary_key=True),
    Column("serial", Integer, nullable=False),
)

#: Numbers of tickets that were open when the last business day ended and were kept: nobody else gets them on this one.
number_kept = Table(
    "number_kept",
    metadata,
    Column("hall_id", ForeignKey("hall.id"), primary_key=True),
    # prefix and serial without zeros, as people would take them for one
    Column("number", String(12), primary_key=True),
    # no reference: it may leave for the archive in the course of the day
    Column("ticket_id", BigInteger, nullable=False),
)

#: Runs of reserved serials, each for one ticket machine's store of numbers on one business day.
number_block = Table(
    "number_block",
    metadata,
    Column("hall_id", ForeignKey("hall.id"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("prefix", String(3), primary_key=True),
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    # the store in the machine's browser that gives them: one that was emptied gets others
    Column("keeper", String(22), nullable=False),
    Column("made_at", BigInteger, nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    row_id(),
    of_hall(),
    Column("day", String(10), nullable=False),
    Column("number", String(12), nullable=False),
    Column("token", String(40), nullable=False, unique=True),
    Column("service_id", ForeignKey("service.id"), nullable=False),
    Column("counter_type_id", ForeignKey("counter_type.id"), nullable=False),
    Column("class_code", Code, nullable=False),
    Column("status_code", Code),
    Column("language", String(10), nullable=False),
    Column("channel", String(12), nullable=False),
    Column("device_id", ForeignKey("device.id")),
    Column("state", String(12), nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("reference_at", BigInteger, nullable=False),
    Column("kappa_at", BigInteger, nullable=False),
    Column("waiting_since", BigInteger, nullable=False),
    Column("counter_id", ForeignKey("counter.id")),
    Column("target_counter_id", ForeignKey("counter.id")),
    Column("session_id", ForeignKey("session.id")),
    Column("call_seq", BigInteger),
    Column("called_at", BigInteger),
    Column("last_called_at", BigInteger),
    Column("calls", Integer, nullable=False, server_default="0"),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("note", Text),
    Column("hold_until", BigInteger),
    Column("came_from_id", ForeignKey("counter_type.id")),
    Column("no_shows", Integer, nullable=False, server_default="0"),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    # when a scheduled, held or parked ticket waits again by itself
    Column("due_at", BigInteger),
    # a parked ticket waits again when its counter type has had so many calls today
    Column("return_after", Integer),
    # how often the visitor asked for more time
    Column("asides", Integer, nullable=False, server_default="0"),
    Column("quantity", Integer, nullable=False, server_default="1"),
    # the services of a visit with several; null for one
    Column("steps", Text),
    Column("appointment_id", ForeignKey("appointment.id")),
    Column("contact_id", ForeignKey("contact.id", ondelete="SET NULL")),
    # keyed hash of whoever took it, for limits
    Column("person", String(64)),
    Column("rating", SmallInteger),
    # between the end of a ticket and its opening again; no service time
    Column("idle_ms", BigInteger, nullable=False, server_default="0"),
    # whether staff took it out; of a cancelled one
    Column("removed", Boolean, nullable=False, server_default=false()),
    # what the clerk told the visitor at the last hold: what to fetch or to bring
    Column("told", Text),
    UniqueConstraint("hall_id", "day", "number"),
    CheckConstraint(f"state in ({', '.join(repr(str(state)) for state in TicketState)})", name="state"),
)

#: A ticket's place in a queue, there while it waits. A ticket that waits for several services at once has several.
place = Table(
    "place",
    metadata,
    row_id(),
    of_hall(),
    Column("ticket_id", ForeignKey("ticket.id"), nullable=False),
    # which of the ticket's steps waits here; 0 for a ticket without steps
    Column("step", Integer, nullable=False),
    Column("counter_type_id", ForeignKey("counter_type.id"), nullable=False),
    Column("service_id", ForeignKey("service.id"), nullable=False),
    Column("class_code", Code, nullable=False),
    Column("reference_at", BigInteger, nullable=False),
    Column("kappa_at", BigInteger, nullable=False),
    Column("waiting_since", BigInteger, nullable=False),
    Column("target_counter_id", ForeignKey("counter.id")),
    UniqueConstraint("ticket_id", "step"),
)

_FOR_ANY, _FOR_ONE = "target_counter_id IS NULL", "target_counter_id IS NOT NULL"

# Each class has two heads, by key and by age; whoever waits for one counter alone has a queue there.
for _column in ("kappa_at", "reference_at"):
    Index(
        f"ix_place_{_column}",
        place.c.counter_type_id,
        place.c.class_code,
        place.c[_column],
        place.c.ticket_id,
        sqlite_where=text(_FOR_ANY),
        postgresql_where=text(_FOR_ANY),
    )
Index(
    "ix_place_target",
    place.c.target_counter_id,
    place.c.class_code,
    place.c.kappa_at,
    place.c.ticket_id,
    sqlite_where=text(_FOR_ONE),
    postgresql_where=text(_FOR_ONE),
)
# What the outlook counts, read from the index alone.
Index(
    "ix_place_queue",
    place.c.hall_id,
    place.c.counter_type_id,
    place.c.service_id,
    place.c.target_counter_id,
    place.c.waiting_since,
)
Index("ix_ticket_day_call", ticket.c.hall_id, ticket.c.day, ticket.c.call_seq)
Index("ix_ticket_day_state", ticket.c.hall_id, ticket.c.day, ticket.c.state)
Index("ix_ticket_type_called", ticket.c.counter_type_id, ticket.c.called_at)
Index(
    "ix_ticket_due",
    ticket.c.hall_id,
    ticket.c.due_at,
    sqlite_where=text("due_at IS NOT NULL"),
    postgresql_where=text("due_at IS NOT NULL"),
)
Index(
    "ix_ticket_parked",
    ticket.c.counter_type_id,
    ticket.c.return_after,
    sqlite_where=text("return_after IS NOT NULL"),
    postgresql_where=text("return_after IS NOT NULL"),
)
Index(
    "ix_ticket_person",
    ticket.c.hall_id,
    ticket.c.day,
    ticket.c.person,
    sqlite_where=text("person IS NOT NULL"),
    postgresql_where=text("person IS NOT NULL"),
)
for _name in ("session_id", "appointment_id", "contact_id"):
    referred_by(ticket.c[_name])
