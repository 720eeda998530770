"""What staff put right: numbers taken out, completed tickets opened again."""

from __future__ import annotations

from typing import Any

from server.db.repositories import ticket_rows
from server.services.calling import calling, corrections, outlook, undo
from server.services.policy.hall_days import _lasted
from server.services.queries.day_counts import today
from server.services.queries.snapshots import staff_snapshot
from server.services.tickets import tickets
from tests.server.small_hall import ALICE, BOB, BOSS, Desk

MINUTES = 60


def completed(desk: Desk, service: str = "pass") -> str:
    """A ticket that Alice completed at counter 1 after five minutes of service."""
    number = desk.take(service)
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(calling.start, ALICE, counter="1")
    desk.wait(5 * MINUTES)
    desk.do(calling.complete, ALICE, counter="1")
    return number


def removal(desk: Desk, **what: Any) -> dict[str, Any]:
    wish = {"numbers": [], "services": [], "reason": "left", "check": False} | what
    return desk.do(corrections.remove_many, ALICE, **wish).body


def test_a_waiting_number_is_taken_out_with_a_reason_and_can_be_brought_back(desk: Desk) -> None:
    number = desk.take()
    taken = desk.do(corrections.remove, ALICE, number=number, reason="took two numbers").body
    assert taken["ticket"]["state"] == "cancelled"
    assert desk.see(staff_snapshot, ALICE)["waiting"]["by_type"].get("A", 0) == 0
    event = desk.events[-1]
    assert event.kind == "ticket_cancelled"
    assert (event.content["because"], event.content["reason"]) == ("staff", "took two numbers")
    desk.do(tickets.bring_back, ALICE, number=number)
    assert desk.state_of(number) == "waiting"


def test_only_staff_take_a_number_out_and_only_one_that_nobody_is_with(desk: Desk) -> None:
    number = desk.take()
    assert desk.refused(corrections.remove, number=number, reason="x") == "not_signed_in"
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert desk.refused(corrections.remove, ALICE, number=number, reason="x") == "wrong_state"
    assert desk.refused(corrections.remove, ALICE, number="A999", reason="x") == "unknown_ticket"


def test_many_are_taken_out_at_once_after_a_look(desk: Desk) -> None:
    first, second, third = desk.take(), desk.take("tax"), desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    before = desk.everything()
    asked = removal(desk, numbers=[second], services=["pass"], check=True)
    assert desk.everything() == before
    done = removal(desk, numbers=[second, first], services=["pass"])
    assert asked["removed"] == [second, third]
    assert done["removed"] == [second, third]
    assert done["skipped"] == [{"number": first, "state": "called"}]
    assert [desk.state_of(one) for one in (first, second, third)] == ["called", "cancelled", "cancelled"]


def test_many_with_one_unknown_number_change_nothing(desk: Desk) -> None:
    number = desk.take()
    wish: dict[str, Any] = {"reason": "left", "check": False, "numbers": [number, "A999"], "services": []}
    assert desk.refused(corrections.remove_many, ALICE, **wish) == "unknown_ticket"
    assert desk.refused(corrections.remove_many, ALICE, **wish | {"services": ["fly"]}) == "unknown_ticket"
    assert desk.refused(corrections.remove_many, ALICE, **wish | {"numbers": []}) == "invalid"
    unknown = wish | {"numbers": [], "services": ["fly"]}
    assert desk.refused(corrections.remove_many, ALICE, **unknown) == "unknown_service"


def test_a_completed_ticket_goes_on_at_its_counter_without_a_call(desk: Desk) -> None:
    number = completed(desk)
    desk.wait(30 * MINUTES)
    answer = desk.do(corrections.reopen, ALICE, counter="1", number=number).body
    assert (answer["ticket"]["number"], answer["ticket"]["state"]) == (number, "serving")
    assert desk.events[-1].kind == "ticket_reopened"
    assert desk.see(today, ALICE)["completed"] == 0
    desk.wait(2 * MINUTES)
    desk.do(calling.complete, ALICE, counter="1")
    assert desk.see(today, ALICE) == {**desk.see(today, ALICE), "issued": 1, "completed": 1}
    with desk.database.reading() as connection:
        ticket = ticket_rows.ticket_by_number(connection, hall_id=1, day="2026-11-23", number=number)
    assert ticket is not None
    assert _lasted(ticket) == 7 * MINUTES * 1000


def test_opening_again_can_be_taken_back(desk: Desk) -> None:
    number = completed(desk)
    before = desk.see(outlook.search, ALICE, q=number)["tickets"][0]
    desk.do(corrections.reopen, ALICE, counter="1", number=number)
    desk.do(undo.undo, ALICE, counter="1")
    after = desk.see(outlook.search, ALICE, q=number)["tickets"][0]
    assert (after["state"], after["ended_at"]) == (before["state"], before["ended_at"])


def test_another_counter_may_not_and_a_busy_one_not_yet(desk: Desk) -> None:
    number = completed(desk)
    desk.sign_on(BOB, "3")
    assert desk.refused(corrections.reopen, BOB, counter="3", number=number) == "completed_elsewhere"
    other = desk.take()
    desk.next(ALICE, "1")
    assert desk.refused(corrections.reopen, ALICE, counter="1", number=number) == "ticket_open"
    assert desk.refused(corrections.reopen, ALICE, counter="1", number=other) == "ticket_open"


def test_only_a_completed_ticket_is_opened_again_and_only_on_its_day(desk: Desk) -> None:
    number = completed(desk)
    waiting = desk.take()
    assert desk.refused(corrections.reopen, ALICE, counter="1", number=waiting) == "wrong_state"
    desk.wait(24 * 3600)
    assert desk.refused(corrections.reopen_aside, BOSS, number=number) == "unknown_ticket"


def test_a_supervisor_puts_it_on_the_shelf_of_its_counter(desk: Desk) -> None:
    number = completed(desk)
    assert desk.refused(corrections.reopen_aside, ALICE, number=number) == "forbidden"
    held = desk.do(corrections.reopen_aside, BOSS, number=number, reason="a seal is missing").body["ticket"]
    assert (held["state"], held["counter"]) == ("held", "1")
    assert [one["number"] for one in desk.see(staff_snapshot, ALICE)["held"]] == [number]
    desk.do(calling.take_back, ALICE, counter="1", number=number)
    assert desk.at("1")["ticket"]["number"] == number


def test_the_last_service_of_a_visit_is_taken_up_again(desk: Desk) -> None:
    number = desk.take("pass", services=["permit"])
    desk.sign_on(ALICE, "1")
    for _ in range(2):
        desk.next(ALICE, "1")
        desk.do(calling.complete, ALICE, counter="1")
    answer = desk.do(corrections.reopen, ALICE, counter="1", number=number).body
    assert [step["state"] for step in answer["ticket"]["steps"]] == ["done", "open"]
    desk.do(calling.complete, ALICE, counter="1")
    assert desk.state_of(number) == "completed"
