"""Appointments that a change of the hall hits: its day is closed, shortened or no longer booked.

Who makes the change sees them first and says yes. Their holders are told and none of them is missed for it; staff move
them, cancel them, or keep them all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from server.db.repositories import appointment_rows
from server.db.repositories.appointment_rows import Appointment
from server.db.tables import appointment, ticket
from server.domain import hours
from server.domain.booking import AppointmentState
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.domain.standing import Hit, hits_of
from server.services.appointments.appointment_views import fallen, staff_view, tell
from server.services.appointments.appointments import by_id
from server.services.runtime.unit_of_work import UnitOfWork

_A, _T = appointment.c, ticket.c


@dataclass(frozen=True, slots=True)
class HitAppointment:
    """An appointment that a change hits, and why."""

    appointment: Appointment
    because: Hit


def refuse_unasked(unit: UnitOfWork, found: Sequence[HitAppointment], *, confirm: bool) -> None:
    """Raises Refusal `appointments_hit`, which names them, unless somebody said yes to that."""
    if found and not confirm:
        raise Refusal("appointments_hit", count=len(found), appointments=listed(unit, found))


def listed(unit: UnitOfWork, found: Sequence[HitAppointment]) -> list[dict[str, str | None]]:
    """What a person must know of them before the change: code, service, start, and why each is hit."""
    zone = unit.hall.time_zone
    return [
        {
            "code": one.appointment.code,
            "service": _service(unit.hall, one.appointment.service_id),
            "start": hours.to_text(one.appointment.start_at, zone),
            "hit": str(one.because),
        }
        for one in found
    ]


def _service(hall: Hall, service_id: int) -> str | None:
    service = hall.services_by_id.get(service_id)
    return service.code if service else None


def by_change(unit: UnitOfWork, before: Hall, after: Hall) -> list[HitAppointment]:
    """The booked appointments that stood under the hall's settings before and do not stand after."""
    speaks = _Against(unit, before), _Against(unit, after)
    found = []
    for one in booked(unit, _A.hit.is_(None)):
        new = [hit for hit in speaks[1].of(one) if hit not in speaks[0].of(one)]
        if new:
            found.append(HitAppointment(one, new[0]))
    return found


class _Against:
    """What the settings of a hall speak against each booked appointment."""

    def __init__(self, unit: UnitOfWork, hall: Hall) -> None:
        self.hall, self._over = hall, _over_quota(unit, hall)

    def of(self, one: Appointment) -> list[Hit]:
        service = self.hall.services_by_id.get(one.service_id)
        if service is None:
            return [Hit.NOT_BOOKABLE]
        own = list(hits_of(self.hall, service, start=one.start_at, end=one.end_at, seat=one.seat))
        return own + ([Hit.QUOTA] if one.id in self._over else [])


def _over_quota(unit: UnitOfWork, hall: Hall) -> set[int]:
    """The ids of those that a day's quota does not hold: the last ones that were booked."""
    quotas = {id_: one.rules.quota for id_, one in hall.services_by_id.items() if one.rules.quota is not None}
    if not quotas:
        return set()
    left = {
        (row.service_id, row.day): row.taken
        for row in unit.connection.execute(
            select(_T.service_id, _T.day, func.count().label("taken"))
            .where(_T.hall_id == hall.id, _T.day >= unit.day, _T.service_id.in_(quotas))
            .group_by(_T.service_id, _T.day)
        )
    }
    over = set()
    for one in sorted(booked(unit, _A.service_id.in_(quotas)), key=lambda one: (one.booked_at, one.id)):
        place = (one.service_id, one.day)
        left[place] = left.get(place, 0) + 1
        if left[place] > quotas[one.service_id]:
            over.add(one.id)
    return over


def of_today(unit: UnitOfWork, *conditions: ColumnElement[bool]) -> list[Appointment]:
    """The booked appointments of the business day that runs."""
    zone, ends = unit.hall.time_zone, unit.hall.settings.day_ends
    found = booked(unit, *conditions)
    return [one for one in found if hours.business_day(one.start_at, zone, day_ends=ends) == unit.day]


def booked(unit: UnitOfWork, *conditions: ColumnElement[bool]) -> list[Appointment]:
    """The hall's booked appointments for which the conditions hold."""
    return appointment_rows.find(
        unit.connection, _A.hall_id == unit.hall.id, _A.state == AppointmentState.BOOKED, *conditions
    )


def mark(unit: UnitOfWork, found: Sequence[HitAppointment]) -> None:
    """Write down that they are hit, and let their holders know."""
    for one in found:
        hit = appointment_rows.change(unit.connection, one.appointment, hit=str(one.because), kept_at=None)
        tell(unit, "appointment_hit", hit)


def changed(unit: UnitOfWork, before: Hall, *, confirm: bool) -> list[HitAppointment]:
    """After the settings of a hall were changed in this unit of work: whom that hits, marked.

    Those that an earlier change hit stand again where nothing speaks against them any more, and nobody missed an
    appointment on a day that is a holiday now. Raises Refusal `appointments_hit`.
    """
    found = by_change(unit, before, unit.hall)
    refuse_unasked(unit, found, confirm=confirm)
    mark(unit, found)
    against = _Against(unit, unit.hall)
    for one in booked(unit, _A.hit.is_not(None), _A.hit != str(Hit.CLOSED)):
        if not any(str(hit) == one.hit for hit in against.of(one)) and one.start_at > unit.now:
            stand(unit, one)
    _forgive(unit, set(unit.hall.settings.holidays) - set(before.settings.holidays))
    return found


def _forgive(unit: UnitOfWork, days: Collection[str]) -> None:
    missed = appointment_rows.find(
        unit.connection, _A.hall_id == unit.hall.id, _A.state == AppointmentState.MISSED, _A.day.in_(sorted(days))
    )
    for one in missed:
        forgiven = appointment_rows.change(unit.connection, one, state=AppointmentState.CANCELLED, hit=str(Hit.HOLIDAY))
        tell(unit, "appointment_cancelled", forgiven)


def stand(unit: UnitOfWork, one: Appointment, *, kept: bool = False) -> Appointment:
    """An appointment that was hit stands again; `kept`: because somebody said so."""
    stands = appointment_rows.change(
        unit.connection, one, hit=None, kept_at=unit.now if kept else None, reminded_at=None
    )
    tell(unit, "appointment_stands", stands)
    return stands


def waiting(unit: UnitOfWork) -> dict[str, Any]:
    """All hit appointments that nobody decided about, for staff, the next one first."""
    unit.actor.needs("clerk")
    return {"appointments": [staff_view(unit, one) for one in undecided(unit)]}


def undecided(unit: UnitOfWork) -> list[Appointment]:
    """Hit, or on a day that the hall's settings close without anybody having been told (before this was looked at)."""
    return [one for one in booked(unit) if fallen(unit, one)]


def keep(unit: UnitOfWork, *, appointment_id: int) -> dict[str, Any]:
    """Staff keep an appointment that was hit: it stands all the same, and its holder is told.

    Raises Refusal `unknown_appointment`, `appointment_over`, `not_hit`.
    """
    one = by_id(unit, appointment_id)
    if one.state is not AppointmentState.BOOKED:
        raise Refusal("appointment_over", state=str(one.state))
    if fallen(unit, one) is None:
        raise Refusal("not_hit")
    return {"appointment": staff_view(unit, stand(unit, one, kept=True))}
