"""Booked slots: booking, changing, cancelling, and what becomes of those that nobody claims."""

from __future__ import annotations

import secrets
from typing import Any

from server.db import appointments as rows
from server.db import rows as ticket_rows
from server.db.appointments import Appointment
from server.db.tables import appointment
from server.domain import hours
from server.domain.booking import MINUTE, AppointmentState
from server.domain.hall import Service
from server.domain.refusals import Refusal
from server.services import contacts, notices, persons, slots, staff_links
from server.services.actor import ROLES
from server.services.contacts import Reach
from server.services.house import House
from server.services.made import Made
from server.services.unit import Unit

#: No letter or digit that is taken for another one.
CODE_LETTERS = "23456789ABCDEFGHJKLMNPRSTUVWXY"
CODE_LENGTH = 6
DAY_MS = 86_400_000
_A = appointment.c


def book(
    unit: Unit, *, service: str, start: int, reach: Reach, status: str | None, language: str | None
) -> Made:
    """Book the slot that begins at `start` (ms).

    Raises Refusal `unknown_service`, `channel_closed`, `not_bookable`, `service_closed`, `unknown_status`,
    `proof_needed`, `phone_needed`, `id_needed`, `one_per_day`, `banned`, and those of `slots.take_seat`.
    """
    hall = unit.hall
    wanted = hall.service(service)
    if unit.actor.channel not in (*hall.settings.channels, "api"):
        raise Refusal("channel_closed")
    if not wanted.open:
        raise Refusal("service_closed", service=service)
    refuse_unproven(unit, status)
    person = persons.person_of(unit, reach)
    slot, seat = slots.take_seat(unit, wanted, start)
    day = hours.local(start, hall.time_zone).date().isoformat()
    _refuse_person(unit, person, wanted, day)
    booked = rows.add(
        unit.connection,
        hall_id=hall.id,
        token=secrets.token_urlsafe(16),
        code=_new_code(unit, day),
        service_id=wanted.id,
        state=AppointmentState.BOOKED,
        day=day,
        start_at=slot.start,
        end_at=slot.end,
        seat=seat,
        status_code=status,
        language=language or hall.settings.languages[0],
        channel=unit.actor.channel,
        booked_at=unit.now,
        contact_id=contacts.keep(unit, reach, from_moment=slot.start),
        person=person,
        lookup=_lookup(unit, reach),
    )
    tell(unit, "appointment_booked", booked)
    if unit.actor.role in ROLES:
        booked = staff_links.appointment_to_staff(unit.house.keys, booked)
    return Made(holders_view(unit, booked))


def _lookup(unit: Unit, reach: Reach) -> str | None:
    if not reach.name or not reach.phone:
        return None
    return lookup_of(unit, reach.name, persons.digits_of(reach.phone)[-4:])


def refuse_unproven(unit: Unit, status: str | None) -> None:
    """Raises Refusal `unknown_status`; `proof_needed` for one that only staff, who saw the paper, may give."""
    if status is None:
        return
    if unit.hall.status(status).proof_rule == "shown" and unit.actor.role not in ROLES:
        raise Refusal("proof_needed", status=status)


def lookup_of(unit: Unit, name: str, digits: str) -> str:
    """The keyed hash by which a visitor is found who forgot the code: name and last four digits of the phone."""
    return unit.house.keys.hash("lookup", unit.hall.code, "".join(name.split()).casefold(), digits)


def _refuse_person(unit: Unit, person: str | None, service: Service, day: str, *, but: int = 0) -> None:
    rules = unit.hall.settings.booking
    if person is None:
        return
    mine = (_A.hall_id == unit.hall.id, _A.person == person, _A.id != but)
    if rules.one_per_day:
        same = rows.find(
            unit.connection, *mine, _A.day == day, _A.service_id == service.id, _A.state == AppointmentState.BOOKED
        )
        if same:
            raise Refusal("one_per_day", start=hours.to_text(same[0].start_at, unit.hall.time_zone))
    if rules.ban_after:
        since = unit.now - rules.ban_days * DAY_MS
        missed = rows.find(unit.connection, *mine, _A.state == AppointmentState.MISSED, _A.start_at >= since)
        if len(missed) >= rules.ban_after:
            until = missed[-1].start_at + rules.ban_days * DAY_MS
            raise Refusal("banned", until=hours.local(until, unit.hall.time_zone).date().isoformat())


def _new_code(unit: Unit, day: str) -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        if not rows.find(unit.connection, _A.hall_id == unit.hall.id, _A.day == day, _A.code == code):
            return code


def by_token(unit: Unit, token: str) -> Appointment:
    """The appointment that a visitor holds. Raises Refusal `unknown_appointment`."""
    found = staff_links.appointment_of(unit.connection, unit.house.keys, token)
    if found is None or found.hall_id != unit.hall.id:
        raise Refusal("unknown_appointment")
    return found


def view(unit: Unit, *, token: str) -> dict[str, Any]:
    """An appointment as its holder sees it."""
    return holders_view(unit, by_token(unit, token))


def cancel(unit: Unit, *, token: str) -> dict[str, Any]:
    """Give a slot back; it can be booked again.

    Raises Refusal `unknown_appointment`, `appointment_over`, `too_late`.
    """
    one = by_token(unit, token)
    _refuse_fixed(unit, one)
    return holders_view(unit, _cancel(unit, one))


def cancel_by_staff(unit: Unit, *, appointment_id: int) -> dict[str, Any]:
    """The same by a member of staff, at any time."""
    one = _by_id(unit, appointment_id)
    _refuse_fixed(unit, one)
    return {"appointment": staff_view(unit, _cancel(unit, one))}


def _by_id(unit: Unit, appointment_id: int) -> Appointment:
    unit.actor.needs("clerk")
    found = rows.find(unit.connection, _A.hall_id == unit.hall.id, _A.id == appointment_id)
    if not found:
        raise Refusal("unknown_appointment")
    return found[0]


def _cancel(unit: Unit, one: Appointment) -> Appointment:
    cancelled = rows.change(unit.connection, one, state=AppointmentState.CANCELLED, seat=None, ended_at=unit.now)
    tell(unit, "appointment_cancelled", cancelled)
    return cancelled


def move(unit: Unit, *, token: str, start: int) -> dict[str, Any]:
    """Take another slot; code and token stay.

    Raises Refusal `unknown_appointment`, `appointment_over`, `too_late`, `one_per_day` and those of a new booking.
    """
    return holders_view(unit, _move(unit, by_token(unit, token), start))


def move_by_staff(unit: Unit, *, appointment_id: int, start: int) -> dict[str, Any]:
    """The same by a member of staff, at any time."""
    return {"appointment": staff_view(unit, _move(unit, _by_id(unit, appointment_id), start))}


def _move(unit: Unit, one: Appointment, start: int) -> Appointment:
    _refuse_fixed(unit, one)
    service = unit.hall.services_by_id[one.service_id]
    slot, seat = slots.take_seat(unit, service, start)
    day = hours.local(start, unit.hall.time_zone).date().isoformat()
    _refuse_person(unit, one.person, service, day, but=one.id)
    taken = rows.find(unit.connection, _A.hall_id == unit.hall.id, _A.day == day, _A.code == one.code, _A.id != one.id)
    moved = rows.change(
        unit.connection,
        one,
        start_at=slot.start,
        end_at=slot.end,
        seat=seat,
        day=day,
        code=_new_code(unit, day) if taken else one.code,
        reminded_at=None,
    )
    tell(unit, "appointment_changed", moved)
    return moved


def _refuse_fixed(unit: Unit, one: Appointment) -> None:
    if one.state is not AppointmentState.BOOKED:
        raise Refusal("appointment_over", state=str(one.state))
    if unit.actor.role not in ROLES and not _changeable(unit, one):
        raise Refusal("too_late")


def _changeable(unit: Unit, one: Appointment) -> bool:
    rules = unit.hall.settings.booking
    return one.state is AppointmentState.BOOKED and unit.now <= one.start_at - rules.cancel_minutes * MINUTE


def mark_missed(unit: Unit) -> None:
    """Mark those that nobody claimed within their grace; their place in the quota is free for others."""
    last = unit.now - unit.hall.settings.booking.grace_minutes * MINUTE
    unclaimed = rows.find(
        unit.connection, _A.hall_id == unit.hall.id, _A.state == AppointmentState.BOOKED, _A.start_at < last
    )
    with unit.by_itself():
        for one in unclaimed:
            missed = rows.change(unit.connection, one, state=AppointmentState.MISSED, seat=None, ended_at=unit.now)
            tell(unit, "appointment_missed", missed)


def of_day(unit: Unit, *, day: str) -> dict[str, Any]:
    """The appointments of a day, for staff."""
    unit.actor.needs("clerk")
    on = slots.day_of(day).isoformat()
    found = rows.find(unit.connection, _A.hall_id == unit.hall.id, _A.day == on)
    return {"date": on, "appointments": [staff_view(unit, one) for one in found]}


def staff_view(unit: Unit, one: Appointment) -> dict[str, Any]:
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
        "status": one.status_code,
        "language": one.language,
        "channel": one.channel,
        "contact": contacts.masked(unit.connection, one.contact_id),
        "ticket_id": one.ticket_id,
    }


def holders_view(unit: Unit, one: Appointment) -> dict[str, Any]:
    """An appointment as its holder sees it; `url` and `calendar_url` are paths of this server."""
    hall, zone, rules = unit.hall, unit.hall.time_zone, unit.hall.settings.booking
    shown = staff_view(unit, one)
    del shown["id"], shown["ticket_id"], shown["channel"]
    ticket = ticket_rows.ticket_by_id(unit.connection, one.ticket_id) if one.ticket_id else None
    if ticket and staff_links.is_link(one.token):
        ticket = staff_links.shown_to_staff(unit.house.keys, ticket)
    today = hours.local(unit.now, zone).date().isoformat()
    fixed = not _changeable(unit, one)
    return shown | {
        "token": one.token,
        "hall": hall.code,
        "hall_name": hall.name,
        "can_change": not fixed,
        "can_cancel": not fixed,
        "change_until": hours.to_text(one.start_at - rules.cancel_minutes * MINUTE, zone),
        "can_check_in": one.day == today and one.state in (AppointmentState.BOOKED, AppointmentState.MISSED),
        "check_in_from": one.day,
        "called_from": hours.to_text(one.start_at - rules.early_minutes * MINUTE, zone),
        "grace_until": hours.to_text(one.start_at + rules.grace_minutes * MINUTE, zone),
        "ticket": ticket.token if ticket else None,
        "number": ticket.number if ticket else None,
        "url": f"/a/{one.token}",
        "calendar_url": f"/api/v1/appointments/{one.token}/calendar.ics",
        "time": hours.to_text(unit.now, zone),
    }


def tell(unit: Unit, kind: str, one: Appointment) -> None:
    """Record what happened to an appointment, for staff, and let its visitor know."""
    unit.record(kind, {"appointment": staff_view(unit, one), "by": unit.actor.name}, public=False)
    notices.told(unit, kind, one)


def hall_of(house: House, token: str) -> str:
    """The code of the hall where an appointment was made. Raises Refusal `unknown_appointment`."""
    with house.database.reading() as connection:
        found = staff_links.appointment_of(connection, house.keys, token)
    if found is None:
        raise Refusal("unknown_appointment")
    return house.hall_by_id(found.hall_id).code
