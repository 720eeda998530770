"""The simulator, which uses the live rule, meets the waits that queueing theory knows; another rule is found out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from server.domain.order import Policy
from tests.domain.queueing import Queue, by_speed, by_tier

THREE = {"a": 0.10, "b": 0.15, "c": 0.20}
#: The mean wait of M/M/5, arrivals 0.45 a minute, mean service 10, under any rule.
FIVE = 15.249864
STRICT = {"a": 1.906233, "b": 3.812466, "c": 30.499729}
#: M/M/1, arrivals .05 and .03, speeds 1 and 3; the mean over both is that of M/M/1, 40.
ONE, ONE_RATES, ONE_WAITS = 40.0, {"a": 0.05, "b": 0.03}, {"a": 50.0, "b": 70 / 3}
#: M/M/5, arrivals .20, .15, .10, speeds 1, 2, 4.
FIVE_RATES, FIVE_WAITS = {"a": 0.20, "b": 0.15, "c": 0.10}, {"a": 21.785521, "b": 12.103067, "c": 6.898749}


@cache
def strict() -> Queue:
    return Queue(THREE, 5, by_tier("a", "b", "c"))


@cache
def single() -> Queue:
    return Queue(ONE_RATES, 1, by_speed(a=1, b=3))


@cache
def five() -> Queue:
    return Queue(FIVE_RATES, 5, by_speed(a=1, b=2, c=4))


@cache
def twenty() -> Queue:
    return Queue({"a": 1.8}, 20, by_speed(a=1), visits=147_000)


def meets(queue: Queue, waits: Mapping[str, float], of_all: float) -> list[bool]:
    return [queue.wait_of(code, of_all=of_all).holds(wait) for code, wait in waits.items()]


@pytest.mark.parametrize("code", STRICT)
def test_strict_priority_with_five_counters(code: str) -> None:
    found = strict().wait_of(code, of_all=FIVE)
    assert found.holds(STRICT[code]), found
    assert found.half < 0.08 * STRICT[code]


def test_first_come_first_served_with_five_counters() -> None:
    queue = Queue(THREE, 5, by_speed(a=1, b=1, c=1))
    assert queue.wait().holds(FIVE), queue.wait()
    assert meets(queue, dict.fromkeys(THREE, FIVE), FIVE) == [True] * 3


@pytest.mark.parametrize("code", ONE_WAITS)
def test_accumulating_priority_with_one_counter(code: str) -> None:
    found = single().wait_of(code, of_all=ONE)
    assert found.holds(ONE_WAITS[code]), found
    assert found.half < 0.08 * ONE_WAITS[code]


@pytest.mark.parametrize("code", FIVE_WAITS)
def test_accumulating_priority_with_five_counters(code: str) -> None:
    found = five().wait_of(code, of_all=FIVE)
    assert found.holds(FIVE_WAITS[code]), found
    assert found.half < 0.08 * FIVE_WAITS[code]


def test_twenty_counters() -> None:
    assert twenty().share(0).holds(0.550769), twenty().share(0)
    assert twenty().wait().holds(2.753845), twenty().wait()
    assert twenty().share(15).holds(0.027421), twenty().share(15)
    more = Queue({"a": 1.8}, 21, by_speed(a=1), visits=42_000)
    assert not more.share(0).holds(0.550769)


@pytest.mark.parametrize(
    ("policy", "rates", "counters", "waits", "of_all"),
    [
        (by_tier("b", "a", "c"), THREE, 5, STRICT, FIVE),
        (by_speed(a=20, b=10, c=1), THREE, 5, STRICT, FIVE),
        (by_speed(a=1, b=2.5), ONE_RATES, 1, ONE_WAITS, ONE),
        (by_speed(a=1, b=2, c=3.2), FIVE_RATES, 5, FIVE_WAITS, FIVE),
        (by_tier("c", "b", "a"), FIVE_RATES, 5, FIVE_WAITS, FIVE),
    ],
    ids=["tiers in another order", "speeds for tiers", "speed 2.5 for 3", "speed 3.2 for 4", "tiers for speeds"],
)
def test_another_rule_is_found_out(
    policy: Policy, rates: Mapping[str, float], counters: int, waits: Mapping[str, float], of_all: float
) -> None:
    wrong = Queue(rates, counters, policy, visits=42_000)
    assert not all(meets(wrong, waits, of_all))
