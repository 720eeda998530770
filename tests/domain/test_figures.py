"""Figures of a day, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.compare import compare, shown
from server.domain.figures import figures, quantile
from server.domain.hall import DEFAULT_CLASSES
from tests.domain.fixtures import booked, counter, day, minutes, play, under, visit

# One counter opens at 50: called at 50 a(31), 51 w(0), 52 p(25), 53 b(45), 54 w2(10) - see test_named_policies.
TRIAL = day([visit(0), visit(10), visit(25, "priority"), booked(31), booked(45)], counter(opens=50))


def test_waits_targets_and_overtaking_of_each_class() -> None:
    ordinary, appointment, priority, everybody = figures(play(TRIAL, "balanced"), DEFAULT_CLASSES)
    assert (ordinary.class_code, ordinary.count) == ("ordinary", 2)
    assert (ordinary.mean, ordinary.p90, ordinary.longest, ordinary.within) == ((51 + 44) / 2, 51, 51, 0)
    # w2 counts from 10; a, p and b count from 31, 25 and 45 and were called before
    assert (ordinary.overtaken_times, ordinary.overtaken_minutes) == (3, 35)
    assert (appointment.mean, appointment.within) == ((19 + 8) / 2, 0.5)
    assert (priority.longest, priority.overtaken_times, priority.overtaken_minutes) == (27, 1, 6)
    assert (everybody.class_code, everybody.count, everybody.mean) == ("", 5, (51 + 44 + 19 + 8 + 27) / 5)
    assert everybody.within == pytest.approx(1 / 5)


def test_who_comes_first_is_overtaken_by_nobody() -> None:
    for line in figures(play(TRIAL, "first-come"), DEFAULT_CLASSES):
        assert (line.overtaken_times, line.overtaken_minutes) == (0, 0)


def test_a_counter_that_cannot_do_your_service_does_not_overtake_you() -> None:
    trial = day([visit(0, service=30), visit(1), visit(5, kind="B")], counter("1"), counter("2", "B"))
    assert all(line.overtaken_times == 0 for line in figures(play(trial), DEFAULT_CLASSES))


def test_who_is_called_before_the_slot_has_not_waited() -> None:
    assert figures(play(day([booked(30)])), DEFAULT_CLASSES)[0].longest == 0


def test_who_is_never_called_waits_until_they_leave_or_the_day_ends() -> None:
    visits = [visit(0, service=30), replace(visit(1), leaves=minutes(11)), visit(2, service=15), visit(3)]
    closing = replace(counter(), shifts=((0, minutes(40)),), stays=False)
    run = play(replace(day(visits, closing), ends=minutes(100)))
    assert [(one.number, one.until) for one in run.uncalled] == [(1, minutes(11)), (3, minutes(100))]
    everybody = figures(run, DEFAULT_CLASSES)[-1]
    assert (everybody.count, everybody.not_called) == (4, 2)
    assert (everybody.mean, everybody.longest) == ((0 + 10 + 28 + 97) / 4, 97)
    assert everybody.within == 0.5  # one left after ten minutes and was not called: that is no wait within the target


def test_a_day_is_compared_under_several_rules_and_shown_as_json() -> None:
    first, strict = compare(TRIAL, {name: under(name) for name in ("first-come", "strict")})
    assert [line.class_code for line in first.lines] == ["ordinary", "appointment", "priority", ""]
    said = shown(strict)
    assert (said["name"], said["title"]["en"], said["not_served"]) == ("strict", "Strict priority", 0)
    assert said["classes"][2] == {
        "class": "priority",
        "count": 1,
        "mean": 25.0,
        "p90": 25.0,
        "max": 25.0,
        "target": 20.0,
        "within_target": 0.0,
        "not_served": 0,
        "overtaken_minutes": 0.0,
        "overtaken_times": 0,
    }
    assert (said["all"]["class"], said["all"]["target"], said["all"]["count"]) == ("", None, 5)


def test_quantiles() -> None:
    assert [quantile([1.0, 2.0, 3.0, 4.0], share) for share in (0.25, 0.5, 0.9, 1)] == [1, 2, 4, 4]
    assert quantile([], 0.9) == 0
