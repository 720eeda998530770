"""Numbers given by hand while the system was away: in the place of their time, once, all or none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.domain.hours import to_text
from server.domain.refusals import Refusal
from server.services.calling import calling, exceptions, outlook, visits, why
from server.services.offline import paper_numbers
from server.services.offline.paper_numbers import HandTicket
from server.services.policy import policy
from server.services.queries import live
from server.services.runtime.actor import PUBLIC
from server.services.tickets import issuing
from tests.server.small_hall import ALICE, BOSS, CHARLIE, Desk
from tests.server.test_streams import followed, pictures

MINUTE = 60_000
SHANGHAI = ZoneInfo("Asia/Shanghai")


def enter(desk: Desk, *tickets: HandTicket, key: str | None = None) -> list[str]:
    return list(desk.do(paper_numbers.enter, CHARLIE, key=key, tickets=list(tickets)).body["numbers"])


def at(desk: Desk, minutes: float) -> int:
    return desk.now - int(minutes * MINUTE)


def calls(desk: Desk, count: int) -> list[str]:
    return [desk.next(ALICE, "1")["ticket"]["number"] for _ in range(count)]


def test_they_wait_in_the_place_of_their_time_with_the_numbers_on_the_paper(desk: Desk) -> None:
    before = desk.take()
    desk.wait(600)
    after = desk.take()
    written = [("A51", 3), ("a050", 5), (None, 4)]
    paper = [HandTicket("pass", at(desk, minutes), number) for number, minutes in written]
    assert enter(desk, *paper) == ["A051", "A050", "A052"]
    desk.sign_on(ALICE, "1")
    assert calls(desk, 5) == [before, "A050", "A052", "A051", after]
    assert desk.take() == "A053"
    ticket = desk.see(outlook.search, ALICE, q="A050")["tickets"][0]
    assert ticket["issued_at"] == ticket["waiting_since"] < ticket["called_at"]


def test_the_same_key_enters_them_once(desk: Desk) -> None:
    paper = HandTicket("tax", at(desk, 1), "B7")
    assert enter(desk, paper, key="once") == enter(desk, paper, key="once") == ["B007"]
    assert sum(event.kind == "ticket_issued" for event in desk.events) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": "B9"}, "number"),
        ({"number": "A0"}, "number"),
        ({"number": "A100000"}, "number"),
        ({"number": "A1x"}, "number"),
        ({"number": "A٣"}, "number"),
        ({"number": "A001"}, "number"),
        ({"number": "A8"}, "number"),
        ({"minutes": -1}, "taken"),
        ({"minutes": 60 * 24 * 2}, "taken"),
    ],
)
def test_one_that_cannot_be_refuses_all(desk: Desk, wrong: dict[str, Any], field: str) -> None:
    assert desk.take() == "A001"
    good = HandTicket("pass", at(desk, 1), "A008")
    bad = HandTicket("pass", at(desk, wrong.get("minutes", 2)), wrong.get("number"))
    before = desk.everything()
    with pytest.raises(Refusal) as refused:
        enter(desk, good, bad)
    assert refused.value.params["field"] == f"tickets.1.{field}"
    assert desk.everything() == before


def test_who_may_not_and_what_is_not_there(desk: Desk) -> None:
    paper = [HandTicket("pass", at(desk, 1))]
    assert desk.refused(paper_numbers.enter, PUBLIC, tickets=paper) == "not_signed_in"
    assert desk.refused(paper_numbers.enter, ALICE, tickets=[HandTicket("none", at(desk, 1))]) == "unknown_service"


def voice(desk: Desk, *calls: tuple[str, float, bool]) -> list[dict[str, Any]]:
    return [{"number": number, "called": text_at(desk, minutes), "came": came} for number, minutes, came in calls]


def text_at(desk: Desk, minutes: float) -> str:
    return datetime.fromtimestamp(at(desk, minutes) / 1000, tz=UTC).isoformat()


def test_what_was_called_by_voice_is_entered_in_one_step(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    numbers = [desk.take() for _ in range(4)]
    desk.wait(1800)
    answer = desk.do(
        paper_numbers.enter_calls,
        ALICE,
        counter="1",
        calls=voice(desk, (numbers[1], 10, False), (numbers[0], 20, True), (numbers[2], 5, True)),
    ).body
    assert (answer["entered"], answer["skipped"]) == ([numbers[0], numbers[1], numbers[2]], [])
    assert [desk.state_of(number) for number in numbers] == ["completed", "parked", "completed", "waiting"]
    first = desk.see(outlook.search, ALICE, q=numbers[0])["tickets"][0]
    assert (first["called_at"], first["ended_at"]) == tuple(local_text(desk, minutes) for minutes in (20, 10))
    assert desk.next(ALICE, "1")["ticket"]["number"] == numbers[3]
    assert [event.seq for event in desk.events] == list(range(1, len(desk.events) + 1))


def test_who_did_not_come_waits_again_after_some_calls(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    absent, *others = (desk.take() for _ in range(7))
    desk.wait(600)
    desk.do(paper_numbers.enter_calls, ALICE, counter="1", calls=voice(desk, (absent, 5, False)))
    assert desk.state_of(absent) == "parked"
    after = desk.deployment.hall("hall").settings.return_after
    assert after is not None and after < len(others)
    calls(desk, after)
    assert desk.state_of(absent) == "waiting"
    assert desk.next(ALICE, "1")["ticket"]["number"] == absent


def test_whoever_is_at_the_counter_stays_there_on_every_screen(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    present, *others = (desk.take() for _ in range(3))
    desk.next(ALICE, "1")
    before = pictures(desk)
    desk.wait(600)
    made = voice(desk, (others[0], 5, True), (others[1], 2, False))
    answer = desk.do(paper_numbers.enter_calls, ALICE, counter="1", calls=made).body
    assert answer["ticket"]["number"] == present
    after = pictures(desk)
    assert after[1]["counters"][0]["ticket"]["number"] == present
    assert followed(desk, before) == after


def local_text(desk: Desk, minutes: float) -> str | None:
    return to_text(at(desk, minutes), desk.deployment.hall("hall").time_zone)


def test_who_was_called_elsewhere_meanwhile_is_left_and_named(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    desk.sign_on(CHARLIE, "3")
    numbers = [desk.take() for _ in range(2)]
    desk.next(CHARLIE, "3")
    desk.wait(600)
    made = voice(desk, (numbers[0], 2, True), (numbers[1], 1, True), ("A999", 1, True))
    answer = desk.do(paper_numbers.enter_calls, ALICE, counter="1", calls=made).body
    assert answer["entered"] == [numbers[1]]
    assert answer["skipped"] == [{"number": numbers[0], "state": "called"}, {"number": "A999", "state": None}]
    again = desk.do(paper_numbers.enter_calls, ALICE, counter="1", calls=made).body
    assert (again["entered"], len(again["skipped"])) == ([], 3)


@pytest.mark.parametrize("minutes", [-1, 60])
def test_a_call_at_a_time_that_cannot_be_changes_nothing(desk: Desk, minutes: float) -> None:
    desk.sign_on(ALICE, "1")
    number = desk.take()
    desk.wait(600)
    made = voice(desk, (number, minutes, True))
    assert desk.refused(paper_numbers.enter_calls, ALICE, counter="1", calls=made) == "invalid"
    good = voice(desk, (number, 1, True))
    assert desk.refused(paper_numbers.enter_calls, CHARLIE, counter="1", calls=good) == "not_your_counter"


def test_the_line_is_whom_the_counter_would_call(desk: Desk) -> None:
    numbers = [desk.take() for _ in range(25)]
    desk.take(service="tax")
    line = desk.see(outlook.line, ALICE, counter="1")["tickets"]
    assert [one["number"] for one in line] == numbers[:20]
    assert set(line[0]) == {"number", "service", "waiting_since"}


def entered_late(desk: Desk, minutes: float, reason: str | None = None) -> str:
    paper = [HandTicket("pass", at(desk, minutes))]
    return str(desk.do(paper_numbers.enter, CHARLIE, tickets=paper, reason=reason).body["numbers"][0])


def test_who_is_put_before_others_stands_in_the_timeline_with_both_times(desk: Desk) -> None:
    desk.wait(3600)
    desk.take(), desk.take()
    number = entered_late(desk, 4)
    issued = desk.see(visits.whole, ALICE, number=number)["timeline"][0]
    assert issued["by"] == "charlie"
    assert issued["details"] == {
        "because": "by_hand",
        "taken": to_text(at(desk, 4), SHANGHAI),
        "entered": to_text(desk.now, SHANGHAI),
        "overtakes": 2,
    }


def test_the_supervisor_sees_who_put_whom_ahead(desk: Desk) -> None:
    desk.wait(3600)
    first, _, second, _, third, _ = (f() for f in (desk.take, lambda: desk.wait(1)) * 3)
    assert desk.see(exceptions.of_today, BOSS)["exceptions"] == []
    number = entered_late(desk, 4)
    desk.do(policy.move_up, BOSS, number=third, minutes=None, front=True, reason="ill")
    desk.sign_on(ALICE, "1")
    desk.do(calling.call, ALICE, counter="1", number=second, reason="a friend")
    seen = desk.see(exceptions.of_today, BOSS)["exceptions"]
    told = [(one["number"], one["how"], one["by"], one["overtakes"], one["reason"]) for one in seen]
    assert told == [
        (second, "called", "alice", 3, "a friend"),
        (third, "moved_up", "boss", 3, "ill"),
        (number, "by_hand", "charlie", 3, None),
    ]
    alerts = [one for one in desk.see(live.live, BOSS, devices=[])["alerts"] if one["code"] == "put_ahead"]
    assert [one["params"]["by"] for one in alerts] == ["alice", "boss", "charlie"]
    assert "a friend" in alerts[0]["message"]["en"] and first not in str(alerts)
    desk.wait(3601)
    assert not [one for one in desk.see(live.live, BOSS, devices=[])["alerts"] if one["code"] == "put_ahead"]
    assert len(desk.see(exceptions.of_today, BOSS)["exceptions"]) == 3
    with pytest.raises(Refusal, match="forbidden"):
        desk.see(exceptions.of_today, ALICE)


def test_nobody_is_told_of_numbers_that_overtook_nobody(desk: Desk) -> None:
    desk.wait(3600)
    entered_late(desk, 4)
    assert desk.see(exceptions.of_today, BOSS)["exceptions"] == []


def test_those_overtaken_are_told_before_and_after_the_call(desk: Desk) -> None:
    desk.wait(3600)
    mine = desk.do(issuing.issue_ticket, service="pass").body["token"]
    number = entered_late(desk, 4)
    waiting_before = desk.see(why.for_visitor, token=mine)
    assert [one["number"] for one in waiting_before["put_before"]] == [number]
    for said in (waiting_before["sentence"]["en"], waiting_before["sentence"]["zh-CN"]):
        assert "09:56" in said and "10:00" in said
    desk.sign_on(ALICE, "1")
    assert desk.next(ALICE, "1")["ticket"]["number"] == number
    after = desk.see(why.for_visitor, token=mine)["overtaken_by"]
    assert [(one["number"], one["reason"]) for one in after] == [(number, "BY_HAND")]
    assert "10:00" in after[0]["sentence"]["en"]
    whole = desk.see(why.for_staff, BOSS, number=number)
    assert (whole["entry"]["by"], whole["entry"]["how"]) == ("charlie", "by_hand")
    assert whole["overtaken"][0]["reason"] == "BY_HAND"


def test_what_was_taken_long_ago_needs_a_reason(desk: Desk) -> None:
    desk.wait(3600)
    late = [HandTicket("pass", at(desk, 16))]
    assert desk.refused(paper_numbers.enter, CHARLIE, tickets=late) == "invalid"
    number = entered_late(desk, 16, "the server was away")
    line = desk.see(visits.whole, ALICE, number=number)["timeline"][0]
    assert line["details"]["reason"] == "the server was away"


def test_a_call_by_voice_has_both_times_and_is_told_to_whom_it_overtook(desk: Desk) -> None:
    mine = desk.do(issuing.issue_ticket, service="pass").body["token"]
    other = desk.take()
    desk.sign_on(ALICE, "1")
    desk.wait(1200)
    desk.do(paper_numbers.enter_calls, ALICE, counter="1", calls=voice(desk, (other, 10, True)))
    called = desk.see(visits.whole, ALICE, number=other)["timeline"][1]["details"]
    assert called == {"called": to_text(at(desk, 10), SHANGHAI), "entered": to_text(desk.now, SHANGHAI)}
    (told,) = desk.see(why.for_visitor, token=mine)["overtaken_by"]
    assert told["number"] == other and "09:10" in told["sentence"]["en"] and "09:20" in told["sentence"]["zh-CN"]
