"""Visits of several services, visitors who need more time, ratings, and limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from server.db import tables
from server.domain.refusals import Refusal
from server.services.archive import days
from server.services.calling import calling, outlook, undo, visits
from server.services.notices.contacts import Reach
from server.services.queries import visitor_view
from server.services.runtime.actor import PUBLIC, SYSTEM
from server.services.tickets import issuing, offers, persons, tickets
from tests.server.small_hall import ALICE, BOB, BOSS, Desk


def visit(desk: Desk, *services: str, **more: Any) -> dict[str, Any]:
    return desk.do(issuing.issue_ticket, service=services[0], services=list(services[1:]), **more).body


def waits_at(desk: Desk, number: str) -> list[str]:
    found = desk.see(outlook.search, ALICE, q=number)["tickets"][0]
    return [one["counter_type"] for one in found["waits_for"]]


def test_one_number_goes_from_one_service_to_the_next(desk: Desk) -> None:
    mine = visit(desk, "pass", "tax")
    assert [step["state"] for step in mine["steps"]] == ["open", "later"]
    assert waits_at(desk, "A001") == ["A"]
    desk.wait(300)
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "2")
    desk.next(ALICE, "1")
    desk.do(calling.complete, ALICE, counter="1")
    assert waits_at(desk, "A001") == ["B"]
    assert desk.events[-1].kind == "ticket_next_step"
    later = desk.take("tax")
    # The waited time counts: it came before the one who took a number for tax alone.
    assert desk.next(BOB, "2")["ticket"]["number"] == "A001"
    assert desk.next(BOB, "2")["ticket"]["number"] == later
    done = desk.see(visitor_view.view, token=mine["token"])
    assert (done["state"], [step["state"] for step in done["steps"]]) == ("completed", ["done", "done"])
    assert [step["counter"] for step in done["steps"]] == ["1", "2"]


def test_a_hall_may_let_the_next_service_count_from_its_beginning(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(next_step="fresh")
    visit(desk, "pass", "tax")
    desk.wait(60)
    other = desk.take("tax")
    desk.wait(60)
    desk.sign_on(ALICE, "1"), desk.sign_on(BOB, "2")
    desk.next(ALICE, "1")
    desk.do(calling.complete, ALICE, counter="1")
    assert desk.next(BOB, "2")["ticket"]["number"] == other


def test_in_parallel_whichever_counter_is_free_first_and_never_two(desk: Desk) -> None:
    visit(desk, "pass", "tax", mode="parallel")
    assert waits_at(desk, "A001") == ["A", "B"]
    desk.sign_on(BOB, "2"), desk.sign_on(ALICE, "1")
    called = desk.next(BOB, "2")["ticket"]
    assert (called["number"], called["service"]) == ("A001", "tax")
    with pytest.raises(Refusal):
        desk.next(ALICE, "1")
    desk.do(calling.complete, BOB, counter="2")
    assert waits_at(desk, "A001") == ["A"]
    assert desk.next(ALICE, "1")["ticket"]["service"] == "pass"
    desk.do(calling.complete, ALICE, counter="1")
    assert desk.state_of("A001") == "completed"


def test_calling_the_next_one_completes_only_this_service(desk: Desk) -> None:
    visit(desk, "pass", "tax")
    second = desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert desk.next(ALICE, "1")["ticket"]["number"] == second
    assert (desk.state_of("A001"), waits_at(desk, "A001")) == ("waiting", ["B"])
    desk.do(undo.undo, ALICE, counter="1")
    assert desk.at("1")["ticket"]["number"] == "A001"
    assert desk.at("1")["ticket"]["service"] == "pass"
    assert waits_at(desk, second) == ["A"]


def test_the_clerk_adds_and_drops_services_and_can_undo_it(desk: Desk) -> None:
    desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    answer = desk.do(visits.add_service, ALICE, counter="1", service="tax", mode="sequence").body
    assert [step["service"] for step in answer["ticket"]["steps"]] == ["pass", "tax"]
    assert desk.refused(visits.add_service, ALICE, counter="1", service="tax", mode="sequence") == "service_twice"
    assert desk.refused(visits.add_service, ALICE, counter="1", service="none", mode="sequence") == "unknown_service"
    desk.do(undo.undo, ALICE, counter="1")
    assert desk.at("1")["ticket"]["steps"] == []
    desk.do(visits.add_service, ALICE, counter="1", service="tax", mode="sequence")
    assert desk.refused(visits.drop_service, ALICE, counter="1", service="pass") == "invalid"
    desk.do(visits.drop_service, ALICE, counter="1", service="tax")
    desk.do(calling.complete, ALICE, counter="1")
    assert desk.state_of("A001") == "completed"


def test_notes_and_quantity_go_with_the_visitor(desk: Desk) -> None:
    visit(desk, "pass", "tax")
    desk.sign_on(ALICE, "1"), desk.sign_on(BOB, "2")
    desk.next(ALICE, "1")
    desk.do(visits.add_note, ALICE, counter="1", note="two children")
    desk.do(visits.set_quantity, ALICE, counter="1", quantity=3)
    desk.do(calling.complete, ALICE, counter="1")
    called = desk.next(BOB, "2")["ticket"]
    assert (called["note"], called["quantity"], called["came_from"]) == ("two children", 3, "A")


def test_a_visit_has_each_service_once(desk: Desk) -> None:
    wish = {"status": None, "language": None}
    assert desk.refused(issuing.issue_ticket, service="pass", services=["pass"], **wish) == "service_twice"
    assert desk.refused(issuing.issue_ticket, service="pass", services=["moon"], **wish) == "unknown_service"


def test_a_transfer_moves_the_present_service_alone(desk: Desk) -> None:
    visit(desk, "pass", "permit")
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(calling.transfer, ALICE, counter="1", to="B", place="keep", note=None)
    assert waits_at(desk, "A001") == ["B"]
    desk.sign_on(BOB, "2")
    assert desk.next(BOB, "2")["ticket"]["service"] == "pass"
    desk.do(calling.complete, BOB, counter="2")
    assert waits_at(desk, "A001") == ["A"]


def test_the_timeline_tells_the_whole_of_it(desk: Desk) -> None:
    visit(desk, "pass", "tax")
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(calling.start, ALICE, counter="1")
    desk.do(calling.complete, ALICE, counter="1")
    told = desk.see(visits.whole, ALICE, number="A001")
    assert [line["kind"] for line in told["timeline"]] == [
        "ticket_issued",
        "ticket_called",
        "ticket_started",
        "ticket_next_step",
    ]
    assert (told["timeline"][1]["by"], told["timeline"][1]["by_name"]) == ("alice", "Alice")
    assert told["timeline"][0]["by_name"] is None
    with pytest.raises(Refusal):
        desk.see(visits.whole, PUBLIC, number="A001")


def token_of(desk: Desk) -> str:
    return str(desk.do(issuing.issue_ticket, service="pass").body["token"])


def test_a_visitor_lets_three_pass_and_is_back_in_the_old_place(desk: Desk) -> None:
    token = token_of(desk)
    for _ in range(5):
        desk.take()
    aside = desk.do(tickets.more_time, token=token).body
    assert (aside["state"], aside["stepped_aside"], aside["returns_after"]) == ("parked", True, 3)
    desk.sign_on(ALICE, "1")
    assert [desk.next(ALICE, "1")["ticket"]["number"] for _ in range(4)] == ["A002", "A003", "A004", "A001"]
    assert desk.at("1")["ticket"]["no_shows"] == 0


def test_whoever_is_called_may_let_others_pass_and_frees_the_counter(desk: Desk) -> None:
    token = token_of(desk)
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.take()
    desk.do(tickets.more_time, token=token)
    assert desk.at("1")["ticket"] is None
    desk.wait(15 * 60)
    desk.do(days.tick, SYSTEM)
    assert desk.state_of("A001") == "waiting"  # the longest time is over
    desk.next(ALICE, "1")
    desk.do(calling.start, ALICE, counter="1")
    assert desk.refused(tickets.more_time, token=token) == "wrong_state"


def test_letting_others_pass_has_a_limit(desk: Desk) -> None:
    token = token_of(desk)
    desk.take()
    for _ in range(2):
        desk.do(tickets.more_time, token=token)
        desk.do(tickets.rejoin, token=token)
    assert desk.refused(tickets.more_time, token=token) == "more_time_limit"
    assert desk.see(visitor_view.view, token=token)["can_wait_longer"] is False


def test_a_visit_is_rated_once_when_it_is_done(desk: Desk) -> None:
    token = token_of(desk)
    assert desk.refused(tickets.rate, token=token, stars=5) == "wrong_state"
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(calling.complete, ALICE, counter="1")
    assert desk.see(visitor_view.view, token=token)["can_rate"] is True
    desk.do(tickets.rate, token=token, stars=4)
    assert desk.refused(tickets.rate, token=token, stars=5) == "already_rated"
    assert (desk.events[-1].kind, desk.events[-1].content["stars"]) == ("rating_given", 4)


def limited(desk: Desk, **more: Any) -> str:
    wish = {"service": "pass", "status": None, "language": None} | more
    return desk.refused(issuing.issue_ticket, **wish)


def test_a_person_holds_one_live_ticket_for_a_service(desk: Desk) -> None:
    mine = desk.do(issuing.issue_ticket, service="pass", reach=Reach(phone="138 0013 8000")).body
    assert limited(desk, reach=Reach(phone="+86 13800138000")) == "live_ticket"
    desk.do(issuing.issue_ticket, service="tax", reach=Reach(phone="13800138000"))
    desk.do(tickets.leave, token=mine["token"])
    desk.do(issuing.issue_ticket, service="pass", reach=Reach(phone="13800138000"))


def test_limits_of_a_day_and_what_a_hall_asks_for(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(limits={"identify": "id", "per_day": 2, "live_per_service": False, "many": 2})
    assert limited(desk) == "id_needed"
    ming = Reach(id_number="440301 1990 0101 123x")
    for _ in range(2):
        desk.do(issuing.issue_ticket, service="pass", reach=ming)
    assert limited(desk, reach=Reach(id_number="44030119900101123X")) == "person_limit"
    assert "440301" not in str(desk.everything())
    listed = desk.see(persons.persons, BOSS)["persons"]
    assert [(one["count"], one["live"], one["tickets"]) for one in listed] == [(2, 2, ["A001", "A002"])]
    with pytest.raises(Refusal):
        desk.see(persons.persons, ALICE)


def test_numbers_end_before_the_hall_does(make_desk: Callable[..., Desk]) -> None:
    week = {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    desk = make_desk(hours=week, limits={"stop_minutes": 30})
    desk.take()
    desk.wait(2.5 * 3600)
    assert limited(desk) == "taking_ended"
    desk.wait(0.5 * 3600)
    assert limited(desk) == "hall_closed"


def test_a_service_has_hours_of_its_own(desk: Desk) -> None:
    week = {day: [["10:00", "11:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    with desk.database.transaction() as connection:
        connection.execute(update(tables.service).where(tables.service.c.code == "pass").values(rules={"hours": week}))
    desk.deployment.reload()
    assert limited(desk) == "service_closed"
    desk.wait(3600)
    desk.take()


def test_phones_take_numbers_only_near_the_hall(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(limits={"phone_metres": 500, "place": [22.5431, 113.9589], "phone_most_waiting": 2})
    assert limited(desk) == "place_needed"
    assert limited(desk, where=(22.60, 113.95)) == "too_far"
    for _ in range(2):
        desk.do(issuing.issue_ticket, service="pass", where=(22.5440, 113.9590))
    assert limited(desk, where=(22.5440, 113.9590)) == "phone_full"
    desk.do(issuing.issue_ticket, ALICE, service="pass")


def test_the_distance_between_two_places() -> None:
    assert offers.distance_m((22.5431, 114.0579), (39.9042, 116.4074)) == pytest.approx(1_944_000, rel=0.01)


def test_a_status_that_must_be_shown_is_given_by_staff(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        shown = {"elderly": {"name": {}, "proof": {}, "class": "priority", "proof_rule": "shown"}}
        connection.execute(update(tables.hall).values(statuses=shown))
    desk.deployment.reload()
    assert limited(desk, status="elderly") == "proof_needed"
    desk.do(issuing.issue_ticket, ALICE, service="pass", status="elderly")


def test_an_open_phone_takes_numbers_before_the_doors_do(make_desk: Callable[..., Desk]) -> None:
    week = {day: [["09:30", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    desk = make_desk(hours=week, limits={"phone_before_minutes": 30})
    desk.take()
    with pytest.raises(Refusal):
        desk.do(issuing.issue_ticket, ALICE, service="pass")


def test_a_visitor_adds_a_service_to_the_number_in_hand(desk: Desk) -> None:
    token = token_of(desk)
    more = {"token": token, "mode": "sequence"}
    answer = desk.do(visits.add_own_service, service="tax", **more).body
    assert [step["service"] for step in answer["steps"]] == ["pass", "tax"]
    assert desk.refused(visits.add_own_service, service="tax", **more) == "service_twice"
    assert desk.refused(visits.add_own_service, service="pass", **more) == "service_twice"
    assert desk.refused(visits.add_own_service, service="moon", **more) == "unknown_service"
    desk.do(visits.add_own_service, token=token, service="permit", mode="parallel")
    assert len(waits_at(desk, "A001")) == 2
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert desk.refused(visits.add_own_service, service="tax", **more) == "wrong_state"
