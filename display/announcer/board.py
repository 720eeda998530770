"""What the announcer knows of the hall: the public stream, put together again. Pure; no clock, no network."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from display.announcer.zone_queue import Call

MOST_TICKETS = 3000
CALLING = ("ticket_called", "ticket_recalled")


class Gap(Exception):
    """An event does not follow the last one known: ask the server for what is missing."""


class Board:
    """The hall, its open counters and the tickets that were seen, as of event `seq` (None: nothing known)."""

    def __init__(self) -> None:
        self.seq: int | None = None
        self.hall: Mapping[str, Any] = {}
        self.tickets: dict[str, Mapping[str, Any]] = {}
        self.counters: dict[str, Mapping[str, Any]] = {}
        self.notice: Mapping[str, Any] | None = None

    def load(self, snapshot: Mapping[str, Any]) -> None:
        """Start anew from a public snapshot."""
        self.seq, self.hall, self.notice = snapshot["seq"], snapshot["hall"], snapshot.get("notice")
        self.tickets = {ticket["number"]: ticket for ticket in reversed(snapshot["calls"])}
        self.counters = {counter["code"]: counter for counter in snapshot.get("counters", [])}

    def apply(self, event: Mapping[str, Any]) -> bool:
        """Take an event in; False when it is known already, Gap when others are missing before it."""
        if self.seq is None or (event["seq"] > self.seq and event.get("prev") != self.seq):
            raise Gap
        if event["seq"] <= self.seq:
            return False
        self.seq = event["seq"]
        if "hall_config" in event:
            self.hall = event["hall_config"]
        if "counter" in event and isinstance(event["counter"], Mapping):
            self.counters[event["counter"]["code"]] = event["counter"]
        if "ticket" in event:
            self._see(event["ticket"])
        if event["kind"] == "notice_set":
            self.notice = event.get("notice")
        return True

    def still(self, call: Call) -> bool:
        """Whether the ticket is called, not yet served, to that counter by that call."""
        ticket = self.tickets.get(call.number)
        return bool(
            ticket
            and ticket["state"] == "called"
            and ticket["call_seq"] == call.call_seq
            and ticket["counter"] == call.counter
        )

    def zone_of(self, ticket: Mapping[str, Any]) -> str:
        """The zone in which the ticket is called; the hall's first where its counter has none."""
        zones = [zone["code"] for zone in self.hall.get("zones", [])]
        return ticket.get("zone") or (zones[0] if zones else "")

    def zone_of_counter(self, code: str) -> str:
        """The zone of a counter; the hall's first where it has none."""
        return self.zone_of(_by_code(self.hall.get("counters"), code))

    def zones(self) -> list[str]:
        """The codes of the hall's zones."""
        return [zone["code"] for zone in self.hall.get("zones", [])] or [""]

    def counter_name(self, code: str, language: str) -> str:
        """A counter's name in a language, in that of the mainland or English where there is none; empty if unnamed."""
        return _in(_by_code(self.hall.get("counters"), code).get("name"), language)

    def way(self, code: str, language: str, *, apart: bool) -> str:
        """The way to a counter in a language: its own words, else those of its zone, or the zone's name among several.

        Of its zone nothing is said to people who are there; `apart`: they hear it elsewhere, or in the whole hall.
        """
        counter = _by_code(self.hall.get("counters"), code)
        zone = _by_code(self.hall.get("zones"), counter.get("zone"))
        several = len(self.hall.get("zones", [])) > 1
        of_zone = zone.get("where") or (zone.get("name") if several else None)
        return _in(counter.get("where") or (of_zone if apart else None), language)

    def likely_calls(self) -> list[tuple[str, str]]:
        """Number and counter of calls that may come next: the first waiting of each type, at its open counters."""
        first: dict[str, str] = {}
        for ticket in self.tickets.values():
            for place in ticket["waits_for"]:
                first.setdefault(place["counter_type"], ticket["number"])
        serves = {counter["code"]: counter["counter_types"] for counter in self.hall.get("counters", [])}
        is_open = [code for code, counter in self.counters.items() if counter["state"] == "open"]
        return [(number, code) for kind, number in first.items() for code in is_open if kind in serves.get(code, [])]

    def _see(self, ticket: Mapping[str, Any]) -> None:
        self.tickets.pop(ticket["number"], None) if ticket["state"] != "waiting" else None
        self.tickets[ticket["number"]] = ticket
        while len(self.tickets) > MOST_TICKETS:
            self.tickets.pop(next(iter(self.tickets)))


def _by_code(parts: Any, code: Any) -> Mapping[str, Any]:
    return next((part for part in parts or [] if part["code"] == code), {})


def _in(text: Any, language: str) -> str:
    """A text in a language, in that of the mainland or English where there is none; empty where there is no text."""
    name = text if isinstance(text, Mapping) else {}
    return str(name.get(language) or name.get("en" if language == "en" else "zh-CN") or "")


def call_of(ticket: Mapping[str, Any]) -> Call | None:
    """The ticket's call; None when it is not called, or not to a counter."""
    if ticket["state"] != "called" or ticket["call_seq"] is None or not ticket["counter"]:
        return None
    at = datetime.fromisoformat(ticket["last_called_at"] or ticket["called_at"])
    return Call(ticket["number"], ticket["call_seq"], ticket["counter"], ticket["calls"], at.timestamp())


def calls_among(events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The tickets that were called or recalled in these events, each once, in the order of their last one."""
    found: dict[str, Mapping[str, Any]] = {}
    for event in events:
        if event["kind"] in CALLING:
            found.pop(event["ticket"]["number"], None)
            found[event["ticket"]["number"]] = event["ticket"]
    return list(found.values())
