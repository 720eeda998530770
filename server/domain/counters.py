"""Which counter takes a ticket that several free ones may serve."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FreeCounter:
    """A counter without a visitor. own, fallbacks: counter types it serves. idle_since: milliseconds."""

    code: str
    own: tuple[str, ...]
    fallbacks: tuple[str, ...]
    idle_since: int

    def serves(self, counter_type: str) -> bool:
        """Whether it may call a ticket of that type."""
        return counter_type in self.own or counter_type in self.fallbacks


def choose_counter(free: Iterable[FreeCounter], counter_type: str) -> FreeCounter | None:
    """The free counter for a ticket of a type, None when none serves it.

    Its own type before a fallback, then the one with the fewest other types (so that who can do more stays free for
    others), then the longest idle.
    """
    able = [counter for counter in free if counter.serves(counter_type)]
    return min(
        able,
        key=lambda one: (counter_type not in one.own, len(one.own) + len(one.fallbacks), one.idle_since, one.code),
        default=None,
    )
