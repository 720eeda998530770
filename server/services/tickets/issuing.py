"""Giving a number: to whoever asks now, and to an appointment at its check-in."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from server.db.repositories.ticket_rows import NOT_CALLED, Ticket
from server.domain.hall import Hall, Service
from server.domain.policy import ORDINARY
from server.domain.refusals import Refusal
from server.domain.states import TicketState
from server.domain.visits import Step, StepState, write_steps
from server.services.appointments.appointments import refuse_unproven
from server.services.calling import due
from server.services.notices import contacts
from server.services.notices.contacts import Reach
from server.services.printing.print_jobs import order_print
from server.services.queries.visitor_view import visitor_ticket
from server.services.runtime.actor import ROLES
from server.services.runtime.created import Created
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import numbering, offers, persons
from server.services.tickets.staff_links import shown_to_staff

NOBODY = Reach()


def issue_ticket(
    unit: UnitOfWork,
    *,
    service: str,
    status: str | None = None,
    language: str | None = None,
    services: Sequence[str] = (),
    mode: str = "sequence",
    quantity: int = 1,
    reach: Reach = NOBODY,
    where: tuple[float, float] | None = None,
    despite: str | None = None,
) -> Created:
    """Give a number for a service, or for a visit of several: one after the other, or whichever is free first.

    Raises Refusal `unknown_service`, `unknown_status`, `proof_needed`, `service_twice`, what offers.refuse_closed and
    offers.refuse_far refuse, `phone_needed`, `id_needed`, `live_ticket`, `person_limit`.
    """
    wanted = [unit.hall.service(code) for code in (service, *services)]
    if len({one.code for one in wanted}) < len(wanted):
        raise Refusal("service_twice")
    refuse_unproven(unit, status)
    for one in wanted:
        offers.refuse_closed(unit, one)
        offers.refuse_far(unit, one, where)
    person = persons.person_of(unit, reach)
    if despite is not None:
        unit.actor.needs("clerk")
    for one in wanted if despite is None else ():
        persons.refuse_more(unit, person, service_id=one.id)
    ticket = new_ticket(
        unit,
        wanted[0],
        class_code=class_of(unit.hall, status),
        status_code=status,
        language=unit.deployment.languages.checked(language) or unit.hall.settings.languages[0],
        quantity=quantity,
        steps=steps_of(unit.hall, wanted, mode=mode),
        contact_id=contacts.keep(unit, reach, from_moment=unit.now),
        person=person,
        told={"despite": {"note": despite}} if despite else None,
    )
    return given(unit, ticket)


def class_of(hall: Hall, status: str | None) -> str:
    """The class of a ticket without an appointment."""
    return hall.status(status).class_code if status else ORDINARY


def steps_of(hall: Hall, wanted: Sequence[Service], *, mode: str) -> str | None:
    """The steps of a visit as its ticket keeps them; None for one service."""
    if len(wanted) == 1:
        return None
    later = StepState.LATER if mode == "sequence" else StepState.OPEN
    return write_steps(
        [
            Step(one.id, hall.counter_types[one.counter_type].id, later if index else StepState.OPEN)
            for index, one in enumerate(wanted)
        ]
    )


def given(unit: UnitOfWork, ticket: Ticket, *, link: bool = False) -> Created:
    """The answer to whoever took a number; a kiosk's is printed.

    link: it has a link that cannot rate in the place of the visitor's token, as always for staff.
    """
    if link or unit.actor.role in ROLES:
        ticket = shown_to_staff(unit.deployment.keys, ticket)
    paper = {"print": order_print(unit, ticket)} if unit.actor.role == "kiosk" else {}
    return Created(visitor_ticket(unit, ticket) | paper)


def new_ticket(
    unit: UnitOfWork,
    service: Service,
    *,
    class_code: str,
    language: str,
    reference: int | None = None,
    eligible: int | None = None,
    taken_at: int | None = None,
    number: str | None = None,
    told: dict[str, Any] | None = None,
    **columns: Any,
) -> Ticket:
    """Store a ticket with the next number of its counter type, or with the `number` that it has on paper already.

    reference: from when it counts, now unless given. eligible: when it may be called; until then it is scheduled.
    taken_at: when it was taken, now unless given. told: what its event says besides. columns: the others, as the
    table names them.
    """
    hall = unit.hall
    kind = hall.counter_types[service.counter_type]
    taken_at = unit.now if taken_at is None else taken_at
    counts_from = taken_at if reference is None else reference
    later = eligible is not None and eligible > unit.now
    ticket = Ticket(
        id=0,
        hall_id=hall.id,
        number=number or numbering.next_number(unit, kind),
        service_id=service.id,
        counter_type_id=kind.id,
        class_code=class_code,
        language=language,
        channel=unit.actor.channel,
        device_id=unit.actor.id if unit.actor.kind == "device" else None,
        issued_at=taken_at,
        reference_at=counts_from,
        kappa_at=counts_from,
        waiting_since=taken_at,
        target_counter_id=None,
        note=None,
        hold_until=None,
        came_from_id=None,
        no_shows=0,
        seq=0,
        due_at=due.expect(unit, eligible) if later else None,
        **NOT_CALLED,
        **(_usual(unit, later=later) | columns),
    )
    return unit.add_ticket(ticket, told=told)


def _usual(unit: UnitOfWork, *, later: bool) -> dict[str, Any]:
    """The columns that a ticket may bring with it, as most have them."""
    return {
        "day": unit.day,
        "token": secrets.token_urlsafe(16),
        "state": TicketState.SCHEDULED if later else TicketState.WAITING,
        "ended_at": None,
        "status_code": None,
    }
