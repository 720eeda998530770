"""A visit: one visitor with one number and one or several services.

A ticket for one service has no steps. With several, each service is a step; those that wait, are called or are being
served are open. Steps one after the other open when the one before them is done; steps in parallel are open at once,
and whichever counter is free first takes the visitor, never two. A service is to come once; one that is done may be
needed again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

#: More services than this a visit does not have.
MOST_SERVICES = 8


class StepState(StrEnum):
    """Where a service of a visit is."""

    LATER = "later"  # opens when the steps before it are done
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"  # the visitor or a clerk took it away


@dataclass(frozen=True, slots=True)
class Step:
    """One service of a visit. Times in milliseconds; `counter_id` and `session_id` say where and by whom it was done.

    together: a later step that opens with the one before it.
    """

    service_id: int
    counter_type_id: int
    state: StepState
    counter_id: int | None = None
    called_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    session_id: int | None = None
    together: bool = False


Steps = tuple[Step, ...]


def read_steps(stored: str | None) -> Steps:
    """The steps as a ticket's row keeps them; none for a ticket with one service."""
    if stored is None:
        return ()
    return tuple(Step(**one | {"state": StepState(one["state"])}) for one in json.loads(stored))


def write_steps(steps: Sequence[Step]) -> str:
    """The steps for a ticket's row."""
    return json.dumps([asdict(step) for step in steps])


def open_steps(steps: Steps) -> list[int]:
    """Which steps are open."""
    return [index for index, step in enumerate(steps) if step.state is StepState.OPEN]


def present(steps: Steps, service_id: int) -> int | None:
    """The open step of that service."""
    return next((index for index in open_steps(steps) if steps[index].service_id == service_id), None)


def step_for(steps: Steps, last: int | None, *, serves: Sequence[int]) -> int | None:
    """Which step a counter takes that calls a visit by its number; None for a ticket with one service.

    `last`: the service that the visitor was called for before, taken up again where the counter serves it. `serves`:
    ids of the counter's types, its own before its fallbacks. A counter that serves none of them takes the first.
    """
    before = None if last is None else present(steps, last)
    wanted = ([] if before is None else [before]) + open_steps(steps)
    if before is not None and steps[before].counter_type_id in serves:
        return before
    ranked = [(serves.index(steps[one].counter_type_id), one) for one in wanted if steps[one].counter_type_id in serves]
    return min(ranked)[1] if ranked else (wanted[0] if wanted else None)


def done(
    steps: Steps,
    service_id: int,
    *,
    counter_id: int | None,
    session_id: int | None,
    called_at: int | None,
    started_at: int | None,
    ended_at: int,
) -> Steps:
    """The steps after that service is done; when none is open any more the next one opens."""
    at = present(steps, service_id)
    if at is None:
        return steps
    finished = replace(
        steps[at],
        state=StepState.DONE,
        counter_id=counter_id,
        session_id=session_id,
        called_at=called_at,
        started_at=started_at,
        ended_at=ended_at,
    )
    return _opened((*steps[:at], finished, *steps[at + 1 :]))


def reopened(steps: Steps, service_id: int) -> Steps:
    """The steps of a completed visit when its last service is taken up again."""
    done_ones = [at for at, step in enumerate(steps) if step.service_id == service_id and step.state is StepState.DONE]
    if not done_ones:
        return steps
    at = max(done_ones, key=lambda index: steps[index].ended_at or 0)
    return (*steps[:at], Step(service_id, steps[at].counter_type_id, StepState.OPEN), *steps[at + 1 :])


def added(steps: Steps, service_id: int, counter_type_id: int, *, parallel: bool) -> Steps:
    """The steps with one more service: open at once, or after all the others."""
    return (*steps, Step(service_id, counter_type_id, StepState.OPEN if parallel else StepState.LATER))


def dropped(steps: Steps, service_id: int) -> Steps:
    """The steps without that service, which keeps its line."""
    return _opened(
        tuple(
            replace(step, state=StepState.DROPPED) if step.service_id == service_id and _is_left(step) else step
            for step in steps
        )
    )


def is_left(steps: Steps, service_id: int) -> bool:
    """Whether that service of a visit is not done yet."""
    return any(step.service_id == service_id and _is_left(step) for step in steps)


def sent_on(steps: Steps, service_id: int, counter_type_id: int) -> Steps:
    """The steps when that service goes to another counter type: the others that were open wait until it is done."""
    return tuple(
        replace(step, counter_type_id=counter_type_id)
        if step.service_id == service_id and step.state is StepState.OPEN
        else replace(step, state=StepState.LATER, together=True)
        if step.state is StepState.OPEN
        else step
        for step in steps
    )


def _is_left(step: Step) -> bool:
    return step.state in (StepState.OPEN, StepState.LATER)


def _opened(steps: Steps) -> Steps:
    """Open the first later step, and those that open together with it, when none is open."""
    later = [index for index, step in enumerate(steps) if step.state is StepState.LATER]
    if open_steps(steps) or not later:
        return steps
    opening = {later[0]}
    for index in later[1:]:
        if not steps[index].together:
            break
        opening.add(index)
    return tuple(
        replace(step, state=StepState.OPEN, together=False) if index in opening else step
        for index, step in enumerate(steps)
    )
