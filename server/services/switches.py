"""The stop switch: whether a service gives numbers, changed while the hall is open."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from server.db import tables
from server.db.halls import load_halls
from server.services import views
from server.services.actor import Actor
from server.services.house import House
from server.services.unit import Unit
from server.services.work import Answer, perform


def switch_service(
    house: House, *, hall: str, who: Actor, now: int, key: str | None, service: str, open: bool
) -> Answer:
    """Let a service give numbers or stop; whoever waits goes on waiting. Raises Refusal `unknown_service`."""
    with house.database.write_lock:
        answer = perform(house, switch, hall_code=hall, actor=who, now=now, key=key, service=service, opens=open)
        house.reload()
    return answer


def switch(unit: Unit, *, service: str, opens: bool) -> dict[str, Any]:
    """The change as a unit of work; nothing happens when it is so already."""
    unit.actor.needs("supervisor")
    wanted = unit.hall.service(service)
    if wanted.open != opens:
        table, halls = tables.service, tables.hall
        unit.connection.execute(update(table).where(table.c.id == wanted.id).values(open=opens))
        version = {"version": unit.hall.version + 1}
        unit.connection.execute(update(halls).where(halls.c.id == unit.hall.id).values(version))
        unit.hall = load_halls(unit.connection)[unit.hall.code]
        shown = views.hall_view(unit.hall, unit.head, now=unit.now)
        unit.record("policy_changed", {"hall_config": shown, "by": unit.actor.name})
    return {"service": service, "open": opens}
