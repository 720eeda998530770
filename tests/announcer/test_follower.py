"""The follower against a log that loses connections, events and itself: nothing is told twice, nothing is left out."""

from datetime import UTC, datetime

import pytest

from display.announcer.board import Board
from display.announcer.clock import ServerClock
from display.announcer.follower import Follower
from display.announcer.memory import Memory
from tests.announcer.fixtures import call, hall_of, ticket


class Following:
    """A follower, what it asked and what it told."""

    def __init__(self, folder):
        self.time = 1000.0
        self.asked, self.told = [], []
        self.board, self.memory = Board(), Memory(folder / "memory.json")
        clock = ServerClock(wall=lambda: self.time, monotonic=lambda: self.time)
        self.follower = Follower(board=self.board, memory=self.memory, clock=clock, send=self.send, news=self)

    def send(self, name, content, answered):
        self.asked.append((content["seq"], answered))
        return True

    def answer(self, **content):
        self.asked[-1][1]({"ok": True, "time": datetime.fromtimestamp(self.time, UTC).isoformat(), **content})

    def snapshot(self, seq, *calls):
        self.answer(seq=seq, snapshot={"seq": seq, "hall": hall_of(), "calls": list(calls), "notice": None})

    def called(self, ticket):
        self.told.append((ticket["number"], ticket["calls"]))

    def device_is(self, device):
        self.device = device

    def undone(self, ticket):
        self.told.append(("undone", ticket["number"]))

    def hall_changed(self):
        self.told.append("hall")

    def notice_changed(self):
        self.told.append("notice")

    def caught_up(self):
        self.told.append("caught up")


@pytest.fixture
def following(tmp_path):
    return Following(tmp_path)


@pytest.fixture
def started(following):
    following.follower.connected()
    following.snapshot(20)
    following.told.clear()
    return following


def event(seq, prev, number="A012", kind="ticket_called", **fields):
    return {"seq": seq, "prev": prev, "kind": kind, "ticket": ticket(number, call_seq=seq, **fields)}


def test_the_first_start_asks_for_everything(following):
    following.follower.connected()
    assert following.asked[0][0] is None
    following.snapshot(
        20, ticket("A013", last_called_at="1970-01-01T00:02:00+00:00"), ticket("A012"), ticket("A011", state="serving")
    )
    assert following.told == ["hall", "notice", ("A012", 1), ("A013", 1), "caught up"]


def test_a_restart_asks_for_what_came_after_its_cursor_as_well(following):
    following.memory.for_hall("h")
    following.memory.seq = 15
    following.follower.connected()
    following.snapshot(20, ticket("A013"))
    assert following.asked[1][0] == 15
    assert following.told == ["hall", "notice"]
    following.answer(
        events=[
            event(16, 15, "A001"),
            event(17, 16, "A002"),
            event(18, 17, "A002", "ticket_completed", state="completed"),
        ]
    )
    assert following.told[2:] == [("A013", 1), ("A001", 1), "caught up"]


def test_a_cursor_of_another_hall_is_forgotten(following):
    following.memory.for_hall("elsewhere")
    following.memory.seq = 15
    following.follower.connected()
    following.snapshot(20)
    assert len(following.asked) == 1
    assert following.memory.hall == "h"


def test_events_are_told_as_they_come(started):
    started.follower.event(event(22, 20))
    started.follower.event(event(22, 20))
    started.follower.event(event(23, 22, kind="ticket_recalled", calls=2))
    started.follower.event(event(25, 23, kind="ticket_undone", state="waiting"))
    started.follower.event({"seq": 26, "prev": 25, "kind": "notice_set", "notice": None})
    started.follower.event({"seq": 27, "prev": 26, "kind": "policy_changed", "hall_config": hall_of()})
    assert started.told == [("A012", 1), ("A012", 2), ("undone", "A012"), "notice", "hall"]


def test_a_hole_is_asked_for_once_and_filled(started):
    started.follower.event(event(24, 22))
    started.follower.event(event(25, 24, "A013"))
    assert [seq for seq, _ in started.asked[1:]] == [20]
    started.answer(seq=25, events=[event(22, 20, "A011"), event(24, 22), event(25, 24, "A013")])
    assert started.told == [("A011", 1), ("A012", 1), ("A013", 1)]
    started.follower.event(event(26, 25, "A014"))
    assert started.told[-1] == ("A014", 1)


def test_a_heartbeat_that_knows_more_brings_what_was_missed(started):
    started.follower.heartbeat({"seq": 22, "time": "1970-01-01T00:16:40+00:00"})
    started.answer(seq=22, events=[event(22, 20)])
    started.follower.heartbeat({"seq": 22, "time": "1970-01-01T00:16:41+00:00"})
    assert len(started.asked) == 2
    assert started.told == [("A012", 1)]


def test_after_a_lost_connection_it_goes_on_where_it_was(started):
    started.follower.event(event(22, 20))
    started.follower.connected()
    assert started.asked[-1][0] == 22
    started.answer(seq=23, events=[event(23, 22, "A013")])
    assert started.told == [("A012", 1), ("A013", 1)]


def test_too_far_behind_it_starts_anew_without_catching_up_twice(started):
    started.follower.connected()
    started.snapshot(900, ticket("A013"))
    assert started.told == ["hall", "notice", ("A013", 1)]


def test_an_answer_that_does_not_come_is_asked_for_again(following):
    following.follower.connected()
    following.follower.tick(now=1004)
    assert len(following.asked) == 1
    following.follower.tick(now=1006)
    assert len(following.asked) == 2


def test_a_log_that_was_set_back_is_read_anew(started):
    started.memory.handle(call())
    for _ in range(2):
        started.follower.heartbeat({"seq": 12, "time": "1970-01-01T00:16:40+00:00"})
    assert len(started.asked) == 1  # a heartbeat may be overtaken by an event
    started.follower.heartbeat({"seq": 12, "time": "1970-01-01T00:16:40+00:00"})
    assert started.asked[-1][0] is None
    started.snapshot(12, ticket("A012"))
    assert started.told[-1] == ("A012", 1)
    assert not started.memory.handled(call())


def test_a_stored_cursor_beyond_the_log_forgets_what_was_spoken(following):
    following.memory.for_hall("h")
    following.memory.seq = 500
    following.memory.handle(call())
    following.follower.connected()
    following.snapshot(20, ticket("A012"))
    assert not following.memory.handled(call())
    assert following.told[-2:] == [("A012", 1), "caught up"]


def test_a_refused_sync_is_tried_again(following):
    following.follower.connected()
    following.asked[-1][1]({"ok": False, "error": {"code": "starting"}})
    following.follower.tick(now=1006)
    assert len(following.asked) == 2
