"""The services of a visit, as its ticket goes from one to the next."""

from __future__ import annotations

from typing import Any

from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import NOT_CALLED, Ticket
from server.db.tables import ticket as tickets
from server.domain import visits
from server.domain.hall import Counter, Hall
from server.domain.outcomes import bounds_of
from server.domain.policy import APPOINTMENT
from server.domain.refusals import Refusal
from server.domain.states import Action, TicketState
from server.domain.visits import Step, Steps, StepState, read_steps, write_steps
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import carried_over, issuing


def finish(unit: UnitOfWork, ticket: Ticket, *, came: bool) -> Ticket:
    """The present service of a visit is done: the visit ends, or its ticket waits for what is left.

    came: whether somebody says that the visitor was there; a ticket that was never started and ends without that
    word is "called, not confirmed".
    """
    started = ticket.started_at or (ticket.called_at if came else None)
    steps = _done(unit, ticket, started_at=started)
    following = visits.open_steps(steps)
    if not following:
        kept = write_steps(steps) if steps else None
        ended: dict[str, Any] = {"started_at": started, "ended_at": unit.now, "steps": kept}
        return unit.change(ticket, Action.COMPLETE, "ticket_completed", **ended)
    reference = ticket.reference_at if unit.hall.settings.next_step == "keep" else unit.now
    return unit.change(
        ticket,
        Action.NEXT_STEP,
        "ticket_next_step",
        **_turned_to(unit, ticket, steps, following[0]),
        reference_at=reference,
        kappa_at=reference,
        waiting_since=unit.now,
        target_counter_id=None,
        **NOT_CALLED,
    )


def go_on(unit: UnitOfWork, counter: Counter, ticket: Ticket) -> Ticket:
    """The present service of a visit is done and the next one begins at the same counter: nobody is called.

    Raises Refusal `not_here` when this counter serves nothing that is open then.
    """
    steps = _done(unit, ticket, started_at=ticket.started_at or ticket.called_at)
    serves = [unit.hall.counter_types[code].id for code in counter.serves]
    here = [index for index in visits.open_steps(steps) if steps[index].counter_type_id in serves]
    if not here or not steps:
        raise Refusal("not_here", number=ticket.number)
    turned = _turned_to(unit, ticket, steps, here[0])
    turned |= {"started_at": unit.now, "idle_ms": 0}
    return unit.change(ticket, Action.GO_ON, "ticket_next_step", details={"here": True}, **turned)


def _done(unit: UnitOfWork, ticket: Ticket, *, started_at: int | None) -> Steps:
    """The steps of a visit when its present service is done now; the time before it was opened again does not count."""
    return visits.done(
        read_steps(ticket.steps),
        ticket.service_id,
        counter_id=ticket.counter_id,
        session_id=ticket.session_id,
        called_at=ticket.called_at,
        started_at=None if started_at is None else started_at + ticket.idle_ms,
        ended_at=unit.now,
    )


def _turned_to(unit: UnitOfWork, ticket: Ticket, steps: Steps, step: int) -> dict[str, Any]:
    """What changes in a ticket that turns to that service of its visit."""
    # An appointment was for its own service: the others go by the visitor's own class.
    plain = issuing.class_of(unit.hall, ticket.status_code)
    return {
        "steps": write_steps(steps),
        "service_id": steps[step].service_id,
        "counter_type_id": steps[step].counter_type_id,
        "class_code": plain if ticket.class_code == APPOINTMENT else ticket.class_code,
        "came_from_id": ticket.counter_type_id,
    }


def done_today(unit: UnitOfWork) -> list[tuple[Ticket, Step]]:
    """Every service of a visit with several that was done on this business day, with its ticket; kept ones too."""
    of_day = (tickets.c.hall_id == unit.hall.id, tickets.c.day == unit.day, tickets.c.steps.is_not(None))
    kept = [one for one in carried_over.all_of(unit) if one.steps]
    begins = bounds_of(unit.day, unit.hall.time_zone, day_ends=unit.hall.settings.day_ends).begins
    return [
        (one, step)
        for one in [*ticket_rows.tickets_where(unit.connection, *of_day), *kept]
        for step in read_steps(one.steps)
        if step.state is StepState.DONE and (one.day == unit.day or (step.ended_at or 0) >= begins)
    ]


def called(ticket: Ticket, step: int | None) -> dict[str, Any]:
    """Which of a visit's services this call is for; the others lose their places with the state."""
    steps = read_steps(ticket.steps)
    if step is None or not steps:
        return {}
    return {"service_id": steps[step].service_id, "counter_type_id": steps[step].counter_type_id}


def by_number(hall: Hall, counter: Counter, ticket: Ticket) -> int | None:
    """Which of a visit's services a counter means that calls it by its number; None for a ticket with one service."""
    serves = [hall.counter_types[code].id for code in counter.serves]
    last = None if ticket.state is TicketState.WAITING else ticket.service_id
    return visits.step_for(read_steps(ticket.steps), last, serves=serves)


def moved(ticket: Ticket, counter_type: int) -> str | None:
    """The steps of a visit whose present service goes to another queue; the others wait until it is done there."""
    steps = read_steps(ticket.steps)
    return write_steps(visits.sent_on(steps, ticket.service_id, counter_type)) if steps else None
