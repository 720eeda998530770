"""What the settings of a device may be: JSON of a bounded size, with a printer that can be reached."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.domain.refusals import Refusal

LARGEST = 8_192


class Printer(BaseModel):
    """How a kiosk's tickets are printed (docs/protocol.md, "Printing")."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["none", "network", "agent", "file"]
    host: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    device: int | None = None
    width_mm: Literal[58, 80] = 80


def check_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings, if they may be kept. Raises Refusal `invalid` naming the field."""
    try:
        size = len(orjson.dumps(settings))
    except orjson.JSONEncodeError as wrong:
        raise Refusal("invalid", field="settings", reason=str(wrong)) from None
    if size > LARGEST:
        raise Refusal("invalid", field="settings", reason=f"larger than {LARGEST} bytes")
    if settings.get("printer") is not None:
        _check_printer(settings["printer"])
    return settings


def _check_printer(content: Any) -> None:
    try:
        printer = Printer.model_validate(content)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(("settings", "printer", *(str(part) for part in first["loc"])))
        raise Refusal("invalid", field=field, reason=first["msg"]) from None
    if printer.kind == "network" and printer.host is None:
        raise Refusal("invalid", field="settings.printer.host", reason="a network printer needs a host")
    if printer.kind == "agent" and printer.device is None:
        raise Refusal("invalid", field="settings.printer.device", reason="name the paired printer")
