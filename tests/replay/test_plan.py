import json
from pathlib import Path

import pytest

from replay.day import Day, Shift, Visit, read_day
from replay.plan import PlanError, make_plan

DAYS = Path(__file__).parents[2] / "replay" / "days"


def a_day(**counters: int) -> Day:
    """A day with so many counters in each queue."""
    shifts = [Shift(queue, place + 1, ((480.0, 540.0),)) for queue, count in counters.items() for place in range(count)]
    visits = tuple(Visit(queue, 1, 481.0, 5.0, 0.0) for queue in counters)
    return Day("day", {queue: queue for queue in counters}, visits, tuple(shifts))


def a_hall(services: dict[str, str], counters: dict[str, tuple[list[str], list[str]]]) -> dict:
    return {
        "code": "hall",
        "services": [{"code": code, "counter_type": kind} for code, kind in services.items()],
        "counters": [
            {"code": code, "counter_types": own, "fallbacks": helps} for code, (own, helps) in counters.items()
        ],
    }


def seated(plan) -> dict[str, tuple[str, int]]:
    return {seat.counter: (seat.shift.queue, seat.shift.place) for seat in plan.seats}


def test_the_days_own_hall_seats_every_counter() -> None:
    day = read_day(DAYS / "ud_bemowo_2020-01-02.csv")
    hall = json.loads((DAYS / "bemowo_hall.json").read_text(encoding="utf-8"))
    for counter in hall["counters"]:
        counter.setdefault("fallbacks", [])
    plan = make_plan(day, hall, chosen={})
    assert plan.service_of == {queue: queue for queue in day.queues}
    assert len(plan.seats) == len(day.shifts) == len(hall["counters"])
    assert plan.unseated == ()


def test_a_big_queue_gets_the_counter_type_with_most_counters() -> None:
    hall = a_hall({"one": "few", "two": "many"}, {"1": (["few"], []), "2": (["many"], []), "3": (["many"], [])})
    plan = make_plan(a_day(A=1, B=2), hall, chosen={})
    assert plan.service_of == {"B": "two", "A": "one"}
    assert seated(plan) == {"1": ("A", 1), "2": ("B", 1), "3": ("B", 2)}


def test_every_queue_gets_its_first_counter_before_any_gets_its_second() -> None:
    hall = a_hall({"one": "x", "two": "x"}, {"1": (["x"], []), "2": (["x"], [])})
    plan = make_plan(a_day(A=2, B=1), hall, chosen={"A": "one", "B": "two"})
    assert seated(plan) == {"1": ("A", 1), "2": ("B", 1)}
    assert [(shift.queue, shift.place) for shift in plan.unseated] == [("A", 2)]


def test_a_counter_that_helps_out_is_taken_when_no_own_is_left() -> None:
    hall = a_hall({"one": "x", "two": "y"}, {"1": (["x"], ["y"]), "2": (["x"], [])})
    plan = make_plan(a_day(A=1, B=1), hall, chosen={"A": "one", "B": "two"})
    assert seated(plan) == {"1": ("B", 1), "2": ("A", 1)}


def test_the_choice_of_the_caller_goes_first() -> None:
    hall = a_hall({"A": "x", "other": "y"}, {"1": (["x"], []), "2": (["y"], [])})
    assert make_plan(a_day(A=1), hall, chosen={}).service_of == {"A": "A"}
    assert make_plan(a_day(A=1), hall, chosen={"A": "other"}).service_of == {"A": "other"}


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"Z": "one"}, "no queue Z"),
        ({"A": "nothing"}, "no service nothing"),
        ({"A": "lost"}, "no free counter for queue A"),
    ],
)
def test_what_cannot_be_played_is_refused(chosen: dict[str, str], said: str) -> None:
    hall = a_hall({"one": "x", "lost": "nobody"}, {"1": (["x"], [])})
    with pytest.raises(PlanError, match=said):
        make_plan(a_day(A=1), hall, chosen=chosen)
