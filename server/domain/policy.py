"""Ready-made rules by name, and what makes a rule contradict itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from server.domain.order import ClassParameters, Lane, Policy

ORDINARY = "ordinary"
APPOINTMENT = "appointment"
CUSTOM = "custom"


Classes = Mapping[str, ClassParameters]


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """A ready-made rule: its name, what it is called, and the rule for a hall with the given classes."""

    name: str
    title: Mapping[str, str]
    make: Callable[[Classes], Policy]


def _ruled(classes: Classes, rule: Callable[[str], dict[str, Any]]) -> dict[str, ClassParameters]:
    """The classes with other parameters; a class keeps its target, which orders nothing."""
    return {code: replace(ClassParameters(target=one.target), **rule(code)) for code, one in classes.items()}


def _first_come(classes: Classes) -> Policy:
    return Policy(_ruled(classes, lambda code: {"guard": None}))


def _strict(classes: Classes) -> Policy:
    """People with a status, then appointments, then the others; those below are guarded."""
    tiers = {APPOINTMENT: 2, ORDINARY: 3}
    return Policy(_ruled(classes, lambda code: {"tier": tiers[code]} if code in tiers else {"guard": None}))


def _appointments_first(classes: Classes) -> Policy:
    return Policy(_ruled(classes, lambda code: {"tier": 1} if code == APPOINTMENT else {"tier": 2}))


def _two_to_one(classes: Classes) -> Policy:
    """Two appointments, then one of the others; each lane in its own order of arrival."""
    others = tuple(code for code in classes if code != APPOINTMENT)
    lanes = (Lane("appointments", 2, (APPOINTMENT,)), Lane("others", 1, others))
    return Policy(_ruled(classes, lambda code: {}), lanes if APPOINTMENT in classes and others else ())


def _promised(classes: Classes) -> Policy:
    """Whoever's promised time comes first: the credit is what a class's target is shorter than the longest."""
    longest = max(one.target for one in classes.values())
    return Policy(_ruled(classes, lambda code: {"credit": longest - classes[code].target, "guard": None}))


def _balanced(classes: Classes) -> Policy:
    special: dict[str, dict[str, Any]] = {APPOINTMENT: {"speed": 2.0, "credit": 15.0}, ORDINARY: {}}
    return Policy(_ruled(classes, lambda code: special.get(code, {"credit": 20.0})))


NAMED: Mapping[str, NamedPolicy] = {
    one.name: one
    for one in (
        NamedPolicy("balanced", {"zh-CN": "均衡（推荐）", "en": "Balanced (recommended)"}, _balanced),
        NamedPolicy("first-come", {"zh-CN": "先到先办", "en": "First come, first served"}, _first_come),
        NamedPolicy("appointments-first", {"zh-CN": "预约优先", "en": "Appointments first"}, _appointments_first),
        NamedPolicy("two-to-one", {"zh-CN": "预约与现场 2:1", "en": "Two appointments to one walk-in"}, _two_to_one),
        NamedPolicy("strict", {"zh-CN": "严格优先级", "en": "Strict priority"}, _strict),
        NamedPolicy("promised", {"zh-CN": "承诺时间先到先办", "en": "Earliest promised time first"}, _promised),
    )
}


def named(name: str, classes: Classes) -> Policy:
    """The ready-made rule of that name for a hall with these classes. Raises KeyError."""
    return NAMED[name].make(classes)


def name_of(policy: Policy) -> str:
    """The name of the ready-made rule that this one is, "custom" when it is none."""
    plain = (dict(policy.classes), policy.lanes)
    for one in NAMED.values():
        made = one.make(policy.classes)
        if plain == (dict(made.classes), made.lanes):
            return one.name
    return CUSTOM


def title_of(name: str) -> Mapping[str, str]:
    """What a rule is called, by language."""
    return NAMED[name].title if name in NAMED else {"zh-CN": "自定义", "en": "Custom"}


#: What people call the classes that every hall has.
CLASS_NAMES: Mapping[str, Mapping[str, str]] = {
    ORDINARY: {"zh-CN": "现场取号", "en": "Walk-ins"},
    APPOINTMENT: {"zh-CN": "预约", "en": "Appointments"},
    "priority": {"zh-CN": "优先身份", "en": "Those with a status"},
}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What does not fit together in a rule: where, and a sentence that says why and what would do."""

    path: str
    en: str
    zh: str


def contradictions(policy: Policy) -> Iterator[Contradiction]:
    """Everything in a rule that contradicts itself, nothing when it is sound."""
    yield from _lanes(policy)
    yield from _guards(policy)


def _lanes(policy: Policy) -> Iterator[Contradiction]:
    if not policy.lanes:
        return
    if len(policy.lanes) == 1:
        yield Contradiction(
            "lanes",
            "one lane alone shares with nobody: name a second one, or none",
            "只有一条通道无从分配：请再设一条，或全部删除",
        )
    for index, lane in enumerate(policy.lanes):
        if lane.share < 1:
            yield Contradiction(
                f"lanes[{index}].share",
                f"a share of {lane.share} would never be called: use 1 or more, or remove the lane",
                f"份额 {lane.share} 永远不会被叫号：请设为 1 或更大，或删除此通道",
            )
    held = [code for lane in policy.lanes for code in lane.classes]
    for code in policy.classes:
        if held.count(code) != 1:
            yield Contradiction(
                "lanes",
                f"class {code!r} is in {held.count(code)} lanes: with shares each class needs exactly one",
                f"类别“{code}”属于 {held.count(code)} 条通道：启用份额时每个类别必须且只能属于一条",
            )
    for code in held:
        if code not in policy.classes:
            yield Contradiction("lanes", f"there is no class {code!r}", f"没有类别“{code}”")


def _guards(policy: Policy) -> Iterator[Contradiction]:
    for code, one in policy.classes.items():
        if one.guard is not None and one.guard < one.target:
            yield Contradiction(
                f"classes.{code}.guard",
                f"a guard of {one.guard:g} min is shorter than the target of {one.target:g} min, so tickets would be "
                f"overdue before they are late: use a guard of {one.target:g} or more, or a shorter target",
                f"保护时限 {one.guard:g} 分钟短于目标 {one.target:g} 分钟，号票尚未超时就会插队："
                f"请将保护时限设为 {one.target:g} 分钟或更长，或缩短目标",
            )
