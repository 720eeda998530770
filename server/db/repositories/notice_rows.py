"""The outbox's rows as frozen values, and the statements that move them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.db.pruning import forget_some
from server.db.tables import appointment, contact, notice, ticket


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to one visitor by one channel; times are milliseconds. `content`: JSON of what belongs to its cause."""

    id: int
    hall_id: int
    key: str
    kind: str
    channel: str
    ticket_id: int | None
    appointment_id: int | None
    state: str
    content: str
    attempts: int
    created_at: int
    next_try_at: int | None
    sent_at: int | None
    error: str | None


_COLUMNS = [notice.c[field.name] for field in fields(Notice)]
_DUE = (
    select(*_COLUMNS)
    .where(notice.c.next_try_at <= bindparam("now"), notice.c.channel == bindparam("channel"))
    .order_by(notice.c.ticket_id.is_(None), notice.c.next_try_at, notice.c.id)
    .limit(bindparam("most"))
)
_ADD: dict[str, Any] = {
    "sqlite": sqlite.insert(notice).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(notice).on_conflict_do_nothing(),
}
_NEWEST = (
    select(*_COLUMNS, contact.c.masked, ticket.c.number, appointment.c.code)
    .select_from(
        notice.outerjoin(ticket, ticket.c.id == notice.c.ticket_id)
        .outerjoin(appointment, appointment.c.id == notice.c.appointment_id)
        .outerjoin(contact, contact.c.id == func.coalesce(ticket.c.contact_id, appointment.c.contact_id))
    )
    .where(notice.c.hall_id == bindparam("hall_id"))
    .order_by(notice.c.created_at.desc(), notice.c.id.desc())
    .limit(bindparam("most"))
)


def add(connection: Connection, values: dict[str, Any]) -> None:
    """Put a notice into the outbox; one whose key and channel are there already stays as it is."""
    connection.execute(_ADD[connection.dialect.name], values)


def unsent(connection: Connection, *, hall_id: int) -> dict[str, int]:
    """How many notices of a hall have yet to leave, by channel."""
    query = select(notice.c.channel, func.count()).where(notice.c.next_try_at.is_not(None), notice.c.hall_id == hall_id)
    return {row[0]: row[1] for row in connection.execute(query.group_by(notice.c.channel))}


def count_to(connection: Connection, *, hall_id: int, channel: str, since: int, mark: str) -> int:
    """How many notices of a hall's appointments went to an address since a moment; `mark` is its keyed hash."""
    query = select(func.count()).where(
        notice.c.hall_id == hall_id,
        notice.c.created_at > since,
        notice.c.channel == channel,
        notice.c.appointment_id.is_not(None),
        notice.c.content.contains(mark),
    )
    return int(connection.execute(query).scalar_one())


def due(connection: Connection, *, channel: str, now: int, most: int) -> list[Notice]:
    """Those of a channel whose moment has come: tickets before appointments, the longest due first."""
    rows = connection.execute(_DUE, {"channel": channel, "now": now, "most": most})
    return [Notice(**row._mapping) for row in rows]


def newest(connection: Connection, *, hall_id: int, most: int) -> list[Any]:
    """The newest notices of a hall as rows, with the masked contact, the ticket's number, the appointment's code."""
    return list(connection.execute(_NEWEST, {"hall_id": hall_id, "most": most}))


def change(connection: Connection, one: Notice, **values: Any) -> bool:
    """Store changes of a notice that is still queued; False when it is not."""
    query = update(notice).where(notice.c.id == one.id, notice.c.state == "queued").values(values)
    return connection.execute(query).rowcount == 1


def take(connection: Connection, one: Notice, *, next_try_at: int) -> bool:
    """Count a try of a queued notice; False when somebody else has counted one since it was read."""
    same = (notice.c.id == one.id, notice.c.state == "queued", notice.c.attempts == one.attempts)
    values = {"attempts": one.attempts + 1, "next_try_at": next_try_at}
    return connection.execute(update(notice).where(*same).values(values)).rowcount == 1


def forget(connection: Connection, *, hall_id: int, before: int) -> None:
    """Delete some of what is older than a moment."""
    forget_some(connection, notice, notice.c.hall_id == hall_id, notice.c.created_at < before)
