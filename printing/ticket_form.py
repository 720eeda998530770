"""A printed ticket as JSON: what `PrintedTicket.to_json` writes, read again and checked."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from printing.ticket import PrintedPlace, PrintedTicket

Language = Literal["zh-CN", "zh-HK", "en"]
PRINTABLE_URL = re.compile(r"[!-~]+")


class BadTicket(ValueError):
    """The content is no ticket; the sentence names the field and what is wrong with it."""


def _plain(text: str) -> str:
    if not text.isprintable():
        raise ValueError("has signs that cannot be printed")
    return text


def _web(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or PRINTABLE_URL.fullmatch(url) is None:
        raise ValueError("is no http:// or https:// address")
    return url


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is no time like 2026-11-23T09:31:05+08:00") from None
    if at.tzinfo is None:
        raise ValueError("is a time without its zone")
    return at


Short = Annotated[str, Field(min_length=1, max_length=16), AfterValidator(_plain)]
Name = dict[Language, Annotated[str, Field(max_length=200), AfterValidator(_plain)]]
Sentence = dict[Language, Annotated[str, Field(max_length=500), AfterValidator(_plain)]]
Moment = Annotated[str, Field(max_length=40), AfterValidator(_moment)]
Url = Annotated[str, Field(max_length=300), AfterValidator(_web)]


def _drawn(text: str) -> str:
    from printing.hall_picture import read_picture  # Pillow is loaded with the first picture

    try:
        read_picture(text)
    except ValueError:
        raise ValueError("is no small PNG picture in base64") from None
    return text


OwnPicture = Annotated[str, Field(max_length=44_000), AfterValidator(_drawn)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class WaitForm(_Form):
    """Expected minutes."""

    low: int = Field(ge=0, le=10_000)
    high: int = Field(ge=0, le=10_000)

    @model_validator(mode="after")
    def _in_order(self) -> "WaitForm":
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


class PlaceForm(_Form):
    """Where some of the counters are."""

    zone: Name
    where: Name = Field(default_factory=dict)
    counters: list[Short] = Field(min_length=1, max_length=100)


class TicketForm(_Form):
    """The `ticket` of a print job (docs/printing.md); what may be unknown may be left out."""

    number: Short
    hall: Name
    service: Name
    issued_at: Moment
    ahead: int | None = Field(default=None, ge=0, le=1_000_000)
    wait: WaitForm | None = None
    marks: list[Literal["appointment", "priority"]] = Field(default_factory=list, max_length=2)
    proof: Name = Field(default_factory=dict)
    counters: list[Short] = Field(default_factory=list, max_length=100)
    places: list[PlaceForm] = Field(default_factory=list, max_length=20)
    url: Url | None = None
    scan_later: bool = False
    steps: list[Name] = Field(default_factory=list, max_length=20)
    appointment: Moment | None = None
    called_from: Moment | None = None
    note: Sentence = Field(default_factory=dict)
    lines: list[Name] = Field(default_factory=list, max_length=4)
    picture: OwnPicture | None = None
    languages: list[Language] = Field(min_length=1, max_length=3)

    @model_validator(mode="after")
    def _languages_once(self) -> "TicketForm":
        if len(set(self.languages)) < len(self.languages):
            raise ValueError("languages names one twice")
        return self


def read_ticket(content: object) -> PrintedTicket:
    """The ticket that `content` (read from JSON) describes. Raises BadTicket."""
    try:
        form = TicketForm.model_validate(content)
    except ValidationError as error:
        raise BadTicket(_sentence(error)) from None
    values: dict[str, Any] = dict(form)
    values["wait"] = None if form.wait is None else (form.wait.low, form.wait.high)
    for name in ("marks", "counters", "steps", "lines", "languages"):
        values[name] = tuple(values[name])
    values["places"] = tuple(PrintedPlace(**dict(one) | {"counters": tuple(one.counters)}) for one in form.places)
    return PrintedTicket(**values)


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in ("ticket", *first["loc"]))[:80]
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"
