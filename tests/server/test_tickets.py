from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.services.archive import days
from server.services.calling import calling
from server.services.queries import snapshots, visitor_view
from server.services.runtime.actor import Actor
from server.services.tickets import issuing, tickets
from tests.server.small_hall import ALICE, BOB, BOSS, Desk

KIOSK = Actor("device", 4, "kiosk", "kiosk", "kiosk", 1)


def issue(desk: Desk, service: str = "pass", **more: Any) -> dict[str, Any]:
    return desk.do(issuing.issue_ticket, service=service, status=None, language=None, **more).body


def test_a_ticket_says_what_a_visitor_wants_to_know(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    issue(desk)
    mine = issue(desk)
    assert (mine["number"], mine["state"], mine["ahead"], mine["counters"]) == ("A002", "waiting", 1, ["1"])
    assert mine["wait"] == {"low": 5, "high": 15}
    assert mine["url"] == f"/t/{mine['token']}"
    assert len(mine["token"]) >= 20


def test_no_wait_is_promised_while_nobody_is_on_duty_for_it(desk: Desk) -> None:
    mine = issue(desk)
    assert (mine["ahead"], mine["wait"]) == (0, None)
    desk.sign_on(ALICE, "1")
    assert issue(desk)["wait"] is not None


def test_numbers_count_by_counter_type_and_begin_anew_each_day(desk: Desk) -> None:
    assert [desk.take(service) for service in ("pass", "tax", "permit")] == ["A001", "B001", "A002"]
    desk.wait(24 * 3600)
    assert desk.take() == "A001"


@pytest.mark.parametrize(
    ("fields", "code"), [({"service": "fly"}, "unknown_service"), ({"status": "king"}, "unknown_status")]
)
def test_what_the_hall_does_not_know_is_refused(desk: Desk, fields: dict[str, Any], code: str) -> None:
    wanted = {"service": "pass", "status": None, "language": None} | fields
    assert desk.refused(issuing.issue_ticket, **wanted) == code


def test_a_closed_channel_gives_no_tickets(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(channels=["kiosk"])
    wanted = {"service": "pass", "status": None, "language": None}
    assert desk.refused(issuing.issue_ticket, **wanted) == "channel_closed"


def test_a_closed_hall_gives_no_tickets_unless_a_supervisor_opens_it(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(hours={"mon": [["10:00", "12:00"]]})
    wanted = {"service": "pass", "status": None, "language": None}
    with pytest.raises(tickets.Refusal) as refused:
        desk.do(issuing.issue_ticket, **wanted)
    assert (refused.value.code, refused.value.params) == (
        "hall_closed",
        {"next_open": "2026-11-23T10:00:00.000+08:00"},
    )
    desk.do(days.set_opening, BOSS, opening=True)
    assert issue(desk)["number"] == "A001"


def test_only_a_supervisor_opens_closes_and_announces(desk: Desk) -> None:
    assert desk.refused(days.set_opening, ALICE, opening=False) == "forbidden"
    assert desk.refused(days.set_notice, ALICE, text=None, level="info") == "forbidden"


def test_leaving_frees_the_counter(desk: Desk) -> None:
    mine = issue(desk)
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    left = desk.do(tickets.leave, token=mine["token"]).body
    assert (left["state"], left["can_leave"]) == ("cancelled", False)
    assert desk.at("1")["ticket"] is None
    assert desk.refused(tickets.leave, token=mine["token"]) == "wrong_state"
    assert desk.refused(calling.complete, ALICE, counter="1") == "no_ticket"


def test_nobody_leaves_while_being_served(desk: Desk) -> None:
    mine = issue(desk)
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(calling.start, ALICE, counter="1")
    assert desk.refused(tickets.leave, token=mine["token"]) == "wrong_state"


def test_a_missed_visitor_rejoins_in_the_old_place(desk: Desk) -> None:
    mine = issue(desk)
    desk.wait(60)
    later = desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert desk.refused(tickets.rejoin, token=mine["token"]) == "wrong_state"
    desk.do(calling.no_show, ALICE, counter="1")
    assert desk.see(visitor_view.view, token=mine["token"])["can_rejoin"]
    back = desk.do(tickets.rejoin, token=mine["token"]).body
    assert (back["state"], back["ahead"]) == ("waiting", 0)
    assert [desk.next(ALICE, "1")["ticket"]["number"] for _ in range(2)] == ["A001", later]


def test_a_stranger_with_a_wrong_token_sees_nothing(desk: Desk) -> None:
    issue(desk)
    assert desk.refused(tickets.leave, token="guess") == "unknown_ticket"


def test_a_kiosks_ticket_remembers_where_it_was_printed(desk: Desk) -> None:
    body = desk.do(
        issuing.issue_ticket,
        KIOSK.__class__("user", 1, "alice", "clerk", "reception"),
        service="pass",
        status=None,
        language="en",
    ).body
    assert desk.events[-1].content["ticket"]["channel"] == "reception"
    assert body["language"] == "en"


def test_who_is_served_now_is_shown_newest_first(desk: Desk) -> None:
    mine = [issue(desk) for _ in range(5)][-1]
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "3")
    for _ in range(2):
        desk.next(ALICE, "1")
        desk.next(BOB, "3")
    # Whoever is done is served no more: one of each counter.
    shown = desk.see(visitor_view.view, token=mine["token"])["now_serving"]
    assert shown == [{"number": "A004", "counter": "3"}, {"number": "A003", "counter": "1"}]
    calls = desk.see(snapshots.public_snapshot)["calls"]
    assert [(one["number"], one["counter"]) for one in calls] == [("A004", "3"), ("A003", "1")]
    desk.do(calling.complete, ALICE, counter="1")
    assert [one["number"] for one in desk.see(snapshots.public_snapshot)["calls"]] == ["A004"]


def test_only_counters_on_duty_are_named(desk: Desk) -> None:
    mine = issue(desk)
    assert mine["counters"] == []
    desk.sign_on(ALICE, "2")
    assert desk.see(visitor_view.view, token=mine["token"])["counters"] == ["2"]
    desk.next(ALICE, "2")
    assert desk.see(visitor_view.view, token=mine["token"])["counters"] == ["2"]


def test_a_visitor_with_a_status_is_told_what_to_have_ready(desk: Desk) -> None:
    mine = desk.do(issuing.issue_ticket, service="pass", status="elderly", language=None).body
    assert (mine["tags"], mine["proof"]["en"]) == (["priority"], "ID")
    assert issue(desk)["proof"] is None
