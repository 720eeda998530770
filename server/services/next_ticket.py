"""Which ticket a counter calls next: class heads from the database, the choice from the domain."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, text

from server.domain.hall import Counter, Hall
from server.domain.order import Choice, ClassParameters, Head, choose
from server.services.unit import Unit

#: A ticket sent to one counter goes before all others there.
FOR_THIS_COUNTER = "for-this-counter"
_FIRST = ClassParameters(tier=-1, guard=None)

_HEAD_OF_CLASS = """
SELECT * FROM (SELECT id, {type_id} AS type_id, '{class_code}' AS class_code, reference_at, kappa_at FROM ticket
WHERE state = 'waiting' AND target_counter_id IS NULL AND counter_type_id = {type_id} AND class_code = '{class_code}'
ORDER BY {key}, id LIMIT {limit})"""
_HEAD_FOR_COUNTER = """
SELECT * FROM (SELECT id, counter_type_id AS type_id, '{class_code}' AS class_code, reference_at, kappa_at FROM ticket
WHERE state = 'waiting' AND target_counter_id IS NOT NULL AND target_counter_id = {counter_id}
ORDER BY kappa_at, id LIMIT {limit})"""


@lru_cache(maxsize=2048)
def _heads_statement(types: tuple[int, ...], classes: tuple[str, ...], counter_id: int, limit: int) -> TextClause:
    """All heads that a counter may call, as one statement, built once: ids and codes are the server's own."""
    parts = [_HEAD_FOR_COUNTER.format(counter_id=int(counter_id), class_code=FOR_THIS_COUNTER, limit=limit)]
    parts += [
        _HEAD_OF_CLASS.format(
            type_id=int(type_id), class_code=code.replace("'", "''").replace(":", r"\:"), key=key, limit=limit
        )
        for type_id in types
        for code in classes
        for key in ("kappa_at", "reference_at")
    ]
    return text(" UNION ALL ".join(parts))


def heads(unit: Unit, counter: Counter, *, limit: int = 1) -> list[Head]:
    """The first `limit` waiting tickets of every class that the counter serves, by key and by age."""
    hall = unit.hall
    types = tuple(hall.counter_types[code].id for code in counter.serves)
    statement = _heads_statement(types, tuple(hall.settings.classes), counter.id, limit)
    return [_head(row, hall, counter) for row in unit.connection.execute(statement)]


def _head(row: Any, hall: Hall, counter: Counter) -> Head:
    code = hall.types_by_id[row[1]].code
    rank = 2 if hall.settings.fallbacks_rank_last and code not in counter.own else 1
    return Head(row[0], code, row[2], row[3], row[4], rank)


def next_tickets(unit: Unit, counter: Counter, *, count: int = 1) -> list[Choice]:
    """The next `count` tickets for a counter if nothing else happened, in order; fewer when fewer wait."""
    settings = unit.hall.settings
    classes = {**settings.classes, FOR_THIS_COUNTER: _FIRST}
    waiting = {head.ticket: head for head in heads(unit, counter, limit=count)}
    since_guard = unit.head.calls_since_guard
    chosen: list[Choice] = []
    while waiting and len(chosen) < count:
        guard_allowed = since_guard + 1 >= settings.guard_every
        choice = choose(waiting.values(), classes, now=unit.now, guard_allowed=guard_allowed)
        assert choice is not None
        chosen.append(choice)
        del waiting[choice.head.ticket]
        since_guard = 0 if choice.by_guard else since_guard + 1
    return chosen
