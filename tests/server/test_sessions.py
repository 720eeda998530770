from __future__ import annotations

from collections.abc import Callable

import pytest

from server.services.accounts import users
from server.services.accounts.accounts import open_desk
from server.services.calling import calling, sessions
from server.services.runtime.actor import PUBLIC, Actor
from server.settings.config import Config
from tests.server.small_hall import ALICE, BOB, CHARLIE, Desk


def test_signing_on_is_made_once_and_the_same_clerk_again_is_fine(desk: Desk) -> None:
    assert desk.sign_on(ALICE, "1").created
    assert not desk.sign_on(ALICE, "1").created
    assert desk.at("1")["clerk"] == {"username": "alice", "name": "Alice"}


def test_another_clerks_counter_is_taken(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    assert desk.refused(sessions.sign_on, BOB, counter="1", take_over=False, client=None) == "counter_taken"


def test_a_takeover_inherits_the_present_ticket(desk: Desk) -> None:
    number = desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    answer = desk.sign_on(BOB, "1", take_over=True)
    assert (answer.created, answer.body["ticket"]["number"]) == (True, number)
    assert [event.kind for event in desk.events][-2:] == ["counter_closed", "counter_opened"]
    assert desk.refused(calling.complete, ALICE, counter="1") == "not_your_counter"
    desk.do(calling.complete, BOB, counter="1")
    assert desk.state_of(number) == "completed"


def test_visitors_and_devices_cannot_sign_on(desk: Desk) -> None:
    assert desk.refused(sessions.sign_on, PUBLIC, counter="1", take_over=True, client=None) == "not_signed_in"


def test_a_pause_keeps_its_reason_and_the_same_again_is_no_event(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    desk.do(sessions.pause, ALICE, counter="1", reason="lunch")
    desk.do(sessions.pause, ALICE, counter="1", reason="lunch")
    assert (desk.at("1")["state"], desk.at("1")["reason"]) == ("paused", "lunch")
    assert [event.kind for event in desk.events] == ["counter_opened", "counter_paused"]


@pytest.mark.parametrize("act", [sessions.pause, sessions.resume, sessions.sign_off])
def test_charlie_cannot_touch_another_clerks_session(desk: Desk, act: Callable[..., object]) -> None:
    desk.sign_on(ALICE, "1")
    more = {"reason": None} if act is sessions.pause else {}
    assert desk.refused(act, CHARLIE, counter="1", **more) == "not_your_counter"


def test_signing_off_completes_the_present_ticket_and_sums_up_the_shift(desk: Desk) -> None:
    first, second, third = desk.take(), desk.take(), desk.take()
    desk.sign_on(ALICE, "1")
    for _ in range(2):
        desk.next(ALICE, "1")
    desk.do(calling.no_show, ALICE, counter="1")
    desk.next(ALICE, "1")
    desk.do(calling.start, ALICE, counter="1")
    desk.wait(3600)
    summary = desk.do(sessions.sign_off, ALICE, counter="1").body["summary"]
    assert summary == {"called": 3, "completed": 2, "unconfirmed": 0, "no_show": 1, "held": 0, "minutes": 60}
    assert [desk.state_of(number) for number in (first, second, third)] == ["completed", "parked", "completed"]
    assert desk.at("1")["state"] == "closed"


def test_signing_off_over_one_who_is_not_here_yet_lets_them_wait_again(desk: Desk) -> None:
    number = desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(sessions.sign_off, ALICE, counter="1")
    assert desk.state_of(number) == "waiting"
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    summary = desk.do(sessions.sign_off, ALICE, counter="1", present="complete").body["summary"]
    assert (summary["completed"], summary["unconfirmed"]) == (1, 0)


def test_a_hall_that_completes_on_next_completes_at_sign_off_too(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(on_next="complete")
    number = desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    summary = desk.do(sessions.sign_off, ALICE, counter="1").body["summary"]
    assert (desk.state_of(number), summary["unconfirmed"]) == ("completed", 1)


def test_a_hall_that_asks_does_not_sign_off_over_a_ticket(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(on_next="ask")
    desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert desk.refused(sessions.sign_off, ALICE, counter="1") == "ticket_open"


def test_a_called_visitor_who_was_not_served_goes_back_to_the_queue(desk: Desk) -> None:
    desk.take(), desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(sessions.sign_off, ALICE, counter="1", present="return")
    assert desk.state_of("A001") == "waiting"
    desk.sign_on(BOB, "3")
    assert desk.next(BOB, "3")["ticket"]["number"] == "A001"
    desk.do(calling.start, BOB, counter="3")
    assert desk.refused(sessions.sign_off, BOB, counter="3", present="return") == "wrong_state"


def test_a_clerk_at_two_counters_is_told(desk: Desk) -> None:
    assert desk.sign_on(ALICE, "1").body["also_at"] == []
    assert desk.sign_on(ALICE, "3").body["also_at"] == ["1"]


BOSS = Actor("user", 99, "boss", "supervisor", "reception")


def test_a_supervisor_signs_off_who_has_left_and_no_visitor_is_lost(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "2")
    called = desk.take()
    served = desk.take(service="tax")
    desk.next(ALICE, "1")
    desk.next(BOB, "2")
    desk.do(calling.start, BOB, counter="2")
    assert desk.refused(sessions.sign_off, CHARLIE, counter="1", present="release") == "forbidden"
    for counter in ("1", "2"):
        answer = desk.do(sessions.sign_off, BOSS, counter=counter, present="release").body
        assert answer["counter"]["state"] == "closed"
        assert desk.at(counter)["ticket"] is None
    assert (desk.state_of(called), desk.state_of(served)) == ("waiting", "held")
    returned = next(event for event in desk.events if event.kind == "ticket_returned")
    assert (returned.content["because"], returned.content["by"]) == ("supervisor", "boss")
    assert desk.refused(sessions.sign_off, BOSS, counter="1", present="release") == "counter_closed"
    desk.sign_on(CHARLIE, "3")
    assert desk.do(calling.take_back, CHARLIE, counter="3", number=served).body["ticket"]["number"] == served


def test_a_disabled_clerk_leaves_every_counter(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "2")
    number = desk.take()
    desk.next(ALICE, "1")
    open_desk(desk.deployment, Config.from_env({}), run_blocking=lambda function, *given: function(*given))
    users.edit_user(desk.deployment, username="alice", disabled=True, now=desk.now, by=BOSS)
    assert desk.at("1")["state"] == "closed"
    assert desk.at("2")["state"] == "open"
    assert desk.state_of(number) == "waiting"
    users.edit_user(desk.deployment, username="alice", disabled=False, now=desk.now)
    assert desk.at("1")["state"] == "closed"
