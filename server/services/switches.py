"""The stop switch: whether a service gives numbers, changed while the hall is open."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from server.db import tables
from server.db.halls import load_halls
from server.db.tables import appointment
from server.domain.hall import Service
from server.domain.standing import Hit
from server.services import hits, views
from server.services.actor import Actor
from server.services.hits import HitAppointment
from server.services.house import House
from server.services.unit import Unit
from server.services.work import Answer, perform


def switch_service(
    house: House, *, hall: str, who: Actor, now: int, key: str | None, service: str, open: bool, confirm: bool = False
) -> Answer:
    """Let a service give numbers or stop; whoever waits goes on waiting.

    Raises Refusal `unknown_service`; `appointments_hit` when it is stopped while appointments for it are still to come
    today, unless `confirm`.
    """
    with house.database.write_lock:
        answer = perform(
            house, switch, hall_code=hall, actor=who, now=now, key=key, service=service, opens=open, confirm=confirm
        )
        house.reload()
    return answer


def switch(unit: Unit, *, service: str, opens: bool, confirm: bool = False) -> dict[str, Any]:
    """The change as a unit of work; nothing happens when it is so already."""
    unit.actor.needs("supervisor")
    wanted = unit.hall.service(service)
    if wanted.open != opens:
        _settle_appointments(unit, wanted, opens=opens, confirm=confirm)
        table, halls = tables.service, tables.hall
        unit.connection.execute(update(table).where(table.c.id == wanted.id).values(open=opens))
        version = {"version": unit.hall.version + 1}
        unit.connection.execute(update(halls).where(halls.c.id == unit.hall.id).values(version))
        unit.hall = load_halls(unit.connection)[unit.hall.code]
        shown = views.hall_view(unit.hall, unit.head, now=unit.now)
        unit.record("policy_changed", {"hall_config": shown, "by": unit.actor.name})
    return {"service": service, "open": opens}


def _settle_appointments(unit: Unit, service: Service, *, opens: bool, confirm: bool) -> None:
    """A stopped service hits its appointments of today; when it goes on they stand again."""
    own = appointment.c.service_id == service.id
    if opens:
        for one in hits.of_today(unit, own, appointment.c.hit == str(Hit.SERVICE_CLOSED)):
            hits.stand(unit, one)
        return
    found = [HitAppointment(one, Hit.SERVICE_CLOSED) for one in hits.of_today(unit, own, appointment.c.hit.is_(None))]
    hits.refuse_unasked(unit, found, confirm=confirm)
    hits.mark(unit, found)
