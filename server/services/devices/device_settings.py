"""What the settings of a device may be: the names that screens and ticket machines read, and a printer within reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

import orjson
from pydantic import AfterValidator, Field, StringConstraints

from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.schemas.bodies import Body, parse
from server.schemas.patterns import LANGUAGE, wrong
from server.services.hall_setup.hall_values import Code, Direction, Layout, Share

LARGEST = 8_192


class Printer(Body):
    """How a kiosk's tickets are printed (docs/protocol.md, "Printing")."""

    kind: Literal["none", "network", "agent", "file"]
    host: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    device: int | None = None
    width_mm: Literal[58, 80] = 80
    dots: Literal[384, 512, 576, 640] | None = None


def _layout(value: Any) -> Any:
    names = get_args(Layout)
    if value is not None and not isinstance(value, dict) and value not in names:
        listed = ", ".join(names)
        raise wrong(f"must be a layout of your own or one of {listed}", f"必须是自定义版式，或以下之一：{listed}")
    return value


class Directions(Body):
    """Where people go from a screen: to all counters of a zone, or to one counter."""

    zones: Annotated[dict[Code, Direction], Field(max_length=100)] = Field(default={})
    counters: Annotated[dict[Code, Direction], Field(max_length=500)] = Field(default={})


class Settings(Body):
    """Every name that a device reads: those of a screen (docs/display.md), then those of a ticket machine."""

    layout: Annotated[Any, AfterValidator(_layout)] = None
    counter: Code | None = None
    zones: Annotated[list[Code], Field(max_length=20)] | None = None
    directions: Directions | None = None
    screen_inch: Annotated[float, Field(ge=5, le=500, allow_inf_nan=False)] | None = None
    farthest_seat_m: Annotated[float, Field(ge=0.5, le=100, allow_inf_nan=False)] | None = None
    margin: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] | None = None
    language: Annotated[str, StringConstraints(max_length=10, pattern=LANGUAGE)] | None = None
    sound: Literal["on", "muted", "off"] | None = None
    volume: Share | None = None
    printer: Printer | None = None
    low_position: bool | None = None


class _Device(Body):
    settings: Settings


def known(stored: dict[str, Any]) -> dict[str, Any]:
    """What of a device's stored settings has a meaning."""
    return {name: value for name, value in stored.items() if name in Settings.model_fields}


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A code in a device's settings that its hall does not have; `kind` in English and Chinese."""

    path: str
    code: str
    kind: tuple[str, str]


_COUNTER, _ZONE = ("counter", "窗口"), ("zone", "区域")


def unknown_codes(settings: dict[str, Any], hall: Hall) -> Iterator[UnknownCode]:
    """The counters and zones in a device's settings that a hall does not have (any more)."""
    ways = settings.get("directions") or {}
    named = [
        *(("counter", code, _COUNTER) for code in [settings.get("counter")] if code),
        *((f"zones[{index}]", code, _ZONE) for index, code in enumerate(settings.get("zones") or ())),
        *((f"directions.counters.{code}", code, _COUNTER) for code in ways.get("counters") or ()),
        *((f"directions.zones.{code}", code, _ZONE) for code in ways.get("zones") or ()),
    ]
    for path, code, kind in named:
        if code not in (hall.counters if kind is _COUNTER else hall.zones):
            yield UnknownCode(path, code, kind)


def check_settings(settings: dict[str, Any], hall: Hall) -> dict[str, Any]:
    """The settings, if a device of the hall may keep them. Raises Refusal `invalid` naming the field."""
    try:
        size = len(orjson.dumps(settings))
    except orjson.JSONEncodeError as error:
        raise Refusal("invalid", field="settings", reason=str(error), reason_zh="无法写成 JSON") from None
    if size > LARGEST:
        reason, reason_zh = f"larger than {LARGEST} bytes", f"超过 {LARGEST} 字节"
        raise Refusal("invalid", field="settings", reason=reason, reason_zh=reason_zh)
    printer = parse(_Device, {"settings": settings}).settings.printer
    if printer and printer.kind == "network" and printer.host is None:
        reason, reason_zh = "a network printer needs a host", "网络打印机需要地址"
        raise Refusal("invalid", field="settings.printer.host", reason=reason, reason_zh=reason_zh)
    if printer and printer.kind == "agent" and printer.device is None:
        reason, reason_zh = "name the paired printer", "请指定已配对的打印机"
        raise Refusal("invalid", field="settings.printer.device", reason=reason, reason_zh=reason_zh)
    for one in unknown_codes(settings, hall):
        en, zh = one.kind
        reason, reason_zh = f"there is no {en} {one.code!r} in {hall.code}", f"大厅 {hall.code} 没有{zh}“{one.code}”"
        raise Refusal("invalid", field=f"settings.{one.path}", reason=reason, reason_zh=reason_zh)
    return settings
