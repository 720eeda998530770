"""A visit: one visitor with one number and one or several services.

A ticket for one service has no steps. With several, each service is a step; those that wait, are called or are being
served are open. Steps one after the other open when the one before them is done; steps in parallel are open at once,
and whichever counter is free first takes the visitor, never two.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class StepState(StrEnum):
    """Where a service of a visit is."""

    LATER = "later"  # opens when the steps before it are done
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"  # the visitor or a clerk took it away


@dataclass(frozen=True, slots=True)
class Step:
    """One service of a visit. Times in milliseconds; `counter_id` is where it was done."""

    service_id: int
    counter_type_id: int
    state: StepState
    counter_id: int | None = None
    called_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None


def read_steps(stored: str | None) -> tuple[Step, ...]:
    """The steps as a ticket's row keeps them; none for a ticket with one service."""
    if stored is None:
        return ()
    return tuple(Step(**one | {"state": StepState(one["state"])}) for one in json.loads(stored))


def write_steps(steps: Sequence[Step]) -> str:
    """The steps for a ticket's row."""
    return json.dumps([asdict(step) for step in steps])
