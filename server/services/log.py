"""Reading the event log."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import select

from server.db.tables import event as events
from server.services import audiences, snapshots
from server.services.house import Event
from server.services.unit import Unit

#: A client that missed more is given a snapshot.
MOST_EVENTS = 500


def since(unit: Unit, *, stream: str, seq: int) -> tuple[list[dict[str, Any]], bool]:
    """The first 500 events after `seq` that a stream ("staff", "public") may see, and whether there are more."""
    query = select(events).where(events.c.hall_id == unit.hall.id, events.c.seq > seq)
    if stream == "public":
        query = query.where(events.c.public)
    found = list(unit.connection.execute(query.order_by(events.c.seq).limit(MOST_EVENTS + 1)))
    see = audiences.for_public if stream == "public" else audiences.for_staff
    seen = [see(_event(unit, row)) for row in found[:MOST_EVENTS]]
    return [shown for shown in seen if shown], len(found) > MOST_EVENTS


def head(unit: Unit, stream: str) -> int:
    """The number of the last event of a stream."""
    return unit.head.public_seq if stream == "public" else unit.head.seq


def sync(unit: Unit, *, stream: str, seq: int | None, zone: str | None = None) -> dict[str, Any]:
    """What a client needs that knows `seq` (None: nothing): {"seq", "events"} or {"seq", "snapshot"}."""
    if seq is not None and seq <= head(unit, stream):
        missed, more = since(unit, stream=stream, seq=seq)
        if not more:
            return {"seq": head(unit, stream), "events": missed}
    snapshot = (
        snapshots.public_snapshot(unit) | {"zone": zone} if stream == "public" else snapshots.staff_snapshot(unit)
    )
    return {"seq": head(unit, stream), "snapshot": snapshot}


def events_since(unit: Unit, *, stream: str, seq: int) -> dict[str, Any]:
    """The answer of `GET events`: {"seq" of the stream's head, "events", "more"}."""
    seen, more = since(unit, stream=stream, seq=seq)
    return {"seq": head(unit, stream), "events": seen, "more": more}


def _event(unit: Unit, row: Any) -> Event:
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
