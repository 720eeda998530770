"""The business day: its end, the hall's opening and closing, and what is forgotten after a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from server.db.pruning import forget_some
from server.db.repositories import ticket_rows
from server.db.tables import answered, appointment, pairing, sign_in, ticket
from server.domain.hours import business_day, day_end, to_text
from server.domain.standing import Hit
from server.domain.states import OPEN, Action
from server.services.appointments import appointments, hits
from server.services.appointments.hits import HitAppointment
from server.services.notices import contacts, notices
from server.services.queries import views
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import carried_over

DAY_MS = 86_400_000


def roll_over(unit: UnitOfWork) -> None:
    """End the business day that is over, before anything of the new one happens.

    Sessions of the day before are signed off and its open tickets expire. Where the hall keeps open tickets they stay,
    with their numbers, and one at a counter keeps its counter.
    """
    if unit.head.day == unit.day:
        return
    if unit.head.day:
        if not unit.hall.settings.keep_open_tickets:
            _end_tickets(unit)
        _end_sessions(unit)
        carried_over.write_down(unit)
        unit.record("day_ended", {"day": unit.head.day, "open_override": None})
    # A supervisor's word holds for the day: a forgotten "closed" must not keep the hall shut the next morning.
    unit.head = replace(unit.head, day=unit.day, open_override=None)


def _end_tickets(unit: UnitOfWork) -> None:
    left = ticket_rows.tickets_where(
        unit.connection, ticket.c.hall_id == unit.hall.id, ticket.c.day < unit.day, ticket.c.state.in_(sorted(OPEN))
    )
    # When the server notices it later, the day was over all the same.
    ended = day_end(unit.head.day, unit.hall.time_zone, day_ends=unit.hall.settings.day_ends)
    for forgotten in left:
        unit.change(forgotten, Action.EXPIRE, "ticket_expired", ended_at=min(ended, unit.now))


def _end_sessions(unit: UnitOfWork) -> None:
    for session in list(ticket_rows.open_sessions(unit.connection, unit.hall.id)):
        opened = business_day(session.opened_at, unit.hall.time_zone, day_ends=unit.hall.settings.day_ends)
        if opened < unit.day and not _goes_on(unit, session):
            close_session(unit, session)


def _goes_on(unit: UnitOfWork, session: ticket_rows.Session) -> bool:
    """A kept ticket stays with its counter; what was before it is not taken back any more."""
    if session.ticket_id is None or not unit.hall.settings.keep_open_tickets:
        return False
    ticket_rows.write_session(unit.connection, replace(session, undo=None))
    return True


def close_session(unit: UnitOfWork, session: ticket_rows.Session) -> None:
    """Sign a session off."""
    closed = replace(session, state="closed", state_at=unit.now, closed_at=unit.now, ticket_id=None, undo=None)
    ticket_rows.write_session(unit.connection, closed)
    counter = unit.hall.counters_by_id[session.counter_id]
    unit.record("counter_closed", {"counter": views.staff_counter(counter, unit.hall, None, None, None)})


def tick(unit: UnitOfWork) -> dict[str, Any]:
    """What the server's timer does for a hall: missed appointments, opening and closing. The day was rolled over."""
    appointments.mark_missed(unit)
    opening = views.is_open(unit.hall, unit.head, now=unit.now)
    if opening != unit.head.was_open:
        first = unit.head.was_open is None
        unit.head = replace(unit.head, was_open=opening)
        if not first:
            record_opening(unit, opening)
    return {"open": opening}


def record_opening(unit: UnitOfWork, opening: bool) -> None:
    """Tell that the hall opened or closed, and whether a supervisor said so."""
    next_open = views.opens_next(unit.hall, unit.head, now=unit.now)
    told = {"open": opening, "next_open": next_open, "open_override": unit.head.open_override}
    unit.record("hall_opened" if opening else "hall_closed", told)


def set_opening(unit: UnitOfWork, *, opening: bool | None, confirm: bool = False) -> dict[str, Any]:
    """Open or close the hall whatever its hours say, until the day ends; None goes back to the hours.

    Closing it hits the appointments that are still to come today: Refusal `appointments_hit` unless `confirm`.
    """
    unit.actor.needs("supervisor")
    if opening is False:
        found = [HitAppointment(one, Hit.CLOSED) for one in hits.of_today(unit, appointment.c.hit.is_(None))]
        hits.refuse_unasked(unit, found, confirm=confirm)
        hits.mark(unit, found)
    else:
        for one in hits.of_today(unit, appointment.c.hit == str(Hit.CLOSED), appointment.c.start_at > unit.now):
            hits.stand(unit, one)
    unit.head = replace(unit.head, open_override=opening)
    now_open = views.is_open(unit.hall, unit.head, now=unit.now)
    unit.head = replace(unit.head, was_open=now_open)
    record_opening(unit, now_open)
    return {"open": now_open, "override": opening}


def set_notice(unit: UnitOfWork, *, text: dict[str, str] | None, level: str) -> dict[str, Any]:
    """Show a notice on the hall's screens, or take it away."""
    unit.actor.needs("supervisor")
    notice = {"text": text, "level": level, "at": to_text(unit.now, unit.hall.time_zone)} if text else None
    unit.head = replace(unit.head, notice=notice)
    unit.record("notice_set", {"notice": notice})
    return {"notice": notice}


def forget(unit: UnitOfWork) -> dict[str, Any]:
    """Delete what is kept for a time only: answers to repeated requests, ended sign-ins, old pairing codes.

    Some hundred rows of each at a time; the timer asks again. What archiving takes out is not among them.
    """
    old = unit.now - DAY_MS
    forget_some(unit.connection, answered, answered.c.at < old)
    forget_some(unit.connection, sign_in, sign_in.c.expires_at < unit.now)
    forget_some(unit.connection, pairing, pairing.c.expires_at < old)
    contacts.forget_old(unit)
    notices.forget_old(unit)
    return {}
