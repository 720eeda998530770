"""An appointment becomes a ticket: by its code or link, or by name and last digits."""

from __future__ import annotations

import re

from server.db import appointments as rows
from server.db import rows as ticket_rows
from server.db.appointments import Appointment
from server.db.tables import appointment
from server.domain import hours
from server.domain.booking import AppointmentState, arrival
from server.domain.policy import APPOINTMENT
from server.domain.refusals import Refusal
from server.services import issuing
from server.services.actor import ROLES
from server.services.appointment_views import fallen, tell
from server.services.appointments import by_token, lookup_of
from server.services.made import Made
from server.services.staff_links import is_link
from server.services.unit import Unit

_A = appointment.c


def check_in(unit: Unit, *, token: str) -> Made:
    """The holder of an appointment is here: the ticket, as issuing answers it.

    Coming early gains nothing: the slot counts, and nobody is called before its window. Coming after the grace makes
    it a walk-in from now on. Raises Refusal `unknown_appointment`, `already_checked_in`, `too_early`,
    `appointment_over`.
    """
    return _come(unit, by_token(unit, token))


def check_in_by_code(unit: Unit, *, code: str) -> Made:
    """The same by the code, or by the link that the QR code holds."""
    link = re.search(r"/a/([\w-]{10,60})\s*$", code)
    if link:
        return _come(unit, by_token(unit, link[1]))
    plain = re.sub(r"[\s-]", "", code).upper()
    found = _one(unit, rows.find(unit.connection, _A.hall_id == unit.hall.id, _A.code == plain))
    # Staff read the codes: whoever comes by a code alone, and not at a machine, did not show to be the visitor.
    return _come(unit, found, link=unit.actor.kind != "device")


def check_in_by_name(unit: Unit, *, name: str, digits: str) -> Made:
    """The same by name and the last four digits of the phone. Raises also `several_found`."""
    wanted = lookup_of(unit, name, digits)
    today = (_A.hall_id == unit.hall.id, _A.lookup == wanted, _A.day == _today(unit))
    open_ones = rows.find(unit.connection, *today, _A.state.in_([AppointmentState.BOOKED, AppointmentState.MISSED]))
    if len(open_ones) > 1:
        raise Refusal("several_found")
    return _come(unit, open_ones[0] if open_ones else _one(unit, rows.find(unit.connection, *today)))


def _one(unit: Unit, found: list[Appointment]) -> Appointment:
    """The one that is meant: of today, else the next to come, else the last that was."""
    if not found:
        raise Refusal("unknown_appointment")
    today = _today(unit)
    return min(found, key=lambda one: (one.day != today, one.day < today, one.start_at))


def _today(unit: Unit) -> str:
    return hours.local(unit.now, unit.hall.time_zone).date().isoformat()


def _come(unit: Unit, one: Appointment, *, link: bool = False) -> Made:
    hall, zone = unit.hall, unit.hall.time_zone
    if one.ticket_id is not None:
        raise Refusal("already_checked_in", number=ticket_rows.ticket_by_id(unit.connection, one.ticket_id).number)
    if one.state is AppointmentState.CANCELLED or one.day < _today(unit):
        raise Refusal("appointment_over", state=str(one.state))
    if one.day > _today(unit):
        raise Refusal("too_early", start=hours.to_text(one.start_at, zone))
    if fallen(unit, one) and unit.actor.role not in ROLES:
        raise Refusal("slot_withdrawn", start=hours.to_text(one.start_at, zone))
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
    checked_in = rows.change(unit.connection, one, state=state, ticket_id=ticket.id, ended_at=unit.now, hit=None)
    tell(unit, "appointment_checked_in", checked_in)
    return issuing.given(unit, ticket, link=link or is_link(one.token))
