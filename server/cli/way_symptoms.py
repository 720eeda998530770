"""What `hallcall doctor` says of where a hall sends people: sentences without the way, directions to what is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from server.cli.finding import Finding

if TYPE_CHECKING:
    from server.domain.hall import Hall


def look(hall: Hall, devices: Iterable[dict[str, Any]]) -> Iterator[Finding]:
    """Of one hall with its devices."""
    from server.services.devices.device_settings import unknown_codes

    silent = ", ".join(silent_languages(hall))
    if silent:
        yield Finding(
            "look",
            f"Hall {hall.code} says where its counters are, but its sentences do not ({silent}): "
            "put {where} into voice.templates.",
            f"大厅 {hall.code} 填写了窗口位置，但叫号语句（{silent}）没有 {{where}}，语音不会说："
            "请在 voice.templates 中加入。",
        )
    for device in devices:
        lost = ", ".join(f"{one.path}: {one.code}" for one in unknown_codes(device["settings"], hall))
        if lost:
            yield Finding(
                "look",
                f"Hall {hall.code}: the settings of device {device['name']} name what the hall does not have: {lost}.",
                f"大厅 {hall.code}：设备 {device['name']} 的设置引用了不存在的窗口或区域：{lost}。",
            )


def silent_languages(hall: Hall) -> list[str]:
    """The languages of the voice whose sentence leaves out the way to a counter, which the hall has in words."""
    if not any(hall.where_of(counter) for counter in hall.counters.values()):
        return []
    voice = hall.settings.voice
    said = voice.get("templates") or {}
    return [one for one in voice.get("languages") or () if one in said and "{where}" not in said[one]]
