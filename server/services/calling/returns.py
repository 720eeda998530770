"""What is kept of a counter type's calls: how many, the last few moments, and who waits again after which of them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import bindparam, func, select

from server.db.repositories import ticket_rows
from server.db.tables import ticket
from server.domain.states import Action, TicketState
from server.services.calling import due
from server.services.runtime.unit_of_work import UnitOfWork

_LEAST = select(func.min(ticket.c.return_after)).where(
    ticket.c.counter_type_id == bindparam("counter_type_id"), ticket.c.return_after.is_not(None)
)


#: Of how many calls the moment is kept: the pace of a counter type is learned from them.
RECENT_CALLS = 20


def return_after(unit: UnitOfWork, counter_type_id: int, calls: int | None) -> int | None:
    """What a parked ticket keeps as `return_after` to wait again after so many further calls; None for never."""
    return None if calls is None else expect(unit, counter_type_id, unit.head.calls_of(counter_type_id) + calls)


def expect(unit: UnitOfWork, counter_type_id: int, at: int) -> int:
    """Remember that a parked ticket returns when its type has had `at` calls."""
    known = unit.head.type_calls.get(str(counter_type_id), {}).get("returns_at")
    _keep(unit, counter_type_id, unit.head.calls_of(counter_type_id), at if known is None else min(known, at))
    return at


def count_call(unit: UnitOfWork, counter_type_id: int) -> None:
    """A ticket of this type was called: whoever's turn to return has come waits again, in their old place."""
    calls = unit.head.calls_of(counter_type_id) + 1
    returns_at = unit.head.type_calls.get(str(counter_type_id), {}).get("returns_at")
    _keep(unit, counter_type_id, calls, returns_at, recent=[*recent(unit, counter_type_id), unit.now][-RECENT_CALLS:])
    if returns_at is None or returns_at > calls:
        return
    back = ticket_rows.tickets_where(
        unit.connection,
        ticket.c.counter_type_id == counter_type_id,
        ticket.c.return_after <= calls,
        ticket.c.state == TicketState.PARKED,
    )
    with unit.by_itself():
        for one in back:
            due.wait_again(unit, one, Action.RETURN, because="calls")
    least = unit.connection.execute(_LEAST, {"counter_type_id": counter_type_id}).scalar_one()
    _keep(unit, counter_type_id, calls, least)


def recent(unit: UnitOfWork, counter_type_id: int) -> list[int]:
    """When the last calls of a counter type were (ms), the newest last."""
    return list(unit.head.type_calls.get(str(counter_type_id), {}).get("recent", ()))


def _keep(
    unit: UnitOfWork, counter_type_id: int, calls: int, returns_at: int | None, *, recent: list[int] | None = None
) -> None:
    before = unit.head.type_calls.get(str(counter_type_id), {})
    kept = before | {"calls": calls, "returns_at": returns_at} | ({} if recent is None else {"recent": recent})
    unit.head = replace(unit.head, type_calls=unit.head.type_calls | {str(counter_type_id): kept})
