"""What must fit together in a hall file beyond the shape of its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from server.domain.numbers import LIKE_DIGITS, shared
from server.domain.order import ClassParameters, Lane, Policy
from server.domain.policy import contradictions
from server.schemas.problems import Problem
from server.services.hall_setup.hall_model import HallFile
from server.services.hall_setup.hall_values import Weekday


def warnings(file: HallFile) -> list[Problem]:
    """What may be as it is and is told all the same: letters taken for digits, a voice that leaves the way out."""
    return [*_like_digits(file), *_silent_way(file)]


def _silent_way(file: HallFile) -> Iterator[Problem]:
    places = [*(zone.where for zone in file.zones), *(counter.where for counter in file.counters)]
    if not any(places):
        return
    for language in file.voice.languages:
        if "{where}" not in file.voice.templates.get(language, "{where}"):
            yield Problem(
                f"voice.templates.{language}",
                "has no {where}: the voice will not say where the counters are",
                "没有 {where}，语音不会说出窗口位置",
            )


def _like_digits(file: HallFile) -> list[Problem]:
    return [
        Problem(
            f"counter_types[{index}].prefix",
            f"{letter} is easily taken for {LIKE_DIGITS[letter]}, on the screen and by ear",
            f"字母 {letter} 容易被看成或听成数字 {LIKE_DIGITS[letter]}",
        )
        for index, part in enumerate(file.counter_types)
        for letter in dict.fromkeys(part.prefix)
        if letter in LIKE_DIGITS
    ]


def check(file: HallFile) -> list[Problem]:
    """Everything that does not fit together, empty when all does."""
    return [problem for one in _CHECKS for problem in one(file)]


def _twice(file: HallFile) -> Iterator[Problem]:
    for name in ("zones", "groups", "counter_types", "services", "counters", "statuses", "lanes", "pause_reasons"):
        yield from _repeated(name, "code", [part.code for part in getattr(file, name)])
    for name in ("languages", "channels", "holidays"):
        yield from _repeated(name, "", getattr(file, name))
    yield from _repeated("voice.languages", "", file.voice.languages)


def _numbers(file: HallFile) -> Iterator[Problem]:
    parts = file.counter_types
    for index, part in enumerate(parts):
        if part.last is not None and part.last < part.first:
            yield Problem(
                f"counter_types[{index}].last",
                f"must not be below the first number, {part.first}",
                f"不能小于起始号 {part.first}",
            )
    for one, other in shared([(part.prefix, part.first, part.last) for part in parts]):
        yield Problem(
            f"counter_types[{other}].prefix",
            f"{parts[other].prefix!r} is used by counter_types[{one}] already: the same number would be given twice; "
            "give another prefix, or ranges apart from each other (first, last)",
            f"“{parts[other].prefix}”已被 counter_types[{one}] 使用，会发出相同的号码："
            "请换前缀，或用 first、last 分开号段",
        )


def _repeated(path: str, field: str, values: Sequence[str]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, value in enumerate(values):
        if value in first:
            where = f"{path}[{index}]" + (f".{field}" if field else "")
            also = f"{path}[{first[value]}]"
            yield Problem(where, f"{value!r} is used by {also} already", f"“{value}”已被 {also} 使用")
        first.setdefault(value, index)


def _names_of_places(file: HallFile) -> Iterator[Problem]:
    types = {part.code: index for index, part in enumerate(file.counter_types)}
    for index, counter in enumerate(file.counters):
        if counter.code in types:
            also = f"counter_types[{types[counter.code]}]"
            yield Problem(
                f"counters[{index}].code",
                f"{counter.code!r} is the code of {also}; a transfer names either, so they must differ",
                f"“{counter.code}”已是 {also} 的代码；转移时两者都可指定，因此不得相同",
            )


def _known(file: HallFile) -> Iterator[Problem]:
    zones, groups = {part.code for part in file.zones}, {part.code for part in file.groups}
    types = {part.code for part in file.counter_types}
    for index, service in enumerate(file.services):
        yield from _unknown(f"services[{index}].counter_type", service.counter_type, types, "counter type", "窗口类型")
        if service.group is not None:
            yield from _unknown(f"services[{index}].group", service.group, groups, "group", "分组")
    for index, counter in enumerate(file.counters):
        yield from _unknown(f"counters[{index}].zone", counter.zone, zones, "zone", "区域")
        for field in ("counter_types", "fallbacks"):
            for place, code in enumerate(getattr(counter, field)):
                yield from _unknown(f"counters[{index}].{field}[{place}]", code, types, "counter type", "窗口类型")
    for index, status in enumerate(file.statuses):
        yield from _unknown(f"statuses[{index}].class", status.class_code, set(file.classes), "class", "类别")
    for code in file.voice.zones:
        yield from _unknown(f"voice.zones.{code}", code, zones, "zone", "区域")


def _directions(file: HallFile) -> Iterator[Problem]:
    zones, counters = {part.code for part in file.zones}, {part.code for part in file.counters}
    for index, zone in enumerate(file.zones):
        path = f"zones[{index}].directions"
        for code in zone.directions.zones:
            yield from _unknown(f"{path}.zones.{code}", code, zones, "zone", "区域")
        for code in zone.directions.counters:
            yield from _unknown(f"{path}.counters.{code}", code, counters, "counter", "窗口")


def _unknown(path: str, code: str, known: set[str], en: str, zh: str) -> Iterator[Problem]:
    if code not in known:
        yield Problem(path, f"there is no {en} {code!r}", f"没有{zh}“{code}”")


def _served(file: HallFile) -> Iterator[Problem]:
    served = {code for counter in file.counters for code in (*counter.counter_types, *counter.fallbacks)}
    known = {part.code for part in file.counter_types}
    for index, service in enumerate(file.services):
        if service.counter_type in known - served:
            yield Problem(
                f"services[{index}].counter_type",
                f"no counter serves {service.counter_type!r}",
                f"没有窗口办理“{service.counter_type}”",
            )
    for index, counter in enumerate(file.counters):
        named = [*counter.counter_types, *counter.fallbacks]
        for code in [code for code, count in Counter(named).items() if count > 1]:
            yield Problem(
                f"counters[{index}]", f"{code!r} is named twice among its counter types", f"窗口类型“{code}”重复出现"
            )


def _hours(file: HallFile) -> Iterator[Problem]:
    yield from _week("hours", file.hours)
    for index, service in enumerate(file.services):
        yield from _week(f"services[{index}].hours", service.hours or {})
        if service.booking:
            yield from _week(f"services[{index}].booking.hours", service.booking.hours or {})


def _week(name: str, hours: Mapping[Weekday, list[list[str]]]) -> Iterator[Problem]:
    for day, spans in hours.items():
        before: tuple[str, int] | None = None
        for index, (start, end) in sorted(enumerate(spans), key=lambda one: one[1]):
            path = f"{name}.{day}[{index}]"
            if start >= end:
                yield Problem(
                    path,
                    f"{start} to {end} ends before it begins; hours past midnight need a span on either day",
                    f"{start} 至 {end} 的结束早于开始；跨过午夜的时段须分写在两天",
                )
            elif before and start < before[0]:
                also = f"{name}.{day}[{before[1]}]"
                yield Problem(path, f"overlaps {also}", f"与 {also} 重叠")
            if before is None or end > before[0]:
                before = (end, index)


def _quiet(file: HallFile) -> Iterator[Problem]:
    for index, quiet in enumerate(file.voice.quiet):
        if quiet.start == quiet.end or "24:00" in (quiet.start, quiet.end):
            yield Problem(
                f"voice.quiet[{index}]",
                "must begin and end at different times before 24:00",
                "开始与结束时间必须不同，且早于 24:00",
            )


def _policy(file: HallFile) -> Iterator[Problem]:
    classes = {code: ClassParameters(**one.model_dump()) for code, one in file.classes.items()}
    lanes = tuple(Lane(one.code, one.share, tuple(one.classes)) for one in file.lanes)
    for wrong in contradictions(Policy(classes, lanes, file.policy.guard_every, file.policy.fallbacks_rank_last)):
        yield Problem(wrong.path, wrong.en, wrong.zh)


def _limits(file: HallFile) -> Iterator[Problem]:
    if file.limits.phone_metres is not None and file.limits.place is None:
        yield Problem(
            "limits.place",
            "a distance needs the hall's place: give its latitude and longitude, or take phone_metres away",
            "限制距离需要大厅的位置：请填写纬度和经度，或删除 phone_metres",
        )


_CHECKS: tuple[Callable[[HallFile], Iterator[Problem]], ...] = (
    _twice,
    _numbers,
    _names_of_places,
    _known,
    _directions,
    _served,
    _hours,
    _quiet,
    _policy,
    _limits,
)
