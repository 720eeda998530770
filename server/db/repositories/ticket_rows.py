"""Tickets and sessions as frozen values, read and written by statements that are built once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from server.db.prepared import Prepared
from server.db.tables import answered, hall, hall_head, session, ticket, user
from server.domain.refusals import Refusal
from server.domain.states import TicketState


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket's row; times are milliseconds since the epoch, `seq` is the number of its last event."""

    id: int
    hall_id: int
    day: str
    number: str
    token: str
    service_id: int
    counter_type_id: int
    class_code: str
    status_code: str | None
    language: str
    channel: str
    device_id: int | None
    state: TicketState
    issued_at: int
    reference_at: int
    kappa_at: int
    waiting_since: int
    counter_id: int | None
    target_counter_id: int | None
    session_id: int | None
    call_seq: int | None
    called_at: int | None
    last_called_at: int | None
    calls: int
    started_at: int | None
    ended_at: int | None
    note: str | None
    hold_until: int | None
    came_from_id: int | None
    no_shows: int
    seq: int
    due_at: int | None = None
    return_after: int | None = None
    asides: int = 0
    quantity: int = 1
    steps: str | None = None
    appointment_id: int | None = None
    contact_id: int | None = None
    person: str | None = None
    rating: int | None = None
    idle_ms: int = 0
    told: str | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """A clerk on duty at a counter; `ticket_id` is the present ticket, `undo` what the last command can restore.

    `username` and `name` are of the clerk's account. `present` is the ticket as it was when this row was read, where
    one session was asked for.
    """

    id: int
    hall_id: int
    counter_id: int
    user_id: int
    client: str | None
    state: str
    reason: str | None
    opened_at: int
    state_at: int
    closed_at: int | None
    ticket_id: int | None
    undo: str | None
    username: str
    name: str
    present: Ticket | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The hall's moving part (table hall_head)."""

    hall_id: int
    seq: int
    public_seq: int
    calls_since_guard: int
    day: str
    open_override: bool | None
    was_open: bool | None
    notice: dict[str, Any] | None
    lanes: dict[str, dict[str, int]]
    type_calls: dict[str, dict[str, Any]]
    next_due_at: int | None

    def calls_of(self, counter_type_id: int) -> int:
        """How many calls a counter type has had. It never starts again: only differences count."""
        return int(self.type_calls.get(str(counter_type_id), {}).get("calls") or 0)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a key (table answered); the answer is JSON."""

    content_hash: str
    status: int
    answer: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What every transaction in a hall reads first, in one statement."""

    head: Head
    #: That of the hall's configuration.
    version: int
    #: To the command's key, None for a new one.
    answered: Answered | None


#: What never changes once a ticket is issued.
FIXED = frozenset(
    {"id", "hall_id", "day", "number", "token", "language", "channel", "device_id", "issued_at", "appointment_id"}
)
#: How a ticket looks that waits, again or for the first time: no counter has it.
NOT_CALLED: dict[str, Any] = {
    "counter_id": None,
    "session_id": None,
    "call_seq": None,
    "called_at": None,
    "last_called_at": None,
    "calls": 0,
    "started_at": None,
    "idle_ms": 0,
}
MUTABLE = tuple(field.name for field in fields(Ticket) if field.name not in FIXED)
_TICKET_COLUMNS = [ticket.c[field.name] for field in fields(Ticket)]
_SESSION_NAMES = tuple(field.name for field in fields(Session) if field.name != "present")
_SESSION_COLUMNS = [(user if name in ("username", "name") else session).c[name] for name in _SESSION_NAMES]
_OPEN_SESSIONS = (
    select(*_SESSION_COLUMNS).join(user, user.c.id == session.c.user_id).where(session.c.closed_at.is_(None))
)

_BY_ID = Prepared(select(*_TICKET_COLUMNS).where(ticket.c.id == bindparam("id")))
_BY_TOKEN = Prepared(select(*_TICKET_COLUMNS).where(ticket.c.token == bindparam("token")))
_BY_NUMBER = Prepared(
    select(*_TICKET_COLUMNS).where(
        ticket.c.hall_id == bindparam("hall_id"),
        ticket.c.day == bindparam("day"),
        ticket.c.number == bindparam("number"),
    )
)
_INSERT = insert(ticket)
_OPEN_SESSION = Prepared(
    _OPEN_SESSIONS.outerjoin(ticket, ticket.c.id == session.c.ticket_id)
    .add_columns(*_TICKET_COLUMNS)
    .where(session.c.counter_id == bindparam("counter_id"))
)
_INSERT_SESSION = insert(session)
_SESSION_MUTABLE = ("user_id", "client", "state", "reason", "state_at", "closed_at", "ticket_id", "undo")
_SESSION_UPDATE = Prepared(
    update(session)
    .where(session.c.id == bindparam("row_id"))
    .values({name: bindparam(name) for name in _SESSION_MUTABLE})
)
_OPENING = Prepared(
    select(
        *(hall_head.c[field.name] for field in fields(Head)),
        hall.c.version,
        answered.c.content_hash,
        answered.c.status,
        answered.c.answer,
    )
    .join(hall, hall.c.id == hall_head.c.hall_id)
    .outerjoin(answered, (answered.c.caller == bindparam("caller")) & (answered.c.key == bindparam("key")))
    .where(hall_head.c.hall_id == bindparam("hall_id"))
)
_HEAD_MUTABLE = tuple(field.name for field in fields(Head) if field.name != "hall_id")
_HEAD_UPDATE = Prepared(
    update(hall_head)
    .where(hall_head.c.hall_id == bindparam("row_id"))
    .values({name: bindparam(name) for name in _HEAD_MUTABLE})
)


def to_ticket(row: Sequence[Any]) -> Ticket:
    """A selected row (all columns, in table order of `Ticket`) as a Ticket."""
    values = list(row)
    values[12] = TicketState(values[12])
    return Ticket(*values)


assert fields(Ticket)[12].name == "state"


def ticket_by_id(connection: Connection, ticket_id: int) -> Ticket:
    """The ticket with that id, which must exist."""
    return to_ticket(_BY_ID.rows(connection, {"id": ticket_id})[0])


def find_ticket(connection: Connection, ticket_id: int) -> Ticket | None:
    """The ticket with that id."""
    found = _BY_ID.rows(connection, {"id": ticket_id})
    return to_ticket(found[0]) if found else None


def ticket_by_token(connection: Connection, token: str) -> Ticket | None:
    """The ticket a visitor holds."""
    found = _BY_TOKEN.rows(connection, {"token": token})
    return to_ticket(found[0]) if found else None


def ticket_by_number(connection: Connection, *, hall_id: int, day: str, number: str) -> Ticket | None:
    """The ticket with that number on that business day."""
    found = _BY_NUMBER.rows(connection, {"hall_id": hall_id, "day": day, "number": number})
    return to_ticket(found[0]) if found else None


def tickets_where(connection: Connection, *conditions: Any, order: Any = ticket.c.id, limit: int = -1) -> list[Ticket]:
    """Tickets that meet all conditions, for what is not on the call path; `order`: a column or a tuple of them."""
    query = select(*_TICKET_COLUMNS).where(*conditions).order_by(*order if isinstance(order, tuple) else (order,))
    return [to_ticket(row) for row in connection.execute(query if limit < 0 else query.limit(limit))]


def insert_ticket(connection: Connection, new: Ticket) -> int:
    """Store a new ticket and return the id it was given; its own is not looked at."""
    values = {field.name: getattr(new, field.name) for field in fields(new) if field.name != "id"}
    key = connection.execute(_INSERT, values).inserted_primary_key
    assert key is not None
    return int(key[0])


def write_ticket(connection: Connection, before: Ticket, after: Ticket) -> None:
    """Store what has changed in a ticket. Raises Refusal `wrong_state` when its row is not as it was before."""
    values = {name: value for name in MUTABLE if (value := getattr(after, name)) != getattr(before, name)}
    moved_on = Refusal("wrong_state", number=before.number, state=str(before.state))
    of_row = {"row_id": before.id, "row_seq": before.seq}
    _update(tuple(values)).write(connection, values | of_row, otherwise=moved_on)


@lru_cache(maxsize=256)
def _update(names: tuple[str, ...]) -> Prepared:
    """The change of these columns of a ticket, built once: the life cycle has some dozens of such sets."""
    return Prepared(
        update(ticket)
        .where(ticket.c.id == bindparam("row_id"), ticket.c.seq == bindparam("row_seq"))
        .values({name: bindparam(name) for name in names})
    )


def open_session(connection: Connection, counter_id: int) -> Session | None:
    """The session of the clerk on duty at a counter, with its present ticket."""
    found = _OPEN_SESSION.rows(connection, {"counter_id": counter_id})
    if not found:
        return None
    own, of_ticket = found[0][: len(_SESSION_NAMES)], found[0][len(_SESSION_NAMES) :]
    present = None if of_ticket[0] is None else to_ticket(of_ticket)
    return Session(*(*own, present))


def open_sessions(connection: Connection, hall_id: int) -> Iterator[Session]:
    """All sessions of a hall that are not closed."""
    return (Session(*row) for row in connection.execute(_OPEN_SESSIONS.where(session.c.hall_id == hall_id)))


def insert_session(connection: Connection, *, counter_id: int, **values: Any) -> Session:
    """Store a new open session of a counter and return it."""
    connection.execute(_INSERT_SESSION, values | {"counter_id": counter_id})
    made = open_session(connection, counter_id)
    assert made
    return made


def write_session(connection: Connection, changed: Session) -> None:
    """Store a changed session."""
    values = {name: getattr(changed, name) for name in _SESSION_MUTABLE}
    _SESSION_UPDATE.write(connection, values | {"row_id": changed.id})


def read_opening(
    connection: Connection, hall_id: int, *, caller: str | None = None, key: str | None = None
) -> Opening | None:
    """The hall's head and version, and what was answered to a caller's key; None when the hall is gone."""
    found = _OPENING.rows(connection, {"hall_id": hall_id, "caller": caller, "key": key})
    if not found:
        return None
    *head, version, content_hash, status, answer = found[0]
    return Opening(Head(*head), version, Answered(content_hash, status, answer) if content_hash is not None else None)


def write_head(connection: Connection, head: Head) -> None:
    """Store the hall's head row."""
    values = {name: getattr(head, name) for name in _HEAD_MUTABLE}
    _HEAD_UPDATE.write(connection, values | {"row_id": head.hall_id})
