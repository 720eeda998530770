"""The stop switch: whether a service gives numbers, changed while the hall is open."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from server.db import tables
from server.db.tables import appointment
from server.domain.hall import Service
from server.domain.hours import day_end, from_text, to_text
from server.domain.refusals import Refusal
from server.domain.standing import Hit
from server.services.appointments import hits
from server.services.appointments.hits import HitAppointment
from server.services.queries import views
from server.services.runtime.actor import SYSTEM, Actor
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.services.runtime.idempotency import Answer
from server.services.runtime.unit_of_work import UnitOfWork

#: Until the business day ends.
TODAY = "today"
#: No stop with an end is longer (ms).
LONGEST_MS = 366 * 86_400_000


def switch_service(
    deployment: Deployment,
    *,
    hall: str,
    who: Actor,
    now: int,
    key: str | None,
    service: str,
    open: bool,
    until: str | None = TODAY,
    confirm: bool = False,
) -> Answer:
    """Let a service give numbers or stop; whoever waits goes on waiting.

    until: when a stopped one gives numbers again: "today" when the business day ends, a time, None when somebody says
    so. Raises Refusal `invalid` for a time that has passed or lies more than a year ahead.
    Raises Refusal `unknown_service`; `appointments_hit` when appointments for it begin before the stop is over, unless
    `confirm`.
    """
    with deployment.database.write_lock:
        answer = run_command(
            deployment,
            switch,
            hall_code=hall,
            actor=who,
            now=now,
            key=key,
            service=service,
            opens=open,
            until=until,
            confirm=confirm,
        )
        deployment.reload()
    return answer


def reopen_due(deployment: Deployment, *, now: int) -> None:
    """Let every service give numbers again whose stop is over, and tell the pages."""
    for hall in deployment.halls:
        if any(one.stop and not one.open and one.gives(now) for one in hall.services.values()):
            with deployment.database.write_lock:
                run_command(deployment, reopen, hall_code=hall.code, actor=SYSTEM, now=now)
                deployment.reload()


def reopen(unit: UnitOfWork) -> dict[str, Any]:
    """The services of a hall whose stop is over are open: {"services": codes}."""
    over = [one for one in unit.hall.services.values() if one.stop and not one.open and one.gives(unit.now)]
    for one in over:
        _settle_appointments(unit, one, opens=True, confirm=True, until=None)
        _write(unit, one, stop=None)
    return {"services": [one.code for one in over]}


def switch(
    unit: UnitOfWork, *, service: str, opens: bool, until: str | None = TODAY, confirm: bool = False
) -> dict[str, Any]:
    """The change as a unit of work; nothing happens when it is so already."""
    unit.actor.needs("supervisor")
    wanted = unit.hall.service(service)
    ends = None if opens else _ends(unit, until)
    other_end = not opens and wanted.stop is not None and wanted.stop.until != ends
    if opens != wanted.gives(unit.now) or other_end:
        _settle_appointments(unit, wanted, opens=opens, confirm=confirm, until=ends)
        _write(unit, wanted, stop=None if opens else {"at": unit.now, "until": ends, "by": unit.actor.name})
    return {"service": service, "open": opens, "until": to_text(ends, unit.hall.time_zone)}


def _ends(unit: UnitOfWork, until: str | None) -> int | None:
    """When a stop is over (ms)."""
    if until is None:
        return None
    zone, settings = unit.hall.time_zone, unit.hall.settings
    if until == TODAY:
        return day_end(unit.day, zone, day_ends=settings.day_ends)
    moment = from_text(until)
    if not unit.now < moment <= unit.now + LONGEST_MS:
        reason, reason_zh = "a time of the coming year", "请填写一年以内、将来的时间"
        raise Refusal("invalid", field="until", reason=reason, reason_zh=reason_zh)
    return moment


def _write(unit: UnitOfWork, service: Service, *, stop: dict[str, Any] | None) -> None:
    table, halls = tables.service, tables.hall
    unit.connection.execute(update(table).where(table.c.id == service.id).values(open=stop is None, stop=stop))
    version = {"version": unit.hall.version + 1}
    unit.connection.execute(update(halls).where(halls.c.id == unit.hall.id).values(version))
    unit.reread()
    shown = views.hall_view(unit.hall, unit.head, now=unit.now)
    until = to_text(stop["until"], unit.hall.time_zone) if stop else None
    said = {"service": service.code, "service_open": stop is None, "until": until}
    unit.record("policy_changed", {"hall_config": shown, "by": unit.actor.name, **said})


def _settle_appointments(unit: UnitOfWork, service: Service, *, opens: bool, confirm: bool, until: int | None) -> None:
    """A stopped service hits its appointments up to the end of the stop, on whatever day; others stand again."""
    own = appointment.c.service_id == service.id
    stopped = hits.booked(unit, own, appointment.c.hit == str(Hit.SERVICE_CLOSED))
    for one in stopped:
        if opens or (until is not None and one.start_at >= until):
            hits.stand(unit, one)
    if opens:
        return
    before = [] if until is None else [appointment.c.start_at < until]
    now_hit = hits.booked(unit, own, appointment.c.hit.is_(None), *before)
    found = [HitAppointment(one, Hit.SERVICE_CLOSED) for one in now_hit]
    hits.refuse_unasked(unit, found, confirm=confirm)
    hits.mark(unit, found)
