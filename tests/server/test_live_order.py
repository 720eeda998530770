"""The server, which reads class heads from its database, chooses as the pure rule does that is shown everybody."""

from __future__ import annotations

import random
from dataclasses import replace

from sqlalchemy import delete, insert, update

from server.db import tables
from server.db.repositories.ticket_rows import read_opening
from server.domain.order import MINUTE, ClassParameters, Head, Lane, Policy, choose
from server.services.calling import outlook
from server.services.calling.next_ticket import next_tickets, pool, rank_at, standing
from server.services.runtime.actor import SYSTEM
from server.services.runtime.unit_of_work import UnitOfWork
from tests.server.small_hall import ALICE, Desk

STATES = 10_000
CODES = ("ordinary", "appointment", "priority", "military")


def a_policy(chance: random.Random) -> Policy:
    classes = {
        code: ClassParameters(
            tier=chance.choice((1, 1, 1, 0, 2)),
            speed=chance.choice((1.0, 1.0, 2.0, 0.5)),
            credit=chance.choice((0.0, 0.0, 15.0, 20.0)),
            guard=chance.choice((None, 20.0, 60.0)),
        )
        for code in CODES
    }
    lanes = (Lane("one", chance.randint(1, 3), CODES[1:2]), Lane("others", 1, (*CODES[:1], *CODES[2:])))
    return Policy(classes, lanes if chance.random() < 0.3 else (), chance.randint(1, 4), chance.random() < 0.7)


def fill(desk: Desk, chance: random.Random) -> list[dict[str, object]]:
    """A few dozen places, some for one counter alone, some old with a late key, many at the same moment."""
    waiting = []
    for ticket_id in range(1, chance.randint(2, 40)):
        reference = desk.now - chance.randrange(0, 90) * MINUTE
        waiting.append(
            {
                "hall_id": 1,
                "ticket_id": ticket_id,
                "step": 0,
                "counter_type_id": chance.choice((1, 1, 2)),
                "service_id": 1,
                "class_code": chance.choice(CODES),
                "reference_at": reference,
                "kappa_at": reference - chance.choice((0, 0, 0, 5, -10)) * MINUTE,
                "waiting_since": reference,
                "target_counter_id": chance.choice((None, None, None, None, 1, 2)),
            }
        )
    with desk.database.transaction() as connection:
        connection.execute(delete(tables.place))
        connection.execute(insert(tables.place), waiting)
        connection.execute(update(tables.hall_head).values(calls_since_guard=chance.randint(0, 3)))
    return waiting


def test_the_server_and_the_rule_choose_the_same_ticket(desk: Desk) -> None:
    chance = random.Random(5)
    with desk.database.transaction() as connection:
        for ticket_id in range(1, 41):
            connection.execute(
                insert(tables.ticket).values(
                    id=ticket_id,
                    hall_id=1,
                    day="2026-11-23",
                    number=f"A{ticket_id:03}",
                    token=f"t{ticket_id}",
                    service_id=1,
                    counter_type_id=1,
                    class_code="ordinary",
                    language="en",
                    channel="api",
                    state="waiting",
                    issued_at=0,
                    reference_at=0,
                    kappa_at=0,
                    waiting_since=0,
                )
            )
    checked = winners = 0
    while checked < STATES:
        waiting = fill(desk, chance)
        hall = desk.deployment.hall("hall")
        policy = a_policy(chance)
        settings = replace(
            hall.settings,
            classes=policy.classes,
            lanes=policy.lanes,
            guard_every=policy.guard_every,
            fallbacks_rank_last=policy.fallbacks_rank_last,
        )
        hall = replace(hall, settings=settings)
        with desk.database.reading() as connection:
            for minutes in (0, 7, 40):
                opening = read_opening(connection, 1)
                assert opening
                unit = UnitOfWork(
                    desk.deployment, connection, hall, head=opening.head, actor=SYSTEM, now=desk.now + minutes * MINUTE
                )
                unit.head = replace(unit.head, lanes=_passes(chance, unit) if policy.lanes else {})
                for counter in hall.counters.values():
                    mine = [
                        Head(
                            int(str(one["ticket_id"])),
                            code,
                            str(one["class_code"]),
                            int(str(one["reference_at"])),
                            int(str(one["kappa_at"])),
                            rank_at(hall, counter, code, alone=one["target_counter_id"] is not None),
                        )
                        for one in waiting
                        for code in ("AB"[int(str(one["counter_type_id"])) - 1],)
                        if (one["target_counter_id"] is None and code in counter.serves)
                        or one["target_counter_id"] == counter.id
                    ]
                    expected = choose(mine, policy, now=unit.now, standing=standing(unit, counter))
                    found = next_tickets(unit, counter)
                    checked += 1
                    if expected is None:
                        assert found == []
                        continue
                    winners += 1
                    assert found[0] == expected
    assert winners > STATES / 2


def _passes(chance: random.Random, unit: UnitOfWork) -> dict[str, dict[str, int]]:
    return {pool(counter): {"one": chance.randint(0, 3)} for counter in unit.hall.counters.values()}


def test_what_a_console_shows_next_is_what_pressing_next_calls(desk: Desk) -> None:
    for number in range(8):
        desk.take(status="elderly" if number % 3 == 2 else None)
        desk.wait(240)
    desk.sign_on(ALICE, "1")
    shown = [one["number"] for one in desk.see(outlook.outlook, ALICE, counter="1")["upcoming"]]
    assert shown == [desk.next(ALICE, "1")["ticket"]["number"] for _ in range(3)]
