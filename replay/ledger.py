"""What became of every visitor, as the hall itself tells it: the staff stream, written down."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from replay.day import Visit

Json = dict[str, Any]
CLOSED = {"completed", "no_show", "cancelled", "expired"}


class TwiceError(Exception):
    """The hall gave a number twice."""


@dataclass
class Entry:
    """One ticket of the play: minutes of the day at which things happened, and its state now.

    `kind`: "walk-in", "booked", or "late" for who came after the grace of an appointment.
    """

    visit: Visit
    token: str
    state: str = "waiting"
    issued: float = 0.0
    called: float | None = None
    kind: str = "walk-in"

    @property
    def wait(self) -> float | None:
        """Minutes from the issue to the first call."""
        return None if self.called is None else self.called - self.issued


@dataclass
class Ledger:
    """Entries by number; follows the staff stream, and rings a bell at the counters when somebody waits.

    `minute_of` turns an event's time into the day's minute.
    """

    minute_of: Callable[[str], float]
    entries: dict[str, Entry] = field(default_factory=dict)
    _bells: list[tuple[frozenset[str], threading.Event]] = field(default_factory=list)
    _early: dict[str, list[Json]] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def bell(self, serves: frozenset[str]) -> threading.Event:
        """A bell that rings whenever somebody begins to wait in one of these counter types."""
        bell = threading.Event()
        self._bells.append((serves, bell))
        return bell

    def ring_all(self) -> None:
        """Wake everybody."""
        for _, bell in self._bells:
            bell.set()

    def issued(self, number: str, entry: Entry) -> None:
        """A visitor has a number; what the stream said of it before is taken into account."""
        with self._changed:
            if number in self.entries:
                raise TwiceError(f"number {number} was given twice")
            self.entries[number] = entry
            for event in self._early.pop(number, ()):
                self._write(entry, event)
            self._changed.notify_all()

    def visit_of(self, number: str, *, seconds: float) -> Visit | None:
        """Whose number this is; None when it is nobody's of the play (waits a little, the stream may be faster)."""
        with self._changed:
            self._changed.wait_for(lambda: number in self.entries, timeout=seconds)
            entry = self.entries.get(number)
        return entry.visit if entry else None

    def open_of(self, queue: str) -> dict[str, str]:
        """State by number of what is not closed in a queue."""
        with self._changed:
            return {
                number: entry.state
                for number, entry in self.entries.items()
                if entry.visit.queue == queue and entry.state not in CLOSED
            }

    def take_snapshot(self, snapshot: Json) -> None:
        """Whatever happened meanwhile: ring, so that nobody sleeps over it."""
        self.ring_all()

    def apply(self, event: Json) -> None:
        """The next event of the hall."""
        ticket = event.get("ticket")
        if not ticket:
            return
        with self._changed:
            entry = self.entries.get(ticket["number"])
            if entry:
                self._write(entry, event)
            else:
                self._early.setdefault(ticket["number"], []).append(event)
        if ticket["state"] == "waiting":
            for serves, bell in self._bells:
                if ticket["counter_type"] in serves:
                    bell.set()

    def _write(self, entry: Entry, event: Json) -> None:
        entry.state = event["ticket"]["state"]
        if event["kind"] == "ticket_issued":
            entry.issued = self.minute_of(event["at"])
        elif event["kind"] == "ticket_called" and entry.called is None:
            entry.called = self.minute_of(event["at"])
