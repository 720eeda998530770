"""hall.json: read with every error at once, and written from a hall so that reading it again gives the same."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pydantic import ValidationError

from server.domain.booking import ServiceRules
from server.domain.hall import Hall, Zone
from server.domain.hours import WEEKDAYS, Hours
from server.domain.plain_text import REASON, REASON_ZH, controls_in
from server.schemas.problems import HallFileError, Problem, path_of, problems_of
from server.services.hall_setup.hall_checks import check
from server.services.hall_setup.hall_model import HallFile
from server.services.hall_setup.hall_repair import further_problems

LARGEST = 1_000_000
#: Lists and objects that may stand in one another; a hall needs seven.
DEEPEST = 30
_DEEP = Problem("", "is nested too deeply", "嵌套层数过多")
#: Settings of a hall that stand in its file outside `policy`.
_OUTSIDE = (
    "hours",
    "holidays",
    "channels",
    "languages",
    "classes",
    "lanes",
    "booking",
    "limits",
    "notices",
    "pause_reasons",
    "texts",
    "voice",
    "display",
    "ticket",
)
#: Those that a hall may leave out: where it is and how one comes there.
_WAY = ("address", "getting_there")


def read_hall_file(content: str | bytes) -> HallFile:
    """A hall from the text of its file (UTF-8). Raises HallFileError with all problems found."""
    return check_hall(parse(content))


def check_hall(content: Any) -> HallFile:
    """A hall from parsed JSON. Raises HallFileError with all problems found."""
    if _too_deep(content):
        raise HallFileError([_DEEP])
    try:
        file = HallFile.model_validate(content)
    except ValidationError as wrong:
        found = {one.path: one for one in [*_illegible(content), *problems_of(wrong)]}
        raise HallFileError([*found.values(), *further_problems(content, wrong)]) from None
    problems = [*_illegible(content), *check(file)]
    if problems:
        raise HallFileError(problems)
    return file


def _too_deep(content: Any) -> bool:
    """Whether more than DEEPEST lists and objects stand in one another. Level by level: no function calls itself."""
    level = [content]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return bool(level)


def _illegible(content: Any) -> list[Problem]:
    return [Problem(path_of(path), REASON, REASON_ZH) for path in controls_in(content)]


def parse(content: str | bytes) -> Any:
    """The JSON of a file, unchecked. Raises HallFileError for what is none."""
    if len(content) > LARGEST:
        raise HallFileError([Problem("", f"is larger than {LARGEST} bytes", f"超过 {LARGEST} 字节")])
    try:
        # Editors on Windows begin a file with a mark.
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content.removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise HallFileError([Problem("", "is not a text in UTF-8", "不是 UTF-8 编码的文本")]) from None
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except HallFileError:
        raise
    except json.JSONDecodeError as wrong:
        place = (wrong.lineno, wrong.colno)
        en = f"is no JSON: line {place[0]}, column {place[1]}: {wrong.msg}"
        raise HallFileError([Problem("", en, f"不是有效的 JSON：第 {place[0]} 行第 {place[1]} 列")]) from None
    except ValueError:  # the only other one of the reader: more digits than Python turns into a number
        raise HallFileError([Problem("", "has a number with too many digits", "含有位数过多的数字")]) from None
    except RecursionError:
        raise HallFileError([_DEEP]) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        name = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        twice = Problem("", f"has the name {name!r} twice in one object", f"在同一对象中两次使用名称“{name}”")
        raise HallFileError([twice])
    return made


def _no_constant(name: str) -> None:
    raise HallFileError([Problem("", f"has {name}, which is no JSON", f"含有 {name}，不是有效的 JSON")])


def in_order(codes: Sequence[str]) -> list[str]:
    """Codes as people count: 2 before 10, VIP2 before VIP10."""
    return sorted(codes, key=lambda code: [_place(part) for part in re.findall(r"\d+|\D+", code)])


def _place(part: str) -> tuple[bool, int, str]:
    return (False, int(part), part) if part.isdecimal() else (True, 0, part)


def settings_of(file: HallFile) -> dict[str, Any]:
    """What a file says of a hall's settings, as the hall's row keeps it."""
    content = file.model_dump(by_alias=True, exclude_none=True)
    # None means something in these: no guard, no limit, no chime.
    content["policy"] = file.policy.model_dump()
    content["limits"] = file.limits.model_dump()
    content["classes"] = {code: one.model_dump() for code, one in file.classes.items()}
    content["voice"]["chime"] = file.voice.chime
    settings: dict[str, Any] = {name: content[name] for name in _OUTSIDE}
    settings.update({name: content[name] for name in _WAY if name in content})
    settings.update(content["policy"])
    return settings


def export_hall(hall: Hall) -> dict[str, Any]:
    """The hall as its file says it, complete with what was left to defaults."""
    settings = asdict(hall.settings)
    outside = {name: settings.pop(name) for name in _OUTSIDE}
    way = {name: settings.pop(name) for name in _WAY}
    return {
        "code": hall.code,
        "name": dict(hall.name),
        **{name: text for name, text in way.items() if text},
        "time_zone": hall.time_zone.key,
        "languages": list(outside["languages"]),
        "channels": list(outside["channels"]),
        "zones": [_zone(part) for part in hall.zones.values()],
        "groups": [{"code": code, "name": name} for code, name in hall.groups.items()],
        "counter_types": [
            {
                "code": part.code,
                "name": part.name,
                "prefix": part.prefix,
                "first": part.first,
                "last": part.last,
                "digits": part.digits,
                "guess_minutes": part.guess_minutes,
            }
            for part in hall.counter_types.values()
        ],
        "services": [
            {
                "code": part.code,
                "name": part.name,
                "counter_type": part.counter_type,
                **({"group": part.group} if part.group is not None else {}),
                "open": part.open or part.stop is not None,
                **rules_of(part.rules),
            }
            for part in hall.services.values()
        ],
        "counters": [
            {
                "code": part.code,
                "name": part.name,
                "zone": part.zone,
                **({"where": part.where} if part.where else {}),
                "counter_types": list(part.usual_own),
                "fallbacks": list(part.usual_fallbacks),
            }
            for part in hall.counters.values()
        ],
        "statuses": [
            {
                "code": part.code,
                "name": part.name,
                "proof": part.proof,
                "class": part.class_code,
                "proof_rule": part.proof_rule,
            }
            for part in hall.statuses.values()
        ],
        "hours": _week(outside["hours"]),
        "holidays": list(outside["holidays"]),
        "classes": outside["classes"],
        "lanes": [lane | {"classes": list(lane["classes"])} for lane in outside["lanes"]],
        "policy": settings,
        "booking": outside["booking"],
        "limits": outside["limits"]
        | {"place": list(outside["limits"]["place"]) if outside["limits"]["place"] else None},
        "notices": outside["notices"],
        "pause_reasons": list(outside["pause_reasons"]),
        "texts": outside["texts"],
        "voice": outside["voice"],
        "display": outside["display"],
        "ticket": outside["ticket"],
    }


def _zone(zone: Zone) -> dict[str, Any]:
    written: dict[str, Any] = {"code": zone.code, "name": zone.name}
    if zone.where:
        written["where"] = zone.where
    if zone.directions:
        written["directions"] = zone.directions
    return written


def _week(hours: Hours) -> dict[str, list[list[str]]]:
    return {day: [list(span) for span in hours.get(day, [])] for day in WEEKDAYS}


def rules_of(rules: ServiceRules) -> dict[str, Any]:
    """A service's own rules as its file says them; what is left to the hall is left out."""
    written: dict[str, Any] = {}
    if rules.booking:
        written["booking"] = {"slot_minutes": rules.booking.slot_minutes, "capacity": rules.booking.capacity}
        if rules.booking.hours is not None:
            written["booking"]["hours"] = _week(rules.booking.hours)
    if rules.quota is not None:
        written["quota"] = rules.quota
    if rules.hours is not None:
        written["hours"] = _week(rules.hours)
    if rules.bring:
        written["bring"] = [dict(one) for one in rules.bring]
    return written
