"""A new stream of events, for a database that was put back.

Clients know events by their numbers. Those that happened after the copy was made are lost, and others would get the
same numbers: a screen that was away would be given another history. So the numbers go on far behind all that were ever
given, at the time in milliseconds (no hall has an event each millisecond), and whoever knows an earlier one is given a
snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from server.db.tables import event, hall, hall_head
from server.domain.keeping import Events

#: The first event of a new stream; staff and screens need nothing of it.
BEGAN = "stream_began"


def begin_streams(connection: Connection, *, now: int) -> dict[str, int]:
    """Begin a new stream in every hall (now: ms): the number of its first event, by the hall's code."""
    found = select(hall.c.code, hall_head).join(hall_head, hall_head.c.hall_id == hall.c.id)
    return {row.code: _begin(connection, row, now) for row in connection.execute(found).all()}


def _begin(connection: Connection, head: Row[Any], now: int) -> int:
    first = max(int(head.seq) + 1, now)
    values = {"hall_id": head.hall_id, "seq": first, "at": now, "kind": BEGAN, "public": True}
    connection.execute(insert(event).values(**values, prev_public=head.public_seq, content="{}"))
    moved = {"seq": first, "public_seq": first, "stream_from": first}
    connection.execute(update(hall_head).where(hall_head.c.hall_id == head.hall_id).values(moved))
    return first


#: Numbers that no event ever had, before the first one of each stream, by hall; None before the first of the log.
SKIPPED = (
    "SELECT event.hall_id, event.seq, event.seq - 1 - (SELECT max(earlier.seq) FROM event AS earlier"
    " WHERE earlier.hall_id = event.hall_id AND earlier.seq < event.seq) AS skipped"
    " FROM event WHERE event.kind = 'stream_began'"
)


def counted(rows: Iterable[Sequence[Any]], skips: Iterable[Sequence[Any]]) -> dict[str, Events]:
    """What there is of the logs, by the hall's code.

    rows: (hall id, code, head, count, first, last, archived) of each hall. skips: what SKIPPED finds.
    """
    known = list(skips)
    return {
        code: Events(
            head,
            count,
            first,
            last,
            archived,
            skipped=sum(skipped or 0 for hall_id, _, skipped in known if hall_id == this),
            begins=any((hall_id, seq) == (this, first) for hall_id, seq, _ in known),
        )
        for this, code, head, count, first, last, archived in rows
    }
