"""The announcer's clock follows the server's."""

import pytest

from display.announcer.clock import ServerClock


def test_the_clock_follows_the_server_but_not_its_jitter():
    now = [100.0]
    clock = ServerClock(wall=lambda: 5000.0, monotonic=lambda: now[0])
    assert clock.now() == 5000
    clock.hear("1970-01-01T08:00:10+08:00")
    assert clock.now() == pytest.approx(10)
    now[0] = 101
    clock.hear("1970-01-01T00:00:11.200+00:00")
    assert clock.now() == pytest.approx(11)
    clock.hear("yesterday")
    assert clock.now() == pytest.approx(11)
