"""The services of a visit, as its ticket goes from one to the next."""

from __future__ import annotations

from dataclasses import replace

from server.db.rows import NOT_CALLED, Ticket
from server.domain.policy import APPOINTMENT
from server.domain.states import Action
from server.domain.visits import StepState, read_steps, write_steps
from server.services import issuing
from server.services.unit import Unit


def finish(unit: Unit, ticket: Ticket) -> Ticket:
    """The present service of a visit is done: the visit ends, or its ticket waits for what is left."""
    steps = list(read_steps(ticket.steps))
    for index, step in enumerate(steps):
        if step.state is StepState.OPEN and step.service_id == ticket.service_id:
            steps[index] = replace(
                step,
                state=StepState.DONE,
                counter_id=ticket.counter_id,
                called_at=ticket.called_at,
                started_at=ticket.started_at,
                ended_at=unit.now,
            )
    following = next((step for step in steps if step.state is StepState.OPEN), None)
    if following is None:
        later = next((index for index, step in enumerate(steps) if step.state is StepState.LATER), None)
        if later is None:
            kept = write_steps(steps) if steps else None
            return unit.change(ticket, Action.COMPLETE, "ticket_completed", ended_at=unit.now, steps=kept)
        following = steps[later] = replace(steps[later], state=StepState.OPEN)
    reference = ticket.reference_at if unit.hall.settings.next_step == "keep" else unit.now
    # An appointment was for its own service: the others wait by the visitor's own class.
    plain = issuing.class_of(unit.hall, ticket.status_code)
    return unit.change(
        ticket,
        Action.NEXT_STEP,
        "ticket_next_step",
        steps=write_steps(steps),
        service_id=following.service_id,
        counter_type_id=following.counter_type_id,
        class_code=plain if ticket.class_code == APPOINTMENT else ticket.class_code,
        reference_at=reference,
        kappa_at=reference,
        waiting_since=unit.now,
        target_counter_id=None,
        came_from_id=ticket.counter_type_id,
        **NOT_CALLED,
    )


def called(ticket: Ticket, step: int | None) -> dict[str, int]:
    """Which of a visit's services this call is for; the others lose their places with the state."""
    steps = read_steps(ticket.steps)
    if step is None or not steps:
        return {}
    return {"service_id": steps[step].service_id, "counter_type_id": steps[step].counter_type_id}


def moved(ticket: Ticket, counter_type: int) -> str | None:
    """The steps of a visit whose present service goes to another queue."""
    steps = read_steps(ticket.steps)
    if not steps:
        return None
    return write_steps(
        [
            replace(step, counter_type_id=counter_type)
            if step.state is StepState.OPEN and step.service_id == ticket.service_id
            else step
            for step in steps
        ]
    )
