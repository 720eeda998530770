from collections import Counter
from pathlib import Path

import pytest

from replay.day import DayError, Shift, read_day, shifts_of, spread

BEMOWO = Path(__file__).parents[2] / "replay" / "days" / "ud_bemowo_2020-01-02.csv"


def test_the_recorded_day_is_whole() -> None:
    day = read_day(BEMOWO)
    assert len(day.visits) == 804
    assert Counter(visit.queue for visit in day.visits) == {
        "B": 83,
        "C": 126,
        "D": 32,
        "G": 168,
        "I": 41,
        "L": 73,
        "M": 45,
        "P": 159,
        "T": 77,
    }
    assert [visit.arrives for visit in day.visits] == sorted(visit.arrives for visit in day.visits)
    assert {shift.queue for shift in day.shifts} == set(day.queues)


def test_within_a_queue_nobody_arrives_before_an_earlier_number() -> None:
    for queue in (day := read_day(BEMOWO)).queues:
        tickets = [visit.ticket for visit in day.visits if visit.queue == queue]
        assert tickets == sorted(tickets)


def test_readings_are_spread_inside_their_five_minutes() -> None:
    assert spread([10, 15, 15]) == [7.5, 11.25, 13.75]


def test_a_series_becomes_one_shift_per_counter() -> None:
    series = [(0.0, 0), (10.0, 1), (20.0, 2), (30.0, 3), (40.0, 2), (50.0, 0)]
    assert list(shifts_of("A", series)) == [
        Shift("A", 1, ((10.0, 50.0),)),
        Shift("A", 2, ((20.0, 50.0),)),
        Shift("A", 3, ((30.0, 40.0),)),
    ]


def test_the_first_counter_stays_and_the_others_come_and_go() -> None:
    series = [(0.0, 2), (10.0, 0), (20.0, 2), (30.0, 0)]
    assert list(shifts_of("A", series)) == [Shift("A", 1, ((0.0, 30.0),)), Shift("A", 2, ((0.0, 10.0), (20.0, 30.0)))]


def write_day(
    folder: Path, *, tickets: str, counters: str = "queue,name,minute,open\nA,Alpha,0,1\nA,Alpha,60,0\n"
) -> Path:
    (folder / "day_counters.csv").write_text(counters, encoding="utf-8")
    (folder / "day.csv").write_text(tickets, encoding="utf-8")
    return folder / "day.csv"


@pytest.mark.parametrize(
    ("tickets", "said"),
    [
        ("queue,ticket,issued_min\nA,1,5\n", "has no column called_min"),
        ("queue,ticket,issued_min,called_min\nA,1,soon,9\n", "line 2: 'soon' is not a number"),
        ("queue,ticket,issued_min,called_min\nA,1,nan,9\n", "line 2: nan is not between 0 and 100,000"),
        ("queue,ticket,issued_min,called_min\nA,1,5,-9\n", "line 2: -9 is not between"),
        ("queue,ticket,issued_min,called_min\nZ,1,5,9\n", "no counters for queue Z"),
        ("queue,ticket,issued_min,called_min\n", "no tickets"),
    ],
)
def test_a_broken_file_is_refused_with_its_reason(tmp_path: Path, tickets: str, said: str) -> None:
    with pytest.raises(DayError, match=said):
        read_day(write_day(tmp_path, tickets=tickets))


def test_more_open_counters_than_any_hall_has_are_refused(tmp_path: Path) -> None:
    counters = "queue,name,minute,open\nA,Alpha,0,90000\nA,Alpha,60,0\n"
    with pytest.raises(DayError, match="90000 open counters are more than 1,000"):
        read_day(write_day(tmp_path, tickets="queue,ticket,issued_min,called_min\nA,1,5,9\n", counters=counters))


def test_a_missing_file_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(DayError, match="nowhere"):
        read_day(tmp_path / "nowhere.csv")


def test_a_line_that_ends_before_a_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text("issued_min,called_min,ticket,queue\n1,2,3\n")
    with pytest.raises(DayError, match="line 2: there is no queue"):
        read_day(tmp_path / "day.csv")


def test_a_day_without_an_open_counter_begins_with_its_first_visitor(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text("queue,ticket,issued_min,called_min\nA,1,480,490\n")
    (tmp_path / "day_counters.csv").write_text("queue,name,minute,open\nA,A,480,0\n")
    day = read_day(tmp_path / "day.csv")
    assert day.opens == day.visits[0].arrives
