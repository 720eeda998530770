from __future__ import annotations

from collections.abc import Callable

import pytest

from server.db import tables
from server.services.calling import calling, outlook, sessions, undo, why
from server.services.queries import day_counts, live, snapshots, visitor_view
from server.services.tickets import issuing, tickets
from tests.server.small_hall import ALICE, BOB, BOSS, CHARLIE, Desk


def test_tickets_are_called_in_the_order_they_were_taken(desk: Desk) -> None:
    taken = [desk.take(), desk.take("permit"), desk.take()]
    desk.sign_on(ALICE, "1")
    assert [desk.next(ALICE, "1")["ticket"]["number"] for _ in taken] == taken == ["A001", "A002", "A003"]


def test_next_completes_the_present_ticket(desk: Desk) -> None:
    first, second = desk.take(), desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.next(ALICE, "1")
    assert (desk.state_of(first), desk.state_of(second)) == ("completed", "called")
    kinds = ["ticket_called", "ticket_started", "ticket_completed", "ticket_called"]
    assert [event.kind for event in desk.events][-4:] == kinds


def test_next_on_one_who_was_called_starts_it_and_calls_nobody(desk: Desk) -> None:
    first, second = desk.take(), desk.take()
    desk.sign_on(ALICE, "1")
    states = []
    for _ in range(3):
        desk.wait(60)
        desk.do(calling.call_next, ALICE, counter="1")
        states.append((desk.state_of(first), desk.state_of(second)))
    assert states == [("called", "waiting"), ("serving", "waiting"), ("completed", "called")]
    assert today(desk) == NOTHING | {"issued": 2, "completed": 1, "open": 1}


def test_undo_takes_the_start_of_a_next_back(desk: Desk) -> None:
    first = desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert desk.do(calling.call_next, ALICE, counter="1").body["undo_until"]
    assert desk.do(undo.undo, ALICE, counter="1").body["ticket"]["state"] == "called"
    desk.do(calling.no_show, ALICE, counter="1")
    assert desk.state_of(first) == "parked"


def test_another_is_not_called_over_one_who_is_not_here_yet(desk: Desk) -> None:
    desk.take(), desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert desk.refused(calling.call, ALICE, counter="1", number="A002", reason="asked") == "not_here_yet"
    desk.do(calling.no_show, ALICE, counter="1")
    desk.do(calling.call, ALICE, counter="1", number="A002", reason="asked")
    assert desk.refused(calling.take_back, ALICE, counter="1", number="A001") == "not_here_yet"


def test_complete_says_that_the_visitor_came(desk: Desk) -> None:
    desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(calling.complete, ALICE, counter="1")
    assert (today(desk)["completed"], today(desk)["unconfirmed"]) == (1, 0)


def test_where_a_hall_completes_on_next_nobody_knows_who_came(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(on_next="complete")
    for _ in range(4):
        desk.take()
    desk.sign_on(ALICE, "1")
    for _ in range(3):
        desk.next(ALICE, "1")
    assert today(desk) == NOTHING | {"issued": 4, "unconfirmed": 2, "open": 2}
    desk.do(undo.undo, ALICE, counter="1")
    assert today(desk)["unconfirmed"] == 1
    desk.do(calling.start, ALICE, counter="1")
    desk.next(ALICE, "1")
    desk.do(calling.complete, ALICE, counter="1")
    assert (today(desk)["completed"], today(desk)["unconfirmed"]) == (1, 2)
    shown = next(one for one in desk.see(live.live, BOSS, devices=[])["services"] if one["code"] == "pass")
    assert (shown["served"], shown["unconfirmed"]) == (1, 2)
    summary = desk.do(sessions.sign_off, ALICE, counter="1").body["summary"]
    assert (summary["called"], summary["completed"], summary["unconfirmed"]) == (3, 1, 2)


#: The columns of a day on which nothing happened.
NOTHING = dict.fromkeys(("issued", "kept_before", *day_counts.TODAY), 0)


def today(desk: Desk) -> dict[str, int]:
    return dict(desk.see(snapshots.staff_snapshot, ALICE)["today"])


def test_a_hall_may_ask_to_finish_first(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(on_next="ask")
    desk.take(), desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert desk.refused(calling.call_next, ALICE, counter="1") == "ticket_open"
    desk.do(calling.complete, ALICE, counter="1")
    assert desk.next(ALICE, "1")["ticket"]["number"] == "A002"


def test_nobody_waits_and_the_present_ticket_stays(desk: Desk) -> None:
    number = desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(calling.start, ALICE, counter="1")
    assert desk.refused(calling.call_next, ALICE, counter="1") == "nobody_waiting"
    assert desk.state_of(number) == "serving"


def test_a_counter_calls_only_what_it_serves(desk: Desk) -> None:
    desk.take("tax")
    desk.sign_on(ALICE, "1")
    assert desk.refused(calling.call_next, ALICE, counter="1") == "nobody_waiting"
    desk.sign_on(BOB, "3")
    assert desk.next(BOB, "3")["ticket"]["number"] == "B001"


def test_own_types_go_before_fallbacks(desk: Desk) -> None:
    desk.take("pass")
    desk.wait(60)
    desk.take("tax")
    desk.sign_on(BOB, "2")
    assert [desk.next(BOB, "2")["ticket"]["number"] for _ in range(2)] == ["B001", "A001"]


def test_a_status_gives_credit_minutes(desk: Desk) -> None:
    desk.take()
    desk.wait(19 * 60)
    elder = desk.take(status="elderly")
    desk.sign_on(ALICE, "1")
    called = desk.next(ALICE, "1")["ticket"]
    assert called["number"] == elder
    assert called["tags"] == ["priority"]


def test_every_third_call_at_most_is_because_of_the_guard(desk: Desk) -> None:
    old = [desk.take() for _ in range(4)]
    desk.wait(61 * 60)
    priority = [desk.take(status="elderly") for _ in range(8)]
    desk.wait(45 * 60)
    desk.sign_on(ALICE, "1")
    # Now 65 points for each of the priority class against 106 of the old ones: no guard is needed for them.
    assert [desk.next(ALICE, "1")["ticket"]["number"] for _ in range(4)] == old
    assert desk.next(ALICE, "1")["ticket"]["number"] == priority[0]


@pytest.mark.parametrize("command", ["call_next", "recall", "start", "complete", "no_show"])
def test_only_the_clerk_on_duty_commands_a_counter(desk: Desk, command: str) -> None:
    desk.take()
    act = getattr(calling, command)
    assert desk.refused(act, ALICE, counter="1") == "counter_closed"
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert desk.refused(act, CHARLIE, counter="1") == "not_your_counter"
    assert desk.refused(act, counter="1") == "not_your_counter"
    assert desk.refused(act, ALICE, counter="99") == "unknown_counter"


@pytest.mark.parametrize("command", ["recall", "start", "complete", "no_show"])
def test_without_a_ticket_there_is_nothing_to_do(desk: Desk, command: str) -> None:
    desk.sign_on(ALICE, "1")
    assert desk.refused(getattr(calling, command), ALICE, counter="1") == "no_ticket"


def test_a_recall_waits_and_has_a_limit(desk: Desk) -> None:
    desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert desk.refused(calling.recall, ALICE, counter="1") == "recall_too_soon"
    for times in range(2, 7):
        desk.wait(5)
        assert desk.do(calling.recall, ALICE, counter="1").body["ticket"]["calls"] == times
    desk.wait(5)
    assert desk.refused(calling.recall, ALICE, counter="1") == "recall_limit"


def test_start_says_that_the_visitor_has_come_once(desk: Desk) -> None:
    desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.wait(30)
    assert desk.do(calling.start, ALICE, counter="1").body["ticket"]["state"] == "serving"
    assert desk.refused(calling.start, ALICE, counter="1") == "wrong_state"


def test_a_no_show_is_parked_and_after_the_limit_closed(desk: Desk) -> None:
    number = desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(calling.no_show, ALICE, counter="1")
    assert desk.state_of(number) == "parked"
    desk.do(calling.take_back, ALICE, counter="1", number=number)
    desk.do(calling.no_show, ALICE, counter="1")
    assert desk.state_of(number) == "no_show"


def test_hold_and_take_back_at_another_counter(desk: Desk) -> None:
    number = desk.take()
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "3")
    desk.next(ALICE, "1")
    desk.do(calling.hold, ALICE, counter="1", until=desk.now + 60_000, note="needs a copy")
    assert desk.at("1")["ticket"] is None
    back = desk.do(calling.take_back, BOB, counter="3", number=number.lower()).body["ticket"]
    assert (back["state"], back["counter"], back["note"], back["hold_until"]) == ("called", "3", "needs a copy", None)


def test_a_chosen_number_is_called_with_its_reason(desk: Desk) -> None:
    desk.take()
    chosen = desk.take()
    desk.sign_on(ALICE, "1")
    desk.do(calling.call, ALICE, counter="1", number=chosen, reason="came back with papers")
    assert desk.events[-1].content["manual"] == "came back with papers"
    assert desk.state_of(chosen) == "called"


def test_a_number_that_another_counter_has_is_refused_with_where_and_when(desk: Desk) -> None:
    number = desk.take()
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "3")
    desk.next(ALICE, "1")
    desk.wait(2)
    with pytest.raises(calling.Refusal) as refused:
        desk.do(calling.call, BOB, counter="3", number=number, reason="mine")
    assert refused.value.params == {"number": number, "counter": "1", "seconds": 2}


def test_a_transfer_keeps_number_and_waited_time(desk: Desk) -> None:
    number = desk.take()
    desk.wait(60)
    desk.take("tax")
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "3")
    desk.next(ALICE, "1")
    desk.do(calling.transfer, ALICE, counter="1", to="B", place="keep", note=None)
    called = desk.next(BOB, "3")["ticket"]
    assert (called["number"], called["counter_type"], called["came_from"]) == (number, "B", "A")


def test_a_transfer_to_the_front_goes_before_who_waited_longer(desk: Desk) -> None:
    desk.take("tax")
    desk.wait(600)
    number = desk.take()
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "2")
    desk.next(ALICE, "1")
    desk.do(calling.transfer, ALICE, counter="1", to="B", place="front", note=None)
    assert desk.next(BOB, "2")["ticket"]["number"] == number


def test_a_transfer_to_one_counter_waits_for_that_counter_alone(desk: Desk) -> None:
    number = desk.take()
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "3")
    desk.sign_on(CHARLIE, "2")
    desk.next(ALICE, "1")
    desk.do(calling.transfer, ALICE, counter="1", to="2", place="keep", note=None)
    assert desk.refused(calling.call_next, BOB, counter="3") == "nobody_waiting"
    assert desk.next(CHARLIE, "2")["ticket"]["number"] == number


def test_who_was_sent_to_one_counter_is_told_of_that_counter_alone(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    taken = [desk.do(issuing.issue_ticket, service="pass", status=None, language=None).body for _ in range(3)]
    for _ in taken[:2]:
        desk.next(ALICE, "1")
        desk.do(calling.transfer, ALICE, counter="1", to="2", place="keep", note=None)
    first, second = (desk.see(visitor_view.view, token=one["token"]) for one in taken[:2])
    assert (first["counters"], first["ahead"], first["wait"]) == (["2"], 0, None)
    assert (second["counters"], second["ahead"]) == (["2"], 1)
    alerts = desk.see(live.live, BOSS, devices=[])["alerts"]
    assert [(one["code"], one["params"]) for one in alerts] == [("unserved_counter", {"counter": "2", "waiting": 2})]
    desk.next(ALICE, "1")
    assert desk.see(why.for_visitor, token=taken[0]["token"])["overtaken_by"] == []
    desk.sign_on(CHARLIE, "2")
    assert desk.see(visitor_view.view, token=taken[1]["token"])["wait"] == {"low": 5, "high": 15}
    assert desk.see(live.live, BOSS, devices=[])["alerts"] == []


@pytest.mark.parametrize(("to", "code"), [("A", "same_place"), ("1", "same_place"), ("X", "unknown_counter_type")])
def test_a_transfer_needs_somewhere_else(desk: Desk, to: str, code: str) -> None:
    desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert desk.refused(calling.transfer, ALICE, counter="1", to=to, place="keep", note=None) == code


def test_undo_puts_both_tickets_of_a_next_back(desk: Desk) -> None:
    first, second = desk.take(), desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(calling.start, ALICE, counter="1")
    before = {name: rows for name, rows in desk.everything().items() if name == "ticket"}
    desk.next(ALICE, "1")
    desk.wait(10)
    answer = desk.do(undo.undo, ALICE, counter="1").body
    assert answer["ticket"]["number"] == first
    assert (desk.state_of(first), desk.state_of(second)) == ("serving", "waiting")
    # All but `seq`, which says that something happened.
    seq = list(tables.ticket.c).index(tables.ticket.c.seq)
    kept = [[row[:seq] + row[seq + 1 :] for row in rows] for rows in (desk.everything()["ticket"], before["ticket"])]
    assert kept[0] == kept[1]
    assert desk.refused(undo.undo, ALICE, counter="1") == "nothing_to_undo"


def test_undo_has_ten_seconds(desk: Desk) -> None:
    desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.wait(10.1)
    assert desk.refused(undo.undo, ALICE, counter="1") == "undo_expired"


def test_undo_does_not_overwrite_what_another_did_since(desk: Desk) -> None:
    number = desk.take()
    token = desk.do(issuing.issue_ticket, service="pass", status=None, language=None).body["token"]
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(tickets.leave, token=token)
    assert desk.refused(undo.undo, ALICE, counter="1") == "nothing_to_undo"
    assert desk.state_of(number) == "completed"


def test_undo_takes_back_a_transfer(desk: Desk) -> None:
    number = desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(calling.transfer, ALICE, counter="1", to="B", place="front", note="papers")
    desk.do(undo.undo, ALICE, counter="1")
    present = desk.at("1")["ticket"]
    assert (present["number"], present["counter_type"], present["note"], present["state"]) == (
        number,
        "A",
        None,
        "called",
    )


def test_a_paused_counter_does_not_call(desk: Desk) -> None:
    from server.services.calling import sessions

    desk.take()
    desk.sign_on(ALICE, "1")
    desk.do(sessions.pause, ALICE, counter="1", reason="lunch")
    assert desk.refused(calling.call_next, ALICE, counter="1") == "counter_paused"
    desk.do(sessions.resume, ALICE, counter="1")
    assert desk.next(ALICE, "1")["ticket"]["number"] == "A001"


def test_the_outlook_counts_only_whom_this_counter_may_call(desk: Desk) -> None:
    desk.take(), desk.take("tax"), desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(calling.transfer, ALICE, counter="1", to="3", place="keep", note=None)
    seen = desk.see(outlook.outlook, ALICE, counter="1")
    assert (seen["mine"], seen["others"], seen["next"]["number"]) == (1, 2, "A002")
    assert desk.see(outlook.outlook, ALICE, counter="3")["mine"] == 3
