"""How a day goes: counters, shifts, appointments, missed calls, what earlier calls leave behind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.hall import DEFAULT_CLASSES
from server.domain.order import ClassParameters, Lane, Policy
from server.domain.trial import MissedRules, TrialCounter, TrialDay
from tests.domain.fixtures import booked, called, counter, day, drawn_day, minutes, play, visit


def test_one_counter_serves_one_after_the_other() -> None:
    run = play(day([visit(0, service=5), visit(1), visit(9)]))
    assert called(run) == [(0, 0, "1"), (5, 1, "1"), (9, 2, "1")]
    assert run.left == 0


def test_of_free_counters_the_one_with_the_fewest_other_types_takes_the_ticket() -> None:
    desks = (counter("wide", "AB"), counter("narrow", "A"), counter("helps", "C", "A"))
    run = play(day([visit(1, service=9), visit(2, service=9), visit(3)], *desks))
    assert [one[2] for one in called(run)] == ["narrow", "wide", "helps"]


def test_of_like_counters_the_longest_idle_takes_the_ticket() -> None:
    run = play(day([visit(0, service=4), visit(1, service=1), visit(5)], counter("1"), counter("2")))
    assert called(run) == [(0, 0, "1"), (1, 1, "2"), (5, 2, "2")]


def test_a_counter_calls_its_own_types_before_its_fallbacks() -> None:
    visits = [visit(0, kind="B", service=5), visit(1, kind="A"), visit(2, kind="B")]
    assert [one[1] for one in called(play(day(visits, counter("1", "B", "A"))))] == [0, 2, 1]
    alike = Policy(DEFAULT_CLASSES, fallbacks_rank_last=False)
    assert [one[1] for one in called(play(day(visits, counter("1", "B", "A")), alike))] == [0, 1, 2]


def test_a_shift_ends_after_the_present_visitor_and_the_next_one_begins_in_time() -> None:
    shifts = ((minutes(0), minutes(10)), (minutes(20), minutes(30)))
    desk = TrialCounter("1", ("A",), shifts=shifts, stays=False)
    run = play(day([visit(8, service=5), visit(9), visit(21), visit(40)], desk))
    assert called(run) == [(8, 0, "1"), (20, 1, "1"), (21, 2, "1")]
    assert run.left == 1


def test_who_stays_works_until_nobody_waits() -> None:
    run = play(day([visit(1, service=20), visit(2), visit(3)], counter(closes=10)))
    assert called(run) == [(1, 0, "1"), (21, 1, "1"), (22, 2, "1")]


def test_an_early_appointment_waits_for_its_window_and_counts_from_its_slot() -> None:
    assert called(play(day([booked(30, comes=10)]))) == [(25, 0, "1")]
    run = play(day([booked(30, comes=10, service=9), visit(20, service=10), visit(31)]))
    assert called(run) == [(20, 1, "1"), (30, 0, "1"), (39, 2, "1")]
    assert (run.tickets[0].class_code, run.tickets[0].reference) == ("appointment", minutes(30))


def test_a_late_appointment_is_a_walk_in_from_its_check_in() -> None:
    run = play(day([booked(30, comes=41)]))
    assert (run.tickets[0].class_code, run.tickets[0].reference) == ("ordinary", minutes(41))
    assert play(day([booked(30, comes=40)])).tickets[0].class_code == "appointment"


def test_a_personal_credit_goes_before_the_earlier() -> None:
    visits = [visit(0, service=9), visit(1), replace(visit(2), credit=minutes(5))]
    assert [one[1] for one in called(play(day(visits)))] == [0, 2, 1]


def test_who_misses_a_call_returns_in_the_old_place_after_three_further_calls() -> None:
    visits = [visit(0, misses=1), *[visit(n, service=2) for n in (0.1, 0.2, 0.3, 0.4, 0.5)]]
    run = play(day(visits))
    # a minute of patience, then three others; the first calls stand in the list, the fifth call is the returned one
    assert called(run) == [(0, 0, "1"), (1, 1, "1"), (3, 2, "1"), (5, 3, "1"), (8, 4, "1"), (10, 5, "1")]
    assert run.left == 0


def test_who_misses_too_often_is_never_served() -> None:
    visits = [visit(0, misses=2), *[visit(n) for n in range(1, 9)]]
    assert play(day(visits)).left == 1
    kind = replace(day(visits), missed=MissedRules(return_after=1, limit=3))
    assert play(kind).left == 0
    never = replace(day([visit(0, misses=1), visit(1), visit(2)]), missed=MissedRules(return_after=None))
    assert play(never).left == 1


def test_an_overdue_ticket_needs_the_every_third_call_of_the_hall() -> None:
    visits = [visit(0), *[booked(40 + n / 10) for n in range(6)]]
    run = play(day(visits, counter("1", opens=64)), "balanced")
    # (64 - 40 + 15) x 2 = 78 against 64; the third call is the guard's
    assert [one[1] for one in called(run)][:4] == [1, 2, 0, 3]
    apart = [replace(one, counter_type="B") for one in visits[1:3]]
    two = play(day([visits[0], *apart, *visits[3:]], counter("1", opens=64), counter("2", "B", opens=64)), "balanced")
    # counter 2's call is the hall's second, so counter 1's second is the hall's third or fourth
    assert [one[1] for one in called(two) if one[2] == "1"][1] == 0


TURNS = Policy(
    {code: ClassParameters(guard=None) for code in ("ordinary", "appointment")},
    (Lane("booked", 2, ("appointment",)), Lane("others", 1, ("ordinary",))),
)


def test_counters_that_serve_the_same_types_share_the_lanes_turns() -> None:
    waiting = [
        *[visit(n / 10, service=100) for n in range(6)],
        *[replace(booked(20 + n / 10), service=minutes(100)) for n in range(6)],
    ]
    six = [counter(str(n), opens=30) for n in range(6)]
    run = play(day(waiting, *six), TURNS)
    assert "".join(run.tickets[one[1]].class_code[0] for one in called(run)[:6]) == "oaaoaa"
    six[1:] = [counter(str(n), "AB", opens=30) for n in range(1, 6)]
    run = play(day(waiting, *six), TURNS)
    assert "".join(run.tickets[one[1]].class_code[0] for one in called(run)[:6]) == "ooaaoa"


def test_a_day_that_cannot_be_played_is_refused() -> None:
    with pytest.raises(ValueError, match="no counter serves B"):
        day([visit(0, kind="B")])
    with pytest.raises(ValueError, match="order in which they come"):
        TrialDay((visit(2), visit(1)), (counter(),))
    with pytest.raises(ValueError, match="no class vip"):
        play(day([visit(0, "vip")]))


def test_everybody_is_called_once_and_nobody_to_a_busy_counter() -> None:
    trial = drawn_day(1.3, seed=4)
    run = play(trial, "balanced")
    assert sorted(call.number for call in run.calls) == list(range(len(trial.visits)))
    until: dict[str, int] = {}
    for call in run.calls:
        assert call.at >= max(until.get(call.counter.code, 0), run.tickets[call.number].eligible)
        until[call.counter.code] = call.at + trial.visits[call.number].service


def test_no_counter_stands_idle_while_somebody_waits_for_it() -> None:
    trial = drawn_day(1.1, seed=5)
    run = play(trial, "balanced")
    free = {desk.code: desk.shifts[0][0] for desk in trial.counters}
    for call in run.calls:
        idle = min(free.values())
        waited_from = max(run.tickets[call.number].eligible, trial.counters[0].shifts[0][0])
        assert call.at <= max(idle, waited_from), "somebody waited while a counter was free"
        free[call.counter.code] = call.at + trial.visits[call.number].service


def test_the_same_day_goes_the_same_way() -> None:
    assert play(drawn_day(1.2, seed=6), "balanced") == play(drawn_day(1.2, seed=6), "balanced")
