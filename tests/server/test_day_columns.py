"""Every ticket of a day stands in exactly one column, whatever happens to it over how many days."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.db.tables import ticket
from server.domain.outcomes import COLUMNS
from server.domain.refusals import Refusal
from server.services.archive import days
from server.services.archive.archive_table import HEADINGS, lines
from server.services.calling import calling, corrections
from server.services.policy import comparison
from server.services.policy.comparison import ComparePolicies
from server.services.queries import day_counts, day_figures, live, snapshots
from server.services.runtime.actor import SYSTEM
from server.services.tickets import issuing, tickets
from tests.server.offline_kiosk import OfflineKiosk
from tests.server.reduce import reduce_staff
from tests.server.small_hall import ALICE, BOSS, Desk
from tests.server.test_kept import DAY, play

KINDS = [
    "take",
    "take",
    "take",
    "tax",
    "visit",
    "next",
    "next",
    "start",
    "hold",
    "miss",
    "done",
    "back",
    "open",
    "transfer",
    "remove",
    "leave",
    "machine",
    "off",
    "minutes",
    "hours",
    "day",
    "day",
]
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 12)), min_size=10, max_size=30)


def do(desk: Desk, machine: OfflineKiosk, kind: str, choice: int) -> None:
    number = f"{'AB'[choice % 2]}{choice}"
    more: dict[str, Callable[[], Any]] = {
        "visit": lambda: desk.take("pass", services=["tax"], mode="parallel" if choice % 2 else "sequence"),
        "start": lambda: desk.do(calling.start, ALICE, counter="3"),
        "transfer": lambda: desk.do(calling.transfer, ALICE, counter="3", to="B", place="keep", note=None),
        "remove": lambda: desk.do(corrections.remove, ALICE, number=number, reason="twice"),
        "leave": lambda: desk.do(tickets.leave, token=token_of(desk, choice)),
        "minutes": lambda: desk.wait(choice * 60),
        "day": lambda: desk.wait(DAY),  # whoever comes next ends the day
    }
    if kind in more:
        more[kind]()
    else:
        play(desk, machine, kind, choice)


def token_of(desk: Desk, choice: int) -> str:
    with desk.database.reading() as connection:
        found = list(connection.execute(select(ticket.c.token).order_by(ticket.c.id.desc())).scalars())
    return str(found[choice % len(found)]) if found else "-"


def days_of(desk: Desk) -> list[str]:
    with desk.database.reading() as connection:
        return list(connection.execute(select(ticket.c.day).distinct().order_by(ticket.c.day)).scalars())


def figures(desk: Desk, day: str) -> dict[str, Any]:
    return desk.see(lambda unit: asdict(day_figures.figures_of(unit, day)), BOSS)


def summed(counts: dict[str, Any]) -> int:
    return sum(counts.get(name, 0) for name in COLUMNS)


@settings(max_examples=12, deadline=None)
@given(played=STEPS, keep=st.booleans())
def test_the_columns_of_every_day_are_its_tickets(
    tmp_path_factory: pytest.TempPathFactory, played: list[tuple[str, int]], keep: bool
) -> None:
    desk = Desk(tmp_path_factory.mktemp("columns"), keep_open_tickets=keep, return_after=None)
    try:
        machine, before = OfflineKiosk(desk), desk.see(snapshots.staff_snapshot, ALICE)
        desk.do(days.tick, SYSTEM)
        known: dict[str, dict[str, Any]] = {}
        for kind, choice in [*played, ("day", 0)]:
            with suppress(Refusal):
                do(desk, machine, kind, choice)
            desk.do(days.tick, SYSTEM)
            today = desk.see(snapshots.staff_snapshot, ALICE)["today"]
            assert summed(today) == today["issued"] + today["kept_before"], kind
        for event in desk.events:
            before = reduce_staff(before, staff_event(event))
        assert before["today"] == today
        for day in days_of(desk)[:-1]:
            known[day] = figures(desk, day)
            assert summed(known[day]) == known[day]["issued"] > 0
            assert as_table(desk, day) == {name: known[day][name] for name in COLUMNS if name != "open"}
            agrees(desk, day, known[day])
        desk.wait(DAY)
        desk.do(days.tick, SYSTEM)
        assert {day: figures(desk, day) for day in known} == known, "a day that is over changes no more"
    finally:
        desk.database.close()


def staff_event(event: Any) -> dict[str, Any]:
    return {"seq": event.seq, "kind": event.kind, **event.content}


def as_table(desk: Desk, day: str) -> dict[str, int]:
    """The columns by the archive's table."""
    with desk.database.reading() as connection:
        rows = [dict(row) for row in connection.execute(select(ticket).where(ticket.c.day == day)).mappings()]
    header = {
        "time_zone": "Asia/Shanghai",
        "day_ends": "04:00",
        "legend": {"services": {}, "counter_types": {}, "counters": {}},
    }
    at = HEADINGS.index("outcome")
    found = [line[at] for line in lines(header, [("ticket", row) for row in rows])]
    return {name: found.count(name) for name in COLUMNS if name != "open"}


def agrees(desk: Desk, day: str, went: dict[str, Any]) -> None:
    """The comparison of rules looks at the same tickets, and tells how the day went by the same figures."""
    with suppress(Refusal):  # nobody was called
        trial = desk.see(comparison.prepare, BOSS, wish=ComparePolicies(day=day, policies=[]))["trial"]
        answer = comparison.run(desk.deployment, trial)
        assert answer["went"] == went
        assert answer["day"]["visits"] == went["counted"]
        assert [one["all"]["count"] for one in answer["results"]] == [went["counted"]]


@pytest.mark.parametrize("seed", range(4))
def test_where_clerks_call_at_once_the_rule_in_force_has_the_share_of_the_day(desk: Desk, seed: int) -> None:
    dice = Random(seed)
    desk.sign_on(ALICE, "1")
    waiting, free_at = [desk.take()], desk.now
    came = dice.randint(10, 20)
    while waiting or came or free_at > desk.now:
        if came and dice.random() < 0.3:
            came -= 1
            waiting.append(desk.take())
        if len(waiting) > 1 and dice.random() < 0.1:
            desk.do(corrections.remove, ALICE, number=waiting.pop(), reason="given twice")
        if free_at == desk.now and desk.at("1")["ticket"]:
            desk.do(calling.complete, ALICE, counter="1")
        if free_at <= desk.now and waiting:
            waiting.remove(desk.do(calling.call_next, ALICE, counter="1").body["ticket"]["number"])
            desk.do(calling.start, ALICE, counter="1")
            free_at = desk.now + dice.randint(1, 12) * 60_000
        desk.wait(60)
    desk.do(calling.complete, ALICE, counter="1")
    desk.wait(DAY)
    desk.do(days.tick, SYSTEM)
    last = desk.see(live.live, BOSS, devices=[])["last_day"]
    trial = desk.see(comparison.prepare, BOSS, wish=ComparePolicies(day=last["day"], policies=[]))["trial"]
    answer = comparison.run(desk.deployment, trial)
    assert answer["went"]["within_target"] == last["within_target"]
    played = answer["results"][0]["all"]
    assert (played["count"], played["within_target"]) == (last["counted"], last["within_target"])
    assert (played["mean"], played["max"]) == (last["mean_wait"], last["longest_wait"])


def test_numbers_given_by_mistake_are_no_part_of_the_share(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    desk.take()
    desk.next(ALICE, "1")
    mistakes = [desk.take() for _ in range(4)]
    desk.wait(50)
    desk.do(corrections.remove_many, ALICE, numbers=mistakes, services=[], reason="twice", check=False)
    late = desk.take()
    desk.wait(31 * 60)
    desk.do(corrections.remove, ALICE, number=late, reason="gone")
    desk.wait(DAY)
    desk.do(days.tick, SYSTEM)
    last = desk.see(live.live, BOSS, devices=[])["last_day"]
    assert (last["issued"], last["removed"], last["counted"]) == (6, 5, 2)
    # Called at once; the one that was taken out after its target counts as not called in time.
    assert last["within_target"] == 0.5
    answer = comparison.run(
        desk.deployment, desk.see(comparison.prepare, BOSS, wish=ComparePolicies(day=last["day"], policies=[]))["trial"]
    )
    assert answer["results"][0]["all"]["count"] == 2


def test_a_kept_ticket_is_of_its_day_and_done_on_the_next(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(keep_open_tickets=True)
    first, second = desk.take(), desk.take("tax")
    given = desk.do(issuing.issue_ticket, service="pass", status=None, language=None).body["number"]
    desk.sign_on(ALICE, "3")
    desk.do(calling.call, ALICE, counter="3", number=first, reason=None)
    desk.do(calling.start, ALICE, counter="3")
    desk.wait(DAY)
    desk.do(days.tick, SYSTEM)
    desk.do(calling.complete, ALICE, counter="3")
    desk.do(calling.call, ALICE, counter="3", number=second, reason=None)
    desk.do(calling.start, ALICE, counter="3")
    desk.do(calling.complete, ALICE, counter="3")
    desk.take()
    seen = desk.see(live.live, BOSS, devices=[])
    assert {name: seen["today"][name] for name in ("issued", "kept_before", "completed", "open")} == {
        "issued": 1,
        "kept_before": 3,
        "completed": 2,
        "open": 2,
    }
    assert seen["kept"] == [{"day": "2026-11-23", "completed": 2, "open": 1}]
    assert {one["code"]: one["served"] for one in seen["services"]} == {"pass": 1, "permit": 0, "tax": 1}
    assert (seen["last_day"]["issued"], seen["last_day"]["kept"], seen["last_day"]["completed"]) == (3, 3, 0)
    # One was called on its own day; the others had waited to its end.
    assert seen["last_day"]["within_target"] == round(1 / 3, 3)
    assert desk.do(corrections.reopen, ALICE, counter="3", number=second).body["ticket"]["state"] == "serving"
    assert desk.see(day_counts.today, BOSS)["completed"] == 1
    desk.do(calling.complete, ALICE, counter="3")
    desk.wait(DAY)
    desk.do(days.tick, SYSTEM)
    last = desk.see(live.live, BOSS, devices=[])["last_day"]
    assert (last["issued"], last["kept"]) == (1, 1)
    assert [(one["day"], one["completed"], one["kept"]) for one in last["earlier"]] == [("2026-11-23", 2, 1)]
    assert desk.state_of(str(given)) == "waiting"
