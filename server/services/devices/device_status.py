"""What a device says of itself: the names, types and bounds of each kind's `status`. The supervisor's page shows it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationError

from server.schemas.bodies import Body, parse

Word = Annotated[str, StringConstraints(max_length=200)]
Name = Annotated[str, StringConstraints(max_length=60)]
Count = Annotated[int, Field(ge=0, le=10**9)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
#: A loudspeaker that is told more than it can say is busy for more than all of the time.
Load = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
MOST_ZONES = 200


class ScreenStatus(Body):
    """Of a large screen."""

    sound: Literal["on", "blocked", "muted", "off"] = "off"
    volume: Share | None = None
    last_spoken: Name | None = None
    layout: Name | None = None
    errors: Count = 0


class MachineStatus(Body):
    """Of a ticket machine, and of a print agent. refused: numbers, as one text."""

    page: Name | None = None
    printer_error: Word | None = None
    paper: Literal["ok", "low", "out"] | None = None
    online: bool | None = None
    to_hand_in: Count = 0
    refused: Annotated[str, StringConstraints(max_length=4000)] = ""


class VoiceStatus(Body):
    """Of an announcer. volume: of its sound card. load: by zone, for what share of the time its loudspeaker sounds."""

    engine: Name | None = None
    voices: Annotated[list[Name], Field(max_length=20)] = Field(default=[])
    queue: Annotated[dict[Name, Count], Field(max_length=MOST_ZONES)] = Field(default={})
    state: Literal["ok", "degraded", "dead"] | None = None
    card: bool = False
    volume: Share | None = None
    load: Annotated[dict[Name, Load], Field(max_length=MOST_ZONES)] = Field(default={})
    overloaded: bool | Annotated[list[Name], Field(max_length=MOST_ZONES)] = False


KINDS: dict[str, type[Body]] = {
    "display": ScreenStatus,
    "kiosk": MachineStatus,
    "printer": MachineStatus,
    "announcer": VoiceStatus,
}


def check_status(kind: str, said: dict[str, Any]) -> dict[str, Any]:
    """What a device of that kind says, as it said it. Raises Refusal `invalid` with the first wrong field."""
    return parse(KINDS[kind], said).model_dump(exclude_unset=True)


def known_status(kind: str, kept: Any) -> dict[str, Any]:
    """What is well of a status that was kept, by an older version or at another server; the rest is left out."""
    model = KINDS[kind]
    said = {name: kept[name] for name in model.model_fields if name in kept} if isinstance(kept, dict) else {}
    try:
        model.model_validate(said)
    except ValidationError as wrong:
        bad = {error["loc"][0] for error in wrong.errors(include_url=False, include_input=False)}
        return {name: value for name, value in said.items() if name not in bad}
    return said
