"""Reminders: each appointment's once, before its slot; none says that all is well when the slot fell away."""

from __future__ import annotations

from typing import Any

from server.db.repositories import appointment_rows
from server.db.repositories.appointment_rows import Appointment
from server.db.tables import appointment
from server.domain import hours
from server.domain.booking import AppointmentState
from server.services.appointments import hits
from server.services.appointments.appointment_views import fallen
from server.services.appointments.hits import HitAppointment
from server.services.notices import notices
from server.services.runtime.unit_of_work import UnitOfWork

_A = appointment.c


def to_remind(unit: UnitOfWork) -> list[Appointment]:
    """The appointments whose reminder is due; of the fallen ones those whose holder knows nothing of it."""
    first, last = (
        hours.local(moment, unit.hall.time_zone).date().isoformat()
        for moment in (unit.now, unit.now + notices.before(unit))
    )
    return appointment_rows.find(
        unit.connection,
        _A.hall_id == unit.hall.id,
        _A.day.between(first, last),  # the index knows days
        _A.state == AppointmentState.BOOKED,
        _A.reminded_at.is_(None),
        _A.contact_id.is_not(None),
        _A.hit.is_(None),
        _A.start_at > unit.now,
        _A.start_at <= unit.now + notices.before(unit),
    )


def remind(unit: UnitOfWork) -> dict[str, Any]:
    """Put the reminders that are due into the outbox; whose slot fell away unnoticed is told that instead."""
    reminded = 0
    for one in to_remind(unit):
        hit = fallen(unit, one)
        if hit is not None:
            with unit.by_itself():
                hits.mark(unit, [HitAppointment(one, hit)])
            continue
        notices.of_appointment(unit, "reminder", f"reminder:{one.id}:{one.start_at}", one)
        appointment_rows.change(unit.connection, one, reminded_at=unit.now)
        reminded += 1
    return {"reminded": reminded}
