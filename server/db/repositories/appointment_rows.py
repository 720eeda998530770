"""Appointments as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from server.db.tables import appointment
from server.domain.booking import AppointmentState


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment's row; times are milliseconds since the epoch, `day` is that of its slot."""

    id: int
    hall_id: int
    token: str
    code: str
    service_id: int
    state: AppointmentState
    day: str
    start_at: int
    end_at: int
    seat: int | None
    status_code: str | None
    language: str
    channel: str
    booked_at: int
    ended_at: int | None
    ticket_id: int | None
    contact_id: int | None
    person: str | None
    lookup: str | None
    reminded_at: int | None
    hit: str | None
    kept_at: int | None


_COLUMNS = [appointment.c[field.name] for field in fields(Appointment)]
_BY_TOKEN = select(*_COLUMNS).where(appointment.c.token == bindparam("token"))


def find(connection: Connection, *conditions: Any, order: Any = appointment.c.start_at) -> list[Appointment]:
    """The appointments that meet all conditions, in order."""
    rows = connection.execute(select(*_COLUMNS).where(*conditions).order_by(order, appointment.c.id))
    return [_of(row) for row in rows]


def by_token(connection: Connection, token: str) -> Appointment | None:
    """The appointment that a visitor holds."""
    row = connection.execute(_BY_TOKEN, {"token": token}).first()
    return _of(row) if row else None


def add(connection: Connection, **values: Any) -> Appointment:
    """Store a new appointment."""
    return _of(connection.execute(insert(appointment).values(values).returning(*_COLUMNS)).one())


def change(connection: Connection, one: Appointment, **values: Any) -> Appointment:
    """Store changes of an appointment. It keeps the token by which it was found."""
    query = update(appointment).where(appointment.c.id == one.id).values(values).returning(*_COLUMNS)
    return replace(_of(connection.execute(query).one()), token=one.token)


def _of(row: Any) -> Appointment:
    values = row._asdict()
    return Appointment(**values | {"state": AppointmentState(values["state"])})
