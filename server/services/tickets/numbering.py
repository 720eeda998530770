"""Which number a ticket gets: the next of its queue's range that nobody holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, text

from server.db.tables import ticket
from server.domain.hall import CounterType, Hall
from server.domain.numbers import RESERVED, counted_under, is_given, taken_apart, ticket_number
from server.domain.refusals import Refusal
from server.services.runtime.unit_of_work import UnitOfWork

#: The next serial of ordinary numbers: it passes over those that only ticket machines give.
_NEXT_SERIAL = text(
    "INSERT INTO number_given (hall_id, day, prefix, serial) VALUES (:hall_id, :day, :prefix, :first) "
    "ON CONFLICT (hall_id, day, prefix) DO UPDATE SET serial = "
    "CASE WHEN number_given.serial = :last THEN :after ELSE number_given.serial + 1 END "
    "RETURNING serial, (SELECT count(*) FROM number_kept WHERE number_kept.hall_id = :hall_id) AS kept"
)
_PASS_OVER = {"last": RESERVED.start - 1, "after": RESERVED.stop + 1}
#: Numbers that are given out from now on come after one that was given already.
_COUNT_ON = text(
    "INSERT INTO number_given (hall_id, day, prefix, serial) VALUES (:hall_id, :day, :prefix, :serial) "
    "ON CONFLICT (hall_id, day, prefix) DO UPDATE SET serial = "
    "CASE WHEN number_given.serial < :serial THEN :serial ELSE number_given.serial END"
)


def next_number(unit: UnitOfWork, kind: CounterType) -> str:
    """The next number of a queue that no ticket of an earlier day keeps.

    Raises Refusal `numbers_used_up` at the end of its range.
    """
    row = _counted(unit, kind) | {"first": kind.first, **_PASS_OVER}
    serial, kept = unit.connection.execute(_NEXT_SERIAL, row).one()
    while kept and unit.kept_ticket(f"{kind.prefix}{serial}"):
        serial, kept = unit.connection.execute(_NEXT_SERIAL, row).one()
    if kind.last is not None and serial > kind.last:
        raise Refusal("numbers_used_up", last=written(unit.hall, kind, kind.last))
    return written(unit.hall, kind, serial)


def number_by_hand(unit: UnitOfWork, kind: CounterType, serial: int) -> str:
    """A number that was given by hand: those given from now on come after it."""
    unit.connection.execute(_COUNT_ON, _counted(unit, kind) | {"serial": serial})
    return written(unit.hall, kind, serial)


def written(hall: Hall, kind: CounterType, serial: int) -> str:
    """A number of a queue with its zeros."""
    return ticket_number(kind.prefix, serial, digits=kind.digits or hall.settings.digits)


def count_on(unit: UnitOfWork, before: Hall) -> None:
    """Where a queue's numbers were changed within a day, those given from now on come after all of today's."""
    changed = [kind for kind in unit.hall.counter_types.values() if _range(kind) not in map(_range, _known(before))]
    if not changed:
        return
    given = select(ticket.c.number).where(ticket.c.hall_id == unit.hall.id, ticket.c.day == unit.day)
    parted = [one for one in map(taken_apart, unit.connection.execute(given).scalars()) if one]
    for kind in changed:
        serials = [serial for prefix, serial in parted if prefix == kind.prefix and is_given(kind, serial)]
        if ordinary := [serial for serial in serials if serial not in RESERVED]:
            number_by_hand(unit, kind, max(ordinary))


def _known(hall: Hall) -> list[CounterType]:
    return list(hall.counter_types.values())


def _range(kind: CounterType) -> tuple[str, int, int | None]:
    return kind.prefix, kind.first, kind.last


def _counted(unit: UnitOfWork, kind: CounterType) -> dict[str, Any]:
    return {"hall_id": unit.hall.id, "day": unit.day, "prefix": counted_under(kind.prefix, kind.first)}
