"""Reading the event log."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import select

from server.db.repositories import archive_rows
from server.db.tables import event as events
from server.db.tables import hall_head
from server.services.queries import snapshots
from server.services.runtime import audiences
from server.services.runtime.deployment import Deployment, Event
from server.services.runtime.unit_of_work import UnitOfWork

#: A client that missed more is given a snapshot.
MOST_EVENTS = 500


def since(unit: UnitOfWork, *, stream: str, seq: int) -> tuple[list[dict[str, Any]], bool]:
    """The first 500 events after `seq` that a stream ("staff", "public") may see, and whether there are more."""
    query = select(events).where(events.c.hall_id == unit.hall.id, events.c.seq > seq)
    if stream == "public":
        query = query.where(events.c.public)
    found = list(unit.connection.execute(query.order_by(events.c.seq).limit(MOST_EVENTS + 1)))
    see = audiences.for_public if stream == "public" else audiences.for_staff
    seen = [see(_event(unit, row)) for row in found[:MOST_EVENTS]]
    return [shown for shown in seen if shown], len(found) > MOST_EVENTS


def head(unit: UnitOfWork, stream: str) -> int:
    """The number of the last event of a stream."""
    return unit.head.public_seq if stream == "public" else unit.head.seq


def first_kept(unit: UnitOfWork) -> int:
    """The number of the first event that is still in the log; the next one's when there is none."""
    return archive_rows.kept_from(unit.connection, unit.hall.id, head=unit.head.seq)


def sync(unit: UnitOfWork, *, stream: str, seq: int | None, zone: str | None = None) -> dict[str, Any]:
    """What a client needs that knows `seq` (None: nothing): {"seq", "events"} or {"seq", "snapshot"}.

    A snapshot also for one that knows less than the log still holds: what it missed was taken out (archiving.py).
    """
    if seq is not None and (seq == head(unit, stream) or first_kept(unit) <= seq + 1 <= head(unit, stream)):
        missed, more = since(unit, stream=stream, seq=seq)
        if not more:
            return {"seq": head(unit, stream), "events": missed}
    snapshot = (
        snapshots.shared_snapshot(unit) | {"zone": zone} if stream == "public" else snapshots.staff_snapshot(unit)
    )
    return {"seq": head(unit, stream), "snapshot": snapshot}


def events_since(unit: UnitOfWork, *, stream: str, seq: int) -> dict[str, Any]:
    """The answer of `GET events`: {"seq" of the stream's head, "first" still in the log, "events", "more"}."""
    seen, more = since(unit, stream=stream, seq=seq)
    return {"seq": head(unit, stream), "first": first_kept(unit), "events": seen, "more": more}


def between(unit: UnitOfWork, *, after: int, before: int) -> dict[str, Any]:
    """The hall's events with numbers between these two: {"events": list of Event}.

    None when there are too many, or when the first of them are not in the log any more.
    """
    if before - after > MOST_EVENTS:
        return {"events": []}
    query = select(events).where(events.c.hall_id == unit.hall.id, events.c.seq > after, events.c.seq < before)
    found = [_event(unit, row) for row in unit.connection.execute(query.order_by(events.c.seq))]
    return {"events": found if found and found[0].seq == after + 1 else []}


def heads(deployment: Deployment) -> dict[int, int]:
    """The number of each hall's last event, by the hall's id."""
    with deployment.database.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(select(hall_head.c.hall_id, hall_head.c.seq))}


def to_message(happened: Event) -> dict[str, Any]:
    """An event as one server tells another of it."""
    told: dict[str, Any] = {name: getattr(happened, name) for name in Event.__match_args__}
    return told | {"hall": happened.hall.code, "content": audiences.pushed(happened.content)}


def from_message(deployment: Deployment, told: dict[str, Any]) -> Event:
    """An event that another server told of. Raises Refusal `unknown_hall`."""
    return Event(**told | {"hall": deployment.hall(told["hall"])})


def _event(unit: UnitOfWork, row: Any) -> Event:
    return Event(
        unit.hall,
        row.seq,
        row.at,
        row.kind,
        row.public,
        row.prev_public,
        row.ticket_id,
        row.prev_ticket,
        orjson.loads(row.content),
    )
