"""A hall: its parts as its file says them, and its moving head."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from server.db.tables.base import Code, metadata, of_hall, row_id

hall = Table(
    "hall",
    metadata,
    row_id(),
    Column("code", Code, nullable=False, unique=True),
    Column("name", JSON, nullable=False),
    Column("time_zone", String(60), nullable=False),
    Column("groups", JSON, nullable=False),
    Column("statuses", JSON, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
)

#: The hall's moving part: one short row, read and written by every command.
hall_head = Table(
    "hall_head",
    metadata,
    Column("hall_id", ForeignKey("hall.id"), primary_key=True),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    Column("public_seq", BigInteger, nullable=False, server_default="0"),
    Column("calls_since_guard", Integer, nullable=False, server_default="0"),
    Column("day", String(10), nullable=False, server_default=""),
    Column("open_override", Boolean),
    Column("was_open", Boolean),
    Column("notice", JSON(none_as_null=True)),
    # how often lanes were called: {pool of counter types: {lane: pass}}
    Column("lanes", JSON, nullable=False, server_default="{}"),
    # calls of today by counter type's id: {"3": {"calls": 17, "returns_at": 20 or null}}
    Column("type_calls", JSON, nullable=False, server_default="{}"),
    # when the next scheduled, held or parked ticket waits again by itself
    Column("next_due_at", BigInteger),
    # the first event of the present stream (db/repositories/streams.py); 0 where there was never another
    Column("stream_from", BigInteger, nullable=False, server_default="0"),
)

zone = Table(
    "zone",
    metadata,
    row_id(),
    of_hall(),
    Column("code", Code, nullable=False),
    Column("name", JSON, nullable=False),
    # the way there in a few words, by language
    Column("where_words", JSON(none_as_null=True)),
    # from this zone's screens: {"zones" or "counters": {code: direction}}
    Column("directions", JSON, nullable=False, server_default="{}"),
    Column("position", Integer, nullable=False),
    UniqueConstraint("hall_id", "code"),
)

counter_type = Table(
    "counter_type",
    metadata,
    row_id(),
    of_hall(),
    Column("code", Code, nullable=False),
    Column("prefix", String(3), nullable=False),
    Column("name", JSON, nullable=False),
    Column("guess_minutes", Float, nullable=False),
    # the serials of a day, and how many digits a number has at least; the hall's where null
    Column("first", Integer, nullable=False, server_default="1"),
    Column("last", Integer),
    Column("digits", Integer),
    Column("position", Integer, nullable=False),
    UniqueConstraint("hall_id", "code"),
)

service = Table(
    "service",
    metadata,
    row_id(),
    of_hall(),
    Column("code", Code, nullable=False),
    Column("name", JSON, nullable=False),
    Column("counter_type_id", ForeignKey("counter_type.id"), nullable=False),
    Column("group_code", Code),
    Column("open", Boolean, nullable=False),
    # stopped by hand: {"at", "until" or null, "by"}; null for a service that its file closes, or that is open
    Column("stop", JSON(none_as_null=True)),
    # booking, quota, hours of its own
    Column("rules", JSON, nullable=False, server_default="{}"),
    Column("position", Integer, nullable=False),
    UniqueConstraint("hall_id", "code"),
)

counter = Table(
    "counter",
    metadata,
    row_id(),
    of_hall(),
    Column("code", Code, nullable=False),
    Column("name", JSON, nullable=False),
    Column("zone_id", ForeignKey("zone.id"), nullable=False),
    # its own way words, where they are not its zone's
    Column("where_words", JSON(none_as_null=True)),
    # what it serves otherwise until a time: [{"counter_type": code, "gives", "at", "until", "by", "why" or null}]
    Column("changes", JSON(none_as_null=True)),
    Column("position", Integer, nullable=False),
    UniqueConstraint("hall_id", "code"),
)

counter_serves = Table(
    "counter_serves",
    metadata,
    Column("counter_id", ForeignKey("counter.id"), primary_key=True),
    Column("counter_type_id", ForeignKey("counter_type.id"), primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    CheckConstraint("rank in (1, 2)", name="rank"),
)
