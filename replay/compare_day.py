"""The day that rules are tried on: a recorded one, with or without a hall of its own, or a drawn one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from random import Random

from replay.compare_hall import Rules
from replay.day import Day
from replay.plan import PlanError, make_plan
from server.domain.made_day import DayPlan, evenly_loaded, make_day, with_bookings
from server.domain.order import MINUTE
from server.domain.trial import TrialCounter, TrialDay, TrialVisit

OPENS = 9 * 60
Shifts = tuple[tuple[int, int], ...]


class TrialError(ValueError):
    """The day cannot be tried: a sentence in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


class SpecError(TrialError):
    """What --generate asks for is no day."""


@dataclass(frozen=True)
class Asked:
    """What the command line says of the day; None for what it leaves to the day. `dice` draws all chances."""

    rules: Rules
    booked: float | None
    counters: int | None
    dice: Random


@dataclass(frozen=True)
class Trial:
    """A day with its name."""

    name: str
    day: TrialDay

    @property
    def booked(self) -> int:
        """How many visitors have an appointment."""
        return sum(visit.slot is not None for visit in self.day.visits)


def recorded(day: Day, asked: Asked) -> Trial:
    """A recorded day; in a hall by the plan that a replay would make. Raises TrialError."""
    types = {queue: queue for queue in day.queues}
    counters = tuple(_counter(shift.queue, shift.place, (shift.queue,), shift.spans) for shift in day.shifts)
    if asked.rules.file is not None:
        types, counters = _in_hall(day, asked.rules)
    if asked.counters is not None:
        several = asked.rules.counters or [TrialCounter(str(n + 1), tuple(types)) for n in range(asked.counters)]
        counters = _open(several[: asked.counters], day.visits[0].arrives, max(end for _, end in _spans(day)))
    visits = [TrialVisit(_ms(visit.arrives), types[visit.queue], max(1, _ms(visit.service))) for visit in day.visits]
    made_of = _whole(tuple(visits), counters, asked.rules)
    return Trial(day.name, with_bookings(made_of, asked.booked or 0.0, asked.dice))


def made(spec: str, asked: Asked) -> Trial:
    """A drawn day from `visits=881,counters=20,booked=0.3,load=1.0`. Raises SpecError, TrialError."""
    wanted = _read(spec)
    count = asked.counters or int(wanted["counters"])
    closes = OPENS + wanted["hours"] * 60
    types = tuple(f"T{n + 1}" for n in range(int(wanted["types"])))
    plain = [TrialCounter(str(n + 1), (types[n % len(types)],)) for n in range(count)]
    own = asked.rules.counters[: asked.counters or len(asked.rules.counters)]
    counters = _open(own or plain, OPENS, closes)
    demand = evenly_loaded(counters, wanted["hours"] * 60, visits=int(wanted["visits"]), load=wanted["load"])
    plan = DayPlan(
        opens=_ms(OPENS),
        closes=_ms(closes),
        counters=counters,
        demand=tuple(demand),
        booked=wanted["booked"] if asked.booked is None else asked.booked,
        statuses={"priority": wanted["priority"]} if "priority" in asked.rules.own.classes else {},
        booking=asked.rules.booking,
        missed=asked.rules.missed,
    )
    return Trial("generated", make_day(plan, asked.dice))


@dataclass(frozen=True)
class _Part:
    """A part of a spec: its usual value and its bounds."""

    usual: float
    least: float
    most: float
    kind: Callable[[str], float] = float


_PARTS = {
    "visits": _Part(881, 1, 20_000, int),
    "counters": _Part(20, 1, 1_000, int),
    "booked": _Part(0.3, 0, 1),
    "load": _Part(1.0, 0.01, 3),
    "hours": _Part(8, 1, 14),
    "types": _Part(1, 1, 100, int),
    "priority": _Part(0.05, 0, 1),
}


def _read(spec: str) -> dict[str, float]:
    """The parts of a spec; what it does not name has its usual value. Raises SpecError."""
    found = {name: part.usual for name, part in _PARTS.items()}
    for pair in filter(None, (each.strip() for each in spec.split(","))):
        name, _, text = pair.partition("=")
        part = _PARTS.get(name)
        if part is None:
            known = ", ".join(_PARTS)
            raise SpecError(
                f"--generate: there is no {name!r}; choose among {known}", f"--generate：没有“{name}”；可用：{known}"
            )
        try:
            value = part.kind(text)
        except ValueError:
            value = part.least - 1
        if not part.least <= value <= part.most:
            en, zh = ("a whole number", "整数") if part.kind is int else ("a number", "数")
            raise SpecError(
                f"--generate: {name} must be {en} from {part.least:g} to {part.most:g}, not {text!r}",
                f"--generate：{name} 必须是 {part.least:g} 到 {part.most:g} 的{zh}，而不是“{text}”",
            )
        found[name] = value
    if found["types"] > found["counters"]:
        raise SpecError("--generate: more types than counters to serve them", "--generate：类型多于窗口，无法办理")
    return found


def _in_hall(day: Day, rules: Rules) -> tuple[dict[str, str], tuple[TrialCounter, ...]]:
    assert rules.file is not None
    hall = {
        "code": rules.file.code,
        "services": [one.model_dump(include={"code", "counter_type"}) for one in rules.file.services],
        "counters": [one.model_dump(include={"code", "counter_types", "fallbacks"}) for one in rules.file.counters],
    }
    try:
        plan = make_plan(day, hall, chosen={})
    except PlanError as error:
        raise TrialError(f"The hall cannot play this day: {error}", f"该大厅无法推演这一天：{error}") from error
    known = {one.code: one for one in rules.counters}
    counters = [
        replace(known[seat.counter], shifts=_shifts(seat.shift.spans), stays=seat.shift.place == 1)
        for seat in plan.seats
    ]
    return plan.type_of, tuple(counters)


def _whole(visits: tuple[TrialVisit, ...], counters: tuple[TrialCounter, ...], rules: Rules) -> TrialDay:
    try:
        return TrialDay(visits, counters, rules.booking, rules.missed)
    except ValueError as error:
        raise TrialError(f"The day cannot be played: {error}.", f"无法推演：{error}。") from error


def _open(counters: Iterable[TrialCounter], opens: float, closes: float) -> tuple[TrialCounter, ...]:
    return tuple(replace(one, shifts=((_ms(opens), _ms(closes)),), stays=True) for one in counters)


def _counter(queue: str, place: int, own: tuple[str, ...], spans: Iterable[tuple[float, float]]) -> TrialCounter:
    return TrialCounter(f"{queue}{place}", own, shifts=_shifts(spans), stays=place == 1)


def _spans(day: Day) -> list[tuple[float, float]]:
    return [span for shift in day.shifts for span in shift.spans] or [(0.0, day.visits[-1].arrives)]


def _shifts(spans: Iterable[tuple[float, float]]) -> Shifts:
    return tuple((_ms(start), _ms(end)) for start, end in spans)


def _ms(minutes: float) -> int:
    return round(minutes * MINUTE)
