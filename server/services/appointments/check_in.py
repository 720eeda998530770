"""An appointment becomes a ticket: by its code or link, or by name and last digits."""

from __future__ import annotations

from server.db.repositories import appointment_rows, ticket_rows
from server.db.repositories.appointment_rows import Appointment
from server.db.tables import appointment
from server.domain import hours
from server.domain.booking import AppointmentState, arrival
from server.domain.policy import APPOINTMENT
from server.domain.refusals import Refusal
from server.services.appointments.appointment_views import business_day, fallen, tell
from server.services.appointments.appointments import by_token, lookups_of
from server.services.runtime.actor import ROLES
from server.services.runtime.created import Created
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import issuing, links
from server.services.tickets.staff_links import is_link

_A = appointment.c


def check_in(unit: UnitOfWork, *, token: str) -> Created:
    """The holder of an appointment is here: the ticket, as issuing answers it.

    Coming early gains nothing: the slot counts, and nobody is called before its window. Coming after the grace makes
    it a walk-in from now on. Raises Refusal `unknown_appointment`, `already_checked_in`, `too_early`,
    `appointment_over`.
    """
    return _come(unit, by_token(unit, token))


def check_in_by_code(unit: UnitOfWork, *, code: str) -> Created:
    """The same by the code, or by the link that the QR code holds."""
    link = links.link_in(code)
    if link:
        return _come(unit, by_token(unit, link.token))
    wanted = links.code_in(code)
    found = meant(unit, appointment_rows.find(unit.connection, _A.hall_id == unit.hall.id, _A.code == wanted))
    # Staff read the codes: whoever comes by a code alone, and not at a machine, did not show to be the visitor.
    return _come(unit, found, link=unit.actor.kind != "device")


def check_in_by_name(unit: UnitOfWork, *, name: str, digits: str) -> Created:
    """The same by name and the last four digits of the phone. Raises also `several_found`."""
    by_name = (_A.hall_id == unit.hall.id, _A.lookup.in_(lookups_of(unit, name, digits)), _A.day >= unit.day)
    today = [one for one in appointment_rows.find(unit.connection, *by_name) if business_day(unit, one) == unit.day]
    open_ones = [one for one in today if one.state in (AppointmentState.BOOKED, AppointmentState.MISSED)]
    if len(open_ones) > 1:
        raise Refusal("several_found")
    # At a machine a name and four digits are no proof of a person.
    return _come(unit, open_ones[0] if open_ones else meant(unit, today), proven=unit.actor.role in ROLES)


def meant(unit: UnitOfWork, found: list[Appointment]) -> Appointment:
    """Which of those that fit is meant: of today, else the next to come, else the last that was."""
    if not found:
        raise Refusal("unknown_appointment")
    days = {one.id: business_day(unit, one) for one in found}
    return min(found, key=lambda one: (days[one.id] != unit.day, days[one.id] < unit.day, one.start_at))


def _refuse_coming(unit: UnitOfWork, one: Appointment, *, proven: bool) -> None:
    """proven: whoever comes has shown to be the visitor, who may hear number and hour."""
    start = {"start": hours.to_text(one.start_at, unit.hall.time_zone)} if proven else {}
    if one.ticket_id is not None:
        number = ticket_rows.ticket_by_id(unit.connection, one.ticket_id).number
        raise Refusal("already_checked_in", **({"number": number} if proven else {}))
    day = business_day(unit, one)
    if one.state is AppointmentState.CANCELLED or day < unit.day:
        raise Refusal("appointment_over", state=str(one.state))
    if day > unit.day:
        raise Refusal("too_early", **start)
    if fallen(unit, one) and unit.actor.role not in ROLES:
        raise Refusal("slot_withdrawn", **start)


def _come(unit: UnitOfWork, one: Appointment, *, link: bool = False, proven: bool = True) -> Created:
    hall = unit.hall
    _refuse_coming(unit, one, proven=proven)
    came = arrival(one.start_at, now=unit.now, rules=hall.settings.booking)
    ticket = issuing.new_ticket(
        unit,
        hall.services_by_id[one.service_id],
        class_code=issuing.class_of(hall, one.status_code) if came.late else APPOINTMENT,
        status_code=one.status_code,
        language=one.language,
        reference=came.reference,
        eligible=came.eligible,
        appointment_id=one.id,
        contact_id=one.contact_id,
        person=one.person,
    )
    state = AppointmentState.LATE if came.late else AppointmentState.CHECKED_IN
    # The seat stays taken: this visitor is being served in that slot.
    checked_in = appointment_rows.change(
        unit.connection, one, state=state, ticket_id=ticket.id, ended_at=unit.now, hit=None
    )
    tell(unit, "appointment_checked_in", checked_in)
    return issuing.given(unit, ticket, link=link or is_link(one.token))
