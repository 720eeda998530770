"""An appointment as its holder and as staff see it, whether it stands, and who is told what happened to it."""

from __future__ import annotations

from typing import Any

from server.db.repositories import ticket_rows
from server.db.repositories.appointment_rows import Appointment
from server.domain import hours
from server.domain.booking import MINUTE, AppointmentState
from server.domain.standing import OF_SLOTS, Hit, hits_of
from server.services.notices import contacts, notices
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import staff_links


def changeable(unit: UnitOfWork, one: Appointment) -> bool:
    """Whether its holder may still move or cancel it: in time, or at any time when the hall closed its slot."""
    rules = unit.hall.settings.booking
    in_time = unit.now <= one.start_at - rules.cancel_minutes * MINUTE
    return one.state is AppointmentState.BOOKED and (in_time or fallen(unit, one) is not None)


def business_day(unit: UnitOfWork, one: Appointment) -> str:
    """The business day in which its slot begins: after midnight that is still the day before."""
    return hours.business_day(one.start_at, unit.hall.time_zone, day_ends=unit.hall.settings.day_ends)


def fallen(unit: UnitOfWork, one: Appointment) -> Hit | None:
    """Why a booked appointment does not stand any more; None while it stands, or staff kept it."""
    if one.hit is not None or one.kept_at is not None:
        return Hit(one.hit) if one.hit else None
    service = unit.hall.services_by_id[one.service_id]
    found = hits_of(unit.hall, service, start=one.start_at, end=one.end_at, seat=None)
    return next((hit for hit in found if hit in OF_SLOTS), None)


def staff_view(unit: UnitOfWork, one: Appointment) -> dict[str, Any]:
    """An appointment as staff see it: with a masked contact, without the token."""
    hall, zone = unit.hall, unit.hall.time_zone
    service = hall.services_by_id[one.service_id]
    return {
        "id": one.id,
        "code": one.code,
        "service": service.code,
        "service_name": service.name,
        "start": hours.to_text(one.start_at, zone),
        "end": hours.to_text(one.end_at, zone),
        "state": str(one.state),
        "hit": str(hit) if (hit := _seen_hit(unit, one)) else None,
        "status": one.status_code,
        "language": one.language,
        "channel": one.channel,
        "contact": contacts.masked(unit.connection, one.contact_id),
        "ticket_id": one.ticket_id,
    }


def _seen_hit(unit: UnitOfWork, one: Appointment) -> Hit | str | None:
    return fallen(unit, one) if one.state is AppointmentState.BOOKED else one.hit


def holders_view(unit: UnitOfWork, one: Appointment) -> dict[str, Any]:
    """An appointment as its holder sees it; `url` and `calendar_url` are paths of this server."""
    hall, zone, rules = unit.hall, unit.hall.time_zone, unit.hall.settings.booking
    shown = staff_view(unit, one)
    del shown["id"], shown["ticket_id"], shown["channel"]
    ticket = ticket_rows.ticket_by_id(unit.connection, one.ticket_id) if one.ticket_id else None
    if ticket and staff_links.is_link(one.token):
        ticket = staff_links.shown_to_staff(unit.deployment.keys, ticket)
    day = business_day(unit, one)
    fixed = not changeable(unit, one)
    return shown | {
        "token": one.token,
        "hall": hall.code,
        "hall_name": hall.name,
        "address": hall.settings.address,
        "getting_there": hall.settings.getting_there,
        "bring": list(hall.services_by_id[one.service_id].rules.bring),
        "can_change": not fixed,
        "can_cancel": not fixed,
        "change_until": hours.to_text(one.start_at - rules.cancel_minutes * MINUTE, zone),
        "can_check_in": day == unit.day
        and one.state in (AppointmentState.BOOKED, AppointmentState.MISSED)
        and shown["hit"] is None,
        "check_in_from": day,
        "called_from": hours.to_text(one.start_at - rules.early_minutes * MINUTE, zone),
        "grace_until": hours.to_text(one.start_at + rules.grace_minutes * MINUTE, zone),
        "ticket": ticket.token if ticket else None,
        "number": ticket.number if ticket else None,
        "url": f"/a/{one.token}",
        "calendar_url": f"/api/v1/appointments/{one.token}/calendar.ics",
        "time": hours.to_text(unit.now, zone),
    }


def tell(unit: UnitOfWork, kind: str, one: Appointment, *, despite: str | None = None) -> None:
    """Record what happened to an appointment, for staff, and let its visitor know.

    despite: why a limit of persons did not count.
    """
    more = {"despite": {"note": despite}} if despite else {}
    unit.record(kind, {"appointment": staff_view(unit, one), "by": unit.actor.name, **more}, public=False)
    notices.told(unit, kind, one)
