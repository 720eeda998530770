"""A visit at the counters: transfers, calls by number, figures, holding with a time, and what each audience sees."""

from __future__ import annotations

from typing import Any

import pytest

from server.services.calling import calling, outlook, sessions, undo, visits
from server.services.notices.contacts import Reach
from server.services.queries import live, snapshots, visitor_view, waiting
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import issuing, tickets
from tests.server.small_hall import ALICE, BOB, BOSS, CHARLIE, Desk
from tests.server.test_visits import visit, waits_at

HOUR = 3_600_000


@pytest.fixture
def two(desk: Desk) -> Desk:
    """Alice at counter 1 (A), Bob at counter 2 (B, then A), and A001 that wants pass and tax at once."""
    desk.sign_on(ALICE, "1"), desk.sign_on(BOB, "2")
    visit(desk, "pass", "tax", mode="parallel")
    return desk


def found(desk: Desk, number: str) -> dict[str, Any]:
    ticket: dict[str, Any] = desk.see(outlook.search, ALICE, q=number)["tickets"][0]
    return ticket


def refusal(desk: Desk, act: Any, who: Any, **arguments: Any) -> dict[str, Any]:
    with pytest.raises(calling.Refusal) as refused:
        desk.do(act, who, **arguments)
    return refused.value.params


def test_a_counter_that_calls_by_number_serves_what_it_can(two: Desk) -> None:
    called = two.do(calling.call, BOB, counter="2", number="A001", reason="asked").body["ticket"]
    assert (called["service"], called["counter_type"]) == ("tax", "B")
    weighed = two.events[-1].content["why"]
    assert weighed.winner.counter_type == "B"


def test_a_ticket_that_was_put_aside_is_fetched_for_what_it_was_there_for(two: Desk) -> None:
    two.sign_on(CHARLIE, "3")
    two.next(BOB, "2")
    two.do(calling.hold, BOB, counter="2", until=None, note=None)
    back = two.do(calling.take_back, CHARLIE, counter="3", number="A001").body["ticket"]
    assert back["service"] == "tax"


def test_a_transfer_to_one_counter_takes_the_visit_there_alone(two: Desk) -> None:
    two.next(ALICE, "1")
    two.do(calling.transfer, ALICE, counter="1", to="3", place="front", note=None)
    assert waits_at(two, "A001") == ["A"]
    assert two.refused(calling.call_next, BOB, counter="2") == "nobody_waiting"
    two.sign_on(CHARLIE, "3")
    two.next(CHARLIE, "3")
    two.do(calling.complete, CHARLIE, counter="3")
    assert waits_at(two, "A001") == ["B"]
    other = visit(two, "tax")
    assert other["ahead"] == 1  # the place at the front was for the service that was sent on


def test_a_no_show_keeps_the_visit(two: Desk) -> None:
    two.next(ALICE, "1")
    two.do(calling.no_show, ALICE, counter="1")
    assert waits_at(two, "A001") == []
    for _ in range(3):
        two.take()
        two.next(ALICE, "1")
    assert sorted(waits_at(two, "A001")) == ["A", "B"]


def test_staff_see_how_many_calls_a_missed_visitor_is_away(two: Desk) -> None:
    two.next(ALICE, "1")
    two.do(calling.no_show, ALICE, counter="1")
    assert found(two, "A001")["returns_after"] == 3
    two.take()
    two.next(ALICE, "1")
    assert [one["returns_after"] for one in two.see(snapshots.staff_snapshot)["parked"]] == [2]


def test_undo_of_a_step_brings_the_visitor_back_unless_they_were_called_elsewhere(two: Desk) -> None:
    two.next(ALICE, "1")
    two.do(calling.complete, ALICE, counter="1")
    two.do(undo.undo, ALICE, counter="1")
    assert two.at("1")["ticket"]["service"] == "pass"
    assert [step["state"] for step in two.at("1")["ticket"]["steps"]] == ["open", "open"]
    two.do(calling.complete, ALICE, counter="1")
    two.next(BOB, "2")
    assert two.refused(undo.undo, ALICE, counter="1") == "undo_conflict"


def test_a_visitor_in_two_queues_is_told_of_the_shorter_one(two: Desk) -> None:
    for _ in range(3):
        two.take("tax")
    mine = visit(two, "tax", "pass", mode="parallel")
    assert mine["ahead"] == 1
    assert mine["counters"] == ["1", "2"]
    assert mine["wait"]["high"] <= visit(two, "tax")["wait"]["high"]


def test_the_pace_is_learned_from_every_service_of_a_visit(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    before = desk.see(waiting_now)["A"]
    for _ in range(15):
        visit(desk, "pass", "tax")
        desk.next(ALICE, "1")
        desk.wait(60)
        desk.do(calling.complete, ALICE, counter="1")
    assert before == 5  # the administrator's guess
    assert 2 < desk.see(waiting_now)["A"] < 2.5  # between the guess and the minute that it takes
    desk.wait(3 * 3600)
    assert desk.see(waiting_now)["A"] == 5  # what was long ago says nothing of now


def waiting_now(unit: UnitOfWork) -> dict[str, Any]:
    return {"A": waiting.pace(unit, "A")}


def test_every_service_counts_for_whoever_did_it(two: Desk) -> None:
    two.next(ALICE, "1")
    two.do(calling.complete, ALICE, counter="1")
    two.next(BOB, "2")
    two.do(calling.complete, BOB, counter="2")
    two.take()
    two.next(ALICE, "1")
    two.do(calling.start, ALICE, counter="1")
    shown = {one["code"]: one["served"] for one in two.see(live.live, BOSS, devices=[])["services"]}
    assert shown == {"pass": 1, "permit": 0, "tax": 1}
    mine = two.do(sessions.sign_off, ALICE, counter="1").body["summary"]
    assert (mine["called"], mine["completed"]) == (2, 2)
    assert two.do(sessions.sign_off, BOB, counter="2").body["summary"]["completed"] == 1


def test_a_service_that_is_done_may_be_needed_again(two: Desk) -> None:
    two.next(ALICE, "1")
    two.do(calling.complete, ALICE, counter="1")
    two.next(BOB, "2")
    assert two.refused(visits.add_service, BOB, counter="2", service="tax", mode="sequence") == "service_twice"
    two.do(visits.add_service, BOB, counter="2", service="pass", mode="sequence")
    two.do(calling.complete, BOB, counter="2")
    assert waits_at(two, "A001") == ["A"]
    two.next(ALICE, "1")
    two.do(calling.complete, ALICE, counter="1")
    assert two.state_of("A001") == "completed"


def test_the_same_counter_goes_on_with_the_next_service_without_a_call(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    token = visit(desk, "pass", "tax", "permit")["token"]
    desk.next(ALICE, "1")
    desk.do(calling.start, ALICE, counter="1")
    assert desk.refused(visits.go_on, ALICE, counter="1") == "not_here"  # tax comes next
    desk.do(visits.drop_service, ALICE, counter="1", service="tax")
    desk.wait(90)
    calls = desk.at("1")["ticket"]["call_seq"]
    turned = desk.do(visits.go_on, ALICE, counter="1").body["ticket"]
    assert (turned["state"], turned["service"], turned["counter"]) == ("serving", "permit", "1")
    assert (turned["call_seq"], turned["started_at"]) == (calls, "2026-11-23T09:01:30.000+08:00")
    assert [step["state"] for step in turned["steps"]] == ["done", "dropped", "open"]
    assert desk.refused(visits.go_on, ALICE, counter="1") == "not_here"
    desk.do(undo.undo, ALICE, counter="1")
    assert desk.at("1")["ticket"]["service"] == "pass"
    desk.do(visits.go_on, ALICE, counter="1")
    desk.do(calling.complete, ALICE, counter="1")
    assert desk.see(visitor_view.view, token=token)["state"] == "completed"
    assert desk.do(sessions.sign_off, ALICE, counter="1").body["summary"]["completed"] == 2


def test_a_visit_of_one_service_has_nothing_to_go_on_with(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    desk.take()
    assert desk.refused(visits.go_on, ALICE, counter="1") == "no_ticket"
    desk.next(ALICE, "1")
    assert desk.refused(visits.go_on, ALICE, counter="1") == "not_here"


def test_a_closed_service_is_not_added_and_a_visit_has_an_end(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    desk.take()
    desk.next(ALICE, "1")
    for _ in range(4):
        for service in ("tax", "permit"):
            if len(desk.at("1")["ticket"]["steps"]) < 8:
                desk.do(visits.add_service, ALICE, counter="1", service=service, mode="sequence")
                desk.do(visits.drop_service, ALICE, counter="1", service=service)
    params = refusal(desk, visits.add_service, ALICE, counter="1", service="tax", mode="sequence")
    assert params["reason"] == "a visit has at most 8 services"


def test_notes_have_an_end(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    desk.take()
    desk.next(ALICE, "1")
    for _ in range(3):
        desk.do(visits.add_note, ALICE, counter="1", note="x" * 300)
    assert desk.refused(visits.add_note, ALICE, counter="1", note="x" * 300) == "invalid"
    desk.do(visits.add_note, ALICE, counter="1", note="x" * 90)


@pytest.mark.parametrize("command", [visits.set_quantity, visits.add_note, visits.add_service, visits.drop_service])
def test_without_a_ticket_there_is_no_visit(desk: Desk, command: Any) -> None:
    desk.sign_on(ALICE, "1")
    arguments: dict[Any, dict[str, Any]] = {
        visits.set_quantity: {"quantity": 2},
        visits.add_note: {"note": "x"},
        visits.add_service: {"service": "tax", "mode": "sequence"},
        visits.drop_service: {"service": "tax"},
    }
    assert desk.refused(command, ALICE, counter="1", **arguments[command]) == "no_ticket"
    assert desk.refused(command, BOB, counter="1", **arguments[command]) == "not_your_counter"


def test_a_hold_ends_by_itself_at_its_time_and_not_after_the_day(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    desk.take()
    desk.next(ALICE, "1")
    assert refusal(desk, calling.hold, ALICE, counter="1", until=desk.now, note=None)["field"] == "until"
    tomorrow = refusal(desk, calling.hold, ALICE, counter="1", until=desk.now + 20 * HOUR, note=None)
    assert tomorrow["reason"] == "a time before the business day ends (04:00)"
    desk.do(calling.hold, ALICE, counter="1", until=desk.now + HOUR, note="papers")
    assert found(desk, "A001")["due_at"] == "2026-11-23T10:00:00.000+08:00"
    desk.wait(3600)
    assert desk.next(ALICE, "1")["ticket"]["number"] == "A001"


def test_the_timeline_tells_what_was_done_and_said(two: Desk) -> None:
    two.next(ALICE, "1")
    two.do(visits.add_service, ALICE, counter="1", service="permit", mode="sequence")
    two.do(visits.set_quantity, ALICE, counter="1", quantity=4)
    two.do(calling.hold, ALICE, counter="1", until=None, note="copying")
    told = two.see(visits.whole, ALICE, number="A001")["timeline"]
    assert [(line["kind"], line["details"]) for line in told[2:]] == [
        ("ticket_changed", {"what": "service_added", "service": "permit"}),
        ("ticket_changed", {"what": "quantity", "quantity": 4}),
        ("ticket_held", {"note": "copying"}),
    ]


def test_what_a_visitor_left_to_be_reached_by_is_in_no_event(desk: Desk) -> None:
    desk.do(issuing.issue_ticket, service="pass", reach=Reach(name="陈大文", phone="13800138000"))
    assert found(desk, "A001")["reachable"] is True
    assert desk.see(visits.whole, ALICE, number="A001")["contact"] == {"name": "陈**", "phone": "*******8000"}
    assert "8000" not in str([event.content for event in desk.events])
    desk.take()
    assert found(desk, "A002")["reachable"] is False


def test_a_visitor_may_leave_between_two_services(two: Desk) -> None:
    token = visit(two, "pass", "tax")["token"]
    two.next(ALICE, "1"), two.next(ALICE, "1")
    two.do(calling.complete, ALICE, counter="1")
    left = two.do(tickets.leave, token=token).body
    assert left["state"] == "cancelled"
    assert [step["state"] for step in two.see(visitor_view.view, token=token)["steps"]] == ["done", "open"]
    assert waits_at(two, left["number"]) == []
