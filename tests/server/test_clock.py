"""A trial's time: it begins where it is told to and runs as fast as it is told to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server import clock


@pytest.fixture(autouse=True)
def real_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    now = [1_000_000]
    monkeypatch.setattr(clock.time, "time_ns", lambda: now[0] * 1_000_000)
    yield now
    clock.use(None)


def test_it_runs_faster_from_its_own_beginning(real_time: list[int]) -> None:
    clock.use(clock.TrialClock(60, 5_000))
    assert clock.now_ms() == 5_000
    real_time[0] += 250
    assert clock.now_ms() == 20_000


def test_without_a_beginning_it_goes_on_from_now_and_ends_with_none(real_time: list[int]) -> None:
    clock.use(clock.TrialClock(10))
    real_time[0] += 5
    assert clock.now_ms() == 1_000_050
    clock.use(None)
    assert clock.now_ms() == 1_000_005
