"""The shape of hall.json: each part of a hall with its bounds. docs/hall-file.md explains it to administrators."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from server.domain.booking import renamed_limit
from server.domain.hall import DEFAULT_CLASSES, DEFAULT_PAUSES
from server.domain.numbers import MOST_SERIAL
from server.schemas.bodies import Place
from server.services.hall_setup.hall_defaults import DISPLAY, TEMPLATES, TEXTS, counter_name
from server.services.hall_setup.hall_texts import Part, Text, Where
from server.services.hall_setup.hall_values import (
    Clock,
    Code,
    Day,
    Direction,
    HallCode,
    Language,
    Layout,
    Picture,
    Prefix,
    Sentence,
    Share,
    Template,
    TimeZone,
    Week,
    Weekday,
)
from server.services.hall_setup.policy_model import ClassPart, LanePart, PolicyPart


class Named(Part):
    """A zone or a group of services."""

    code: Code
    name: Text


class Directions(Part):
    """Where people go from a screen, to all counters of a zone or to one counter."""

    zones: dict[Code, Direction] = Field(default={})
    counters: dict[Code, Direction] = Field(default={})


class ZonePart(Named):
    """A part of the hall; `directions` are those from its own screens."""

    where: Where | None = None
    directions: Directions = Field(default_factory=Directions)


class CounterTypePart(Named):
    """A queue and its numbers; `guess_minutes` per position serve until the server learned them."""

    prefix: Prefix
    first: Annotated[int, Field(ge=1, le=MOST_SERIAL)] = 1
    last: Annotated[int, Field(ge=1, le=MOST_SERIAL)] | None = None
    digits: Annotated[int, Field(ge=1, le=6)] | None = None
    guess_minutes: Annotated[float, Field(gt=0, le=240, allow_inf_nan=False)] = 6.0


class ServiceBookingPart(Part):
    """The slots of a service; without hours of its own the hall's."""

    slot_minutes: Annotated[int, Field(ge=5, le=480)] = 15
    capacity: Annotated[int, Field(ge=1, le=500)] = 2
    hours: Week | None = None


#: Papers of a service: more than these nobody reads on a phone.
MOST_BRING = 20


class ServicePart(Named):
    """What a visitor comes for; `quota` counts tickets and appointments of a day together, `bring` are its papers."""

    counter_type: Code
    group: Code | None = None
    open: bool = True
    booking: ServiceBookingPart | None = None
    quota: Annotated[int, Field(ge=0, le=100_000)] | None = None
    hours: Week | None = None
    bring: Annotated[list[Text], Field(max_length=MOST_BRING)] = Field(default=[])


def _named_by_code(counter: dict[str, Any]) -> Text:
    return Text.model_validate(counter_name(counter["code"]))


class CounterPart(Part):
    """A counter; without a name it is called by its code."""

    code: Code
    name: Text = Field(default_factory=_named_by_code)
    zone: Code
    where: Where | None = None
    counter_types: Annotated[list[Code], Field(min_length=1)]
    fallbacks: list[Code] = Field(default=[])


class StatusPart(Named):
    """A visitor's status, what proves it, and the class of its tickets."""

    proof: Text
    class_code: Code = Field(default="priority", alias="class")
    proof_rule: Literal["declared", "shown"] = "declared"


class BookingPart(Part):
    """The hall's rules for appointments."""

    early_minutes: Annotated[int, Field(ge=0, le=240)] = 5
    grace_minutes: Annotated[int, Field(ge=0, le=240)] = 10
    cancel_minutes: Annotated[int, Field(ge=0, le=10_080)] = 120
    days_ahead: Annotated[int, Field(ge=0, le=90)] = 7
    lead_minutes: Annotated[int, Field(ge=0, le=10_080)] = 30
    one_per_day: bool = True
    ban_after: Annotated[int, Field(ge=0, le=20)] = 0
    ban_days: Annotated[int, Field(ge=1, le=730)] = 90
    reminder_hours: Annotated[int, Field(ge=1, le=168)] = 24
    bookings_per_hour: Annotated[int, Field(ge=1, le=10_000)] = 20

    @model_validator(mode="before")
    @classmethod
    def _named_before(cls, values: Any) -> Any:
        return renamed_limit(values) if isinstance(values, dict) else values


class LimitsPart(Part):
    """Who may take how many tickets, when, and from where."""

    identify: Literal["none", "phone", "id"] = "none"
    live_per_service: bool = True
    per_day: Annotated[int, Field(ge=1, le=1000)] | None = None
    many: Annotated[int, Field(ge=2, le=1000)] = 5
    stop_minutes: Annotated[int, Field(ge=0, le=600)] = 0
    phone_before_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    phone_most_waiting: Annotated[int, Field(ge=0, le=100_000)] | None = None
    phone_metres: Annotated[int, Field(ge=10, le=1_000_000)] | None = None
    place: Place | None = None
    contact_days: Annotated[int, Field(ge=1, le=365)] = 7


class PausePart(Named):
    """Why a counter pauses, and for how many minutes as a rule; a console counts against them."""

    minutes: Annotated[int, Field(ge=1, le=480)] | None = None


class NoticesPart(Part):
    """Which notices visitors are sent, and by which channels."""

    email: bool = True
    webhook: bool = True
    near: bool = True
    called: bool = True
    reminder: bool = True
    booked: bool = True


class ZoneVoice(Part):
    """What sounds in a zone; languages are the hall's unless named."""

    enabled: bool = True
    speech: bool = True
    chime: bool = True
    languages: Annotated[list[Language], Field(min_length=1)] | None = None


class Quiet(Part):
    """A time of another volume."""

    days: list[Weekday]
    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")
    volume: Share


class VoicePart(Part):
    """How the hall speaks."""

    languages: Annotated[list[Language], Field(min_length=1)] = Field(default=["zh-CN", "en"])
    chime: Literal["two-tone", "three-tone", "soft"] | None = "two-tone"
    rate: Annotated[float, Field(ge=0.5, le=2, allow_inf_nan=False)] = 1.0
    volume: Share = 1.0
    templates: dict[Language, Template] = Field(default_factory=lambda: {**TEMPLATES})  # type: ignore[arg-type]
    overrides: dict[Sentence, Sentence] = Field(default={})
    zones: dict[Code, ZoneVoice] = Field(default={})
    quiet: list[Quiet] = Field(default=[])


class DisplayPart(Part):
    """The large screens' layout, by name or of the hall's own, and their size for the size of letters."""

    layout: Layout | dict[str, Any] = DISPLAY["layout"]
    screen_inch: Annotated[float, Field(ge=7, le=500, allow_inf_nan=False)] = DISPLAY["screen_inch"]
    farthest_seat_m: Annotated[float, Field(ge=0.5, le=100, allow_inf_nan=False)] = DISPLAY["farthest_seat_m"]


class TicketPart(Part):
    """What a hall adds to its printed tickets: lines at the foot, a picture at the head."""

    lines: Annotated[list[Text], Field(max_length=4)] = Field(default=[])
    picture: Picture | None = None


def _usual(name: str) -> Any:
    return Field(default_factory=lambda: Text.model_validate(TEXTS[name]))


class TextsPart(Part):
    """What screens say."""

    idle: Text = _usual("idle")
    paused: Text = _usual("paused")
    serving_done: Text = _usual("serving_done")
    missed: Text = _usual("missed")
    welcome: Text = _usual("welcome")


def _usual_pauses() -> list[PausePart]:
    return [PausePart.model_validate(asdict(one)) for one in DEFAULT_PAUSES]


#: The parts of each kind that a hall may have, and its holidays: everybody waits while a file is read in.
MOST, MOST_DAYS = 500, 2_000


class HallFile(Part):
    """A hall as its file says it; `address` has street and floor, `getting_there` line, stop and exit."""

    code: HallCode
    name: Text
    address: Text | None = None
    getting_there: Text | None = None
    time_zone: TimeZone = "Asia/Shanghai"
    languages: Annotated[list[Language], Field(min_length=1)] = Field(default=["zh-CN", "en"])
    channels: list[Literal["kiosk", "reception", "phone"]] = Field(default=["kiosk", "reception", "phone"])
    zones: Annotated[list[ZonePart], Field(min_length=1, max_length=MOST)]
    groups: Annotated[list[Named], Field(max_length=MOST)] = Field(default=[])
    counter_types: Annotated[list[CounterTypePart], Field(min_length=1, max_length=MOST)]
    services: Annotated[list[ServicePart], Field(min_length=1, max_length=MOST)]
    counters: Annotated[list[CounterPart], Field(min_length=1, max_length=MOST)]
    statuses: Annotated[list[StatusPart], Field(max_length=MOST)] = Field(default=[])
    hours: Week
    holidays: Annotated[list[Day], Field(max_length=MOST_DAYS)] = Field(default=[])
    classes: dict[Code, ClassPart] = Field(default={})
    lanes: Annotated[list[LanePart], Field(max_length=20)] = Field(default=[])
    policy: PolicyPart = Field(default_factory=PolicyPart)
    booking: BookingPart = Field(default_factory=BookingPart)
    limits: LimitsPart = Field(default_factory=LimitsPart)
    notices: NoticesPart = Field(default_factory=NoticesPart)
    pause_reasons: Annotated[list[PausePart], Field(min_length=1, max_length=9)] = Field(default_factory=_usual_pauses)
    texts: TextsPart = Field(default_factory=TextsPart)
    voice: VoicePart = Field(default_factory=VoicePart)
    display: DisplayPart = Field(default_factory=DisplayPart)
    ticket: TicketPart = Field(default_factory=TicketPart)

    @model_validator(mode="before")
    @classmethod
    def _usual_classes(cls, values: Any) -> Any:
        given = values.get("classes", {}) if isinstance(values, dict) else None
        if not isinstance(given, dict):
            return values
        return {**values, "classes": {code: asdict(one) for code, one in DEFAULT_CLASSES.items()} | given}
