import pytest

from replay.clock import PlayClock, ServerMinutes, time_of
from replay.day import Day, Visit
from replay.figures import Waits, all_closed, calls_per_hour, day_table
from replay.late import Lateness
from replay.ledger import Entry, Ledger


class Wall:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_minute_of_the_day_lasts_a_second_at_speed_60() -> None:
    wall = Wall()
    clock = PlayClock(opens=480, speed=60, wall=wall)
    wall.now += 30
    assert clock.minute() == 510
    assert clock.seconds_until(512) == 2
    assert clock.seconds_until(509) == -1
    clock.restart()
    assert clock.minute() == 480


def test_a_stopped_clock_waits_for_nothing() -> None:
    clock = PlayClock(opens=480, speed=1, wall=Wall())
    clock.stopped.set()
    assert clock.wait_until(10_000) is False
    assert clock.wait_until(0) is False


def test_the_servers_times_become_minutes_whatever_its_clock_says() -> None:
    wall = Wall()
    minutes = ServerMinutes(PlayClock(opens=480, speed=60, wall=wall))
    assert minutes("2030-01-01T00:00:10+08:00") == 480
    assert minutes("2030-01-01T00:00:15.500+08:00") == 485.5
    assert minutes("2029-12-31T16:00:09+00:00") == 479


def test_lateness_counts_what_came_more_than_a_minute_of_the_day_late() -> None:
    wall = Wall()
    late = Lateness(PlayClock(opens=480, speed=60, wall=wall))
    wall.now += 10
    late.note(492)  # early is not late
    late.note(490)
    late.note(488)
    assert late.seconds == [0, 0, 2]
    assert late.sentence() == "3 actions; 1 (33.3%) more than a minute of the day late (1.00 s); the latest by 2.00 s"


def ticket_event(kind: str, number: str, state: str, at: str, kind_of_counter: str = "x") -> dict:
    return {"kind": kind, "at": at, "ticket": {"number": number, "state": state, "counter_type": kind_of_counter}}


def a_ledger() -> Ledger:
    return Ledger(float)


def test_the_stream_may_be_faster_than_the_answer() -> None:
    ledger, entry = a_ledger(), Entry(Visit("A", 1, 480, 5, 0), "token")
    ledger.apply(ticket_event("ticket_issued", "A001", "waiting", "480"))
    ledger.apply(ticket_event("ticket_called", "A001", "called", "487"))
    ledger.issued("A001", entry)
    assert (entry.state, entry.wait) == ("called", 7)
    assert ledger.visit_of("A001", seconds=0) is entry.visit
    assert ledger.visit_of("B001", seconds=0) is None


def test_the_wait_ends_with_the_first_call() -> None:
    ledger, entry = a_ledger(), Entry(Visit("A", 1, 480, 5, 0), "token")
    ledger.issued("A001", entry)
    for kind, state, at in [
        ("ticket_issued", "waiting", "480"),
        ("ticket_called", "called", "484"),
        ("ticket_parked", "parked", "485"),
        ("ticket_returned", "waiting", "490"),
        ("ticket_called", "called", "495"),
    ]:
        ledger.apply(ticket_event(kind, "A001", state, at))
    assert entry.wait == 4
    assert ledger.open_of("A") == {"A001": "called"}
    ledger.apply(ticket_event("ticket_completed", "A001", "completed", "499"))
    assert ledger.open_of("A") == {}


def test_the_bell_rings_only_where_somebody_may_be_served() -> None:
    ledger = a_ledger()
    mine, other = ledger.bell(frozenset({"x", "y"})), ledger.bell(frozenset({"z"}))
    ledger.apply(ticket_event("ticket_issued", "A001", "waiting", "480", "y"))
    assert mine.is_set()
    assert not other.is_set()
    ledger.take_snapshot({})
    assert other.is_set()


def test_waits() -> None:
    assert Waits.of([4, 1, 3, 2, 10]) == Waits(4, 3, 10, 10)
    assert Waits.of([]) == Waits(0, 0, 0, 0)


def entries() -> list[Entry]:
    return [
        Entry(Visit("A", 1, 480, 5, 10), "t", "completed", issued=480, called=490),
        Entry(Visit("A", 2, 500, 5, 20), "t", "no_show", issued=500, called=550),
        Entry(Visit("B", 1, 500, 5, 30), "t", "cancelled", issued=500),
    ]


def test_the_table_has_every_queue_and_the_whole() -> None:
    day = Day("day", {"A": "Alpha", "B": "Beta"}, (), ())
    _, alpha, beta, whole = (line.split() for line in day_table(day, entries()))
    assert alpha == ["A", "Alpha", "2", "1", "1", "0", "30.0", "50", "50", "50", "15.0", "20", "20", "20"]
    assert beta == ["B", "Beta", "1", "0", "0", "1", "0.0", "0", "0", "0", "30.0", "30", "30", "30"]
    assert whole[:5] == ["all", "3", "1", "1", "1"]


def test_calls_per_hour_and_the_end() -> None:
    assert calls_per_hour(entries()) == "calls per hour: 08:00 1  09:00 1"
    assert all_closed(entries())
    assert not all_closed([*entries(), Entry(Visit("A", 3, 500, 5, 0), "t", "parked")])


@pytest.mark.parametrize(("minute", "text"), [(479.6, "07:59"), (480, "08:00"), (1439, "23:59")])
def test_time_of(minute: float, text: str) -> None:
    assert time_of(minute) == text
