"""What of a hall's day may be taken out of the database, and taking it out: statements of a hundred rows at most.

A row that is the last of its table by its number stays, so that SQLite gives no number twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    delete,
    exists,
    false,
    func,
    insert,
    not_,
    or_,
    select,
)
from sqlalchemy import update as change

from server.db.tables import (
    appointment,
    archive,
    event,
    hall_head,
    notice,
    number_block,
    number_given,
    print_job,
    session,
    ticket,
)
from server.domain.keeping import without_notes
from server.domain.states import OPEN

#: Rows of one statement: what a call may have to wait for.
MOST = 100
_T, _A, _S, _E = ticket.c, appointment.c, session.c, event.c
#: What says who a visitor was, or opens what was theirs: it goes with the row and is not kept.
_NOT_KEPT = {
    "ticket": {"token", "note", "contact_id", "person"},
    "appointment": {"token", "contact_id", "person", "lookup"},
    "session": {"client", "undo"},
    "event": set[str](),
}


@dataclass(frozen=True, slots=True)
class Cut:
    """What is taken out together: a business day of a hall, or all before a day when `day` is None.

    Times are ms. begins, ends: of the day. settled: tickets ended before it. bookings: the first day whose
    appointments stay. now: events of later times were written by a wrong clock.
    """

    hall_id: int
    day: str | None
    begins: int
    ends: int
    limit: str
    settled: int
    bookings: str
    now: int


@dataclass(frozen=True)
class Kind:
    """A table whose old rows are kept in files. key: what orders its rows within a hall."""

    table: Table
    key: str
    old: Callable[[Cut], tuple[ColumnElement[bool], ...]]
    unused: ColumnElement[bool] | None = None

    @property
    def name(self) -> str:
        """The table's."""
        return str(self.table.name)

    @cached_property
    def columns(self) -> list[Any]:
        """Those that are kept."""
        return [one for one in self.table.c if one.name not in _NOT_KEPT[self.name] | {"hall_id"}]

    @cached_property
    def names(self) -> list[str]:
        """Of the columns."""
        return [str(one.name) for one in self.columns]

    def rows(self, hall_id: int, keys: list[Any]) -> tuple[ColumnElement[bool], ...]:
        """Those of a hall with these numbers.

        SQLite would read the whole hall through an index rather than look up a hundred ids: no index has a sum.
        """
        hall = self.table.c.hall_id
        return (hall == hall_id if self.table is event else hall + 0 == hall_id, self.table.c[self.key].in_(keys))


def _over(cut: Cut) -> ColumnElement[bool]:
    """A ticket's visit is over, and its day is this one."""
    day = _T.day == cut.day if cut.day else _T.day < cut.limit
    return and_(day, _T.state.not_in(sorted(OPEN)), func.coalesce(_T.ended_at, _T.waiting_since) < cut.settled)


@cache
def _not_last(table: Table) -> ColumnElement[bool]:
    every = table.alias()
    return table.c.id < select(func.max(every.c.id)).scalar_subquery()


def _tickets(cut: Cut) -> tuple[ColumnElement[bool], ...]:
    return (_over(cut), _not_last(ticket))


def _appointments(cut: Cut) -> tuple[ColumnElement[bool], ...]:
    day = _A.day < cut.bookings
    if cut.day:
        day = _A.day == cut.day if cut.day < cut.bookings else false()
    still = exists().where(_T.appointment_id == _A.id, or_(not_(_over(cut)), not_(_not_last(ticket))))
    return (day, _A.state != "booked", ~still, _not_last(appointment))


def _sessions(cut: Cut) -> tuple[ColumnElement[bool], ...]:
    still = exists().where(_T.session_id == _S.id, or_(not_(_over(cut)), not_(_not_last(ticket))))
    return (_S.opened_at >= cut.begins, _S.opened_at < cut.ends, _S.closed_at.is_not(None), ~still, _not_last(session))


#: In the order in which they are taken out: what refers to others first.
KINDS = (
    Kind(ticket, "id", _tickets),
    Kind(appointment, "id", _appointments, ~exists().where(_T.appointment_id == _A.id)),
    Kind(session, "id", _sessions, ~exists().where(_T.session_id == _S.id)),
    Kind(event, "seq", lambda _cut: ()),
)
#: What goes with a row, unarchived.
_WITH_IT = {"ticket": (notice.c.ticket_id, print_job.c.ticket_id), "appointment": (notice.c.appointment_id,)}
BY_NAME = {kind.name: kind for kind in KINDS}


def page(connection: Connection, kind: Kind, cut: Cut, *, after: int) -> tuple[list[dict[str, Any]], bool]:
    """The next rows of a cut as records, and whether more may follow.

    Events are a cut's from the first one to that before the first one of a later time.
    """
    key = kind.table.c[kind.key]
    query = select(*kind.columns).where(kind.table.c.hall_id == cut.hall_id, key > after, *kind.old(cut))
    found = connection.execute(query.order_by(key).limit(MOST)).all()
    more = len(found) == MOST
    if kind.table is event:
        for index, row in enumerate(found):
            if cut.ends <= row.at <= cut.now:
                found, more = found[:index], False
                break
    return [_record(kind, row) for row in found], more


def _record(kind: Kind, row: Row[Any]) -> dict[str, Any]:
    record = dict(zip(kind.names, row, strict=True))
    if kind.table is event:
        record["content"] = without_notes(orjson.loads(record["content"]))
    return record


def take_out(connection: Connection, kind: Kind, hall_id: int, records: list[dict[str, Any]]) -> tuple[int, int]:
    """Delete the rows of these records that are still there and say the same.

    How many were deleted, and how many are there and say something else. Of events all are deleted or none.
    """
    wanted = {record[kind.key]: record for record in records}
    here = select(*kind.columns).where(*kind.rows(hall_id, list(wanted)))
    found = [_record(kind, row) for row in connection.execute(here).all()]
    same = [one[kind.key] for one in found if one == wanted[one[kind.key]]]
    if kind.table is event and len(same) < len(found):
        return 0, len(found) - len(same)  # the log may not get a hole
    for column in _WITH_IT.get(kind.name, ()):
        connection.execute(delete(column.table).where(column.in_(same)))
    unused = () if kind.unused is None else (kind.unused,)
    gone = delete(kind.table).where(*kind.rows(hall_id, same), *unused)
    return connection.execute(gone).rowcount, len(found) - len(same)


def oldest_days(connection: Connection, cut: Cut, *, after: str) -> tuple[list[str], list[int]]:
    """What a hall has left of the time before a cut's limit: first days after a day, and first moments (ms).

    Sessions by their number, as they were opened: nothing has to be sorted.
    """
    days = [
        select(_T.day).where(_T.hall_id == cut.hall_id, _T.day > after, *_tickets(cut)).order_by(_T.day),
        select(_A.day).where(_A.hall_id == cut.hall_id, _A.day > after, *_appointments(cut)).order_by(_A.day),
    ]
    moments = [
        select(_S.opened_at).where(_S.hall_id == cut.hall_id, *_sessions(cut)).order_by(_S.id),
    ]
    found = [connection.execute(query.limit(1)).scalar() for query in (*days, *moments)]
    times = [*found[2:], first_event_at(connection, cut.hall_id, now=cut.now)]
    return [one for one in found[:2] if one], [one for one in times if one is not None and one < cut.ends]


def first_event_at(connection: Connection, hall_id: int, *, now: int) -> int | None:
    """When the first event of the log was (ms); those of a time to come were written by a wrong clock."""
    query = select(_E.at).where(_E.hall_id == hall_id, _E.at <= now).order_by(_E.seq).limit(1)
    return connection.execute(query).scalar()


def kept_from(connection: Connection, hall_id: int, *, head: int) -> int:
    """The number of the first event of the present stream that is still in the log.

    The next one's when all were taken out.
    """
    first = select(func.min(_E.seq)).where(_E.hall_id == hall_id).scalar_subquery()
    row = connection.execute(select(first, hall_head.c.stream_from).where(hall_head.c.hall_id == hall_id)).one()
    return head + 1 if row[0] is None else max(int(row[0]), row.stream_from)


def files(connection: Connection, hall_id: int) -> list[Row[Any]]:
    """The archive's files of a hall as they were written down, the oldest day first."""
    query = select(archive).where(archive.c.hall_id == hall_id).order_by(archive.c.day, archive.c.part)
    return list(connection.execute(query))


def write_down(connection: Connection, values: dict[str, Any]) -> bool:
    """Write down a file of the archive, once; False when another file stands there under its name."""
    here = [archive.c[name] == values[name] for name in ("hall_id", "day", "part")]
    known = connection.execute(select(archive.c.sha256).where(*here)).scalar()
    if known is None:
        connection.execute(insert(archive), values)
    return known in (None, values["sha256"])


def strike_out(connection: Connection, row: Row[Any], *, now: int) -> None:
    """A file's time is over."""
    here = (archive.c.hall_id == row.hall_id, archive.c.day == row.day, archive.c.part == row.part)
    connection.execute(change(archive).where(*here).values(deleted_at=now))


def last_written(connection: Connection, hall_id: int) -> int | None:
    """When a hall's last file was written (ms)."""
    return connection.execute(select(func.max(archive.c.archived_at)).where(archive.c.hall_id == hall_id)).scalar()


def forget_prints(connection: Connection, hall_id: int, *, before: int) -> int:
    """Delete some print jobs that were ordered before a moment; how many."""
    jobs = print_job.c
    old = (
        select(jobs.id)
        .where(jobs.hall_id == hall_id, jobs.created_at < before, _not_last(print_job))
        .order_by(jobs.id)
        .limit(MOST)
    )
    return connection.execute(delete(print_job).where(jobs.id.in_(old))).rowcount


def forget_numbers(connection: Connection, hall_id: int, *, before: str) -> int:
    """Delete how far the prefixes had come on some day before one, and the numbers kept by machines; how many."""
    gone = 0
    for counted in (number_given.c, number_block.c):
        mine = counted.hall_id == hall_id
        first = select(func.min(counted.day)).where(mine, counted.day < before).scalar_subquery()
        gone += connection.execute(delete(counted.day.table).where(mine, counted.day == first)).rowcount
    return gone


def counts(connection: Connection, cut: Cut) -> dict[str, int]:
    """How many rows of a hall are to be taken out, by table. Reads all of them."""
    found = {}
    for kind in KINDS:
        old = (_E.at < cut.ends,) if kind.table is event else kind.old(cut)
        query = select(func.count()).select_from(kind.table).where(kind.table.c.hall_id == cut.hall_id, *old)
        found[kind.name] = int(connection.execute(query).scalar_one())
    return found


def all_days(connection: Connection, cut: Cut) -> tuple[set[str], set[int]]:
    """The days of the rows that `counts` counts: those that rows name, and the minutes (since 1970) of others."""
    named = ((_T.day, ticket, _tickets(cut)), (_A.day, appointment, _appointments(cut)))
    timed = ((_S.opened_at, session, _sessions(cut)), (_E.at, event, (_E.at < cut.ends,)))
    days, minutes = set[str](), set[int]()
    for day, table, old in named:
        days.update(connection.scalars(select(day).distinct().where(table.c.hall_id == cut.hall_id, *old)))
    for at, table, old in timed:
        minutes.update(connection.scalars(select(at // 60_000).distinct().where(table.c.hall_id == cut.hall_id, *old)))
    return days, minutes


def legend(connection: Connection, hall_id: int) -> dict[str, dict[str, str]]:
    """What the numbers in a hall's rows mean: {table: {id: code or name}}."""
    from server.db.tables import counter, counter_type, device, service, user

    parts = {
        "services": (service, service.c.code),
        "counter_types": (counter_type, counter_type.c.code),
        "counters": (counter, counter.c.code),
        "devices": (device, device.c.name),
    }
    told = {}
    for name, (table, said) in parts.items():
        found = connection.execute(select(table.c.id, said).where(table.c.hall_id == hall_id))
        told[name] = {str(row[0]): row[1] for row in found}
    served = select(_S.user_id).where(_S.hall_id == hall_id)
    users = connection.execute(select(user.c.id, user.c.username).where(user.c.id.in_(served)))
    return told | {"users": {str(row[0]): row[1] for row in users}}


def head(connection: Connection, hall_id: int) -> int:
    """The number of a hall's last event."""
    return int(connection.execute(select(hall_head.c.seq).where(hall_head.c.hall_id == hall_id)).scalar_one())
