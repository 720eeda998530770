"""A hall as the rules see it: what it serves, where, and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from server.domain.booking import BookingRules, ServiceRules
from server.domain.hours import Hours
from server.domain.limits import LimitRules
from server.domain.notice import NoticeRules
from server.domain.order import ClassParameters, Lane, Policy
from server.domain.policy import APPOINTMENT, CLASS_NAMES, ORDINARY, name_of
from server.domain.refusals import Refusal

Part = TypeVar("Part")

#: A text by language; zh-CN and en are always there.
Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of a hall with its own screens and loudspeakers.

    where: the way there in a few words. directions: from its screens, {"zones" or "counters": {code: direction}}.
    """

    id: int
    code: str
    name: Text
    where: Text | None = None
    directions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CounterType:
    """The queue a ticket joins. `guess_minutes` per position serve until calls were learned from.

    first, last: the serials that it gives on a day; without a last one they go on. digits: how many a number has at
    least (1: no zeros in front), as the hall has it where None.
    """

    id: int
    code: str
    prefix: str
    name: Text
    guess_minutes: float
    first: int = 1
    last: int | None = None
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """A service was stopped by hand: when (ms), until when (ms; None: until somebody lets it go on), by whom."""

    at: int
    until: int | None
    by: str


@dataclass(frozen=True, slots=True)
class Service:
    """What a visitor comes for. `counter_type` and `group` are codes; `rules`: booking, quota, hours of its own.

    open: whether it gives numbers, as far as the row says; `gives` knows about a stop that is over.
    """

    id: int
    code: str
    name: Text
    counter_type: str
    group: str | None
    open: bool
    rules: ServiceRules = field(default_factory=ServiceRules)
    stop: Stop | None = None

    def gives(self, moment: int) -> bool:
        """Whether it gives numbers at a moment (ms): it is open, or its stop is over by then."""
        return self.open or (self.stop is not None and self.stop.until is not None and moment >= self.stop.until)


@dataclass(frozen=True, slots=True)
class ServesChange:
    """A counter serves a counter type, or does not, other than its hall file says: from `at` until `until` (ms).

    gives: whether the type is given to the counter; otherwise it is taken away. by: who changed it; why: the reason.
    """

    counter_type: str
    gives: bool
    at: int
    until: int
    by: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Counter:
    """A numbered place with one clerk; `where` its own way words.

    usual_own, usual_fallbacks: codes of counter types as the hall file says; `own`, `fallbacks` and `serves` are what
    holds with the `changes` that a supervisor made until a time.
    """

    id: int
    code: str
    name: Text
    zone: str
    usual_own: tuple[str, ...]
    usual_fallbacks: tuple[str, ...]
    where: Text | None = None
    changes: tuple[ServesChange, ...] = ()

    @property
    def own(self) -> tuple[str, ...]:
        """The counter types that it serves first, those that it was given last among them."""
        given = tuple(one.counter_type for one in self.changes if one.gives)
        return self._left(self.usual_own) + given

    @property
    def fallbacks(self) -> tuple[str, ...]:
        """The counter types that it serves while nobody waits for its own."""
        return self._left(self.usual_fallbacks)

    @property
    def serves(self) -> tuple[str, ...]:
        """Own types, then fallbacks."""
        return self.own + self.fallbacks

    def _left(self, usual: tuple[str, ...]) -> tuple[str, ...]:
        if not self.changes:
            return usual
        taken = {one.counter_type for one in self.changes if not one.gives}
        return tuple(code for code in usual if code not in taken)


@dataclass(frozen=True, slots=True)
class Status:
    """A visitor's status (elderly, disabled ...) with what proves it and the class of its tickets.

    proof_rule: "declared" (the visitor's word, checked at the counter) or "shown" (only staff, who saw the paper, give
    it).
    """

    code: str
    name: Text
    proof: Text
    class_code: str
    proof_rule: str = "declared"


@dataclass(frozen=True, slots=True)
class PauseReason:
    """Why a counter pauses, and for how many minutes as a rule (None: nobody can say)."""

    code: str
    name: Text
    minutes: int | None = None


DEFAULT_PAUSES: tuple[PauseReason, ...] = (
    PauseReason("break", {"zh-CN": "短暂离开", "zh-HK": "短暫離開", "en": "Short break"}, 10),
    PauseReason("meal", {"zh-CN": "用餐", "zh-HK": "用餐", "en": "Meal"}, 45),
    PauseReason("meeting", {"zh-CN": "开会或培训", "zh-HK": "開會或培訓", "en": "Meeting or training"}, 60),
    PauseReason("internal", {"zh-CN": "内部事务", "zh-HK": "內部事務", "en": "Internal work"}, 30),
    PauseReason("fault", {"zh-CN": "设备故障", "zh-HK": "設備故障", "en": "Equipment fault"}),
)


@dataclass(frozen=True)
class Settings:
    """A hall's settings. Seconds unless the name says otherwise; `booking` and `limits` are in minutes and days.

    return_after: calls of its type after which a missed ticket waits again, None for never by itself. more_time_*: how
    many calls a visitor who needs more time lets pass, at most how many minutes, and how often. next_step: whether the
    next service of a visit counts from the ticket's issue ("keep") or from now ("fresh"). on_next: what "call next"
    does while a ticket is at the counter: "start" begins one that was called and completes one that is served,
    "complete" completes either, "ask" refuses. address: street, building and floor; getting_there: how one comes there.
    """

    hours: Hours
    holidays: tuple[str, ...] = ()
    day_ends: str = "04:00"
    keep_open_tickets: bool = False
    channels: tuple[str, ...] = ("kiosk", "reception", "phone")
    languages: tuple[str, ...] = ("zh-CN", "en")
    digits: int = 3
    on_next: str = "start"
    next_guard_s: float = 1.5
    undo_s: int = 10
    recall_gap_s: int = 5
    recall_limit: int = 5
    no_show_limit: int = 2
    return_after: int | None = 3
    more_time_calls: int = 3
    more_time_minutes: int = 15
    more_time_limit: int = 2
    next_step: str = "keep"
    guard_every: int = 3
    fallbacks_rank_last: bool = True
    classes: Mapping[str, ClassParameters] = field(default_factory=lambda: dict(DEFAULT_CLASSES))
    lanes: tuple[Lane, ...] = ()
    booking: BookingRules = field(default_factory=BookingRules)
    limits: LimitRules = field(default_factory=LimitRules)
    notices: NoticeRules = field(default_factory=NoticeRules)
    pause_reasons: tuple[PauseReason, ...] = DEFAULT_PAUSES
    address: Text | None = None
    getting_there: Text | None = None
    texts: Mapping[str, Text] = field(default_factory=dict)
    voice: Mapping[str, Any] = field(default_factory=dict)
    display: Mapping[str, Any] = field(default_factory=dict)
    ticket: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def policy(self) -> Policy:
        """Who is next here."""
        return Policy(self.classes, self.lanes, self.guard_every, self.fallbacks_rank_last)

    @cached_property
    def policy_name(self) -> str:
        """The name of the rule, "custom" when it is no ready-made one."""
        return name_of(self.policy)


DEFAULT_CLASSES: Mapping[str, ClassParameters] = {
    ORDINARY: ClassParameters(),
    APPOINTMENT: ClassParameters(speed=2.0, credit=15.0, target=10.0),
    "priority": ClassParameters(credit=20.0, target=20.0),
}


@dataclass(frozen=True)
class Hall:
    """One hall: its parts by code, in the order they are shown, and its settings."""

    id: int
    code: str
    name: Text
    time_zone: ZoneInfo
    version: int
    zones: Mapping[str, Zone]
    groups: Mapping[str, Text]
    counter_types: Mapping[str, CounterType]
    services: Mapping[str, Service]
    counters: Mapping[str, Counter]
    statuses: Mapping[str, Status]
    settings: Settings

    def counter(self, code: str) -> Counter:
        """The counter with that code. Raises Refusal `unknown_counter`."""
        return _found(self.counters, code, "unknown_counter")

    def service(self, code: str) -> Service:
        """The service with that code. Raises Refusal `unknown_service`."""
        return _found(self.services, code, "unknown_service")

    def status(self, code: str) -> Status:
        """The status with that code. Raises Refusal `unknown_status`."""
        return _found(self.statuses, code, "unknown_status")

    def zone(self, code: str) -> Zone:
        """The zone with that code. Raises Refusal `unknown_zone`."""
        return _found(self.zones, code, "unknown_zone")

    def at(self, moment: int) -> Hall:
        """The hall as it is at a moment (ms): changes of what a counter serves that are over by then are left out."""
        if all(one.until > moment for counter in self.counters.values() for one in counter.changes):
            return self
        lasting = {
            code: replace(counter, changes=tuple(one for one in counter.changes if one.until > moment))
            for code, counter in self.counters.items()
        }
        return replace(self, counters=lasting)

    def where_of(self, counter: Counter) -> Text | None:
        """The way to a counter in a few words: its own, else its zone's; None where the hall says nothing."""
        return counter.where or self.zones[counter.zone].where

    def class_name(self, code: str) -> Text:
        """What people call a class: as its status when it is that of one alone; a hall's own has its code."""
        names = [status.name for status in self.statuses.values() if status.class_code == code]
        return names[0] if len(names) == 1 else CLASS_NAMES.get(code, {"zh-CN": code, "en": code})

    @cached_property
    def services_by_id(self) -> dict[int, Service]:
        """Services by row id."""
        return {part.id: part for part in self.services.values()}

    @cached_property
    def types_by_id(self) -> dict[int, CounterType]:
        """Counter types by row id."""
        return {part.id: part for part in self.counter_types.values()}

    @cached_property
    def counters_by_id(self) -> dict[int, Counter]:
        """Counters by row id."""
        return {part.id: part for part in self.counters.values()}

    def serving(self, counter_type: str) -> list[str]:
        """Codes of the counters that serve a counter type, in numeric order."""
        return [counter.code for counter in self.counters.values() if counter_type in counter.serves]


def _found(parts: Mapping[str, Part], code: str, refusal: str) -> Part:
    part = parts.get(code)
    if part is None:
        raise Refusal(refusal, code=code)
    return part
