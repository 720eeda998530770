"""Which counter takes a ticket when several are free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FreeCounter:
    """A counter without a visitor: what it serves (own types, then fallbacks), and since when it is idle (ms)."""

    code: str
    serves: tuple[str, ...]
    idle_since: int


def choose_counter(free: Iterable[FreeCounter], counter_type: str) -> FreeCounter | None:
    """The counter for a ticket of that type: the fewest other types, then the longest idle; None when none serves it.

    One that can do little else is kept from standing idle while one that can do more is used up. Of equals the first
    that was named goes.
    """
    able = (one for one in free if counter_type in one.serves)
    return min(able, key=lambda one: (len(one.serves), one.idle_since), default=None)
