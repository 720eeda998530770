"""The order of events that come from several servers."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from server.realtime.reorder_buffer import PATIENCE_S, InOrder

HALL: Any = SimpleNamespace(id=1, code="hall")


def event(seq: int, hall: Any = HALL) -> Any:
    return SimpleNamespace(hall=hall, seq=seq)


def numbers(events: list[Any]) -> list[int]:
    return [one.seq for one in events]


@given(some.integers(1, 30), some.randoms(use_true_random=False), some.integers(0, 100))
def test_any_order_becomes_the_order(count: int, dice: random.Random, head: int) -> None:
    told = [event(head + number + 1) for number in range(count)] * 2  # some come twice
    dice.shuffle(told)
    order = InOrder({1: head})
    ready = [one for each in told for one in order.take([each], now=0.0)]
    assert numbers(ready) == list(range(head + 1, head + count + 1))
    assert order.complete


def test_what_was_pushed_is_left_out() -> None:
    order = InOrder({1: 7})
    assert order.take([event(6), event(7)], now=0.0) == []
    assert order.complete


def test_halls_do_not_wait_for_each_other() -> None:
    other: Any = SimpleNamespace(id=2, code="other")
    order = InOrder({})
    assert numbers(order.take([event(2), event(1, other)], now=0.0)) == [1]


def test_a_gap_is_named_after_a_moment_and_again_after_another() -> None:
    order = InOrder({})
    order.take([event(3), event(4)], now=0.0)
    assert order.gaps(now=PATIENCE_S / 2) == []
    [gap] = order.gaps(now=PATIENCE_S)
    assert (gap.hall, gap.after, gap.before) == (HALL, 0, 3)
    assert order.gaps(now=PATIENCE_S) == []
    assert numbers(order.take([event(1), event(2)], now=PATIENCE_S)) == [1, 2, 3, 4]
    assert order.gaps(now=9.0) == []


def test_a_head_that_nobody_told_of_is_a_gap() -> None:
    order = InOrder({1: 5})
    order.know(HALL, 5, now=0.0)
    assert order.complete
    order.know(HALL, 7, now=1.0)
    assert not order.complete
    [gap] = order.gaps(now=1.0 + PATIENCE_S)
    assert (gap.after, gap.before) == (5, 8)


def test_what_nobody_has_is_passed_over() -> None:
    order = InOrder({})
    order.take([event(4)], now=0.0)
    [gap] = order.gaps(now=1.0)
    assert numbers(order.pass_over(gap, now=1.0)) == [4]
    assert order.complete


def test_while_events_come_nothing_is_looked_up() -> None:
    order = InOrder({})
    for seq in range(1, 20):
        order.take([event(seq + 1)], now=seq * PATIENCE_S * 0.9)
        order.take([event(seq)], now=seq * PATIENCE_S * 0.9)
        assert order.gaps(now=(seq + 0.9) * PATIENCE_S * 0.9) == []
