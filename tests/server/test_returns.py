"""Tickets that wait again by themselves: after further calls of their type, and when their moment comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.services.archive import days
from server.services.calling import calling, due, undo
from server.services.runtime.actor import SYSTEM
from tests.server.small_hall import ALICE, BOB, Desk

HALF_HOUR = 30 * 60


def call_and_miss(desk: Desk) -> str:
    number = str(desk.next(ALICE, "1")["ticket"]["number"])
    desk.do(calling.no_show, ALICE, counter="1")
    return number


def returned(desk: Desk) -> list[tuple[str, str, str]]:
    return [
        (event.content["ticket"]["number"], event.content["because"], event.content["by"])
        for event in desk.events
        if event.kind == "ticket_returned"
    ]


def test_a_missed_ticket_waits_again_after_three_calls_of_its_type_in_its_old_place(desk: Desk) -> None:
    for _ in range(6):
        desk.take()
        desk.wait(1)
    desk.sign_on(ALICE, "1")
    missed = call_and_miss(desk)
    for _ in range(2):
        desk.next(ALICE, "1")
        assert desk.state_of(missed) == "parked"
    desk.next(ALICE, "1")
    assert desk.state_of(missed) == "waiting"
    assert returned(desk) == [("A001", "calls", "system")]
    assert desk.next(ALICE, "1")["ticket"]["number"] == missed


def test_calls_of_another_type_bring_nobody_back(desk: Desk) -> None:
    desk.take()
    for _ in range(4):
        desk.take("tax")
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "3")
    missed = call_and_miss(desk)
    for _ in range(4):
        desk.next(BOB, "3")
    assert desk.state_of(missed) == "parked"


def test_a_hall_may_bring_nobody_back_by_itself(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(return_after=None)
    for _ in range(6):
        desk.take()
    desk.sign_on(ALICE, "1")
    missed = call_and_miss(desk)
    for _ in range(5):
        desk.next(ALICE, "1")
    assert desk.state_of(missed) == "parked"


def test_after_the_last_no_show_nobody_comes_back(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(no_show_limit=1)
    for _ in range(6):
        desk.take()
    desk.sign_on(ALICE, "1")
    missed = call_and_miss(desk)
    for _ in range(5):
        desk.next(ALICE, "1")
    assert desk.state_of(missed) == "no_show"


def test_undoing_a_fetch_lets_the_missed_ticket_return_all_the_same(desk: Desk) -> None:
    for _ in range(6):
        desk.take()
    desk.sign_on(ALICE, "1")
    missed = call_and_miss(desk)
    desk.do(calling.take_back, ALICE, counter="1", number=missed)
    desk.do(undo.undo, ALICE, counter="1")
    for _ in range(2):  # the fetch was a call too
        desk.next(ALICE, "1")
    assert desk.state_of(missed) == "waiting"


def hold(desk: Desk, *, seconds: int) -> str:
    number = str(desk.next(ALICE, "1")["ticket"]["number"])
    desk.do(calling.hold, ALICE, counter="1", until=desk.now + seconds * 1000, note=None)
    return number


def test_a_held_ticket_waits_again_at_its_time(desk: Desk) -> None:
    desk.take()
    desk.sign_on(ALICE, "1")
    held = hold(desk, seconds=HALF_HOUR)
    desk.wait(HALF_HOUR - 1)
    desk.take()
    assert desk.state_of(held) == "held"
    assert due.halls_with_due(desk.deployment, now=desk.now) == []
    desk.wait(1)
    assert due.halls_with_due(desk.deployment, now=desk.now) == ["hall"]
    desk.do(days.tick, SYSTEM)
    assert (desk.state_of(held), returned(desk)) == ("waiting", [(held, "hold", "system")])
    assert due.halls_with_due(desk.deployment, now=desk.now) == []
    assert desk.next(ALICE, "1")["ticket"]["number"] == held


def test_the_next_command_sees_whoever_is_due(desk: Desk) -> None:
    desk.take()
    desk.sign_on(ALICE, "1")
    held = hold(desk, seconds=60)
    desk.wait(61)
    assert desk.next(ALICE, "1")["ticket"]["number"] == held


def test_a_held_ticket_that_was_fetched_before_does_not_come_back(desk: Desk) -> None:
    desk.take(), desk.take()
    desk.sign_on(ALICE, "1")
    held = hold(desk, seconds=60)
    desk.do(calling.take_back, ALICE, counter="1", number=held)
    desk.wait(61)
    desk.do(days.tick, SYSTEM)
    assert (desk.state_of(held), returned(desk)) == ("called", [])


def test_undoing_the_fetch_of_a_held_ticket_keeps_its_time(desk: Desk) -> None:
    desk.take()
    desk.sign_on(ALICE, "1")
    held = hold(desk, seconds=60)
    desk.do(calling.take_back, ALICE, counter="1", number=held)
    desk.do(undo.undo, ALICE, counter="1")
    desk.wait(61)
    desk.do(days.tick, SYSTEM)
    assert desk.state_of(held) == "waiting"


def places(desk: Desk) -> list[Any]:
    return desk.everything()["place"]


def test_a_place_is_there_while_a_ticket_waits(desk: Desk) -> None:
    desk.take()
    assert len(places(desk)) == 1
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert places(desk) == []
    desk.do(undo.undo, ALICE, counter="1")
    assert len(places(desk)) == 1
