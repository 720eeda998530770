"""Whole rounds of the garbage collector at set times alone."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from server.workers import gc_schedule
from server.workers.gc_schedule import GcSchedule


class Ring:
    """Something that only a round can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_has_grown_old_is_freed_when_its_time_has_come_and_not_before() -> None:
    one = GcSchedule()
    one.begin(now=1000.0)
    assert gc.get_threshold()[2] == gc_schedule.NEVER
    ring = Ring()
    gc.collect(1)
    gc.collect(1)  # old now
    seen = weakref.ref(ring)
    del ring
    gc.collect(1)
    assert not one.look(now=1000.0 + gc_schedule.REST_S - 1)
    assert seen() is not None
    assert one.look(now=1000.0 + gc_schedule.REST_S)
    assert seen() is None
    assert not one.look(now=1000.0 + gc_schedule.REST_S + 1)


def test_a_round_that_takes_long_comes_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([5.0, 5.4])
    monkeypatch.setattr(gc_schedule.time, "perf_counter", lambda: next(ticks))
    one = GcSchedule()
    one.begin(now=0.0)
    assert one.look(now=60.0)
    assert not one.look(now=459.0)
    monkeypatch.undo()
    assert one.look(now=461.0)


def test_what_was_there_at_the_start_is_looked_at_no_more() -> None:
    GcSchedule().begin(now=0.0)
    assert gc.get_freeze_count() > 1000
