"""The part of hall.json that says who is next: classes, lanes and the hall's rules of calling."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from server.services.hall_setup.hall_texts import Part
from server.services.hall_setup.hall_values import Code


class ClassPart(Part):
    """How a class of tickets ages: see docs/hall-file.md."""

    tier: Annotated[int, Field(ge=0, le=9)] = 1
    speed: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] = 1.0
    credit: Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)] = 0.0
    guard: Annotated[float, Field(gt=0, le=1440, allow_inf_nan=False)] | None = 60.0
    target: Annotated[float, Field(gt=0, le=1440, allow_inf_nan=False)] = 30.0


class LanePart(Part):
    """Classes that share calls with other lanes, by share."""

    code: Code
    share: Annotated[int, Field(ge=0, le=100)]
    classes: Annotated[list[Code], Field(min_length=1)]


class PolicyPart(Part):
    """The hall's rules. Seconds where a name ends in _s."""

    day_ends: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "04:00"
    keep_open_tickets: bool = False
    digits: Annotated[int, Field(ge=1, le=6)] = 3
    on_next: Literal["start", "complete", "ask"] = "start"
    next_guard_s: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = 1.5
    undo_s: Annotated[int, Field(ge=0, le=120)] = 10
    recall_gap_s: Annotated[int, Field(ge=0, le=60)] = 5
    recall_limit: Annotated[int, Field(ge=0, le=50)] = 5
    no_show_limit: Annotated[int, Field(ge=1, le=20)] = 2
    return_after: Annotated[int, Field(ge=1, le=100)] | None = 3
    more_time_calls: Annotated[int, Field(ge=1, le=50)] = 3
    more_time_minutes: Annotated[int, Field(ge=1, le=240)] = 15
    more_time_limit: Annotated[int, Field(ge=0, le=20)] = 2
    next_step: Literal["keep", "fresh"] = "keep"
    guard_every: Annotated[int, Field(ge=1, le=20)] = 3
    fallbacks_rank_last: bool = True
