"""Whether a service gives a number now: hours, stop times, quota, and the rules for phones."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Any

from sqlalchemy import bindparam, func, select

from server.db.tables import appointment, place, ticket
from server.domain import hours
from server.domain.booking import AppointmentState
from server.domain.hall import Service
from server.domain.refusals import Refusal
from server.services.queries import views
from server.services.runtime.unit_of_work import UnitOfWork

MINUTE = 60_000
EARTH_M = 6_371_000

_TAKEN = select(func.count()).where(
    ticket.c.hall_id == bindparam("hall_id"),
    ticket.c.day == bindparam("day"),
    ticket.c.service_id == bindparam("service_id"),
)
_BOOKED = select(func.count()).where(
    appointment.c.hall_id == bindparam("hall_id"),
    appointment.c.day == bindparam("day"),
    appointment.c.state == AppointmentState.BOOKED,
    appointment.c.service_id == bindparam("service_id"),
)
_WAITING = select(func.count()).where(place.c.counter_type_id == bindparam("counter_type_id"))


def remaining(unit: UnitOfWork, service: Service, *, day: str | None = None) -> int | None:
    """What is left of a service's quota on a day (today): without those who hold a ticket or a coming appointment.

    A cancelled or missed appointment counts no more, so its place goes to others. None when there is no quota.
    """
    if service.rules.quota is None:
        return None
    values = {"hall_id": unit.hall.id, "day": day or unit.day, "service_id": service.id}
    used = sum(int(unit.connection.execute(query, values).scalar_one()) for query in (_TAKEN, _BOOKED))
    return max(service.rules.quota - used, 0)


def taking_ends(unit: UnitOfWork, service: Service) -> int | None:
    """When a service gives its last number in the present span of hours (ms); None while nothing ends it."""
    if unit.head.open_override:
        return None
    settings = unit.hall.settings
    zone, holidays = unit.hall.time_zone, settings.holidays
    ends = [
        closing
        for week in (settings.hours, service.rules.hours)
        if week is not None and (closing := hours.closing(unit.now, zone, week, holidays)) is not None
    ]
    return min(ends) - settings.limits.stop_minutes * MINUTE if ends else None


def refuse_closed(unit: UnitOfWork, service: Service) -> None:
    """Raises Refusal when the service gives no number through the caller's channel now.

    `channel_closed`, `hall_closed`, `service_closed`, `taking_ended`, `quota_used`.
    """
    hall, settings = unit.hall, unit.hall.settings
    if unit.actor.channel not in (*settings.channels, "api"):
        raise Refusal("channel_closed")
    if not _open_for(unit):
        raise Refusal("hall_closed", next_open=views.next_open(hall, now=unit.now))
    refusal = own_refusal(unit, service)
    if refusal is not None:
        raise refusal


def own_refusal(unit: UnitOfWork, service: Service) -> Refusal | None:
    """Why the service itself gives no number now: `service_closed`, `taking_ended`, `quota_used`; None when it does."""
    own = service.rules.hours
    if not service.gives(unit.now):
        return Refusal("service_closed", service=service.code, **stopped_until(unit, service))
    if own is not None and not _within(unit, own):
        return Refusal("service_closed", service=service.code)
    ends = taking_ends(unit, service)
    if ends is not None and unit.now >= ends:
        until = f"{hours.local(ends, unit.hall.time_zone):%H:%M}"
        return Refusal("taking_ended", service=service.code, until=until)
    if remaining(unit, service) == 0:
        return Refusal("quota_used", service=service.code, day=unit.day)
    return None


def stopped_until(unit: UnitOfWork, service: Service) -> dict[str, Any]:
    """Until when a service is stopped by hand, as a refusal says it: {"until": time}, or nothing."""
    stop = service.stop
    return {} if stop is None or stop.until is None else {"until": hours.to_text(stop.until, unit.hall.time_zone)}


def _open_for(unit: UnitOfWork) -> bool:
    if views.is_open(unit.hall, unit.head, now=unit.now):
        return True
    early = unit.hall.settings.limits.phone_before_minutes * MINUTE
    if unit.actor.channel != "phone" or not early or unit.head.open_override is not None:
        return False
    return views.is_open(unit.hall, unit.head, now=unit.now + early)


def _within(unit: UnitOfWork, week: hours.Hours) -> bool:
    return bool(unit.head.open_override) or hours.is_open(
        unit.now, unit.hall.time_zone, week, unit.hall.settings.holidays
    )


def refuse_far(unit: UnitOfWork, service: Service, where: tuple[float, float] | None) -> None:
    """The rules for a number from a phone. Raises Refusal `phone_full`, `place_needed`, `too_far`."""
    limits = unit.hall.settings.limits
    if unit.actor.channel != "phone":
        return
    if limits.phone_most_waiting is not None:
        kind = unit.hall.counter_types[service.counter_type]
        if unit.connection.execute(_WAITING, {"counter_type_id": kind.id}).scalar_one() >= limits.phone_most_waiting:
            raise Refusal("phone_full")
    if limits.phone_metres is not None and limits.place is not None:
        if where is None:
            raise Refusal("place_needed", metres=limits.phone_metres)
        if distance_m(where, limits.place) > limits.phone_metres:
            raise Refusal("too_far", metres=limits.phone_metres)


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two places on the globe (latitude, longitude), by the haversine formula."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(radians, place)) for place in (one, other))
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(chord))


def service_view(unit: UnitOfWork, service: Service) -> dict[str, Any]:
    """What a visitor needs to know of a service now, beside what the hall's view says."""
    ends = taking_ends(unit, service)
    refusal = own_refusal(unit, service)
    return {
        "refused": refusal.code if refusal else None,
        "remaining": remaining(unit, service),
        "until": f"{hours.local(ends, unit.hall.time_zone):%H:%M}" if ends is not None else None,
    }
