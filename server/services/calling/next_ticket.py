"""Which ticket a counter calls next: class heads from the database, the choice from the domain."""

from __future__ import annotations

from server.db.repositories import place_rows
from server.domain.hall import Counter, Hall
from server.domain.order import Choice, Head, Standing, choose
from server.services.runtime.unit_of_work import UnitOfWork


def heads(unit: UnitOfWork, counter: Counter, *, limit: int = 1) -> list[Head]:
    """The first `limit` waiting tickets of every class that the counter serves, by key and by age."""
    hall = unit.hall
    found = place_rows.heads_for(
        unit.connection,
        types=[hall.counter_types[code].id for code in counter.serves],
        classes=list(hall.settings.classes),
        counter_id=counter.id,
        limit=limit,
    )
    return [
        Head(ticket, code, class_code, reference, kappa, rank_at(hall, counter, code, alone=target is not None), step)
        for ticket, step, type_id, class_code, reference, kappa, target in found
        for code in (hall.types_by_id[type_id].code,)
    ]


def rank_at(hall: Hall, counter: Counter, counter_type: str, *, alone: bool) -> int:
    """1 for a counter's own types and for whoever waits for it alone, 2 for its fallbacks where the hall ranks them."""
    own = alone or counter_type in counter.own or not hall.settings.fallbacks_rank_last
    return 1 if own else 2


def pool(counter: Counter) -> str:
    """Counters that serve the same types share the lanes' turns."""
    return ",".join(sorted(counter.serves))


def standing(unit: UnitOfWork, counter: Counter) -> Standing:
    """What earlier calls left behind for a counter."""
    return Standing(unit.head.calls_since_guard, unit.head.lanes.get(pool(counter), {}))


def next_tickets(unit: UnitOfWork, counter: Counter, *, count: int = 1) -> list[Choice]:
    """The next `count` tickets for a counter if nothing else happened, in order; fewer when fewer wait."""
    policy = unit.hall.settings.policy
    waiting = heads(unit, counter, limit=count)
    left = standing(unit, counter)
    chosen: list[Choice] = []
    while waiting and len(chosen) < count:
        choice = choose(waiting, policy, now=unit.now, standing=left)
        assert choice is not None
        chosen.append(choice)
        left = choice.standing
        waiting = [head for head in waiting if head.ticket != choice.head.ticket]
    return chosen
