"""Drawn days, bookings laid over a day, and which counter is chosen."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from server.domain.counters import FreeCounter, choose_counter
from server.domain.made_day import desks_of, evenly_loaded, with_bookings
from server.domain.order import MINUTE
from tests.domain.fixtures import counter, drawn_day, minutes


def test_a_drawn_day_is_what_was_asked_for() -> None:
    trial = drawn_day(1.15, seed=1)
    assert len(trial.visits) == 881
    assert sum(visit.slot is not None for visit in trial.visits) == round(0.3 * 881)
    work = sum(visit.service for visit in trial.visits)
    assert work == pytest.approx(1.15 * 20 * 480 * MINUTE, rel=1e-4)
    assert trial == drawn_day(1.15, seed=1) != drawn_day(1.15, seed=2)
    assert 20 < sum(visit.class_code == "priority" for visit in trial.visits) < 70


def test_walk_ins_come_within_the_hours_most_in_the_morning() -> None:
    trial = drawn_day(1.0, seed=2, booked=0.0)
    hours = Counter(visit.comes // (60 * MINUTE) for visit in trial.visits)
    assert set(hours) == set(range(9, 17))
    assert hours[10] + hours[11] > 1.5 * (hours[13] + hours[16])


def test_slots_stand_on_the_quarters_and_a_few_come_too_late() -> None:
    trial = drawn_day(1.0, seed=3)
    booked = [visit for visit in trial.visits if visit.slot is not None]
    assert {visit.slot % (15 * MINUTE) for visit in booked} == {0}
    assert max(Counter(visit.slot for visit in booked).values()) < 25
    early = [(visit.slot - visit.comes) / MINUTE for visit in booked]
    assert -20 <= min(early) < 0 < max(early) <= 30
    assert 0 < sum(one < -10 for one in early) < 10


def test_bookings_keep_a_days_visitors_and_about_their_hours() -> None:
    plain = drawn_day(1.0, seed=4, booked=0.0)
    booked = with_bookings(plain, 0.3, Random(1))
    assert sorted(one.service for one in booked.visits) == sorted(one.service for one in plain.visits)
    slots = [one.slot for one in booked.visits if one.slot is not None]
    assert len(slots) == round(0.3 * 881)
    assert with_bookings(plain, 0.0, Random(1)) == plain


def test_every_counter_type_is_loaded_alike() -> None:
    counters = (counter("1", "A"), counter("2", "AB"), counter("3", "B", "C"))
    assert desks_of(counters) == {"A": 1.5, "B": 1.5, "C": 0.5}
    demand = list(evenly_loaded(counters, 100, visits=70, load=1.4))
    assert [(one.counter_type, one.visits) for one in demand] == [("A", 30), ("B", 30), ("C", 10)]
    assert demand[0].service == pytest.approx(1.4 * 100 * 3.5 / 70)


def test_a_ticket_goes_to_the_counter_with_the_fewest_other_types_then_the_longest_idle() -> None:
    wide = FreeCounter("1", ("A", "B", "C"), 0)
    late, soon = FreeCounter("2", ("A", "B"), minutes(9)), FreeCounter("3", ("B", "A"), minutes(5))
    assert choose_counter([wide, late, soon], "A") == soon
    assert choose_counter([wide, late, replace(soon, serves=("B",))], "A") == late
    assert choose_counter([wide, late], "C") == wide
    assert choose_counter([late, soon], "C") is None
    assert choose_counter([], "A") is None
