"""What a visitor does with a number: leaves the queue, comes back to it, lets others pass, says how it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import Ticket
from server.domain.refusals import Refusal
from server.domain.states import AT_COUNTER, Action, TicketState
from server.services.calling import due, returns
from server.services.queries import views, waiting
from server.services.queries.visitor_view import by_token, lets_pass, may_rate, visitor_ticket
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets.staff_links import is_link

MINUTE = 60_000
#: The states of a ticket that staff may bring back to its queue.
_RETURNABLE = (TicketState.PARKED, TicketState.HELD, TicketState.NO_SHOW, TicketState.CANCELLED)


def leave(unit: UnitOfWork, *, token: str) -> dict[str, Any]:
    """Leave the queue. Raises Refusal `wrong_state` when served already or done."""
    return visitor_ticket(unit, withdraw(unit, by_token(unit, token)))


def withdraw(unit: UnitOfWork, ticket: Ticket, *, removed: bool = False, **details: Any) -> Ticket:
    """Take a ticket out of its queue, `details` said with it. Raises Refusal `wrong_state`.

    removed: its visitor did not leave; it is counted with those that staff took out.
    """
    _free_counter(unit, ticket)
    return unit.change(ticket, Action.CANCEL, "ticket_cancelled", details=details, ended_at=unit.now, removed=removed)


def _free_counter(unit: UnitOfWork, ticket: Ticket) -> None:
    if ticket.state not in AT_COUNTER or ticket.counter_id is None:
        return
    session = ticket_rows.open_session(unit.connection, ticket.counter_id)
    if session and session.ticket_id == ticket.id:
        ticket_rows.write_session(unit.connection, replace(session, ticket_id=None, undo=None))


def rejoin(unit: UnitOfWork, *, token: str) -> dict[str, Any]:
    """A missed ticket, or one that lets others pass, waits again, in its old place. Raises Refusal `wrong_state`."""
    ticket = by_token(unit, token)
    if ticket.state != TicketState.PARKED:
        raise Refusal("wrong_state", number=ticket.number, state=str(ticket.state))
    return visitor_ticket(unit, due.wait_again(unit, ticket, Action.RETURN, because="visitor"))


def bring_back(unit: UnitOfWork, *, number: str, reason: str | None = None) -> dict[str, Any]:
    """Staff bring a missed or held number back to its queue, in its old place. Raises Refusal `wrong_state`.

    A no-show that was closed is brought back too, and a number that was taken out. `reason` is kept with the event.
    """
    unit.actor.needs("clerk")
    ticket = unit.ticket(number)
    if ticket.state not in _RETURNABLE:
        raise Refusal("wrong_state", number=ticket.number, state=str(ticket.state))
    back = due.wait_again(unit, ticket, Action.RETURN, because="clerk", reason=reason)
    return {"ticket": views.staff_ticket(back, unit.hall, unit.head)}


def more_time(unit: UnitOfWork, *, token: str) -> dict[str, Any]:
    """Let some calls pass, for a while at most; then the ticket waits again in its old place. No no-show.

    Raises Refusal `wrong_state` unless it waits or was called, `more_time_limit`, `nobody_behind`.
    """
    ticket, settings = by_token(unit, token), unit.hall.settings
    if ticket.state not in (TicketState.WAITING, TicketState.CALLED):
        raise Refusal("wrong_state", number=ticket.number, state=str(ticket.state))
    if ticket.asides >= settings.more_time_limit:
        raise Refusal("more_time_limit", limit=settings.more_time_limit)
    if not lets_pass(unit, ticket, waiting.soonest(unit, ticket)):
        raise Refusal("nobody_behind")
    _free_counter(unit, ticket)
    parked = unit.change(
        ticket,
        Action.PARK,
        "ticket_parked",
        details={"because": "more_time"},
        asides=ticket.asides + 1,
        return_after=returns.return_after(unit, ticket.counter_type_id, settings.more_time_calls),
        due_at=due.expect(unit, unit.now + settings.more_time_minutes * MINUTE),
        **ticket_rows.NOT_CALLED,
    )
    return visitor_ticket(unit, parked)


def rate(unit: UnitOfWork, *, token: str, stars: int) -> dict[str, Any]:
    """Say how it was, once, after the visit. Raises Refusal `wrong_state`, `already_rated`.

    `forbidden` by a link that staff have read: they would rate themselves.
    """
    ticket = by_token(unit, token)
    if is_link(ticket.token):
        raise Refusal("forbidden")
    if ticket.rating is not None:
        raise Refusal("already_rated")
    if not may_rate(unit, ticket):
        raise Refusal("wrong_state", number=ticket.number, state=str(ticket.state))
    rated = unit.change(ticket, None, "rating_given", details={"stars": stars}, rating=stars)
    return visitor_ticket(unit, rated)
