"""Another service for a counter, or one less, until a time today: a supervisor's word, ended by undo or the clock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import update

from server.db import tables
from server.db.repositories.hall_rows import load_halls
from server.domain import serving
from server.domain.hall import Counter, ServesChange
from server.domain.hours import day_end, from_text, local, to_text
from server.domain.refusals import Refusal
from server.services.hall_setup.switches import TODAY
from server.services.queries import views
from server.services.runtime.actor import SYSTEM, Actor
from server.services.runtime.batch import Handler
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.services.runtime.idempotency import Answer
from server.services.runtime.unit_of_work import UnitOfWork


def change_serves(
    deployment: Deployment,
    *,
    hall: str,
    who: Actor,
    now: int,
    key: str | None,
    counter: str,
    give: list[str],
    take: list[str],
    until: str = TODAY,
    why: str | None = None,
) -> Answer:
    """Let a counter serve the counter types `give` and no more `take` (codes), from the next call on.

    until: "today" (the end of the business day), or a time of today. why: is kept with the event.
    Raises Refusal `unknown_counter`, `unknown_counter_type`, `serves_already`, `serves_not`, `serves_nothing`,
    `invalid`; then nothing has changed.
    """
    return _perform(
        deployment,
        change,
        hall=hall,
        who=who,
        now=now,
        key=key,
        counter=counter,
        give=give,
        take=take,
        until=until,
        why=why,
    )


def restore_serves(
    deployment: Deployment,
    *,
    hall: str,
    who: Actor,
    now: int,
    key: str | None,
    counter: str,
    counter_types: list[str] | None,
) -> Answer:
    """Undo what was changed of a counter, of these counter types or (None) of all.

    Raises Refusal `unknown_counter`, `unknown_counter_type`, `serves_as_usual` where nothing was changed,
    `serves_nothing`.
    """
    return _perform(
        deployment, restore, hall=hall, who=who, now=now, key=key, counter=counter, counter_types=counter_types
    )


def _perform(
    deployment: Deployment, act: Handler, *, hall: str, who: Actor, now: int, key: str | None, **arguments: Any
) -> Answer:
    with deployment.database.write_lock:
        answer = run_command(deployment, act, hall_code=hall, actor=who, now=now, key=key, **arguments)
        deployment.reload()
    return answer


def end_due(deployment: Deployment, *, now: int) -> None:
    """Write down every change whose time is over, and tell the pages; calls go by the time before that."""
    for hall in deployment.halls:
        if hall.at(now) is not hall:
            _perform(deployment, end, hall=hall.code, who=SYSTEM, now=now, key=None)


def end(unit: UnitOfWork) -> dict[str, Any]:
    """The counters of a hall with a change whose time is over: {"counters": codes}."""
    stored = load_halls(unit.connection)[unit.hall.code].counters
    over = [code for code, one in stored.items() if len(one.changes) > len(unit.hall.counters[code].changes)]
    for code in over:
        _write(unit, stored[code], unit.hall.counters[code], because="time")
    return {"counters": over}


def change(
    unit: UnitOfWork, *, counter: str, give: list[str], take: list[str], until: str = TODAY, why: str | None = None
) -> dict[str, Any]:
    """The change as a unit of work."""
    unit.actor.needs("supervisor")
    before, ends = unit.hall.counter(counter), _ends(unit, until)
    _refuse_unknown(unit, [*give, *take])
    if (not give and not take) or len({*give, *take}) < len(give) + len(take):
        reason, reason_zh = "each counter type once, in `give` or in `take`", "每个队列只能出现一次，增加或减少"
        raise Refusal("invalid", field="give", reason=reason, reason_zh=reason_zh)
    _refuse_same(unit, before, give, refusal="serves_already", gives=True, ends=ends)
    _refuse_same(unit, before, take, refusal="serves_not", gives=False, ends=ends)
    made = ServesChange("", gives=True, at=unit.now, until=ends, by=unit.actor.name, why=why)
    _write(unit, before, serving.changed(before, give=give, take=take, change=made), because="supervisor", why=why)
    return _shown(unit, counter)


def restore(unit: UnitOfWork, *, counter: str, counter_types: list[str] | None) -> dict[str, Any]:
    """The undo as a unit of work."""
    unit.actor.needs("supervisor")
    before = unit.hall.counter(counter)
    _refuse_unknown(unit, counter_types or [])
    wanted = [one.counter_type for one in before.changes] if counter_types is None else counter_types
    left = tuple(one for one in before.changes if one.counter_type not in wanted)
    if not wanted or len(left) + len(set(wanted)) > len(before.changes):
        raise Refusal("serves_as_usual", counter=counter)
    _write(unit, before, replace(before, changes=left), because="undo")
    return _shown(unit, counter)


def import_again(unit: UnitOfWork, before: Collection[Counter]) -> list[dict[str, Any]]:
    """After an import of a hall whose counters were `before`: end what a changed hall file leaves no sense in.

    What ended, as `{"counter", "counter_type"}`; the import tells the hall of it.
    """
    ends = _day_end(unit)
    for one in unit.hall.counters.values():
        left = serving.sensible(one, known=unit.hall.counter_types, ends=ends)
        if left != one:
            _store(unit, left)
    unit.reread()
    now = {(code, one.counter_type) for code, counter in unit.hall.counters.items() for one in counter.changes}
    return [
        {"counter": counter.code, "counter_type": one.counter_type}
        for counter in before
        for one in counter.changes
        if (counter.code, one.counter_type) not in now
    ]


def of_hall(unit: UnitOfWork) -> list[dict[str, Any]]:
    """What counters serve otherwise now, as the supervisor sees it: with who changed it, when and why."""
    zone = unit.hall.time_zone
    return [
        {"counter": counter.code, **views.serves_change(unit.hall, one, now=unit.now)}
        | {"at": to_text(one.at, zone), "by": one.by, "why": one.why}
        for counter in unit.hall.counters.values()
        for one in counter.changes
    ]


def _shown(unit: UnitOfWork, counter: str) -> dict[str, Any]:
    return {"counter": counter, "changes": [one for one in of_hall(unit) if one["counter"] == counter]}


def _refuse_unknown(unit: UnitOfWork, codes: list[str]) -> None:
    for code in codes:
        if code not in unit.hall.counter_types:
            raise Refusal("unknown_counter_type", code=code)


def _refuse_same(unit: UnitOfWork, counter: Counter, codes: list[str], *, refusal: str, gives: bool, ends: int) -> None:
    """Refuse what is so already; a change that is there may get another end."""
    other_end = {one.counter_type for one in counter.changes if one.gives is gives and one.until != ends}
    for code in codes:
        if (code in counter.serves) is gives and code not in other_end:
            raise Refusal(refusal, counter=counter.code, code=code)


def _day_end(unit: UnitOfWork) -> int:
    return day_end(unit.day, unit.hall.time_zone, day_ends=unit.hall.settings.day_ends)


def _ends(unit: UnitOfWork, until: str) -> int:
    """When a change is over (ms): with the business day at the latest, and by a named time before midnight."""
    last = _day_end(unit)
    if until == TODAY:
        return last
    moment, zone = from_text(until), unit.hall.time_zone
    if not unit.now < moment <= last or local(moment, zone).date() != local(unit.now, zone).date():
        reason, reason_zh = "a time that is still to come today", "请填写今天尚未到的时间"
        raise Refusal("invalid", field="until", reason=reason, reason_zh=reason_zh)
    return moment


def _write(unit: UnitOfWork, before: Counter, after: Counter, *, because: str, why: str | None = None) -> None:
    """Keep a counter's changes and tell the hall's clients."""
    if not after.serves:
        raise Refusal("serves_nothing", counter=before.code)
    _store(unit, after)
    version = {"version": unit.hall.version + 1}
    unit.connection.execute(update(tables.hall).where(tables.hall.c.id == unit.hall.id).values(version))
    unit.reread()
    was, new = set(before.serves), set(after.serves)
    said = {
        "counter": before.code,
        "given": [code for code in after.serves if code not in was],
        "taken": [code for code in before.serves if code not in new],
        "changes": _shown(unit, before.code)["changes"],
        "because": because,
        "why": why,
    }
    shown = views.hall_view(unit.hall, unit.head, now=unit.now)
    unit.record("policy_changed", {"hall_config": shown, "by": unit.actor.name, "serves": said})


def _store(unit: UnitOfWork, counter: Counter) -> None:
    table = tables.counter
    kept = [asdict(one) for one in counter.changes] or None
    unit.connection.execute(update(table).where(table.c.id == counter.id).values(changes=kept))
