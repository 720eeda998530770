"""A clerk's own day, at whichever counters; pauses by the hall's reasons."""

from __future__ import annotations

from collections.abc import Callable

from server.services.calling import calling, corrections, own_day, sessions, visits
from server.services.queries.views import hall_view
from tests.server.small_hall import ALICE, BOB, BOSS, Desk

MINUTE = 60


def serve(desk: Desk, counter: str, minutes: float) -> str:
    number = desk.take("pass")
    desk.next(ALICE, counter)
    desk.do(calling.start, ALICE, counter=counter)
    desk.wait(minutes * MINUTE)
    desk.do(calling.complete, ALICE, counter=counter)
    return number


def test_a_day_counts_what_the_clerk_did_at_all_counters(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    assert desk.see(own_day.own_day, ALICE) == {"served": 0, "minutes": None, "missed": 0, "unconfirmed": 0}
    serve(desk, "1", 4)
    desk.do(sessions.sign_off, ALICE, counter="1")
    desk.sign_on(ALICE, "3")
    serve(desk, "3", 8)
    desk.take()
    desk.next(ALICE, "3")
    desk.do(calling.no_show, ALICE, counter="3")
    assert desk.see(own_day.own_day, ALICE) == {"served": 2, "minutes": 6.0, "missed": 1, "unconfirmed": 0}
    assert desk.see(own_day.own_day, BOB)["served"] == 0
    desk.wait(24 * 3600)
    assert desk.see(own_day.own_day, ALICE)["served"] == 0


def test_whom_nobody_saw_is_no_served_visitor(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(on_next="complete")
    desk.sign_on(ALICE, "1")
    serve(desk, "1", 4)
    for _ in range(2):
        desk.take()
        desk.next(ALICE, "1")
    assert desk.see(own_day.own_day, ALICE) == {"served": 1, "minutes": 4.0, "missed": 0, "unconfirmed": 1}


def test_every_service_of_a_visit_counts_and_the_time_before_it_was_opened_again_does_not(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    desk.take("pass", services=["permit"])
    for _ in range(2):
        desk.next(ALICE, "1")
        desk.do(calling.start, ALICE, counter="1")
        desk.wait(3 * MINUTE)
        desk.do(calling.complete, ALICE, counter="1")
    assert desk.see(own_day.own_day, ALICE) == {"served": 2, "minutes": 3.0, "missed": 0, "unconfirmed": 0}
    number = serve(desk, "1", 3)
    desk.wait(60 * MINUTE)
    desk.do(corrections.reopen, ALICE, counter="1", number=number)
    desk.wait(3 * MINUTE)
    desk.do(calling.complete, ALICE, counter="1")
    assert desk.see(own_day.own_day, ALICE) == {"served": 3, "minutes": 4.0, "missed": 0, "unconfirmed": 0}


def test_who_is_opened_again_and_called_anew_takes_no_negative_time(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    number = serve(desk, "1", 3)
    desk.wait(60 * MINUTE)
    desk.do(corrections.reopen_aside, BOSS, number=number)
    desk.do(calling.take_back, ALICE, counter="1", number=number)
    desk.do(calling.start, ALICE, counter="1")
    desk.wait(2 * MINUTE)
    desk.do(calling.complete, ALICE, counter="1")
    assert desk.see(own_day.own_day, ALICE) == {"served": 1, "minutes": 2.0, "missed": 0, "unconfirmed": 0}


def test_who_is_opened_again_and_goes_on_to_another_service_takes_no_negative_time(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    number = serve(desk, "1", 3)
    desk.wait(60 * MINUTE)
    desk.do(corrections.reopen, ALICE, counter="1", number=number)
    desk.do(visits.add_service, ALICE, counter="1", service="permit", mode="sequence")
    desk.wait(1 * MINUTE)
    desk.do(visits.go_on, ALICE, counter="1")
    desk.wait(2 * MINUTE)
    desk.do(calling.complete, ALICE, counter="1")
    assert desk.see(own_day.own_day, ALICE) == {"served": 2, "minutes": 3.0, "missed": 0, "unconfirmed": 0}


def test_a_hall_has_reasons_to_pause_and_a_counter_says_which(desk: Desk) -> None:
    shown = desk.see(lambda unit: hall_view(unit.hall, unit.head, now=unit.now))["pause_reasons"]
    assert [one["code"] for one in shown] == ["break", "meal", "meeting", "internal", "fault"]
    desk.sign_on(ALICE, "1")
    paused = desk.do(sessions.pause, ALICE, counter="1", reason="meal").body["counter"]
    assert (paused["state"], paused["reason"]) == ("paused", "meal")
