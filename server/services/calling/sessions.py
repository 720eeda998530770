"""A clerk on duty: signing on and off, pausing, and what the present ticket of a counter is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from server.db import tables
from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import Session, Ticket
from server.domain.hall import Counter
from server.domain.refusals import Refusal
from server.domain.states import Action, TicketState
from server.domain.visits import Step
from server.services.archive import days
from server.services.calling import due, steps
from server.services.queries import day_counts, views
from server.services.runtime.created import Created
from server.services.runtime.unit_of_work import UnitOfWork

_T = tables.ticket.c


def on_duty(unit: UnitOfWork, counter: Counter, *, may_be_paused: bool = True) -> Session:
    """The open session of the clerk who asks.

    Raises Refusal `counter_closed`, `not_your_counter`, or `counter_paused` where a pause is in the way.
    """
    session = ticket_rows.open_session(unit.connection, counter.id)
    if session is None:
        raise Refusal("counter_closed", counter=counter.code)
    if session.user_id != unit.actor.id or unit.actor.kind != "user":
        raise Refusal("not_your_counter", counter=counter.code)
    if session.state == "paused" and not may_be_paused:
        raise Refusal("counter_paused", counter=counter.code)
    return session


def present_ticket(unit: UnitOfWork, session: Session) -> Ticket | None:
    """The ticket that is at the counter now."""
    if session.ticket_id is None:
        return None
    known = session.present
    if known and known.id == session.ticket_id and not any(known.id == one.ticket_id for one in unit.events):
        return known
    return ticket_rows.ticket_by_id(unit.connection, session.ticket_id)


def counter_state(
    unit: UnitOfWork, counter: Counter, session: Session | None, present: Ticket | None
) -> dict[str, Any]:
    """The answer of every command at a counter: its new state and its ticket."""
    shown = views.staff_ticket(present, unit.hall, unit.head) if present else None
    clerk = (session.username, session.name) if session else None
    return {"counter": views.staff_counter(counter, unit.hall, session, clerk, shown), "ticket": shown}


def sign_on(unit: UnitOfWork, *, counter: str, take_over: bool, client: str | None) -> dict[str, Any] | Created:
    """Put the clerk on duty at a counter: a session is made, unless it is theirs already.

    Raises Refusal `counter_taken` when another clerk is there and `take_over` is false; a takeover inherits the
    present ticket. `also_at` of the answer names the other counters where this clerk is on duty.
    """
    unit.actor.needs("clerk")
    place = unit.hall.counter(counter)
    session = ticket_rows.open_session(unit.connection, place.id)
    present_id = None
    if session and session.user_id == unit.actor.id:
        session = replace(session, client=client)
        ticket_rows.write_session(unit.connection, session)
        return counter_state(unit, place, session, present_ticket(unit, session))
    if session:
        if not take_over:
            raise Refusal("counter_taken", clerk=session.name, counter=counter)
        present_id = session.ticket_id
        days.close_session(unit, session)
    session = ticket_rows.insert_session(
        unit.connection,
        hall_id=unit.hall.id,
        counter_id=place.id,
        user_id=unit.actor.id,
        client=client,
        state="open",
        opened_at=unit.now,
        state_at=unit.now,
        ticket_id=present_id,
    )
    answer = counter_state(unit, place, session, present_ticket(unit, session))
    unit.record("counter_opened", {"counter": answer["counter"]})
    return Created(answer | {"also_at": _also_at(unit, session)})


def _also_at(unit: UnitOfWork, session: Session) -> list[str]:
    """Codes of the other counters where the same clerk is on duty."""
    others = {
        one.counter_id
        for one in ticket_rows.open_sessions(unit.connection, unit.hall.id)
        if one.user_id == session.user_id and one.id != session.id
    }
    return [counter.code for counter in unit.hall.counters.values() if counter.id in others]


def pause(unit: UnitOfWork, *, counter: str, reason: str | None) -> dict[str, Any]:
    """Stop calling for a while; the present ticket stays."""
    return _turn(unit, counter, "paused", reason, "counter_paused")


def resume(unit: UnitOfWork, *, counter: str) -> dict[str, Any]:
    """Go on calling."""
    return _turn(unit, counter, "open", None, "counter_resumed")


def _turn(unit: UnitOfWork, counter: str, state: str, reason: str | None, kind: str) -> dict[str, Any]:
    place = unit.hall.counter(counter)
    session = on_duty(unit, place)
    changed = replace(session, state=state, reason=reason, state_at=unit.now)
    if (session.state, session.reason) == (state, reason):
        return counter_state(unit, place, session, present_ticket(unit, session))
    ticket_rows.write_session(unit.connection, changed)
    answer = counter_state(unit, place, changed, present_ticket(unit, changed))
    unit.record(kind, {"counter": answer["counter"]})
    return answer


def sign_off(unit: UnitOfWork, *, counter: str, present: str | None = None) -> dict[str, Any]:
    """Leave the counter; a ticket that is served is completed first (`ticket_open` where the hall asks).

    One that was called and is not here yet goes back into the queue, in its old place, unless `present` is "complete"
    or the hall completes it by every next call; "return" puts it back in every hall. "release" is a
    supervisor's word for a clerk who has left without signing off: the ticket goes as `release` says.
    """
    place = unit.hall.counter(counter)
    if present == "release":
        unit.actor.needs("supervisor")
        left = ticket_rows.open_session(unit.connection, place.id)
        if left is None:
            raise Refusal("counter_closed", counter=counter)
        release(unit, left)
        return counter_state(unit, place, None, None) | {"summary": _summary(unit, left)}
    session = on_duty(unit, place)
    ticket = present_ticket(unit, session)
    if ticket and (present == "return" or (present is None and starts_on_next(unit, ticket))):
        due.wait_again(unit, ticket, Action.RETURN, because="clerk")
    elif ticket:
        finish(unit, ticket, came=present == "complete" or came_if_completed(unit))
    days.close_session(unit, session)
    return counter_state(unit, place, None, None) | {"summary": _summary(unit, session)}


def release(unit: UnitOfWork, session: Session) -> None:
    """Sign a clerk off from outside, who may have left the counter in the middle of a matter; no visitor is lost.

    A ticket that was called waits again in its old place; one that is served is put aside, where every clerk and the
    supervisor sees it: nobody but those two knows whether its matter is done.
    """
    ticket = present_ticket(unit, session)
    if ticket and ticket.state is TicketState.CALLED:
        due.wait_again(unit, ticket, Action.RETURN, because="supervisor")
    elif ticket:
        unit.change(ticket, Action.HOLD, "ticket_held", details={"because": "supervisor"}, hold_until=None)
    days.close_session(unit, session)


def release_user(unit: UnitOfWork, *, user_id: int) -> dict[str, Any]:
    """Sign a clerk off at every counter of the hall, for an account that was disabled."""
    of_user = [one for one in ticket_rows.open_sessions(unit.connection, unit.hall.id) if one.user_id == user_id]
    for session in of_user:
        release(unit, session)
    return {"counters": [unit.hall.counters_by_id[one.counter_id].code for one in of_user]}


def finish(unit: UnitOfWork, present: Ticket, *, came: bool) -> Ticket:
    """Complete the present ticket before something new.

    Raises Refusal `ticket_open` where the hall asks; `not_here_yet` for one that was called when nobody says that its
    visitor `came`, unless the hall completes it by every next call.
    """
    if unit.hall.settings.on_next == "ask":
        raise Refusal("ticket_open", number=present.number)
    if not came and starts_on_next(unit, present):
        raise Refusal("not_here_yet", number=present.number)
    return steps.finish(unit, present, came=came)


def came_if_completed(unit: UnitOfWork) -> bool:
    """Whether "complete" on a ticket that was only called says that its visitor came.

    It does where clerks start tickets; a hall that completes them by every next call never hears who came.
    """
    return unit.hall.settings.on_next != "complete"


def starts_on_next(unit: UnitOfWork, present: Ticket) -> bool:
    """Whether "call next" begins the present ticket: its visitor was called, and the hall wants to hear who came."""
    return unit.hall.settings.on_next == "start" and present.state is TicketState.CALLED


def _summary(unit: UnitOfWork, session: Session) -> dict[str, Any]:
    counts = day_counts.by_outcome(unit, _T.session_id == session.id)
    # A visit that went on to its next service is somebody else's ticket by now, and was served here all the same.
    mine = [(ticket, step) for ticket, step in steps.done_today(unit) if step.session_id == session.id]
    went_on = [step for ticket, step in mine if not _ended_with(ticket, step, session)]
    unconfirmed = sum(step.started_at is None for step in went_on)
    return {
        "called": sum(counts.values()) + len(went_on),
        "completed": counts.get("completed", 0) + len(went_on) - unconfirmed,
        "unconfirmed": counts.get("unconfirmed", 0) + unconfirmed,
        "no_show": counts.get("no_show", 0) + counts.get("parked", 0),
        "held": counts.get("held", 0),
        "minutes": (unit.now - session.opened_at) // 60_000,
    }


def _ended_with(ticket: Ticket, step: Step, session: Session) -> bool:
    """Whether a ticket ended in this session with that service, so that it is counted by its own state already."""
    here = ticket.state is TicketState.COMPLETED and ticket.session_id == session.id
    return here and ticket.service_id == step.service_id
