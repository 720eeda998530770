"""How long an answer to the public stays true: until an event touches what it tells, or a moment changes it by itself.

Events alone change a ticket's view and the board, but for what the clock does: hours and the business day change with a
whole minute, a call grows too old to learn the pace from, a faster class overtakes, it is too late for a rating.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, func, select, text

from server.db.repositories.place_rows import places_of
from server.db.repositories.ticket_rows import Ticket
from server.db.tables import place
from server.domain.hours import business_day
from server.domain.states import TicketState
from server.services.calling import returns
from server.services.queries import snapshots, views, visitor_view, waiting
from server.services.runtime.unit_of_work import UnitOfWork

MINUTE = 60_000
#: No answer is good for longer (minutes).
LONGEST = 5

_OF_CLASS = place.c.class_code == bindparam("class_code")
_IN_QUEUE = (text("target_counter_id IS NULL"), place.c.counter_type_id == bindparam("counter_type_id"))
_AT_COUNTER = (text("target_counter_id IS NOT NULL"), place.c.target_counter_id == bindparam("target_counter_id"))
#: The first key of a class behind a key, and the last one before it.
_BEHIND = select(func.min(place.c.kappa_at)).where(_OF_CLASS, place.c.kappa_at >= bindparam("key"))
_BEFORE = select(func.max(place.c.kappa_at)).where(_OF_CLASS, place.c.kappa_at <= bindparam("key"))
_QUEUE_WAYS = (_BEHIND.where(*_IN_QUEUE), _BEFORE.where(*_IN_QUEUE))
_COUNTER_WAYS = (_BEHIND.where(*_AT_COUNTER), _BEFORE.where(*_AT_COUNTER))


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer rests on: the hall as it was at event `seq` and configuration `version`.

    Another answer is due when an event of the ticket (its id), of one of these counter types (codes; None: of any) or
    of the whole hall has come, with another version, and outside `since` to `until` (ms).
    """

    hall_id: int
    seq: int
    version: int
    ticket: int | None
    types: frozenset[str] | None
    since: int
    until: int


def ticket(unit: UnitOfWork, *, token: str) -> dict[str, Any]:
    """The visitor's view of a ticket, how long it is true, and the hall's time zone: {"shown", "basis", "zone"}."""
    found = visitor_view.by_token(unit, token)
    shown = visitor_view.visitor_ticket(unit, found)
    basis = of_ticket(unit, found, can_rate=shown["can_rate"])
    return {"shown": shown, "basis": basis, "zone": unit.hall.time_zone}


def board(unit: UnitOfWork, *, zone: str | None) -> dict[str, Any]:
    """The board and how long it is true: {"shown", "basis"}."""
    return {"shown": snapshots.public_snapshot(unit, zone=zone), "basis": of_board(unit)}


def of_ticket(unit: UnitOfWork, one: Ticket, *, can_rate: bool) -> Basis:
    """How long the view of a ticket is true."""
    lines = list(_lines(unit, one))
    types = {one.counter_type_id, *(type_id for type_id, _ in lines), *_at_hand(unit, one)}
    moments = [moment for type_id in types for moment in _pace_ends(unit, type_id)]
    for type_id, target in lines:
        moments += _overtakings(unit, one, type_id=type_id, target=target)
    if can_rate and one.ended_at is not None:
        moments.append(one.ended_at + visitor_view.RATED_WITHIN)
    return _basis(unit, one.id, frozenset(unit.hall.types_by_id[type_id].code for type_id in types), moments)


def of_board(unit: UnitOfWork) -> Basis:
    """How long the board is true."""
    kinds = unit.hall.counter_types.values()
    return _basis(unit, None, None, [moment for kind in kinds for moment in _pace_ends(unit, kind.id)])


def _basis(unit: UnitOfWork, ticket_id: int | None, types: frozenset[str] | None, moments: Iterable[int]) -> Basis:
    until = max(min([_clock_ends(unit), *moments]), unit.now)
    return Basis(unit.hall.id, unit.head.seq, unit.hall.version, ticket_id, types, unit.now, until)


def _clock_ends(unit: UnitOfWork) -> int:
    """The next whole minute with which the hall opens or closes or the business day changes, at most LONGEST ahead."""
    first = unit.now - unit.now % MINUTE + MINUTE
    last = first + (LONGEST - 1) * MINUTE
    present = _by_the_clock(unit, unit.now)
    return next((at for at in range(first, last, MINUTE) if _by_the_clock(unit, at) != present), last)


def _by_the_clock(unit: UnitOfWork, now: int) -> tuple[bool, str]:
    hall = unit.hall
    day = business_day(now, hall.time_zone, day_ends=hall.settings.day_ends)
    return views.is_open(hall, unit.head, now=now), day


def _lines(unit: UnitOfWork, one: Ticket) -> Iterator[tuple[int, int | None]]:
    """Where others stand before a ticket: counter type, and the counter (its id) where it waits for that one alone."""
    waits = places_of(one)
    if not waits or one.target_counter_id is None:
        yield from ((type_id, None) for _, type_id, _ in waits)
        return
    yield one.counter_type_id, one.target_counter_id
    for code in unit.hall.counters_by_id[one.target_counter_id].serves:
        yield unit.hall.counter_types[code].id, None


def _at_hand(unit: UnitOfWork, one: Ticket) -> Iterator[int]:
    """The counter types of whom else the counter may call: whether a called visitor may let others pass."""
    if one.state is TicketState.CALLED and one.counter_id is not None:
        yield from (unit.hall.counter_types[code].id for code in unit.hall.counters_by_id[one.counter_id].serves)


def _pace_ends(unit: UnitOfWork, counter_type_id: int) -> Iterator[int]:
    """When the oldest call that the pace of a counter type is learned from is too old for that."""
    known = [at for at in returns.recent(unit, counter_type_id) if at > unit.now - waiting.RECENT]
    if known:
        yield min(known) + waiting.RECENT


def _overtakings(unit: UnitOfWork, one: Ticket, *, type_id: int, target: int | None) -> Iterator[int]:
    """For each class of another speed in a line, when the next of it comes to stand before a ticket, or behind it."""
    behind, before = _QUEUE_WAYS if target is None else _COUNTER_WAYS
    where = {"counter_type_id": type_id} if target is None else {"target_counter_id": target}
    classes = unit.hall.settings.classes
    mine = classes[one.class_code]
    for code, other in classes.items():
        drift = 1 - mine.speed / other.speed
        if other.tier == mine.tier and drift:
            key = waiting.key_of(mine, other, kappa_at=one.kappa_at, now=unit.now)
            nearest = _nearest(unit, behind if drift > 0 else before, where | {"class_code": code, "key": key})
            if nearest is not None:
                # The key is rounded to a millisecond: it may be a part of one away from the true one.
                yield unit.now + int(max(abs(nearest - key) - 1, 0) / abs(drift))


def _nearest(unit: UnitOfWork, statement: Select[Any], values: dict[str, Any]) -> int | None:
    found: int | None = unit.connection.execute(statement, values).scalar_one()
    return found
