"""Booked slots: booking, changing, cancelling, and what becomes of those that nobody claims."""

from __future__ import annotations

import secrets
from typing import Any

from server.db.repositories import appointment_rows
from server.db.repositories.appointment_rows import Appointment
from server.db.tables import appointment
from server.domain import hours
from server.domain.booking import MINUTE, AppointmentState
from server.domain.hall import Service
from server.domain.refusals import Refusal
from server.services.appointments import identity, slots
from server.services.appointments.appointment_views import changeable, fallen, holders_view, staff_view, tell
from server.services.notices import contacts
from server.services.notices.contacts import Reach
from server.services.runtime.actor import ROLES
from server.services.runtime.created import Created
from server.services.runtime.deployment import Deployment
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import persons, staff_links

#: No letter or digit that is taken for another one.
CODE_LETTERS = "23456789ABCDEFGHJKLMNPRSTUVWXY"
CODE_LENGTH = 6
DAY_MS = 86_400_000
_A = appointment.c


def book(
    unit: UnitOfWork,
    *,
    service: str,
    start: int,
    reach: Reach,
    status: str | None,
    language: str | None,
    despite: str | None = None,
) -> Created:
    """Book the slot that begins at `start` (ms).

    despite: why staff book although this person has an appointment that day, or is banned; it is kept with the event.

    Raises Refusal `unknown_service`, `channel_closed`, `not_bookable`, `service_closed`, `unknown_status`,
    `proof_needed`, `phone_needed`, `id_needed`, `one_per_day`, `banned`, and those of `slots.take_seat`.
    """
    hall = unit.hall
    wanted = hall.service(service)
    if unit.actor.channel not in (*hall.settings.channels, "api"):
        raise Refusal("channel_closed")
    if not wanted.gives(start):
        raise Refusal("service_closed", service=service)
    refuse_unproven(unit, status)
    person = persons.person_of(unit, reach)
    slot, seat = slots.take_seat(unit, wanted, start)
    day = hours.local(start, hall.time_zone).date().isoformat()
    if despite is None:
        _refuse_person(unit, person, wanted, day)
    else:
        unit.actor.needs("clerk")
    booked = appointment_rows.add(
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
        language=unit.deployment.languages.checked(language) or hall.settings.languages[0],
        channel=unit.actor.channel,
        booked_at=unit.now,
        contact_id=contacts.keep(unit, reach, from_moment=slot.start),
        person=person,
        lookup=_lookup(unit, reach),
    )
    tell(unit, "appointment_booked", booked, despite=despite)
    if unit.actor.role in ROLES:
        booked = staff_links.appointment_to_staff(unit.deployment.keys, booked)
    return Created(holders_view(unit, booked))


def _lookup(unit: UnitOfWork, reach: Reach) -> str | None:
    if not reach.name or not reach.phone:
        return None
    return lookup_of(unit, reach.name, identity.phone_key(reach.phone, unit.hall.time_zone)[-4:])


def refuse_unproven(unit: UnitOfWork, status: str | None) -> None:
    """Raises Refusal `unknown_status`; `proof_needed` for one that only staff, who saw the paper, may give."""
    if status is None:
        return
    if unit.hall.status(status).proof_rule == "shown" and unit.actor.role not in ROLES:
        raise Refusal("proof_needed", status=status)


def lookup_of(unit: UnitOfWork, name: str, digits: str) -> str:
    """The keyed hash by which a visitor is found who forgot the code: name and last four digits of the phone."""
    return unit.deployment.keys.hash("lookup", unit.hall.code, identity.name_key(name), digits)


def lookups_of(unit: UnitOfWork, name: str, digits: str) -> list[str]:
    """The same with that of bookings from before names were folded."""
    before = unit.deployment.keys.hash("lookup", unit.hall.code, "".join(name.split()).casefold(), digits)
    return [lookup_of(unit, name, digits), before]


def _refuse_person(unit: UnitOfWork, person: str | None, service: Service, day: str, *, but: int = 0) -> None:
    rules = unit.hall.settings.booking
    if person is None:
        return
    mine = (_A.hall_id == unit.hall.id, _A.person == person, _A.id != but)
    if rules.one_per_day:
        same = appointment_rows.find(
            unit.connection, *mine, _A.day == day, _A.service_id == service.id, _A.state == AppointmentState.BOOKED
        )
        if same:
            start = hours.to_text(same[0].start_at, unit.hall.time_zone)
            raise Refusal("one_per_day", **persons.shown_to_staff(unit, start=start))
    if rules.ban_after and not but:  # a ban keeps from booking, not from moving what is booked
        since = unit.now - rules.ban_days * DAY_MS
        missed = appointment_rows.find(
            unit.connection, *mine, _A.state == AppointmentState.MISSED, _A.start_at >= since
        )
        if len(missed) >= rules.ban_after:
            until = missed[-1].start_at + rules.ban_days * DAY_MS
            day = hours.local(until, unit.hall.time_zone).date().isoformat()
            raise Refusal("banned", **persons.shown_to_staff(unit, until=day))


def _new_code(unit: UnitOfWork, day: str) -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        if not appointment_rows.find(unit.connection, _A.hall_id == unit.hall.id, _A.day == day, _A.code == code):
            return code


def by_token(unit: UnitOfWork, token: str) -> Appointment:
    """The appointment that a visitor holds. Raises Refusal `unknown_appointment`."""
    found = staff_links.appointment_of(unit.connection, unit.deployment.keys, token)
    if found is None or found.hall_id != unit.hall.id:
        raise Refusal("unknown_appointment")
    return found


def view(unit: UnitOfWork, *, token: str) -> dict[str, Any]:
    """An appointment as its holder sees it."""
    return holders_view(unit, by_token(unit, token))


def cancel(unit: UnitOfWork, *, token: str) -> dict[str, Any]:
    """Give a slot back; it can be booked again.

    Raises Refusal `unknown_appointment`, `appointment_over`, `too_late`.
    """
    one = by_token(unit, token)
    _refuse_fixed(unit, one)
    return holders_view(unit, _cancel(unit, one))


def cancel_by_staff(unit: UnitOfWork, *, appointment_id: int) -> dict[str, Any]:
    """The same by a member of staff, at any time."""
    one = by_id(unit, appointment_id)
    _refuse_fixed(unit, one)
    return {"appointment": staff_view(unit, _cancel(unit, one))}


def by_id(unit: UnitOfWork, appointment_id: int) -> Appointment:
    """An appointment by its number, for staff. Raises Refusal `unknown_appointment`."""
    unit.actor.needs("clerk")
    found = appointment_rows.find(unit.connection, _A.hall_id == unit.hall.id, _A.id == appointment_id)
    if not found:
        raise Refusal("unknown_appointment")
    return found[0]


def _cancel(unit: UnitOfWork, one: Appointment) -> Appointment:
    cancelled = appointment_rows.change(
        unit.connection, one, state=AppointmentState.CANCELLED, seat=None, ended_at=unit.now
    )
    tell(unit, "appointment_cancelled", cancelled)
    return cancelled


def move(unit: UnitOfWork, *, token: str, start: int) -> dict[str, Any]:
    """Take another slot; code and token stay.

    Raises Refusal `unknown_appointment`, `appointment_over`, `too_late`, `one_per_day` and those of a new booking.
    """
    return holders_view(unit, _move(unit, by_token(unit, token), start))


def move_by_staff(unit: UnitOfWork, *, appointment_id: int, start: int) -> dict[str, Any]:
    """The same by a member of staff, at any time."""
    return {"appointment": staff_view(unit, _move(unit, by_id(unit, appointment_id), start))}


def _move(unit: UnitOfWork, one: Appointment, start: int) -> Appointment:
    _refuse_fixed(unit, one)
    service = unit.hall.services_by_id[one.service_id]
    slot, seat = slots.take_seat(unit, service, start, instead_of=one)
    day = hours.local(start, unit.hall.time_zone).date().isoformat()
    _refuse_person(unit, one.person, service, day, but=one.id)
    taken = appointment_rows.find(
        unit.connection, _A.hall_id == unit.hall.id, _A.day == day, _A.code == one.code, _A.id != one.id
    )
    moved = appointment_rows.change(
        unit.connection,
        one,
        start_at=slot.start,
        end_at=slot.end,
        seat=seat,
        day=day,
        code=_new_code(unit, day) if taken else one.code,
        reminded_at=None,
        hit=None,
        kept_at=None,
    )
    tell(unit, "appointment_changed", moved)
    return moved


def _refuse_fixed(unit: UnitOfWork, one: Appointment) -> None:
    if one.state is not AppointmentState.BOOKED:
        raise Refusal("appointment_over", state=str(one.state))
    if unit.actor.role not in ROLES and not changeable(unit, one):
        raise Refusal("too_late")


def mark_missed(unit: UnitOfWork) -> None:
    """Mark those that nobody claimed within their grace; their place in the quota is free for others.

    Whose slot the hall closed has missed nothing: that one is cancelled, by the hall.
    """
    last = unit.now - unit.hall.settings.booking.grace_minutes * MINUTE
    unclaimed = appointment_rows.find(
        unit.connection, _A.hall_id == unit.hall.id, _A.state == AppointmentState.BOOKED, _A.start_at < last
    )
    with unit.by_itself():
        for one in unclaimed:
            hit = fallen(unit, one)
            state = AppointmentState.CANCELLED if hit else AppointmentState.MISSED
            over = appointment_rows.change(unit.connection, one, state=state, hit=hit, seat=None, ended_at=unit.now)
            tell(unit, "appointment_cancelled" if hit else "appointment_missed", over)


def of_day(unit: UnitOfWork, *, day: str) -> dict[str, Any]:
    """The appointments of a day, for staff."""
    unit.actor.needs("clerk")
    on = slots.day_of(day).isoformat()
    found = appointment_rows.find(unit.connection, _A.hall_id == unit.hall.id, _A.day == on)
    return {"date": on, "appointments": [staff_view(unit, one) for one in found]}


def hall_of(deployment: Deployment, token: str) -> str:
    """The code of the hall where an appointment was made. Raises Refusal `unknown_appointment`."""
    with deployment.database.reading() as connection:
        found = staff_links.appointment_of(connection, deployment.keys, token)
    if found is None:
        raise Refusal("unknown_appointment")
    return deployment.hall_by_id(found.hall_id).code
