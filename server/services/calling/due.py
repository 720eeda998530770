"""Tickets that wait again by themselves at a moment: an appointment's window opens, a hold or a break is over."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import bindparam, func, select

from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import NOT_CALLED, Ticket
from server.db.tables import hall_head, ticket
from server.domain.hours import business_day
from server.domain.refusals import Refusal
from server.domain.states import Action, TicketState
from server.services.runtime.deployment import Deployment
from server.services.runtime.unit_of_work import UnitOfWork

_LEAST = select(func.min(ticket.c.due_at)).where(ticket.c.hall_id == bindparam("hall_id"), ticket.c.due_at.is_not(None))
_HALLS = select(hall_head.c.hall_id).where(hall_head.c.next_due_at <= bindparam("now"))

#: State -> (what happens when its moment has come, why, as the event says it).
_BECAUSE = {
    TicketState.SCHEDULED: (Action.OPEN_WINDOW, "window"),
    TicketState.HELD: (Action.RETURN, "hold"),
    TicketState.PARKED: (Action.RETURN, "time"),
}


def expect(unit: UnitOfWork, moment: int | None) -> int | None:
    """Remember that a ticket is due at `moment` (None: it is not); whoever writes `due_at` calls this with it."""
    known = unit.head.next_due_at
    if moment is not None and (known is None or moment < known):
        unit.head = replace(unit.head, next_due_at=moment)
    return moment


def refuse_moment(unit: UnitOfWork, moment: int | None) -> None:
    """Refuse a moment agreed with a visitor that has passed or that the business day does not reach (`invalid`)."""
    if moment is None:
        return
    if moment <= unit.now:
        raise Refusal("invalid", field="until", reason="a time that lies ahead", reason_zh="请填写将来的时间")
    ends = unit.hall.settings.day_ends
    if business_day(moment, unit.hall.time_zone, day_ends=ends) != unit.day:
        reason, reason_zh = f"a time before the business day ends ({ends})", f"请填写当天（{ends} 以前）的时间"
        raise Refusal("invalid", field="until", reason=reason, reason_zh=reason_zh)


def settle(unit: UnitOfWork) -> None:
    """Let every ticket wait again whose moment has come. Costs nothing while there is none."""
    if unit.head.next_due_at is None or unit.head.next_due_at > unit.now:
        return
    due = ticket_rows.tickets_where(
        unit.connection, ticket.c.hall_id == unit.hall.id, ticket.c.due_at <= unit.now, order=ticket.c.due_at
    )
    with unit.by_itself():
        for one in due:
            action, because = _BECAUSE[one.state]
            wait_again(unit, one, action, because=because)
    least = unit.connection.execute(_LEAST, {"hall_id": unit.hall.id}).scalar_one()
    unit.head = replace(unit.head, next_due_at=least)


def wait_again(unit: UnitOfWork, ticket: Ticket, action: Action, *, because: str, reason: str | None = None) -> Ticket:
    """A ticket waits again in its old place.

    `because`: "window", "hold", "time", "calls", "visitor" or "clerk". `reason`: what a person said to it.
    """
    return unit.change(
        ticket,
        action,
        "ticket_returned",
        details={"because": because} | ({"reason": reason} if reason else {}),
        waiting_since=unit.now,
        ended_at=None,
        hold_until=None,
        **NOT_CALLED,
    )


def halls_with_due(deployment: Deployment, *, now: int) -> list[str]:
    """Codes of the halls in which a ticket's moment has come."""
    with deployment.database.reading() as connection:
        ids = {row[0] for row in connection.execute(_HALLS, {"now": now})}
    return [hall.code for hall in deployment.halls if hall.id in ids]
