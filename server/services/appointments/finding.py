"""A holder finds an appointment again from another phone: by its code and the phone number that was left with it."""

from __future__ import annotations

import hmac
from typing import Any

from server.db.repositories import appointment_rows
from server.db.repositories.appointment_rows import Appointment
from server.db.tables import appointment
from server.domain.refusals import Refusal
from server.services.appointments import identity
from server.services.appointments.appointment_views import holders_view
from server.services.appointments.check_in import meant
from server.services.notices import contacts
from server.services.runtime.actor import ROLES
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import links, staff_links

_A = appointment.c


def find(unit: UnitOfWork, *, code: str, phone: str) -> dict[str, Any]:
    """The appointment as its holder sees it, with its link; for staff with the link that they may hand out.

    Raises Refusal `no_such_booking`: the same whether the code, the phone number or both are wrong.
    """
    key = identity.phone_key(phone, unit.hall.time_zone)
    with_code = appointment_rows.find(unit.connection, _A.hall_id == unit.hall.id, _A.code == links.code_in(code))
    fitting = [one for one in with_code if _is_left(unit, one, key)]
    if not fitting:
        raise Refusal("no_such_booking")
    found = meant(unit, fitting)
    if unit.actor.role in ROLES:
        found = staff_links.appointment_to_staff(unit.deployment.keys, found)
    return holders_view(unit, found)


def _is_left(unit: UnitOfWork, one: Appointment, key: str) -> bool:
    """Whether a phone number with that key was left with an appointment and is not forgotten yet."""
    reach = contacts.opened(unit.connection, unit.deployment.keys, one.contact_id) or {}
    left = identity.phone_key(reach["phone"], unit.hall.time_zone) if "phone" in reach else ""
    return bool(left) and hmac.compare_digest(left.encode(), key.encode())
