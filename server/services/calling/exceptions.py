"""Who was put before others by a person, for the supervisor: entered by hand, moved up, called out of order.

The event of each says how many it overtook (`overtakes`), with who did it, when, and why.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import bindparam, func, select

from server.db.tables import event, place
from server.domain import hours
from server.services.devices.device_alerts import alert
from server.services.runtime.unit_of_work import UnitOfWork

#: The live view tells of those of the last hour, among so many events.
RECENT_MS, RECENT_EVENTS = 3_600_000, 3_000
MOST_TOLD = 200
NEVER = 2**62

_BETWEEN = select(func.count()).where(
    place.c.counter_type_id.in_(bindparam("types", expanding=True)),
    place.c.kappa_at > bindparam("after"),
    place.c.kappa_at < bindparam("before"),
)
_MARKED = (
    select(event.c.at, event.c.content)
    .where(
        event.c.hall_id == bindparam("hall_id"),
        event.c.seq > bindparam("seq"),
        event.c.at >= bindparam("since"),
        event.c.kind.in_(("ticket_issued", "ticket_changed", "ticket_called")),
        event.c.content.like('%"overtakes":%'),
    )
    .order_by(event.c.seq.desc())
    .limit(MOST_TOLD)
)


def overtaken(unit: UnitOfWork, types: Iterable[int], *, after: int = 0, before: int = NEVER) -> dict[str, int]:
    """For an event's details: how many wait for these counter types (ids) whose time lies between these (ms).

    Empty when nobody does.
    """
    values = {"types": list(types), "after": after, "before": before}
    count = int(unit.connection.execute(_BETWEEN, values).scalar_one())
    return {"overtakes": count} if count else {}


def of_today(unit: UnitOfWork) -> dict[str, Any]:
    """The exceptions of the business day, the newest first, at most 200: {"exceptions": [...]}.

    Each: at, by (username), number, how ("by_hand", "moved_up", "called"), overtakes (people), reason, taken (None but
    for those by hand).
    """
    unit.actor.needs("supervisor")
    first = date.fromisoformat(unit.day)
    begun = hours.moment_of(first, unit.hall.settings.day_ends, unit.hall.time_zone)
    return {"exceptions": _found(unit, since=begun, seq=0)}


def alerts(unit: UnitOfWork) -> list[dict[str, Any]]:
    """One for each person who put somebody before others within the last hour."""
    recent = _found(unit, since=unit.now - RECENT_MS, seq=unit.head.seq - RECENT_EVENTS)
    by_person = groupby(sorted(recent, key=lambda one: str(one["by"])), key=lambda one: str(one["by"]))
    return [_alert(by, list(ones)) for by, ones in by_person]


def _alert(by: str, ones: list[dict[str, Any]]) -> dict[str, Any]:
    last, numbers = ones[0], list(dict.fromkeys(one["number"] for one in ones))
    clock, people = last["at"][11:16], max(one["overtakes"] for one in ones)
    named = ", ".join(numbers[:5]) + (" …" if len(numbers) > 5 else "")
    why = {"zh": f"（{last['reason']}）", "en": f" ({last['reason']})"} if last["reason"] else {"zh": "", "en": ""}
    return alert(
        "put_ahead",
        {"by": by, "numbers": numbers, "at": last["at"], "how": last["how"], "overtakes": people},
        f"{by} 把 {named} 排到了别人前面，最多越过 {people} 人，最近一次 {clock}{why['zh']}",
        f"{by} put {named} before others, up to {people} of them, last at {clock}{why['en']}",
    )


def _found(unit: UnitOfWork, *, since: int, seq: int) -> list[dict[str, Any]]:
    values = {"hall_id": unit.hall.id, "seq": seq, "since": since}
    return [_shown(unit, row.at, orjson.loads(row.content)) for row in unit.connection.execute(_MARKED, values)]


def _shown(unit: UnitOfWork, at: int, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": hours.to_text(at, unit.hall.time_zone),
        "by": told.get("by"),
        "number": told["ticket"]["number"],
        "how": told.get("because") or told.get("what") or "called",
        "overtakes": told["overtakes"],
        "reason": told.get("reason") or told.get("manual"),
        "taken": told.get("taken"),
    }
