"""A day of 1,000 calls in 8 hours through one loudspeaker, with a clock that leaps from one event to the next."""

import random
from itertools import pairwise

import pytest

from tests.announcer.fake_outputs import FakeOutputs
from tests.announcer.fixtures import call

DAY_S = 8 * 3600
CALLS = 1000


def day(languages):
    """Play a day; returns seconds from call to sound for each call that was spoken, and the outputs."""
    chance = random.Random(5)
    outputs = FakeOutputs(languages=languages)
    calls = sorted(chance.uniform(0, DAY_S) for _ in range(CALLS))
    arrivals = [(at, call(f"A{n:04}", seq=n, at=at)) for n, at in enumerate(calls)]
    for at, number in zip(calls, range(CALLS), strict=True):
        if chance.random() < 0.15:  # one in seven is called again
            again = at + chance.uniform(8, 40)
            arrivals.append((again, call(f"A{number:04}", seq=number, calls=2, at=again)))
    arrivals.sort(key=lambda arrival: arrival[0])
    waits, now, end = [], 0.0, None
    while arrivals or end is not None or outputs.zone.queue.waiting:
        wake = outputs.zone.wake_at()
        ends = [at for at in (arrivals[0][0] if arrivals else None, end, wake) if at is not None]
        now = max(now, min(ends))
        if arrivals and arrivals[0][0] <= now:
            outputs.zone.queue.add(arrivals.pop(0)[1])
        if end is not None and end <= now:
            end = None
            outputs.played(now=now)
        before = len(outputs.orders)
        outputs.zone.step(now=now)
        if outputs.jobs and outputs.zone.speaker and end is None:
            outputs.rendered(now=now)
        if len(outputs.orders) > before:
            order = outputs.orders[-1][1]
            end = now + order.seconds
            waits.append(now - order.call.called_at)
    return sorted(waits), outputs


@pytest.mark.parametrize(("languages", "most_s"), [(("zh-CN", "zh-HK", "en"), 32), (("zh-CN",), 6)])
def test_the_wait_for_the_loudspeaker_stays_short(languages, most_s):
    waits, _ = day(languages)
    assert waits[round(len(waits) * 0.95)] < most_s
    assert waits[-1] <= 60


def test_everybody_is_called_by_sound_and_in_turn():
    _, outputs = day(("zh-CN", "zh-HK", "en"))
    results = [result for _, result, _, _ in outputs.reports]
    assert results.count("dropped") == 0
    assert results.count("failed") == 0
    heard = [order.call for _, order in outputs.orders]
    assert {one.number for one in heard} == {f"A{n:04}" for n in range(CALLS)}
    firsts = [one.number for one in heard if one.calls == 1]
    assert firsts == sorted(firsts)


def test_nothing_overlaps():
    _, outputs = day(("zh-CN", "en"))
    times = [(float(order.play.split(".")[1]) / 1000, order.seconds) for _, order in outputs.orders]
    for (start, seconds), (following, _) in pairwise(times):
        assert following >= start + seconds + 0.69
