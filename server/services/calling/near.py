"""Whose turn is near: looked at after calls, off the call path, and only at the first few of each queue."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import String, bindparam, exists, select, text

from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import Ticket
from server.db.tables import notice, place, ticket
from server.services.notices import notices
from server.services.notices.notices import NEAR
from server.services.queries import waiting
from server.services.queries.visitor_view import is_soon
from server.services.runtime.deployment import Event
from server.services.runtime.unit_of_work import UnitOfWork

#: How many places of a class in a queue are looked at.
DEEPEST = 12
_FIRST = (
    select(place.c.ticket_id)
    .where(
        place.c.counter_type_id == bindparam("counter_type_id"),
        place.c.class_code == bindparam("class_code"),
        text("target_counter_id IS NULL"),
    )
    .order_by(place.c.kappa_at, place.c.ticket_id)
    .limit(DEEPEST)
)
_UNTOLD = (
    select(ticket.c.id)
    .where(
        ticket.c.id.in_(bindparam("ids", expanding=True)),
        ticket.c.contact_id.is_not(None),
        ~exists().where(notice.c.hall_id == ticket.c.hall_id, notice.c.key == NEAR + ticket.c.id.cast(String)),
    )
    .order_by(ticket.c.id)
)


def moved(event: Event) -> Iterator[str]:
    """The counter types whose queue moves by an event: it became shorter, or another, or somebody came on duty for it.

    Whoever joins at the end moves nobody.
    """
    if event.kind == "counter_opened":
        yield from event.hall.counter(event.content["counter"]["code"]).serves
    yield from event.content.get("serves", {}).get("given", ())
    if event.ticket_id is None or event.kind == "ticket_issued":
        return
    for seen in (event.content.get("from"), event.content.get("ticket")):
        yield from (one["counter_type"] for one in (seen or {}).get("waits_for", ()))


def found(unit: UnitOfWork, *, types: Collection[str]) -> list[Ticket]:
    """Tickets of these counter types whose visitor can be reached, is not told yet, and should come back now."""
    ids = {
        row[0]
        for code in types
        if code in unit.hall.counter_types
        for name in unit.hall.settings.classes
        for row in unit.connection.execute(
            _FIRST, {"counter_type_id": unit.hall.counter_types[code].id, "class_code": name}
        )
    }
    untold = unit.connection.execute(_UNTOLD, {"ids": sorted(ids)}).scalars().all() if ids else []
    return [one for one in (ticket_rows.ticket_by_id(unit.connection, id_) for id_ in untold) if _is_near(unit, one)]


def _is_near(unit: UnitOfWork, one: Ticket) -> bool:
    first = waiting.soonest(unit, one)
    return first is not None and is_soon(first.count, first.expected)


def tell(unit: UnitOfWork, *, types: Collection[str]) -> dict[str, Any]:
    """Put the notices for these counter types into the outbox."""
    near = found(unit, types=types)
    for one in near:
        notices.near(unit, one)
    return {"told": len(near)}
