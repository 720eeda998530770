"""Appointments: the slots of a service, and what a check-in early, in time or late means.

Times are milliseconds since the epoch; rules are in minutes and days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from server.domain.hours import WEEKDAYS, Hours, moment_of

MINUTE = 60_000


class AppointmentState(StrEnum):
    """Where an appointment is in its life."""

    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    LATE = "late"  # came after its grace: a walk-in from check-in
    CANCELLED = "cancelled"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class BookingRules:
    """A hall's rules for appointments.

    early_minutes: how long before its slot a ticket may be called. grace_minutes: how late one may come and still have
    an appointment. cancel_minutes: until how long before its slot it may be changed or cancelled. days_ahead: how far
    one may book; 0 is today alone. lead_minutes: the next slot that may be booked begins after that. one_per_day: one
    appointment per person, service and day. ban_after, ban_days: after so many missed ones no booking for so many days;
    0 for no ban. reminder_hours: before the slot, when a reminder leaves. bookings_per_hour: so many bookings
    are taken from one address in an hour, whatever contact they leave.
    """

    early_minutes: int = 5
    grace_minutes: int = 10
    cancel_minutes: int = 120
    days_ahead: int = 7
    lead_minutes: int = 30
    one_per_day: bool = True
    ban_after: int = 0
    ban_days: int = 90
    reminder_hours: int = 24
    bookings_per_hour: int = 20


def renamed_limit(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Rules as they are written, with `bookings_per_hour` under the name that it had before (until December 2026)."""
    before = "without_contact_per_hour"
    if before not in rules or "bookings_per_hour" in rules:
        return dict(rules)
    return {"bookings_per_hour" if name == before else name: value for name, value in rules.items()}


@dataclass(frozen=True, slots=True)
class ServiceBooking:
    """The slots of a service: how long each is, how many visitors it takes, when (None: the hall's hours)."""

    slot_minutes: int = 15
    capacity: int = 2
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """A service's own rules.

    booking: None when it takes no appointments. quota: tickets and appointments together in a day, None for no limit.
    hours: when it gives tickets, None for the hall's hours. bring: the papers that a visitor brings, each by language.
    """

    booking: ServiceBooking | None = None
    quota: int | None = None
    hours: Hours | None = None
    bring: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked, with how many visitors it takes."""

    start: int
    end: int
    capacity: int


def slots(
    day: date, booking: ServiceBooking, zone: ZoneInfo, *, hours: Hours, holidays: Collection[str]
) -> Iterator[Slot]:
    """The slots of a service on a day, in order; none on a holiday. A rest shorter than a slot is left out."""
    if day.isoformat() in holidays:
        return
    wanted: Mapping[str, Collection[tuple[str, str]]] = booking.hours if booking.hours is not None else hours
    length = booking.slot_minutes * MINUTE
    for opens, closes in sorted(wanted.get(WEEKDAYS[day.weekday()], ())):
        start, last = moment_of(day, opens, zone), moment_of(day, closes, zone)
        while start + length <= last:
            yield Slot(start, start + length, booking.capacity)
            start += length


class NoPlace(StrEnum):
    """Why nothing of a service can be booked on a day."""

    PAST = "past"  # the day is over, or the last of its slots that may still be booked
    NOT_YET = "not_yet"  # the day lies further ahead than one may book
    CLOSED = "closed"  # a holiday, a day without slots, a hall that closed, a service that is stopped
    FULL = "full"


def no_place(day: date, days: Sequence[date], *, held: bool, ahead: bool, free: bool) -> NoPlace | None:
    """Why nothing can be booked on a day; None when something can.

    days: those that can be booked now, today first. held: the service has slots on the day. ahead: some of these slots
    may still be booked. free: one of these has a free place.
    """
    if day < days[0]:
        return NoPlace.PAST
    if not held:
        return NoPlace.CLOSED
    if day > days[-1]:
        return NoPlace.NOT_YET
    if not ahead:
        return NoPlace.PAST
    return None if free else NoPlace.FULL


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a check-in makes of an appointment.

    reference: from when its ticket counts. eligible: from when it may be called. late: it came after its grace and is a
    walk-in.
    """

    reference: int
    eligible: int
    late: bool


def arrival(slot_start: int, *, now: int, rules: BookingRules) -> Arrival:
    """The check-in at `now` of the appointment at `slot_start`: coming early gains nothing, since the slot counts."""
    if now > slot_start + rules.grace_minutes * MINUTE:
        return Arrival(reference=now, eligible=now, late=True)
    return Arrival(slot_start, max(now, slot_start - rules.early_minutes * MINUTE), late=False)
