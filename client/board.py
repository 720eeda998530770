"""What a clerk's console knows of its hall: the staff snapshot, moved on by events."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

AT_COUNTER = {"called", "serving"}


class Board:
    """The hall as the staff stream tells it; a follower of a Stream. `hall` is None until the first snapshot."""

    def __init__(self) -> None:
        self.hall: Json | None = None
        self.counters: dict[str, Json] = {}
        self.waiting_by_type: dict[str, int] = {}
        self.waiting_by_service: dict[str, int] = {}
        self.held: list[Json] = []
        self.parked: list[Json] = []
        self.today: dict[str, int] = {}
        self.notice: Json | None = None

    def take_snapshot(self, snapshot: Json) -> None:
        """Start over from this state."""
        self.hall = snapshot["hall"]
        self.counters = {counter["code"]: counter for counter in snapshot["counters"]}
        self.waiting_by_type = dict(snapshot["waiting"]["by_type"])
        self.waiting_by_service = dict(snapshot["waiting"]["by_service"])
        self.held = list(snapshot["held"])
        self.parked = list(snapshot["parked"])
        self.today = dict(snapshot["today"])
        self.notice = snapshot["notice"]

    def apply(self, event: Json) -> None:
        """The next event of the stream."""
        if "hall_config" in event:
            self.hall = event["hall_config"]
        if "counter" in event:
            self.counters[event["counter"]["code"]] = event["counter"]
        if "notice" in event:
            self.notice = event["notice"]
        if "open" in event and self.hall is not None:
            self.hall = {**self.hall, "open": event["open"], "next_open": event.get("next_open")}
        if event["kind"] == "day_ended":
            left = self.today.get("open", 0)
            self.today = dict.fromkeys(self.today, 0) | {"kept_before": left, "open": left}
        if event["kind"] == "ticket_called":
            self.parked = [_nearer(parked, event["ticket"]) for parked in self.parked]
        if "ticket" in event:
            self._move(event["ticket"], event["from"], kind=event["kind"])

    def _move(self, ticket: Json, origin: Json | None, *, kind: str) -> None:
        was, now = (origin["state"] if origin else None), ticket["state"]
        for place in origin["waits_for"] if origin else ():
            self._count(place["counter_type"], place["service"], -1)
        for place in ticket["waits_for"]:
            self._count(place["counter_type"], place["service"], +1)
        self._seat(ticket)
        self.held = _with(self.held, ticket, now == "held")
        self.parked = _with(self.parked, ticket, now == "parked")
        if origin is not None:
            self._tally(_column(was, confirmed=bool(origin.get("confirmed", True)), removed=origin.get("removed")), -1)
        elif kind == "ticket_issued":
            self._tally("issued", +1)
        else:  # of an earlier day, handed in late by a machine
            return
        self._tally(_column(now, confirmed=ticket["started_at"] is not None, removed=ticket.get("removed")), +1)

    def _count(self, counter_type: str, service: str, step: int) -> None:
        for counts, code in ((self.waiting_by_type, counter_type), (self.waiting_by_service, service)):
            counts[code] = counts.get(code, 0) + step

    def _seat(self, ticket: Json) -> None:
        for code, counter in self.counters.items():
            if counter["ticket"] and counter["ticket"]["id"] == ticket["id"]:
                self.counters[code] = {**counter, "ticket": None}
        if ticket["state"] in AT_COUNTER and ticket["counter"] in self.counters:
            self.counters[ticket["counter"]] = {**self.counters[ticket["counter"]], "ticket": ticket}

    def _tally(self, name: str | None, step: int) -> None:
        if name:
            self.today[name] = self.today.get(name, 0) + step


def _column(state: str | None, *, confirmed: bool, removed: bool | None) -> str | None:
    """The figure of the day that counts a ticket in that state; None for one that expired: its day is over."""
    if state == "completed":
        return "completed" if confirmed else "unconfirmed"
    if state == "cancelled":
        return "removed" if removed else "cancelled"
    return {"no_show": "no_show", "expired": None}.get(state or "", "open")


def _nearer(parked: Json, called: Json) -> Json:
    """A missed ticket, one call of its counter type nearer to its return."""
    mine = parked["counter_type"] == called["counter_type"] and parked.get("returns_after")
    return parked | {"returns_after": parked["returns_after"] - 1} if mine else parked


def _with(tickets: list[Json], ticket: Json, stays: bool) -> list[Json]:
    """The tickets without this one, or with its newest form, ordered by id."""
    others = [other for other in tickets if other["id"] != ticket["id"]]
    return sorted([*others, ticket], key=lambda each: each["id"]) if stays else others
