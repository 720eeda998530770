"""What a counter serves otherwise than its hall file says: which changes fit together, which still make sense."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from server.domain.hall import Counter, ServesChange


def changed(counter: Counter, *, give: Iterable[str], take: Iterable[str], change: ServesChange) -> Counter:
    """A counter that further serves the types `give` and not `take`; `change` says when, until when, who and why.

    A type that is given back, or taken again, stands as the hall file says.
    """
    wanted = dict.fromkeys(give, True) | dict.fromkeys(take, False)
    kept = tuple(one for one in counter.changes if one.counter_type not in wanted)
    new = tuple(
        replace(change, counter_type=code, gives=gives)
        for code, gives in wanted.items()
        if gives != (code in _usual(counter))
    )
    return replace(counter, changes=kept + new)


def sensible(counter: Counter, *, known: Collection[str], ends: int) -> Counter:
    """A counter with those of its changes that still change something, none of them beyond `ends` (ms).

    known: the hall's counter types. A counter that would serve nothing gets back what was taken from it.
    """
    usual = _usual(counter)
    kept = tuple(
        replace(one, until=min(one.until, ends))
        for one in counter.changes
        if one.counter_type in known and one.gives != (one.counter_type in usual)
    )
    left = replace(counter, changes=kept)
    return left if left.serves else replace(left, changes=tuple(one for one in kept if one.gives))


def _usual(counter: Counter) -> tuple[str, ...]:
    return counter.usual_own + counter.usual_fallbacks
