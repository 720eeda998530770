"""How many wait, where, since when, and how long it may take."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, text

from server.db.prepared import Prepared
from server.db.repositories.place_rows import places_of
from server.db.repositories.ticket_rows import Ticket
from server.db.tables import place, session
from server.domain.estimate import expected_wait, minutes_per_position
from server.domain.hall import Counter, Hall
from server.domain.order import MINUTE, ClassParameters
from server.services.calling import returns
from server.services.calling.next_ticket import rank_at
from server.services.runtime.unit_of_work import UnitOfWork

HOUR = 3_600_000
#: A key that comes after every other.
NEVER = 2**62
#: How old a call may be that the pace of a counter type is learned from.
RECENT = 2 * HOUR

_QUEUE = (place.c.counter_type_id, place.c.service_id, place.c.target_counter_id)
_BY_QUEUE = Prepared(
    select(*_QUEUE, func.count(), func.min(place.c.waiting_since))
    .where(place.c.hall_id == bindparam("hall_id"))
    .group_by(*_QUEUE)
)
_OF_CLASS = (place.c.counter_type_id, place.c.service_id, place.c.class_code)
_BY_CLASS = Prepared(
    select(*_OF_CLASS, func.count(), func.min(place.c.waiting_since))
    .where(place.c.hall_id == bindparam("hall_id"))
    .group_by(*_OF_CLASS)
)
_ON_DUTY = Prepared(
    select(session.c.counter_id).where(session.c.hall_id == bindparam("hall_id"), session.c.state == text("'open'"))
)
#: The counters that call: a clerk is there and does not pause.
_AT_WORK = Prepared(
    select(session.c.counter_id).where(
        session.c.hall_id == bindparam("hall_id"), session.c.closed_at.is_(None), text("state = 'open'")
    )
)
_TOTAL = Prepared(select(func.count(place.c.ticket_id.distinct())).where(place.c.hall_id == bindparam("hall_id")))
#: Those of one class that stand before a key; equal keys go by issue order.
_BEFORE = select(func.count()).where(
    place.c.class_code == bindparam("class_code"),
    or_(
        place.c.kappa_at < bindparam("kappa_at"),
        and_(place.c.kappa_at == bindparam("kappa_at"), place.c.ticket_id < bindparam("ticket_id")),
    ),
)
_BEFORE_IN_QUEUE = Prepared(
    _BEFORE.where(text("target_counter_id IS NULL"), place.c.counter_type_id == bindparam("counter_type_id"))
)
_IN_QUEUE = Prepared(
    select(func.count()).where(
        text("target_counter_id IS NULL"), place.c.counter_type_id == bindparam("counter_type_id")
    )
)
_AT_COUNTER = Prepared(
    select(func.count()).where(
        text("target_counter_id IS NOT NULL"), place.c.target_counter_id == bindparam("target_counter_id")
    )
)
_BEFORE_AT_COUNTER = Prepared(
    _BEFORE.where(text("target_counter_id IS NOT NULL"), place.c.target_counter_id == bindparam("target_counter_id"))
)


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits for a service in a counter type, or for one counter (`target`, its id) there; times in ms."""

    counter_type: str
    service: str
    target: int | None
    count: int
    oldest_at: int


def queues(unit: UnitOfWork) -> list[Queue]:
    """Every non-empty queue of the hall."""
    hall = unit.hall
    return [
        Queue(hall.types_by_id[row[0]].code, hall.services_by_id[row[1]].code, row[2], row[3], row[4])
        for row in _BY_QUEUE.rows(unit.connection, {"hall_id": hall.id})
    ]


@dataclass(frozen=True, slots=True)
class ClassQueue:
    """Who waits for a service with a class, wherever; `oldest_at` in ms, `target` in minutes (None: no such class)."""

    counter_type: str
    service: str
    class_code: str
    count: int
    oldest_at: int
    target: float | None

    def is_late(self, now: int) -> bool:
        """Whether the one that waits longest has waited more whole minutes than its class's target."""
        return self.target is not None and (now - self.oldest_at) // MINUTE > self.target


def by_class(unit: UnitOfWork) -> list[ClassQueue]:
    """Every class that waits for a service, in the order of the hall's classes."""
    hall = unit.hall
    classes = hall.settings.classes
    known = list(classes)
    found = [
        ClassQueue(
            hall.types_by_id[type_id].code,
            hall.services_by_id[service_id].code,
            code,
            count,
            oldest,
            classes[code].target if code in classes else None,
        )
        for type_id, service_id, code, count, oldest in _BY_CLASS.rows(unit.connection, {"hall_id": hall.id})
    ]
    return sorted(found, key=lambda one: known.index(one.class_code) if one.class_code in known else len(known))


def total(unit: UnitOfWork) -> int:
    """How many wait in the hall."""
    return int(_TOTAL.rows(unit.connection, {"hall_id": unit.hall.id})[0][0])


@dataclass(frozen=True, slots=True)
class Ahead:
    """Where a ticket stands in one of its queues: how many would be called before it, its range in minutes.

    Nobody can say how long it takes while nobody is on duty for it: the range is None then. `counters`: codes of those
    on duty that may call it, of all its queues; the one that it was sent to, whoever is there.
    """

    counter_type: str
    count: int
    expected: dict[str, int] | None
    counters: tuple[str, ...] = ()


def soonest(unit: UnitOfWork, waits: Ticket) -> Ahead | None:
    """Where a waiting ticket stands in that of its queues which may be first; None when it does not wait.

    Of each class those count that have a lower tier, or the same and a higher score. Guards, shares and counters that
    serve other types too are left out: they change the place of a few, and with every call.
    """
    if not places_of(waits):
        return None
    on_duty = _on_duty(unit)
    if waits.target_counter_id is not None:
        return _at_counter(unit, waits, unit.hall.counters_by_id[waits.target_counter_id], on_duty)
    manned = _served_by(on_duty)
    kinds = {unit.hall.types_by_id[type_id].code for _, type_id, _ in places_of(waits)}
    counters = tuple(counter.code for counter in on_duty if kinds.intersection(counter.serves))
    found = []
    for _, type_id, _ in places_of(waits):
        code = unit.hall.types_by_id[type_id].code
        before = _before(unit, waits, _BEFORE_IN_QUEUE, counter_type_id=type_id)
        found.append(Ahead(code, before, expected(unit, code, before) if code in manned else None, counters))
    return min(found, key=lambda one: (one.expected["high"] if one.expected else NEVER, one.count))


def _at_counter(unit: UnitOfWork, waits: Ticket, counter: Counter, on_duty: list[Counter]) -> Ahead:
    """Where a ticket stands that waits for one counter alone: behind others like it and the counter's own queues.

    The other counters help with the queues, nobody with those that wait for this one: each of them takes as long as
    a position of the queue times the counters that serve it.
    """
    alone = _before(unit, waits, _BEFORE_AT_COUNTER, target_counter_id=counter.id)
    shared = sum(
        _before(unit, waits, _BEFORE_IN_QUEUE, counter_type_id=unit.hall.counter_types[code].id)
        for code in counter.serves
        if rank_at(unit.hall, counter, code, alone=False) == 1
    )
    code = unit.hall.types_by_id[waits.counter_type_id].code
    helpers = sum(code in other.serves for other in on_duty)
    range_ = expected(unit, code, shared + alone * max(helpers, 1)) if counter in on_duty else None
    return Ahead(code, alone + shared, range_, (counter.code,))


def others(unit: UnitOfWork, waits: Ticket, first: Ahead) -> int:
    """How many wait beside a waiting ticket where it stands (`first`): before it and behind it."""
    if waits.target_counter_id is not None:
        return at_hand(unit, unit.hall.counters_by_id[waits.target_counter_id]) - 1
    return _waiting_in(unit, first.counter_type) - 1


def at_hand(unit: UnitOfWork, counter: Counter) -> int:
    """How many wait whom a counter may call: in the queues that it serves, and for it alone."""
    alone = int(_AT_COUNTER.rows(unit.connection, {"target_counter_id": counter.id})[0][0])
    return alone + sum(_waiting_in(unit, code) for code in counter.serves)


def _waiting_in(unit: UnitOfWork, counter_type: str) -> int:
    values = {"counter_type_id": unit.hall.counter_types[counter_type].id}
    return int(_IN_QUEUE.rows(unit.connection, values)[0][0])


def ahead(unit: UnitOfWork, waits: Ticket) -> int | None:
    """How many would be called before a waiting ticket, in that of its queues which may be first."""
    first = soonest(unit, waits)
    return first.count if first else None


def _before(unit: UnitOfWork, waits: Ticket, statement: Prepared, **place_of: int) -> int:
    """How many of those that `statement` counts would be called before a ticket, by the scores."""
    classes = unit.hall.settings.classes
    mine = classes[waits.class_code]
    before = 0
    for code, other in classes.items():
        if other.tier > mine.tier:
            continue
        key = NEVER if other.tier < mine.tier else key_of(mine, other, kappa_at=waits.kappa_at, now=unit.now)
        values: dict[str, int | str] = {
            **place_of,
            "class_code": code,
            "kappa_at": waits.kappa_at if code == waits.class_code else key,
            "ticket_id": waits.id,
        }
        before += int(statement.rows(unit.connection, values)[0][0])
    return before


def key_of(mine: ClassParameters, other: ClassParameters, *, kappa_at: int, now: int) -> int:
    """The key in another class of the same tier whose score is now that of a ticket of class `mine` with `kappa_at`."""
    points = mine.speed * ((now - kappa_at) / MINUTE + mine.credit)
    return now - round((points / other.speed - other.credit) * MINUTE)


def pace(unit: UnitOfWork, counter_type: str) -> float:
    """Minutes per position of a counter type, learned from its recent calls."""
    kind = unit.hall.counter_types[counter_type]
    called = [at for at in returns.recent(unit, kind.id) if at > unit.now - RECENT]
    return minutes_per_position(called, guess=kind.guess_minutes)


def expected(unit: UnitOfWork, counter_type: str, before: int) -> dict[str, int]:
    """The range in minutes of whoever has `before` people ahead: {"low", "high"}."""
    return asdict(expected_wait(before, minutes=pace(unit, counter_type)))


def counts(hall: Hall, found: list[Queue]) -> dict[str, dict[str, int]]:
    """Waiting by counter type and by service, with a figure for each: {"by_type", "by_service"}."""
    by_type = dict.fromkeys(hall.counter_types, 0)
    by_service = dict.fromkeys(hall.services, 0)
    for queue in found:
        by_type[queue.counter_type] += queue.count
        by_service[queue.service] += queue.count
    return {"by_type": by_type, "by_service": by_service}


def expected_by_type(unit: UnitOfWork, by_type: dict[str, int]) -> dict[str, Any]:
    """The range for a newcomer, for each counter type that somebody is on duty for."""
    manned = _served_by(_on_duty(unit))
    return {code: expected(unit, code, by_type[code]) if code in manned else None for code in unit.hall.counter_types}


def _on_duty(unit: UnitOfWork) -> list[Counter]:
    """The counters that call now, as people count them: one that pauses calls nobody."""
    there = {row[0] for row in _ON_DUTY.rows(unit.connection, {"hall_id": unit.hall.id})}
    return [counter for counter in unit.hall.counters.values() if counter.id in there]


def on_duty_for(unit: UnitOfWork, counter_type: str) -> tuple[str, ...]:
    """Codes of the counters on duty that serve a counter type, as people count them."""
    return tuple(counter.code for counter in _on_duty(unit) if counter_type in counter.serves)


def may_be_called(unit: UnitOfWork, waits: Ticket) -> bool:
    """Whether a counter is at work that may call a waiting ticket: hours end the giving of numbers, not the calling."""
    there = {row[0] for row in _AT_WORK.rows(unit.connection, {"hall_id": unit.hall.id})}
    if waits.target_counter_id is not None:
        return waits.target_counter_id in there
    kinds = {unit.hall.types_by_id[type_id].code for _, type_id, _ in places_of(waits)}
    return any(kinds.intersection(unit.hall.counters_by_id[one].serves) for one in there)


def _served_by(on_duty: list[Counter]) -> set[str]:
    return {code for counter in on_duty for code in counter.serves}
