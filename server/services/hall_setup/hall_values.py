"""The kinds of values in hall.json, each with its check."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from server.domain.hours import WEEKDAYS
from server.domain.numbers import is_prefix
from server.schemas import patterns

Language = Literal["zh-CN", "zh-HK", "en"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Direction = Literal["left", "right", "straight", "up", "down", "other_floor"]
Layout = Literal["auto", "landscape-list", "portrait-list", "split", "list-only", "counter-sign"]
PLACES = ("{number}", "{counter}", "{name}", "{where}")


#: Names that are no place's time zone: they are what the machine has, or nothing.
_OF_MACHINES = ("localtime", "posixrules", "factory")


def _time_zone(name: str) -> str:
    if name.lower() in _OF_MACHINES or name.lower().startswith(("posix/", "right/")):
        raise PydanticCustomError("time_zone", "is no time zone")
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise PydanticCustomError("time_zone", "is no time zone") from None
    return name


def _prefix(text: str) -> str:
    if not is_prefix(text):
        raise PydanticCustomError("prefix", "is no prefix")
    return text


def _date(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("date", "is no date") from None
    return text


def _whole_week(hours: dict[str, Any]) -> dict[str, Any]:
    return {day: hours.get(day, []) for day in WEEKDAYS}


_NO_PICTURE = {
    "no picture": ("must be a PNG picture in base64", "必须是 base64 编码的 PNG 图片"),
    "large": ("must have at most 32 KB", "不能超过 32 KB"),
    "dots": ("must be 8 to 640 dots wide and 8 to 320 high", "宽须为 8 至 640 点，高须为 8 至 320 点"),
}


def _png(text: str) -> str:
    from printing.hall_picture import read_picture  # Pillow is loaded with the first picture

    try:
        read_picture(text)
    except ValueError as wrong_picture:
        raise patterns.wrong(*_NO_PICTURE[str(wrong_picture)]) from None
    return text


def _template(text: str) -> str:
    rest = text
    for place in PLACES:
        rest = rest.replace(place, "")
    if "{number}" not in text or "{" in rest or "}" in rest:
        raise PydanticCustomError("template", "is no template")
    return text


Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.\-]*$")]
#: Windows keeps these names for devices, with any ending: no folder of the archive can have one.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


def _hall_code(code: str) -> str:
    if code.split(".", maxsplit=1)[0].lower() in _DEVICES or code.endswith("."):
        raise patterns.wrong(
            "must not be a name that Windows keeps for a device (CON, NUL, COM1 ...), nor end with a point: "
            "the archive's folder has this name",
            "不能是 Windows 的设备名（CON、NUL、COM1 等），也不能以点结尾：归档文件夹以它命名",
        )
    return code


HallCode = Annotated[Code, AfterValidator(_hall_code)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Prefix = Annotated[str, AfterValidator(_prefix)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Clock = Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Span = Annotated[list[Clock], Field(min_length=2, max_length=2)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$"), AfterValidator(_date)]
Week = Annotated[dict[Weekday, list[Span]], AfterValidator(_whole_week)]
Picture = Annotated[str, StringConstraints(max_length=44_000), AfterValidator(_png)]
Template = Annotated[str, StringConstraints(max_length=120), AfterValidator(_template)]
