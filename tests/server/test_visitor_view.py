"""What the phone says of the queue: when to come back, who is behind, what the clerk asked for, how the queue moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.realtime.queue_news import QueueNews
from server.services.archive import days
from server.services.calling import calling, sessions, why
from server.services.queries import validity, visitor_view
from server.services.tickets import issuing, tickets
from tests.server.small_hall import ALICE, BOB, BOSS, Desk


def token_of(desk: Desk, service: str = "pass") -> str:
    return str(desk.do(issuing.issue_ticket, service=service).body["token"])


def seen(desk: Desk, token: str) -> dict[str, Any]:
    return dict(desk.see(visitor_view.view, token=token))


@pytest.mark.parametrize(
    ("ahead", "wait", "soon"),
    [
        (3, {"low": 15, "high": 35}, False),
        (9, {"low": 5, "high": 10}, True),
        (9, {"low": 5, "high": 11}, False),
        (1, {"low": 15, "high": 35}, True),
        (0, {"low": 0, "high": 5}, True),
        (0, None, False),
        (None, None, False),
    ],
)
def test_minutes_say_when_to_come_back(ahead: int | None, wait: dict[str, int] | None, soon: bool) -> None:
    assert visitor_view.is_soon(ahead, wait) is soon


def test_others_are_let_pass_where_somebody_is_behind(desk: Desk) -> None:
    first = token_of(desk)
    assert seen(desk, first)["can_wait_longer"] is False
    assert desk.refused(tickets.more_time, token=first) == "nobody_behind"
    assert desk.state_of("A001") == "waiting"
    last = token_of(desk)
    assert [seen(desk, one)["can_wait_longer"] for one in (first, last)] == [True, False]


def test_whoever_is_called_lets_pass_whom_the_counter_may_call_then(desk: Desk) -> None:
    token = token_of(desk)
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert seen(desk, token)["can_wait_longer"] is False
    served = desk.deployment.halls[0].counter("1").serves
    assert set(served) <= desk.see(validity.ticket, token=token)["basis"].types
    desk.take()
    assert seen(desk, token)["can_wait_longer"] is True


def test_hours_end_the_giving_of_numbers_and_not_the_calling(desk: Desk) -> None:
    token = token_of(desk)
    desk.sign_on(ALICE, "1")
    desk.do(days.set_opening, BOSS, opening=False)
    assert seen(desk, token)["open"] is True
    desk.do(sessions.pause, ALICE, counter="1", reason="lunch")
    assert seen(desk, token)["open"] is False
    desk.do(sessions.resume, ALICE, counter="1")
    desk.do(sessions.sign_off, ALICE, counter="1", present="complete")
    assert seen(desk, token)["open"] is False


def test_a_number_ends_with_its_business_day_unless_the_hall_keeps_it(make_desk: Callable[..., Desk]) -> None:
    ends = [seen(desk, token_of(desk))["ends_at"] for desk in (make_desk(), make_desk(keep_open_tickets=True))]
    assert (str(ends[0])[10:], ends[1]) == ("T04:00:00.000+08:00", None)


def test_nobody_before_is_said_in_words(desk: Desk) -> None:
    said = desk.see(why.for_visitor, token=token_of(desk))["sentence"]
    assert said["zh-CN"].endswith("您就是下一位。")
    assert said["en"].endswith("You are next.")
    assert not any("0" in sentence for sentence in said.values())


def test_a_hold_tells_its_visitor_where_to_come_back_to_and_what_to_bring(desk: Desk) -> None:
    token = token_of(desk)
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    held = desk.do(calling.hold, ALICE, counter="1", until=None, note="no copy", tell="a copy of the card")
    assert held.body["ticket"] is None
    view = seen(desk, token)
    assert (view["state"], view["counter"], view["told"]) == ("held", "1", "a copy of the card")
    assert "no copy" not in str(view)
    desk.do(calling.take_back, ALICE, counter="1", number="A001")
    assert seen(desk, token)["told"] == "a copy of the card"
    desk.do(calling.start, ALICE, counter="1")
    assert seen(desk, token)["told"] is None
    desk.do(calling.hold, ALICE, counter="1", until=None, note=None)
    assert seen(desk, token)["told"] is None  # the next hold says nothing


class Room:
    """Stands for the sockets of the phones."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def emit(self, name: str, *contents: dict[str, Any], namespace: str, room: str) -> None:
        assert (name, namespace, room) == ("queues", "/visitor", "hall:hall")
        self.told += contents


def test_phones_hear_once_a_second_how_the_queues_moved(desk: Desk) -> None:
    room = Room()
    news = QueueNews(room)  # type: ignore[arg-type]
    token = token_of(desk)
    desk.take()
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "2")
    assert seen(desk, token)["queues"] == ["A"]
    before = len(desk.events)
    desk.next(ALICE, "1")
    desk.next(ALICE, "1")
    for event in desk.events[before:]:
        news.hear(event)
    news.tell()
    news.tell()
    (told,) = room.told
    assert told["counter_types"] == ["A"]
    assert [(call["number"], call["counter"], call["counter_types"]) for call in told["calls"]] == [
        ("A001", "1", ["A"]),
        ("A002", "1", ["A"]),
    ]
    assert told["calls"][0]["seq"] < told["calls"][1]["seq"]
