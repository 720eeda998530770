"""Numbers that were entered after others and stand before them: given by hand, or by a machine on its own."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import bindparam, select

from server.db.repositories import ticket_rows
from server.db.repositories.place_rows import places_of
from server.db.repositories.ticket_rows import Ticket
from server.db.tables import event, ticket
from server.domain import why_words
from server.domain.hours import from_text, local
from server.domain.states import TicketState
from server.domain.why import Reason
from server.services.runtime.unit_of_work import UnitOfWork

#: How many that stand before a visitor are told.
TOLD = 5

_ISSUED = select(event.c.content).where(
    event.c.ticket_id == bindparam("ticket_id"), event.c.kind.in_(("ticket_issued", "ticket_expired"))
)


def entry_of(unit: UnitOfWork, one: Ticket) -> dict[str, Any] | None:
    """How a number given elsewhere was entered: {"how", "by", "taken", "entered", "reason"}; None for others."""
    content = unit.connection.execute(_ISSUED.order_by(event.c.seq).limit(1), {"ticket_id": one.id}).scalar()
    told = orjson.loads(content) if content else {}
    if told.get("entered") is None:
        return None
    return {"how": told.get("because"), **{name: told.get(name) for name in ("by", "taken", "entered", "reason")}}


def entry_over(unit: UnitOfWork, one: Ticket, other: Ticket) -> dict[str, str] | None:
    """The clock times of an entry that put a number before another one: {"since", "entered"}; None when none did."""
    entry = entry_of(unit, one) if one.id > other.id and one.reference_at < other.reference_at else None
    return None if entry is None else {"since": _clock(unit, entry["taken"]), "entered": _clock(unit, entry["entered"])}


def of_waiting(unit: UnitOfWork, mine: Ticket) -> list[dict[str, Any]]:
    """Those that wait and were put before a visitor by a person: {"number", "reason", "sentence"} each."""
    types = [type_id for _, type_id, _ in places_of(mine)]
    moved_up = ticket.c.kappa_at < ticket.c.reference_at
    entered = (ticket.c.id > mine.id) & (ticket.c.reference_at < mine.reference_at)
    found = ticket_rows.tickets_where(
        unit.connection,
        ticket.c.hall_id == unit.hall.id,
        ticket.c.day == mine.day,
        ticket.c.counter_type_id.in_(types),
        ticket.c.state == TicketState.WAITING,
        ticket.c.kappa_at < mine.kappa_at,
        moved_up | entered,
        ticket.c.came_from_id.is_(None),
        limit=TOLD,
    )
    return [told for one in found if (told := _told(unit, one, mine))]


def _told(unit: UnitOfWork, one: Ticket, mine: Ticket) -> dict[str, Any] | None:
    times = entry_over(unit, one, mine)
    if times is not None:
        sentence = why_words.say(why_words.PUT_BEFORE, {"number": one.number, **times})
        return {"number": one.number, "reason": Reason.BY_HAND, "sentence": sentence}
    if one.kappa_at < one.reference_at and one.reference_at > mine.reference_at:
        sentence = why_words.say(why_words.BEFORE_MOVED, {"number": one.number})
        return {"number": one.number, "reason": Reason.MANUAL, "sentence": sentence}
    return None


def _clock(unit: UnitOfWork, at: str) -> str:
    return f"{local(from_text(at), unit.hall.time_zone):%H:%M}"
