"""What a clerk does with tickets: call, recall, start, complete, no-show, hold, take back, transfer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import NOT_CALLED, Session, Ticket
from server.domain.hall import Counter
from server.domain.order import FRONT_CREDIT, choose
from server.domain.refusals import Refusal
from server.domain.states import AT_COUNTER, Action
from server.domain.why import CallRecord
from server.services.calling import due, exceptions, returns, sessions, steps, undo, why
from server.services.calling.next_ticket import heads, pool, standing
from server.services.notices import notices
from server.services.queries import waiting
from server.services.runtime.unit_of_work import UnitOfWork


def call_next(unit: UnitOfWork, *, counter: str) -> dict[str, Any]:
    """Call the next ticket by the hall's order; the present one is completed first.

    A present one that was called and is not here yet is started instead, and nobody is called, unless the hall
    completes it or asks (`on_next`). Raises Refusal `nobody_waiting` (then the present one stays), `ticket_open` where
    the hall asks.
    """
    place = unit.hall.counter(counter)
    session = sessions.on_duty(unit, place, may_be_paused=False)
    present = sessions.present_ticket(unit, session)
    if present and sessions.starts_on_next(unit, present):
        return _start(unit, place, session, present)
    found = heads(unit, place)
    choice = choose(found, unit.hall.settings.policy, now=unit.now, standing=standing(unit, place))
    if choice is None:
        raise Refusal("nobody_waiting", others=waiting.total(unit))
    left = choice.standing
    lanes = unit.head.lanes | {pool(place): dict(left.passes)} if left.passes else unit.head.lanes
    unit.head = replace(unit.head, calls_since_guard=left.since_guard, lanes=lanes)
    ticket = ticket_rows.ticket_by_id(unit.connection, choice.head.ticket)
    weighed = why.record(unit, place, ticket, winner=choice.head, heads=found, choice=choice, manual=None)
    return _call(unit, place, session, ticket, Action.CALL, weighed=weighed, step=choice.head.step)


def call(unit: UnitOfWork, *, counter: str, number: str, reason: str) -> dict[str, Any]:
    """Call a chosen ticket out of order; `reason` is kept with the event.

    Raises Refusal `called_elsewhere` when another counter has it.
    """
    place = unit.hall.counter(counter)
    session = sessions.on_duty(unit, place, may_be_paused=False)
    ticket = unit.ticket(number)
    _refuse_elsewhere(unit, ticket)
    step = steps.by_number(unit.hall, place, ticket)
    weighed = _by_hand(unit, place, ticket, step, reason)
    types = [unit.hall.counter_types[code].id for code in place.serves]
    told = {"manual": reason, **exceptions.overtaken(unit, types, before=ticket.kappa_at)}
    return _call(unit, place, session, ticket, Action.CALL, weighed=weighed, step=step, told=told)


def take_back(unit: UnitOfWork, *, counter: str, number: str) -> dict[str, Any]:
    """Fetch a held or missed ticket to the counter, as called."""
    place = unit.hall.counter(counter)
    session = sessions.on_duty(unit, place, may_be_paused=False)
    ticket = unit.ticket(number)
    _refuse_elsewhere(unit, ticket)
    step = steps.by_number(unit.hall, place, ticket)
    weighed = _by_hand(unit, place, ticket, step, None)
    return _call(unit, place, session, ticket, Action.TAKE_BACK, weighed=weighed, step=step)


def _by_hand(unit: UnitOfWork, place: Counter, ticket: Ticket, step: int | None, reason: str | None) -> CallRecord:
    """What a call that a clerk chose keeps: whom the rule would have called, who decided, why."""
    chosen = {"by": unit.actor.name, "reason": reason}
    winner = why.head_of(unit, place, replace(ticket, **steps.called(ticket, step)), step=step or 0)
    return why.record(unit, place, ticket, winner=winner, heads=heads(unit, place), choice=None, manual=chosen)


def _refuse_elsewhere(unit: UnitOfWork, ticket: Ticket) -> None:
    if ticket.state in AT_COUNTER and ticket.counter_id and ticket.last_called_at:
        other = unit.hall.counters_by_id[ticket.counter_id].code
        seconds = (unit.now - ticket.last_called_at) // 1000
        raise Refusal("called_elsewhere", number=ticket.number, counter=other, seconds=seconds)


def _call(
    unit: UnitOfWork,
    place: Counter,
    session: Session,
    ticket: Ticket,
    action: Action,
    *,
    weighed: CallRecord,
    step: int | None = None,
    told: dict[str, Any] | None = None,
) -> dict[str, Any]:
    present = sessions.present_ticket(unit, session)
    changes = [(present, sessions.finish(unit, present, came=False))] if present else []
    called = unit.change(
        ticket,
        action,
        "ticket_called",
        details={"why": weighed, **(told or {})},
        counter_id=place.id,
        target_counter_id=None,
        session_id=session.id,
        call_seq=unit.head.seq + 1,
        called_at=unit.now,
        last_called_at=unit.now,
        calls=1,
        started_at=None,
        idle_ms=0,
        ended_at=None,
        hold_until=None,
        **steps.called(ticket, step),
    )
    returns.count_call(unit, called.counter_type_id)
    notices.called(unit, called)
    return settle(unit, place, session, called, [*changes, (ticket, called)])


def recall(unit: UnitOfWork, *, counter: str) -> dict[str, Any]:
    """Call the present ticket once more. Raises Refusal `recall_too_soon`, `recall_limit`, `no_ticket`."""
    place, session, ticket = at_counter(unit, counter)
    settings = unit.hall.settings
    gap = unit.now - (ticket.last_called_at or 0)
    if gap < settings.recall_gap_s * 1000:
        raise Refusal("recall_too_soon", seconds=settings.recall_gap_s - gap // 1000)
    if ticket.calls > settings.recall_limit:
        raise Refusal("recall_limit")
    again = unit.change(ticket, Action.RECALL, "ticket_recalled", last_called_at=unit.now, calls=ticket.calls + 1)
    return settle(unit, place, session, again, [(ticket, again)])


def start(unit: UnitOfWork, *, counter: str) -> dict[str, Any]:
    """The visitor has come."""
    return _start(unit, *at_counter(unit, counter))


def _start(unit: UnitOfWork, place: Counter, session: Session, ticket: Ticket) -> dict[str, Any]:
    started = unit.change(ticket, Action.START, "ticket_started", started_at=unit.now)
    return settle(unit, place, session, started, [(ticket, started)])


def complete(unit: UnitOfWork, *, counter: str) -> dict[str, Any]:
    """The visitor's matter is done; when the visit has another one, its ticket waits for that."""
    place, session, ticket = at_counter(unit, counter)
    done = steps.finish(unit, ticket, came=sessions.came_if_completed(unit))
    return settle(unit, place, session, None, [(ticket, done)])


def no_show(unit: UnitOfWork, *, counter: str) -> dict[str, Any]:
    """The visitor did not come: parked, or closed after the hall's limit of no-shows.

    A parked ticket waits again, in its old place, after the hall's number of further calls of its type.
    """
    place, session, ticket = at_counter(unit, counter)
    return settle(unit, place, session, None, [(ticket, missed(unit, ticket))])


def missed(unit: UnitOfWork, ticket: Ticket) -> Ticket:
    """A called visitor did not come."""
    count = ticket.no_shows + 1
    closed = count >= unit.hall.settings.no_show_limit
    action = Action.NO_SHOW if closed else Action.PARK
    calls = None if closed else unit.hall.settings.return_after
    return unit.change(
        ticket,
        action,
        "ticket_no_show",
        no_shows=count,
        ended_at=unit.now if closed else None,
        return_after=returns.return_after(unit, ticket.counter_type_id, calls),
    )


def hold(
    unit: UnitOfWork, *, counter: str, until: int | None, note: str | None, tell: str | None = None
) -> dict[str, Any]:
    """Put the present ticket aside, to be taken back later; `until` (ms) is when it waits again by itself.

    `note` is for staff, `tell` for the visitor: what to fetch or to bring.

    Raises Refusal `invalid` for a time that has passed, or that lies after the business day.
    """
    due.refuse_moment(unit, until)
    place, session, ticket = at_counter(unit, counter)
    held = unit.change(
        ticket,
        Action.HOLD,
        "ticket_held",
        details={name: words for name, words in (("note", note), ("tell", tell)) if words} or None,
        hold_until=until,
        due_at=due.expect(unit, until),
        note=notes(ticket, note),
        told=tell,
    )
    return settle(unit, place, session, None, [(ticket, held)])


def transfer(unit: UnitOfWork, *, counter: str, to: str, place: str, note: str | None) -> dict[str, Any]:
    """Send the present ticket to another counter type, or to one counter; it keeps its number and its waited time.

    `place` "front" puts it before all that wait there. Raises Refusal `unknown_counter_type`, `same_place`.
    """
    here, session, ticket = at_counter(unit, counter)
    counter_type, target = _destination(unit, here, ticket, to)
    credit = FRONT_CREDIT if place == "front" else 0
    sent = unit.change(
        ticket,
        Action.TRANSFER,
        "ticket_transferred",
        details={"to": to, "place": place} | ({"note": note} if note else {}),
        counter_type_id=counter_type,
        target_counter_id=target,
        steps=steps.moved(ticket, counter_type),
        came_from_id=ticket.counter_type_id,
        kappa_at=ticket.reference_at - credit,
        waiting_since=unit.now,
        note=notes(ticket, note),
        **NOT_CALLED,
    )
    return settle(unit, here, session, None, [(ticket, sent)])


def _destination(unit: UnitOfWork, here: Counter, ticket: Ticket, to: str) -> tuple[int, int | None]:
    hall = unit.hall
    if to in hall.counter_types:
        counter_type = hall.counter_types[to].id
        if counter_type == ticket.counter_type_id:
            raise Refusal("same_place", number=ticket.number)
        return counter_type, None
    if to in hall.counters:
        if to == here.code:
            raise Refusal("same_place", number=ticket.number)
        return ticket.counter_type_id, hall.counters[to].id
    raise Refusal("unknown_counter_type", code=to)


def notes(ticket: Ticket, note: str | None) -> str | None:
    """A ticket's notes with one more line."""
    return "\n".join(part for part in (ticket.note, note) if part) or None


def at_counter(unit: UnitOfWork, counter: str) -> tuple[Counter, Session, Ticket]:
    """A counter, the caller's session there, and its present ticket. Raises Refusal `no_ticket`."""
    place = unit.hall.counter(counter)
    session = sessions.on_duty(unit, place)
    ticket = sessions.present_ticket(unit, session)
    if ticket is None:
        raise Refusal("no_ticket")
    return place, session, ticket


def settle(
    unit: UnitOfWork, place: Counter, session: Session, present: Ticket | None, changes: list[tuple[Ticket, Ticket]]
) -> dict[str, Any]:
    """Keep what undo needs and the present ticket with the session; answer the counter's new state."""
    settled = replace(session, ticket_id=present.id if present else None, undo=undo.remember(unit, session, *changes))
    ticket_rows.write_session(unit.connection, settled)
    return sessions.counter_state(unit, place, settled, present) | {"undo_until": undo.until(unit)}
