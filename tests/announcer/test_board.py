import pytest

from display.announcer.board import Board, Gap, call_of, calls_among
from tests.announcer.fixtures import call, hall_of, ticket


@pytest.fixture
def board():
    board = Board()
    counters = [{"code": str(n), "state": "open" if n < 3 else "closed"} for n in range(1, 6)]
    calls = [ticket("A013", call_seq=12), ticket("A012")]
    board.load({"seq": 20, "hall": hall_of(), "calls": calls, "counters": counters, "notice": None})
    return board


def event(seq, prev, kind="ticket_called", **details):
    return {"seq": seq, "prev": prev, "kind": kind, **details}


def test_an_event_that_follows_is_taken_in(board):
    assert board.apply(event(23, 20, ticket=ticket("A014")))
    assert board.seq == 23
    assert board.tickets["A014"]["state"] == "called"


def test_an_event_that_is_known_changes_nothing(board):
    assert not board.apply(event(20, 18, ticket=ticket("A099")))
    assert "A099" not in board.tickets


def test_an_event_after_a_hole_is_refused(board):
    with pytest.raises(Gap):
        board.apply(event(25, 24, ticket=ticket("A099")))
    assert board.seq == 20


def test_before_the_snapshot_everything_is_a_hole():
    with pytest.raises(Gap):
        Board().apply(event(1, 0))


@pytest.mark.parametrize(
    ("change", "still"),
    [
        ({}, True),
        ({"state": "serving"}, False),
        ({"state": "waiting", "call_seq": None, "counter": None}, False),
        ({"counter": "4"}, False),
        ({"call_seq": 99}, False),
        ({"calls": 2}, True),
    ],
)
def test_whether_a_call_is_still_worth_saying(board, change, still):
    board.apply(event(21, 20, "ticket_recalled", ticket=ticket("A012", **change)))
    assert board.still(call()) is still


def test_a_ticket_that_nobody_knows_is_not_called(board):
    assert not board.still(call("Z999"))


def test_the_halls_settings_and_notice_change(board):
    board.apply(event(21, 20, "policy_changed", hall_config=hall_of(rate=2)))
    board.apply(event(22, 21, "notice_set", notice={"text": {}, "level": "info", "at": "x"}))
    assert board.hall["voice"]["rate"] == 2
    assert board.notice["level"] == "info"


def test_a_ticket_without_a_zone_is_said_in_the_first(board):
    assert board.zone_of(ticket(zone="B")) == "B"
    assert board.zone_of(ticket(zone=None)) == "A"


def test_the_next_calls_are_guessed_from_who_waits_and_who_works(board):
    waiting = {"state": "waiting", "call_seq": None, "counter": None}
    for seq, number in ((21, "A020"), (22, "A021"), (23, "B001")):
        board.apply(event(seq, seq - 1, "ticket_issued", ticket=ticket(number, **waiting)))
    assert board.likely_calls() == [("A020", "1"), ("A020", "2"), ("B001", "1"), ("B001", "2")]
    board.apply(event(24, 23, "counter_closed", counter={"code": "1", "state": "closed"}))
    board.apply(event(25, 24, ticket=ticket("A020", call_seq=25)))
    assert board.likely_calls() == [("A021", "2"), ("B001", "2")]


def test_old_tickets_are_forgotten(board):
    for number in range(3100):
        board.apply(event(21 + number, 20 + number, ticket=ticket(f"C{number:04}")))
    assert len(board.tickets) == 3000
    assert "C3099" in board.tickets


def test_names_of_counters(board):
    assert board.counter_name("3", "en") == "Counter 3"
    assert board.counter_name("3", "zh-HK") == "3号窗口"
    assert board.counter_name("9", "en") == ""


def test_the_call_of_a_ticket():
    assert call_of(ticket()) == call()
    assert call_of(ticket(calls=2, last_called_at="1970-01-01T00:02:10+00:00")) == call(calls=2, at=130)
    assert call_of(ticket(state="serving")) is None
    assert call_of(ticket(call_seq=None)) is None


def test_the_calls_among_events_each_once_in_the_order_of_their_last():
    events = [
        event(1, 0, ticket=ticket("A001")),
        event(2, 1, ticket=ticket("A002")),
        event(3, 2, "ticket_issued", ticket=ticket("A003", state="waiting")),
        event(4, 3, "ticket_recalled", ticket=ticket("A001", calls=2)),
    ]
    assert [(found["number"], found["calls"]) for found in calls_among(events)] == [("A002", 1), ("A001", 2)]
