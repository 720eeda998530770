"""The slots of a service: which can be booked, and taking a seat in one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from server.db.repositories import appointment_rows
from server.db.repositories.appointment_rows import Appointment
from server.db.tables import appointment
from server.domain import booking, hours
from server.domain.booking import MINUTE, AppointmentState, Slot
from server.domain.hall import Service
from server.domain.plurals import counted
from server.domain.refusals import Refusal
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import offers, staff_links

_SEATS = select(appointment.c.seat).where(
    appointment.c.service_id == bindparam("service_id"),
    appointment.c.start_at == bindparam("start_at"),
    appointment.c.seat.is_not(None),
)
_SEATS_TAKEN = (
    select(appointment.c.start_at, func.count())
    .where(
        appointment.c.service_id == bindparam("service_id"),
        appointment.c.start_at >= bindparam("since"),
        appointment.c.start_at < bindparam("until"),
        appointment.c.seat.is_not(None),
    )
    .group_by(appointment.c.start_at)
)


def day_of(text: str) -> date:
    """A date such as "2026-11-23". Raises Refusal `invalid`."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.year not in hours.YEARS:
        raise Refusal(
            "invalid", field="date", reason="a date such as 2026-11-23", reason_zh="必须是日期，例如 2026-11-23"
        )
    return day


def days(unit: UnitOfWork) -> list[date]:
    """The days that can be booked now, today first."""
    today = hours.local(unit.now, unit.hall.time_zone).date()
    return [today + timedelta(days=ahead) for ahead in range(unit.hall.settings.booking.days_ahead + 1)]


def of_day(unit: UnitOfWork, service: Service, day: date) -> list[Slot]:
    """All slots of a service on a day. Raises Refusal `not_bookable`."""
    if service.rules.booking is None:
        raise Refusal("not_bookable", service=service.code)
    settings, zone = unit.hall.settings, unit.hall.time_zone
    found = booking.slots(day, service.rules.booking, zone, hours=settings.hours, holidays=settings.holidays)
    return [slot for slot in found if not _shut(unit, slot)]


def _shut(unit: UnitOfWork, slot: Slot) -> bool:
    """Whether a supervisor closed the hall for the rest of the business day in which a slot begins."""
    if unit.head.open_override is not False:
        return False
    return hours.business_day(slot.start, unit.hall.time_zone, day_ends=unit.hall.settings.day_ends) == unit.day


def _left(unit: UnitOfWork, service: Service, day: str, instead_of: Appointment | None) -> int | None:
    """What is left of a day's quota for somebody who gives an appointment up for it; None without a quota."""
    left = offers.remaining(unit, service, day=day)
    own = instead_of is not None and (instead_of.service_id, instead_of.day) == (service.id, day)
    return left + 1 if left is not None and own else left


def free(unit: UnitOfWork, *, service: str, day: str, instead_of: str | None = None) -> dict[str, Any]:
    """The slots of a day that have not passed, each with its free places; none beyond the days ahead.

    instead_of: the token of an appointment that is to be moved, or for staff its id; its own place
    in the quota does not count. `why` says why nothing can be booked, None when something can (see `NoPlace`).
    Raises Refusal `unknown_service`, `not_bookable`, `invalid`, `unknown_appointment`.
    """
    moved = _to_move(unit, instead_of) if instead_of is not None else None
    wanted, on = unit.hall.service(service), day_of(day)
    held = [slot for slot in of_day(unit, wanted, on) if wanted.gives(slot.start)]
    found = held if on in days(unit) else []
    earliest = unit.now + unit.hall.settings.booking.lead_minutes * MINUTE
    left = _left(unit, wanted, on.isoformat(), moved)
    zone = unit.hall.time_zone
    taken: dict[int, int] = {}
    if found:
        span = {"service_id": wanted.id, "since": found[0].start, "until": found[-1].end}
        taken = {row[0]: row[1] for row in unit.connection.execute(_SEATS_TAKEN, span)}
    offered = [
        {
            "start": hours.to_text(slot.start, zone),
            "end": hours.to_text(slot.end, zone),
            "free": min(max(slot.capacity - taken.get(slot.start, 0), 0), slot.capacity if left is None else left),
            "capacity": slot.capacity,
        }
        for slot in found
        if slot.start >= earliest
    ]
    why = booking.no_place(on, days(unit), held=bool(held), ahead=bool(offered), free=any(s["free"] for s in offered))
    return {"service": wanted.code, "date": on.isoformat(), "slots": offered, "why": why}


def of_days(unit: UnitOfWork, *, service: str) -> dict[str, Any]:
    """How many places are free on each day that can be booked, and why none where none is.

    Raises Refusal `unknown_service`, `not_bookable`.
    """
    return {"service": service, "days": [_day(unit, service, one.isoformat()) for one in days(unit)]}


def _day(unit: UnitOfWork, service: str, day: str) -> dict[str, Any]:
    """A day with the free places of its slots together, at most what is left of the day's quota."""
    found = free(unit, service=service, day=day)
    places: int = sum(slot["free"] for slot in found["slots"])
    left = offers.remaining(unit, unit.hall.service(service), day=day)
    return {"date": day, "free": places if left is None else min(places, left), "why": found["why"]}


def _to_move(unit: UnitOfWork, named: str) -> Appointment:
    if named.isascii() and named.isdigit() and len(named) <= 15:
        unit.actor.needs("clerk")
        one = next(iter(appointment_rows.find(unit.connection, appointment.c.id == int(named))), None)
    else:
        one = staff_links.appointment_of(unit.connection, unit.deployment.keys, named)
    if one is None or one.hall_id != unit.hall.id:
        raise Refusal("unknown_appointment")
    return one if one.state is AppointmentState.BOOKED else replace(one, day="")


def take_seat(
    unit: UnitOfWork, service: Service, start: int, *, instead_of: Appointment | None = None
) -> tuple[Slot, int]:
    """The slot that begins at `start` (ms) and its lowest free seat.

    instead_of: an appointment that gives its place in the quota up for this one.
    Raises Refusal `not_bookable`, `invalid` when no slot begins then or it lies too far ahead, `slot_past`,
    `slot_full`, `quota_used`.
    """
    zone = unit.hall.time_zone
    day = hours.local(start, zone).date()
    slot = next((one for one in of_day(unit, service, day) if one.start == start), None)
    if slot is None:
        raise Refusal("invalid", field="start", reason="no slot begins then", reason_zh="此时没有可预约的时段")
    if start < unit.now + unit.hall.settings.booking.lead_minutes * MINUTE:
        raise Refusal("slot_past", start=hours.to_text(start, zone))
    if day not in days(unit):
        ahead = unit.hall.settings.booking.days_ahead
        raise Refusal(
            "invalid",
            field="start",
            reason=f"at most {counted(ahead, 'day')} ahead",
            reason_zh=f"最多提前 {ahead} 天预约",
        )
    taken = set(unit.connection.execute(_SEATS, {"service_id": service.id, "start_at": start}).scalars())
    seat = next((number for number in range(1, slot.capacity + 1) if number not in taken), None)
    if seat is None:
        raise Refusal("slot_full", start=hours.to_text(start, zone))
    if _left(unit, service, day.isoformat(), instead_of) == 0:
        raise Refusal("quota_used", service=service.code, day=day.isoformat())
    return slot, seat
