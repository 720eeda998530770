"""Each ready-made rule equals its textbook form on a case worked by hand.

Five visitors wait when the counter opens at minute 50; each is served for a minute. Targets: walk-in 30, appointment
10, priority 20 minutes.

    w walk-in, came at 0      w2 walk-in, came at 10      p somebody with a status, came at 25
    a appointment at 31       b appointment at 45
"""

from __future__ import annotations

import pytest

from tests.domain.fixtures import booked, counter, day, play, visit

NAMES = ("w", "w2", "p", "a", "b")
VISITS = [visit(0), visit(10), visit(25, "priority"), booked(31), booked(45)]


def order(name: str) -> list[str]:
    run = play(day(VISITS, counter(opens=50)), name)
    return [NAMES[call.number] for call in run.calls]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # by the time from which each counts: 0, 10, 25, 31, 45
        ("first-come", "w w2 p a b"),
        # status, then appointments, then walk-ins; within each by time
        ("strict", "p a b w w2"),
        # appointments, then all others by time
        ("appointments-first", "a b w w2 p"),
        # the lanes begin level, so the longest wait goes first; then two appointments for each of the others
        ("two-to-one", "w a b w2 p"),
        # promised times: w 0+30=30, w2 40, a 31+10=41, p 25+20=45, b 45+10=55
        ("promised", "w w2 a p b"),
        # minute 50: w 50, w2 40, p 25+20=45, a (19+15)x2=68, b (5+15)x2=40 -> a
        # minute 51: w 51, w2 41, p 46, b 42 -> w;  52: w2 42, p 47, b 44 -> p;  53: w2 43, b 46 -> b
        ("balanced", "a w p b w2"),
    ],
)
def test_a_ready_made_rule_is_what_its_name_says(name: str, expected: str) -> None:
    assert " ".join(order(name)) == expected


def test_under_the_balanced_rule_every_third_call_may_go_to_who_waits_an_hour() -> None:
    # minute 70: w 70, the appointments (30+15)x2=90: they win by their score, but the third call is the guard's
    visits = [visit(0), *[booked(40 + n / 10) for n in range(5)]]
    run = play(day(visits, counter(opens=70)), "balanced")
    assert [call.number for call in run.calls] == [1, 2, 0, 3, 4, 5]


def test_two_to_one_gives_a_lane_alone_every_call() -> None:
    visits = [*[visit(n) for n in range(4)], booked(30), booked(31)]
    run = play(day(visits, counter(opens=40)), "two-to-one")
    assert [call.number for call in run.calls] == [0, 4, 5, 1, 2, 3]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # w since 5, p since 20, a since 30, v (a walk-in) since 40; called from 60 on
        ("first-come", "w p a v"),
        ("strict", "p a w v"),
        ("appointments-first", "a w p v"),
        ("two-to-one", "w a p v"),
        # promised times: w 35, p 20+20=40, a 30+10=40, v 70; p came before a
        ("promised", "w p a v"),
        # minute 60: w 55, p 60, a (30+15)x2=90, v 20; 61: w 56, p 61; 62: w 57, v 22
        ("balanced", "a p w v"),
    ],
)
def test_another_case_worked_by_hand(name: str, expected: str) -> None:
    run = play(day([visit(5), visit(20, "priority"), booked(30), visit(40)], counter(opens=60)), name)
    assert " ".join("wpav"[call.number] for call in run.calls) == expected


def test_shares_hold_over_many_calls() -> None:
    # all within the hour, so that no guard speaks
    visits = [*[visit(0.01 * n) for n in range(40)], *[booked(3, comes=0.01 * n) for n in range(40)]]
    run = play(day(visits, counter(opens=3)), "two-to-one")
    first = [run.tickets[call.number].class_code for call in run.calls[:45]]
    assert first.count("appointment") == 30
