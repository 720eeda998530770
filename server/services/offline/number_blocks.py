"""Numbers that a ticket machine keeps for the time when the server is away, and what it must know to give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select

from server.db.tables import number_block
from server.domain import hours
from server.domain.hall import Service
from server.domain.numbers import RESERVED
from server.domain.refusals import Refusal
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import carried_over, offers

#: How many numbers a machine gets at once, and from how few on it gets more.
SIZE, FEW = 50, 10

_B = number_block.c
_OF_DAY = (_B.hall_id == bindparam("hall_id"), _B.day == bindparam("day"), _B.prefix == bindparam("prefix"))
_MINE = (
    select(_B.first, _B.last)
    .where(*_OF_DAY, _B.device_id == bindparam("device_id"), _B.keeper == bindparam("keeper"))
    .order_by(_B.first)
)
_LAST = select(func.max(_B.last)).where(*_OF_DAY)
_FULL = (
    select(_B.prefix)
    .where(_B.hall_id == bindparam("hall_id"), _B.day == bindparam("day"), _B.last == RESERVED.stop - 1)
    .order_by(_B.prefix)
)
_WITH = select(_B.device_id, _B.made_at).where(
    *_OF_DAY, _B.first <= bindparam("serial"), _B.last >= bindparam("serial")
)


@dataclass(frozen=True, slots=True)
class Block:
    """Whose a reserved number is: the machine's id, and when it was given the block (ms)."""

    device_id: int
    made_at: int


def only_machines(unit: UnitOfWork) -> None:
    """Raises Refusal `forbidden` unless a ticket machine of this hall asks."""
    if unit.actor.kind != "device" or unit.actor.role != "kiosk" or unit.actor.hall_id != unit.hall.id:
        raise Refusal("forbidden")


def reserve(unit: UnitOfWork, *, keeper: str, used: Mapping[str, int]) -> dict[str, Any]:
    """The numbers of today that a machine may give while the server is away, and when which service gives any.

    keeper: the machine's store of numbers. One that was emptied asks by another name and gets other numbers, or a
    number could be given twice. used: the last serial given of each prefix; where less than ten are left there are
    more, as long as the reserved ones last. Raises Refusal `forbidden`.
    """
    only_machines(unit)
    zone, settings = unit.hall.time_zone, unit.hall.settings
    return {
        "day": unit.day,
        "until": hours.to_text(day_ends(unit), zone),
        "digits": settings.digits,
        "blocks": [
            {"prefix": prefix, "first": first, "last": last}
            for prefix in dict.fromkeys(kind.prefix for kind in unit.hall.counter_types.values())
            for first, last in _blocks(unit, prefix, keeper, used.get(prefix, 0))
        ],
        "services": [
            {
                "code": one.code,
                "prefix": unit.hall.counter_types[one.counter_type].prefix,
                "spans": [[hours.to_text(start, zone), hours.to_text(end, zone)] for start, end in spans(unit, one)],
            }
            for one in unit.hall.services.values()
        ],
        "note": settings.texts.get("missed", {}),
        "ticket": {"lines": list(settings.ticket.get("lines", ())), "picture": settings.ticket.get("picture")},
        "time": hours.to_text(unit.now, zone),
    }


def day_ends(unit: UnitOfWork) -> int:
    """When the business day ends (ms)."""
    return _end_of(unit, unit.day)


def _end_of(unit: UnitOfWork, day: str) -> int:
    return hours.moment_of(
        date.fromisoformat(day) + timedelta(days=1), unit.hall.settings.day_ends, unit.hall.time_zone
    )


def _blocks(unit: UnitOfWork, prefix: str, keeper: str, used: int) -> list[tuple[int, int]]:
    """What is left to a machine of a prefix, with a new block where that is little."""
    of_day = {"hall_id": unit.hall.id, "day": unit.day, "prefix": prefix}
    mine = {**of_day, "device_id": unit.actor.id, "keeper": keeper}
    kept = [(row[0], row[1]) for row in unit.connection.execute(_MINE, mine) if row[1] > used]
    if sum(last - max(first - 1, used) for first, last in kept) >= FEW:
        return kept
    first = (unit.connection.execute(_LAST, of_day).scalar_one() or RESERVED.start - 1) + 1
    others = carried_over.reserved_serials(unit, prefix)
    while first in others:
        first += 1
    if first not in RESERVED:
        return kept
    last = min([first + SIZE - 1, RESERVED.stop - 1, *(serial - 1 for serial in others if serial > first)])
    unit.connection.execute(insert(number_block), {**mine, "first": first, "last": last, "made_at": unit.now})
    return [*kept, (first, last)]


def full(unit: UnitOfWork) -> list[str]:
    """Prefixes of which machines keep all reserved numbers of today: there is no further block of them."""
    kept = unit.connection.execute(_FULL, {"hall_id": unit.hall.id, "day": unit.day}).scalars()
    used = {kind.prefix for kind in unit.hall.counter_types.values()}
    return [prefix for prefix in kept if prefix in used]


def block_with(unit: UnitOfWork, *, day: str, prefix: str, serial: int) -> Block | None:
    """The block of this hall and day that a number lies in."""
    values = {"hall_id": unit.hall.id, "day": day, "prefix": prefix, "serial": serial}
    row = unit.connection.execute(_WITH, values).first()
    return Block(*row) if row else None


def within(unit: UnitOfWork, block: Block, day: str, moment: int) -> int:
    """When a number was taken, as far as it can be: after its block was made, within its day, not in the future."""
    return max(block.made_at, min(moment, unit.now, _end_of(unit, day) - 1))


def spans(unit: UnitOfWork, service: Service) -> list[tuple[int, int]]:
    """When a ticket machine may still give numbers for a service today, as far as is known now (ms)."""
    hall, settings = unit.hall, unit.hall.settings
    word, ends = unit.head.open_override, day_ends(unit)
    asks = settings.limits.identify != "none" or "kiosk" not in settings.channels
    if asks or not service.gives(unit.now) or word is False or offers.remaining(unit, service) == 0:
        return []
    if word:
        return [(unit.now, ends)]
    weeks = [week for week in (settings.hours, service.rules.hours) if week is not None]
    found, moment = [], unit.now
    while moment < ends:
        closings = [hours.closing(moment, hall.time_zone, week, settings.holidays) for week in weeks]
        if all(hours.is_open(moment, hall.time_zone, week, settings.holidays) for week in weeks):
            closes = min((one for one in closings if one is not None), default=None)
            stops = ends if closes is None else min(closes - settings.limits.stop_minutes * offers.MINUTE, ends)
            if moment < stops:
                found.append((moment, stops))
            moment = ends if closes is None else closes
        else:
            nexts = [hours.next_opening(moment, hall.time_zone, week, settings.holidays) for week in weeks]
            moment = min((one for one in nexts if one is not None), default=ends)
    return found
