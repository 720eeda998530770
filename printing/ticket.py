"""What a printed ticket says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Text = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class PrintedPlace:
    """Where some of the counters are. zone: the zone's name; where: the way there, empty when unknown."""

    zone: Text
    counters: tuple[str, ...]
    where: Text = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """A `places` entry of a print job's `ticket`."""
        return {"zone": dict(self.zone), "where": dict(self.where), "counters": list(self.counters)}


@dataclass(frozen=True, kw_only=True)
class PrintedTicket:
    """One visitor's ticket as it stands on paper. It never carries a name or an ID number.

    number: as it is called, "A012".
    hall, service: names by language.
    issued_at: aware, in the hall's time zone; printed to the minute.
    ahead: people before it, None when unknown.
    wait: expected minutes (low, high), None when unknown.
    marks: why it goes earlier, "appointment" and "priority". proof: what its visitor must have ready.
    counters: codes of the counters on duty that serve it; places: where they are, empty when there is nothing to tell.
    url: the visitor's page, printed as QR; None leaves the QR out. scan_later: the page knows it only in a while.
    steps: the services of a visit with several, in their order; empty for one.
    appointment, called_from: the time of an appointment, and from when it may be called (None: from now on).
    note: a sentence at the foot (what to do when the call was missed).
    lines, picture: the hall's own at the foot and at the head (a PNG in base64; agents are sent it as drawn).
    languages: which languages are printed, in this order.
    """

    number: str
    hall: Text
    service: Text
    issued_at: datetime
    ahead: int | None = None
    wait: tuple[int, int] | None = None
    marks: tuple[str, ...] = ()
    proof: Text = field(default_factory=dict)
    counters: tuple[str, ...] = ()
    places: tuple[PrintedPlace, ...] = ()
    url: str | None = None
    scan_later: bool = False
    steps: tuple[Text, ...] = ()
    appointment: datetime | None = None
    called_from: datetime | None = None
    note: Text = field(default_factory=dict)
    lines: tuple[Text, ...] = ()
    picture: str | None = None
    languages: tuple[str, ...] = ("zh-CN", "en")

    def to_json(self) -> dict[str, Any]:
        """The `ticket` of a print job (docs/printing.md)."""
        return {
            "number": self.number,
            "hall": dict(self.hall),
            "service": dict(self.service),
            "issued_at": self.issued_at.isoformat(timespec="seconds"),
            "ahead": self.ahead,
            "wait": None if self.wait is None else {"low": self.wait[0], "high": self.wait[1]},
            "marks": list(self.marks),
            "proof": dict(self.proof),
            "counters": list(self.counters),
            "places": [one.to_json() for one in self.places],
            "url": self.url,
            "scan_later": self.scan_later,
            "steps": [dict(one) for one in self.steps],
            "appointment": _moment(self.appointment),
            "called_from": _moment(self.called_from),
            "note": dict(self.note),
            "lines": [dict(one) for one in self.lines],
            "languages": list(self.languages),
        }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
