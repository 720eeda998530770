"""The bodies of requests: what a field means, its type and its bounds. One model serves REST, socket and OpenAPI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from server.domain.hours import from_text
from server.domain.plain_text import REASON, REASON_ZH, controls_in
from server.domain.refusals import Refusal
from server.schemas import patterns
from server.schemas.problems import words_for

Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=patterns.CODE)]
Number = Annotated[str, StringConstraints(min_length=1, max_length=12, pattern=patterns.NUMBER)]
Prefix = Annotated[str, StringConstraints(pattern=patterns.PREFIX)]


def _is_seen(value: str) -> str:
    if not patterns.plainly(value):
        raise patterns.wrong("must not be empty", "不能为空")
    return value


#: What people are to read: signs that nobody sees are no text.
Seen = AfterValidator(_is_seen)
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), Seen]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), Seen]
#: Full width, long hyphens and signs that nobody sees are folded first: a phone's keyboard and a spreadsheet make them.
Plain = BeforeValidator(patterns.plainly)
Phone = Annotated[str, Plain, StringConstraints(max_length=30, pattern=patterns.PHONE)]
Email = Annotated[str, Plain, StringConstraints(max_length=254, pattern=patterns.EMAIL)]
IdNumber = Annotated[str, Plain, StringConstraints(max_length=40, pattern=patterns.ID_NUMBER)]
Quantity = Annotated[int, Field(ge=1, le=99)]
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
AppointmentCode = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=300)]
Language = Literal["zh-CN", "zh-HK", "en"]
#: A visitor's: one of these, or one that the hall adds by a file (services/languages/languages.py).
VisitorLanguage = Annotated[str, StringConstraints(max_length=10, pattern=patterns.LANGUAGE)]


def _is_time(value: str) -> str:
    try:
        from_text(value)
    except ValueError as error:
        raise patterns.wrong(str(error), patterns.TIME_ZH) from None
    return value


def _latitude_first(place: list[float]) -> list[float]:
    if abs(place[0]) > 90:
        raise patterns.wrong("must begin with a latitude from -90 to 90", "第一个数必须是 -90 至 90 的纬度")
    return place


#: Latitude and longitude in degrees.
Place = Annotated[list[Degrees], Field(min_length=2, max_length=2), AfterValidator(_latitude_first)]
Time = Annotated[
    str, StringConstraints(max_length=40), AfterValidator(_is_time), Field(json_schema_extra={"format": "date-time"})
]


class Body(BaseModel):
    """A JSON object with no fields but its own, of exactly their types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Nothing(Body):
    """An empty object."""


class BringBack(Body):
    """A missed or held number waits again; `reason` is kept."""

    reason: Note | None = None


class BringNumberBack(BringBack):
    """Which number waits again."""

    number: Number


class Reason(Body):
    """Why staff do it; kept with the event."""

    reason: Note


class RemoveNumber(Reason):
    """Which number is taken out of the queue, and why."""

    number: Number


class RemoveNumbers(Reason):
    """Which numbers are taken out of the queue: the named ones, and all that wait for the named services.

    `check`: only answer what would happen.
    """

    numbers: Annotated[list[Number], Field(max_length=500)] = Field(default=[])
    services: Annotated[list[Code], Field(max_length=500)] = Field(default=[])
    check: bool = False


class Reachable(Body):
    """What a visitor may give of themselves. The ID is for counting alone and is never kept."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), Seen] | None = None
    phone: Phone | None = None
    email: Email | None = None
    id_number: IdNumber | None = None


class IssueTicket(Reachable):
    """Take a number for a service, for several (`services`: the others), or for an appointment (its code).

    `mode`: the services one after the other, or whichever counter is free first. `place`: latitude and longitude.
    `despite`: staff alone, why this person gets a number that the hall's limits refuse.
    """

    service: Code | None = None
    services: Annotated[list[Code], Field(max_length=7)] = Field(default=[])
    mode: Literal["sequence", "parallel"] = "sequence"
    quantity: Quantity = 1
    status: Code | None = None
    language: VisitorLanguage | None = None
    place: Place | None = None
    appointment: AppointmentCode | None = None
    despite: Note | None = None


class BookAppointment(Reachable):
    """Book the slot of a service that begins at `start`.

    `despite`: staff alone, why this person gets an appointment that the hall's limits refuse.
    """

    service: Code
    start: Time
    status: Code | None = None
    language: VisitorLanguage | None = None
    despite: Note | None = None


class MoveAppointment(Body):
    """Take the slot that begins at `start` instead."""

    start: Time


class CheckIn(Body):
    """By the code of an appointment (or the link in its QR code), or by name and the last four digits of the phone."""

    code: AppointmentCode | None = None
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), Seen] | None = None
    digits: Annotated[str, Plain, StringConstraints(pattern=patterns.LAST_DIGITS)] | None = None


class FindAppointment(Body):
    """The code of an appointment and the phone number that was left with it."""

    code: AppointmentCode
    phone: Phone


class PrintAgain(Body):
    """The ticket machine (a device of kind "kiosk") whose printer is to print."""

    device: Annotated[int, Field(ge=1, le=2**53)]


class Stars(Body):
    """How it was."""

    stars: Annotated[int, Field(ge=1, le=5)]


class AddService(Body):
    """Another service of the visit: after the others, or whichever counter is free first."""

    service: Code
    mode: Literal["sequence", "parallel"] = "sequence"


class ServiceOnly(Body):
    """A service by its code."""

    service: Code


class HowMany(Body):
    """How many matters the visitor brings."""

    quantity: Quantity


class NoteOnly(Body):
    """A line that goes with the visitor."""

    note: Note


class SwitchService(Body):
    """Give numbers for a service, or stop: for "today" (the business day), until a time, or (null) without an end.

    `confirm`: also when that hits appointments that begin before the stop is over.
    """

    open: bool
    until: Time | Literal["today"] | None = "today"
    confirm: bool = False


#: Counter types.
Types = Annotated[list[Code], Field(max_length=100)]


class ChangeServes(Body):
    """What a counter serves further (`give`) and no more (`take`), for "today" (the business day) or until a time."""

    give: Types = Field(default=[])
    take: Types = Field(default=[])
    until: Time | Literal["today"] = "today"
    why: Note | None = None


class RestoreServes(Body):
    """Which of these changes are undone; without `counter_types` all of the counter."""

    counter_types: Types | None = None


class SignOn(Body):
    """Go on duty. `client` names this console, so that a second one of the same clerk is seen to take over."""

    take_over: bool = False
    client: Annotated[str, StringConstraints(max_length=64)] | None = None


class TurnSession(Body):
    """Pause with a reason, or open again."""

    state: Literal["paused", "open"]
    reason: Short | None = None


class SignOff(Body):
    """Leave the counter; a ticket that is served is completed, one that was called and is not here waits again.

    "complete" completes the second too, "return" says that it waits again where a hall completes on every next call.
    "release" signs another clerk off, for a supervisor: a called ticket waits again, one that is served is put aside.
    """

    present: Literal["complete", "return", "release"] | None = None


class Pause(Body):
    """Pause, with a reason for the supervisor."""

    reason: Short | None = None


class CallNumber(Body):
    """Call a chosen number out of order."""

    number: Number
    reason: Note


class NumberOnly(Body):
    """A ticket by its number."""

    number: Number


class Hold(Body):
    """Put the ticket aside, until a time if one was agreed; `tell` is what its visitor reads on the phone."""

    until: Time | None = None
    note: Note | None = None
    tell: Note | None = None


class Transfer(Body):
    """Send the ticket to a counter type or to one counter."""

    to: Code
    place: Literal["keep", "front"] = "keep"
    note: Note | None = None


def _both_languages(text: dict[str, str]) -> dict[str, str]:
    if not {"zh-CN", "en"} <= text.keys():
        raise patterns.wrong("zh-CN and en are both needed", "中文和英文都要填写")
    return text


class Notice(Body):
    """A notice on the screens, in zh-CN and en at least; text null takes it away."""

    text: Annotated[dict[Language, Note], AfterValidator(_both_languages)] | None
    level: Literal["info", "emergency"] = "info"


class Opening(Body):
    """Open or close the hall; null goes by its hours. `confirm`: also when that hits appointments of today."""

    open: bool | None
    confirm: bool = False


class Login(Body):
    """Sign in; with `bearer` the answer carries a token for a program."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    bearer: bool = False


class StartPairing(Body):
    """A device asks to be let in."""

    kind: Literal["display", "kiosk", "announcer", "printer"]


class ConfirmPairing(Body):
    """A supervisor lets the device in."""

    hall: Code
    zone: Code | None = None
    name: Short | None = None
    settings: Annotated[dict[str, Any], Field(max_length=30)] = Field(default_factory=dict)


class ChangeDevice(Body):
    """Another name, zone or settings for a device."""

    name: Short | None = None
    zone: Code | None = None
    settings: Annotated[dict[str, Any], Field(max_length=30)] | None = None


Model = TypeVar("Model", bound=BaseModel)


def parse(model: type[Model], content: Any) -> Model:
    """`content` as a body. Raises Refusal `malformed` when it is no object, `invalid` with the first wrong field."""
    if not isinstance(content, dict):
        raise Refusal("malformed", reason="a JSON object is needed", reason_zh="须为 JSON 对象")
    for path in controls_in(content):
        raise Refusal("invalid", field=_field(path), reason=REASON, reason_zh=REASON_ZH)
    try:
        return model.model_validate(content)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        words = words_for(first["type"], first.get("ctx", {}))
        raise Refusal("invalid", field=_field(first["loc"]), reason=words[0], reason_zh=words[1]) from None


def _field(path: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in path) or "body"
