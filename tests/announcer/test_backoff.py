"""How long the announcer waits before it connects again."""

from display.announcer.link import Backoff


def test_the_waits_double_to_four_seconds_and_start_anew():
    backoff = Backoff(random_part=lambda: 0.5)
    assert [backoff.next() for _ in range(8)] == [0.5, 1, 2, 4, 4, 4, 4, 4]
    backoff.succeeded()
    assert backoff.next() == 0.5
