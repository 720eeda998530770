"""How much of the time a zone sounds."""

import pytest

from display.announcer.load import Load, expected_load


def test_load_is_the_part_of_the_time_that_sounds():
    load = Load(began=0)
    for at in range(0, 900, 20):
        load.add(at=at, seconds=12)
    assert load.figure(now=900) == pytest.approx(0.6)
    assert load.figure(now=1350) == pytest.approx(0.3, abs=0.02)
    assert load.figure(now=5000) == 0


def test_a_single_call_after_the_start_is_no_alarm():
    load = Load(began=0)
    load.add(at=1, seconds=12)
    assert load.figure(now=10) == pytest.approx(12 / 300)


def test_the_figures_of_the_settings():
    assert expected_load(call_s=24, calls=1000, hours=8) == pytest.approx(0.83, abs=0.01)
    assert expected_load(call_s=4.5, calls=1000, hours=8) < 0.2
