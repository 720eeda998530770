"""What staff put right: waiting numbers are taken out of the queue, a completed one is opened again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import Session, Ticket
from server.db.tables import ticket as tickets
from server.domain.hall import Counter
from server.domain.refusals import Refusal
from server.domain.states import Action, TicketState
from server.domain.visits import read_steps, reopened, write_steps
from server.services.calling import calling, sessions
from server.services.queries import views
from server.services.runtime.unit_of_work import UnitOfWork

#: The states of a ticket that nobody is with. Staff may take these out.
REMOVABLE = (TicketState.WAITING, TicketState.SCHEDULED, TicketState.HELD, TicketState.PARKED)
#: One command takes out this many numbers at most.
MOST_REMOVED = 500


def remove(unit: UnitOfWork, *, number: str, reason: str) -> dict[str, Any]:
    """Take one waiting number out of the queue; `reason` is kept with the event.

    Raises Refusal `unknown_ticket`, `wrong_state` when somebody is with it or it is over.
    """
    unit.actor.needs("clerk")
    return {"ticket": views.staff_ticket(_remove(unit, unit.ticket(number), reason), unit.hall, unit.head)}


def remove_many(
    unit: UnitOfWork, *, numbers: Sequence[str], services: Sequence[str], reason: str, check: bool
) -> dict[str, Any]:
    """Take the named numbers out, and all that wait for the named services.

    `check`: only answer what would happen. The answer has `removed` (numbers) and `skipped` (number, state): a ticket
    that was called meanwhile, or is over, is left as it is. Raises Refusal `unknown_ticket`, `unknown_service`.
    """
    unit.actor.needs("clerk")
    if not numbers and not services:
        reason, reason_zh = "at least one number or service", "请至少填写一个号码或一项业务"
        raise Refusal("invalid", field="numbers", reason=reason, reason_zh=reason_zh)
    found = {one.id: one for number in numbers for one in [unit.ticket(number)]}
    found |= {one.id: one for one in _waiting_for(unit, services)}
    chosen = [one for one in found.values() if one.state in REMOVABLE][:MOST_REMOVED]
    if not check:
        for one in chosen:
            _remove(unit, one, reason)
    skipped = [one for one in found.values() if one not in chosen]
    return {
        "removed": [one.number for one in chosen],
        "skipped": [{"number": one.number, "state": str(one.state)} for one in skipped],
    }


def _waiting_for(unit: UnitOfWork, services: Sequence[str]) -> list[Ticket]:
    for code in services:
        if code not in unit.hall.services:
            raise Refusal("unknown_service", code=code)
    if not services:
        return []
    ids = [unit.hall.services[code].id for code in services]
    return ticket_rows.tickets_where(
        unit.connection,
        tickets.c.hall_id == unit.hall.id,
        tickets.c.day == unit.day,
        tickets.c.state == str(TicketState.WAITING),
        tickets.c.service_id.in_(ids),
        order=tickets.c.id,
    )


def _remove(unit: UnitOfWork, ticket: Ticket, reason: str) -> Ticket:
    if ticket.state not in REMOVABLE:
        raise Refusal("wrong_state", number=ticket.number, state=str(ticket.state))
    details = {"because": "staff", "reason": reason}
    return unit.change(ticket, Action.CANCEL, "ticket_cancelled", details=details, ended_at=unit.now, removed=True)


def reopen(unit: UnitOfWork, *, counter: str, number: str) -> dict[str, Any]:
    """Go on serving a ticket that this counter completed today, without calling it again.

    A supervisor on duty may open one of another counter. Raises Refusal `ticket_open` while the counter has a ticket,
    `completed_elsewhere`, `wrong_state`.
    """
    place = unit.hall.counter(counter)
    session = sessions.on_duty(unit, place, may_be_paused=False)
    present = sessions.present_ticket(unit, session)
    if present:
        raise Refusal("ticket_open", number=present.number)
    ticket = _completed(unit, number)
    _refuse_others(unit, ticket, place)
    opened = _reopened(unit, ticket, Action.REOPEN, place, session)
    return calling.settle(unit, place, session, opened, [(ticket, opened)])


def reopen_aside(unit: UnitOfWork, *, number: str, reason: str | None = None) -> dict[str, Any]:
    """A supervisor opens a ticket that was completed today: it is held at its counter, where a clerk takes it back.

    Raises Refusal `forbidden`, `unknown_ticket`, `wrong_state`.
    """
    unit.actor.needs("supervisor")
    ticket = _completed(unit, number)
    place = unit.hall.counters_by_id[ticket.counter_id] if ticket.counter_id else None
    held = _reopened(unit, ticket, Action.REOPEN_ASIDE, place, None, reason=reason)
    return {"ticket": views.staff_ticket(held, unit.hall, unit.head)}


def _completed(unit: UnitOfWork, number: str) -> Ticket:
    ticket = unit.ticket(number)
    if ticket.state is not TicketState.COMPLETED:
        raise Refusal("wrong_state", number=ticket.number, state=str(ticket.state))
    return ticket


def _refuse_others(unit: UnitOfWork, ticket: Ticket, place: Counter) -> None:
    if ticket.counter_id in (None, place.id) or unit.actor.may("supervisor"):
        return
    other = unit.hall.counters_by_id[ticket.counter_id].code
    raise Refusal("completed_elsewhere", number=ticket.number, counter=other)


def _reopened(
    unit: UnitOfWork,
    ticket: Ticket,
    action: Action,
    place: Counter | None,
    session: Session | None,
    *,
    reason: str | None = None,
) -> Ticket:
    """The ticket as it was before it was completed. The time in between counts as no service time (`idle_ms`)."""
    steps = reopened(read_steps(ticket.steps), ticket.service_id)
    return unit.change(
        ticket,
        action,
        "ticket_reopened",
        details={"reason": reason} if reason else None,
        counter_id=place.id if place else None,
        session_id=session.id if session else ticket.session_id,
        started_at=ticket.started_at or ticket.called_at,
        ended_at=None,
        idle_ms=ticket.idle_ms + unit.now - (ticket.ended_at or unit.now),
        steps=write_steps(steps) if steps else None,
    )
