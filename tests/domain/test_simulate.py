"""The simulator uses the live rule, and meets what queueing theory says of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from math import sqrt
from random import Random
from statistics import mean, stdev

import pytest

from server.domain.counters import FreeCounter, choose_counter
from server.domain.day_figures import figures
from server.domain.days_made import make_day
from server.domain.hall import DEFAULT_CLASSES
from server.domain.order import ClassParameters, Lane, Policy
from server.domain.policy import NAMED, named
from server.domain.simulate import Arrival, Called, Place, simulate

MINUTE = 60_000
CUSTOMERS, BATCHES = 150_000, 30
#: Student's t for 29 degrees of freedom, 99 %.
T_99 = 2.756


def plain(**speeds: float) -> Policy:
    return Policy({code: ClassParameters(speed=speed, guard=None) for code, speed in speeds.items()})


def tiers(*codes: str) -> Policy:
    return Policy({code: ClassParameters(tier=tier, guard=None) for tier, code in enumerate(codes, start=1)})


@cache
def arrivals(rates: tuple[tuple[str, float], ...], seed: int) -> tuple[Arrival, ...]:
    """Poisson arrivals (per minute) by class with exponential services of ten minutes."""
    chance = Random(seed)
    total = sum(rate for _, rate in rates)
    codes, weights = zip(*rates, strict=True)
    made, at = [], 0.0
    for ticket in range(CUSTOMERS):
        at += chance.expovariate(total)
        moment, service = int(at * MINUTE), int(chance.expovariate(1 / 10) * MINUTE)
        made.append(Arrival(ticket, moment, "A", chance.choices(codes, weights)[0], service, moment, moment))
    return tuple(made)


def waits(rates: Mapping[str, float], counters: int, policy: Policy, *, seed: int = 1) -> dict[str, list[float]]:
    """Waits in minutes by class, in the order of arrival, without the first tenth in which the queue builds up."""
    places = [Place(str(number), ("A",)) for number in range(counters)]
    called = sorted(simulate(arrivals(tuple(rates.items()), seed), places, policy), key=lambda one: one.arrival.ticket)
    by_class: dict[str, list[float]] = defaultdict(list)
    for one in called[CUSTOMERS // 10 :]:
        by_class[one.arrival.class_code].append(one.wait / MINUTE)
    return by_class


def interval(found: list[float]) -> tuple[float, float]:
    """The 99 % confidence interval of the mean, by batch means."""
    size = len(found) // BATCHES
    means = [mean(found[index * size : (index + 1) * size]) for index in range(BATCHES)]
    half = T_99 * stdev(means) / sqrt(BATCHES)
    return mean(means) - half, mean(means) + half


THREE = {"a": 0.10, "b": 0.15, "c": 0.20}


@pytest.mark.parametrize(
    ("rates", "counters", "policy", "expected"),
    [
        (THREE, 5, tiers("a", "b", "c"), {"a": 1.906233, "b": 3.812466, "c": 30.499729}),
        (THREE, 5, plain(a=1, b=1, c=1), {"a": 15.249864, "b": 15.249864, "c": 15.249864}),
        ({"a": 0.05, "b": 0.03}, 1, plain(a=1, b=3), {"a": 50.0, "b": 23.333333}),
        ({"a": 0.20, "b": 0.15, "c": 0.10}, 5, plain(a=1, b=2, c=4), {"a": 21.785521, "b": 12.103067, "c": 6.898749}),
        ({"a": 1.8}, 20, plain(a=1), {"a": 2.753845}),
    ],
    ids=["M/M/5 strict", "M/M/5 first come", "M/M/1 accumulating", "M/M/5 accumulating", "M/M/20"],
)
def test_the_closed_forms_are_met(
    rates: dict[str, float], counters: int, policy: Policy, expected: dict[str, float]
) -> None:
    found = waits(rates, counters, policy)
    for code, closed in expected.items():
        low, high = interval(found[code])
        assert low <= closed <= high, f"{code}: {closed} is not in [{low:.3f}, {high:.3f}]"
        assert high - low < closed  # an interval that holds everything proves nothing


def test_another_rule_does_not_meet_them() -> None:
    found = waits(THREE, 5, tiers("c", "b", "a"))
    low, high = interval(found["a"])
    assert not low <= 1.906233 <= high


def test_how_often_one_waits_at_twenty_counters() -> None:
    found = waits({"a": 1.8}, 20, plain(a=1))["a"]
    low, high = interval([float(wait > 0) for wait in found])
    assert low <= 0.550769 <= high
    low, high = interval([float(wait > 15) for wait in found])
    assert low <= 0.027421 <= high


def test_nobody_overtakes_beyond_the_bound() -> None:
    """100,000 overtakes: a ticket of class c that is s younger is called before one of d that waits W only if

    s < (1 - w_d/w_c)+ W + (h_c - h_d w_d/w_c)+, in one pool without lanes, ranks, returns and guard.
    """
    policy = Policy(
        {
            "a": ClassParameters(guard=None),
            "b": ClassParameters(speed=2.0, credit=15.0, guard=None),
            "c": ClassParameters(speed=1.5, credit=5.0, guard=None),
        }
    )
    chance, overtakes = Random(11), 0
    while overtakes < 100_000:
        made, at = [], 0.0
        for ticket in range(3_000):
            at += chance.expovariate(0.52)
            moment = int(at * MINUTE)
            made.append(
                Arrival(ticket, moment, "A", chance.choice("abc"), int(chance.expovariate(1 / 10) * MINUTE),
                        moment, moment)
            )  # fmt: skip
        overtakes += _count(simulate(made, [Place(str(number), ("A",)) for number in range(5)], policy), policy)
    assert overtakes >= 100_000


def _count(called: list[Called], policy: Policy) -> int:
    """Check every overtake of a day against the bound and count them."""
    seen = 0
    position = {one.arrival.ticket: index for index, one in enumerate(called)}
    by_ticket = sorted((one.arrival for one in called), key=lambda one: one.ticket)
    for index, first in enumerate(by_ticket):
        mine = position[first.ticket]
        for later in by_ticket[index + 1 : index + 120]:
            if position[later.ticket] > mine or later.class_code == first.class_code:
                continue
            at = called[position[later.ticket]].at
            c, d = policy.classes[later.class_code], policy.classes[first.class_code]
            waited, younger = (at - first.reference) / MINUTE, (later.reference - first.reference) / MINUTE
            bound = max(1 - d.speed / c.speed, 0) * waited + max(c.credit - d.credit * d.speed / c.speed, 0)
            assert younger <= bound + 1e-6, (first, later, at)
            seen += 1
    return seen


def order_of(policy: Policy, *came: tuple[int, str, int]) -> str:
    """Who is called in which order by one counter; each is (minute, class, minute of the slot or its coming)."""
    made = [
        Arrival(number, 0, "A", code, MINUTE, int(counts * MINUTE), 0)
        for number, (_, code, counts) in enumerate(came, start=1)
    ]
    first = Arrival(0, -MINUTE, "A", "ordinary", 60 * MINUTE + MINUTE, -MINUTE, -MINUTE)
    called = simulate([first, *made], [Place("1", ("A",))], policy)
    return "".join(str(one.arrival.ticket) for one in called[1:])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # 1: ordinary since minute 5; 2: elderly since 20; 3: appointment at 30; 4: ordinary since 40; called from 60 on
        ("first-come", "1234"),
        ("strict", "2314"),
        ("appointments-first", "3124"),
        ("two-to-one", "1324"),
        ("promised", "1234"),
        # At 60: 55, 60, (30+15)*2=90, 20; at 61: 56, 61, -, 21; at 62 the guard is not due: 57, 22
        ("balanced", "3214"),
    ],
)
def test_a_named_policy_is_its_textbook_form(name: str, expected: str) -> None:
    policy = named(name, DEFAULT_CLASSES)
    came = ((0, "ordinary", 5), (0, "priority", 20), (0, "appointment", 30), (0, "ordinary", 40))
    assert order_of(policy, *came) == expected


def test_the_earliest_promise_goes_first() -> None:
    # promised at 5+30, 20+20, 20+10: 35, 40, 30
    policy = named("promised", DEFAULT_CLASSES)
    assert order_of(policy, (0, "ordinary", 5), (0, "priority", 20), (0, "appointment", 20)) == "312"


def test_shares_hold_over_a_day() -> None:
    lanes = (Lane("booked", 2, ("appointment",)), Lane("others", 1, ("ordinary", "priority")))
    policy = Policy({code: ClassParameters(guard=None) for code in DEFAULT_CLASSES}, lanes)
    made = [Arrival(n, 0, "A", "appointment" if n % 2 else "ordinary", MINUTE, 0, 0) for n in range(1, 601)]
    called = simulate(made, [Place("1", ("A",))], policy)
    booked = sum(one.arrival.class_code == "appointment" for one in called[:300])
    assert booked == 200


@pytest.mark.parametrize("seed", range(5))
def test_no_class_starves_at_115_percent(seed: int) -> None:
    made, places = make_day(visits=881, counters=20, booked=0.3, load=1.15, chance=Random(seed))
    longest = {
        name: max(one.wait for one in simulate(made, places, named(name, DEFAULT_CLASSES))
                  if one.arrival.class_code == "ordinary")
        for name in ("balanced", "first-come")
    }  # fmt: skip
    assert longest["balanced"] < 1.3 * longest["first-come"]


@pytest.mark.parametrize("seed", range(5))
def test_appointments_keep_their_meaning_at_135_percent(seed: int) -> None:
    made, places = make_day(visits=881, counters=20, booked=0.3, load=1.35, chance=Random(seed))
    policy = named("balanced", DEFAULT_CLASSES)
    found = {one.class_code: one for one in figures(made, simulate(made, places, policy), policy.classes)}
    assert found["appointment"].mean < found["ordinary"].mean / 2


def test_everybody_is_called_once_and_at_one_counter() -> None:
    made, places = make_day(visits=500, counters=8, booked=0.3, load=1.0, chance=Random(3))
    for one in NAMED.values():
        called = simulate(made, places, one.make(DEFAULT_CLASSES))
        assert sorted(call.arrival.ticket for call in called) == [arrival.ticket for arrival in sorted(
            made, key=lambda arrival: arrival.ticket)]  # fmt: skip
        busy: dict[str, int] = {}
        for call in called:
            assert call.at >= busy.get(call.counter, -(2**60))
            assert call.at >= call.arrival.eligible
            busy[call.counter] = call.at + call.arrival.service


def test_a_closed_counter_calls_nobody() -> None:
    made = [Arrival(n, n * MINUTE, "A", "ordinary", MINUTE, n * MINUTE, n * MINUTE) for n in range(1, 10)]
    called = simulate(made, [Place("1", ("A",), (), ((0, 5 * MINUTE),))], plain(ordinary=1))
    assert [one.arrival.ticket for one in called] == [1, 2, 3, 4]


def test_a_ticket_goes_to_the_specialist_and_then_to_the_longest_idle() -> None:
    free = [
        FreeCounter("1", ("A", "B", "C"), (), 0),
        FreeCounter("2", ("A",), (), 9),
        FreeCounter("3", ("A",), (), 5),
        FreeCounter("4", ("B",), ("A",), 0),
    ]
    chosen = choose_counter(free, "A")
    assert chosen is not None and chosen.code == "3"
    only_fallback = choose_counter(free[3:], "A")
    assert only_fallback is not None and only_fallback.code == "4"
    assert choose_counter(free, "D") is None


def test_figures_of_a_day_worked_by_hand() -> None:
    made = [
        Arrival(1, 0, "A", "ordinary", 10 * MINUTE, 0, 0),
        Arrival(2, MINUTE, "A", "ordinary", 10 * MINUTE, MINUTE, MINUTE),
        Arrival(3, 4 * MINUTE, "A", "appointment", 10 * MINUTE, 4 * MINUTE, 4 * MINUTE),
    ]
    policy = named("appointments-first", DEFAULT_CLASSES)
    found = {one.class_code: one for one in figures(made, simulate(made, [Place("1", ("A",))], policy), policy.classes)}
    assert (found["ordinary"].mean, found["ordinary"].longest) == (9.5, 19.0)
    assert (found["ordinary"].overtaken_by, found["ordinary"].overtakers) == (3.0, 1)
    assert (found["appointment"].mean, found["appointment"].within_target) == (6.0, 1.0)
