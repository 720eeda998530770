"""The tables. Times are milliseconds since the epoch; `name` columns are texts by language.

Rules that no code path may break stand here as constraints too: a number is unique per hall and day, a counter has
one open session, an event number is used once.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from server.domain.states import TicketState

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only when the key is declared INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")
Code = String(40)


def _id() -> Column[int]:
    return Column("id", RowId, primary_key=True)


def _hall() -> Column[int]:
    return Column("hall_id", ForeignKey("hall.id"), nullable=False)


hall = Table(
    "hall",
    metadata,
    _id(),
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
)

zone = Table(
    "zone",
    metadata,
    _id(),
    _hall(),
    Column("code", Code, nullable=False),
    Column("name", JSON, nullable=False),
    Column("position", Integer, nullable=False),
    UniqueConstraint("hall_id", "code"),
)

counter_type = Table(
    "counter_type",
    metadata,
    _id(),
    _hall(),
    Column("code", Code, nullable=False),
    Column("prefix", String(2), nullable=False),
    Column("name", JSON, nullable=False),
    Column("guess_minutes", Float, nullable=False),
    Column("position", Integer, nullable=False),
    UniqueConstraint("hall_id", "code"),
    UniqueConstraint("hall_id", "prefix"),
)

service = Table(
    "service",
    metadata,
    _id(),
    _hall(),
    Column("code", Code, nullable=False),
    Column("name", JSON, nullable=False),
    Column("counter_type_id", ForeignKey("counter_type.id"), nullable=False),
    Column("group_code", Code),
    Column("open", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    UniqueConstraint("hall_id", "code"),
)

counter = Table(
    "counter",
    metadata,
    _id(),
    _hall(),
    Column("code", Code, nullable=False),
    Column("name", JSON, nullable=False),
    Column("zone_id", ForeignKey("zone.id"), nullable=False),
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

#: The last serial given out per hall, day and prefix.
number_given = Table(
    "number_given",
    metadata,
    Column("hall_id", ForeignKey("hall.id"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("prefix", String(2), primary_key=True),
    Column("serial", Integer, nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    _id(),
    _hall(),
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
    UniqueConstraint("hall_id", "day", "number"),
    CheckConstraint(f"state in ({', '.join(repr(str(state)) for state in TicketState)})", name="state"),
)

_WAITS = "state = 'waiting' AND target_counter_id IS NULL"
_WAITS_FOR_ONE = "state = 'waiting' AND target_counter_id IS NOT NULL"

# The literal in the condition lets both databases use the partial index for the same literal in a query.
for _columns in (("class_code", "kappa_at"), ("class_code", "reference_at")):
    Index(
        f"ix_ticket_waiting_{_columns[1]}",
        ticket.c.counter_type_id,
        *(ticket.c[name] for name in _columns),
        ticket.c.id,
        sqlite_where=text(_WAITS),
        postgresql_where=text(_WAITS),
    )
Index(
    "ix_ticket_waiting_for_counter",
    ticket.c.target_counter_id,
    ticket.c.kappa_at,
    ticket.c.id,
    sqlite_where=text(_WAITS_FOR_ONE),
    postgresql_where=text(_WAITS_FOR_ONE),
)
Index("ix_ticket_day_call", ticket.c.hall_id, ticket.c.day, ticket.c.call_seq)
Index("ix_ticket_day_state", ticket.c.hall_id, ticket.c.day, ticket.c.state)
Index("ix_ticket_type_called", ticket.c.counter_type_id, ticket.c.called_at)

session = Table(
    "session",
    metadata,
    _id(),
    _hall(),
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

user = Table(
    "user",
    metadata,
    _id(),
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

device = Table(
    "device",
    metadata,
    _id(),
    _hall(),
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
    _id(),
    _hall(),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    Column("ticket_id", ForeignKey("ticket.id"), nullable=False),
    Column("state", String(8), nullable=False),
    Column("error", String(200)),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    CheckConstraint("state in ('queued', 'printing', 'printed', 'failed')", name="state"),
)
