"""Follows the hall's public stream without a hole, across lost connections and restarts, and says what is new."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from display.announcer.board import CALLING, Board, Gap, calls_among
from display.announcer.clock import ServerClock
from display.announcer.memory import Memory

SYNC_S = 5.0
SET_BACK_AFTER = 3


class News(Protocol):
    """Who wants to know."""

    def called(self, ticket: Mapping[str, Any]) -> None:
        """A ticket was called or recalled, or was found called after an absence."""

    def device_is(self, device: Mapping[str, Any]) -> None:
        """The device that we are: with a zone, it speaks in that zone alone."""

    def undone(self, ticket: Mapping[str, Any]) -> None:
        """The last deed on a ticket was undone."""

    def hall_changed(self) -> None:
        """The hall or its settings are other ones."""

    def notice_changed(self) -> None:
        """The hall's notice is another one, or there is none any more."""

    def caught_up(self) -> None:
        """After a start: all that was missed has been told."""


Send = Callable[[str, dict[str, Any], Callable[[dict[str, Any]], None]], bool]


class Follower:
    """`send` emits a message and has the answer given back in the conductor's thread."""

    def __init__(self, *, board: Board, memory: Memory, clock: ServerClock, send: Send, news: News) -> None:
        self._board, self._memory, self._clock, self._send, self._news = board, memory, clock, send, news
        self._asked_until: float | None = None
        self._behind_us = 0
        self._caught_up = False

    def connected(self) -> None:
        """Ask for what was missed; at the start, for everything."""
        self._asked_until = None
        self._ask(self._board.seq)

    def tick(self, *, now: float) -> None:
        """Ask again when no answer came."""
        if self._asked_until is not None and now > self._asked_until:
            self.connected()

    def heartbeat(self, beat: Mapping[str, Any]) -> None:
        """The server's time, and the head of our stream: ask when we know less; start anew when it knows less."""
        self._clock.hear(str(beat.get("time")))
        if self._board.seq is None or self._asked_until is not None:
            return
        if beat["seq"] > self._board.seq:
            self._ask(self._board.seq)
        self._behind_us = self._behind_us + 1 if beat["seq"] < self._board.seq else 0
        if self._behind_us >= SET_BACK_AFTER:  # once may be a heartbeat that an event overtook
            self._behind_us = 0
            self._memory.forget()
            self._ask(None)

    def event(self, event: Mapping[str, Any]) -> None:
        """An event as it was pushed."""
        if self._board.seq is None:
            return
        try:
            self._apply(event)
        except Gap:
            if self._asked_until is None:
                self._ask(self._board.seq)

    def _ask(self, seq: int | None) -> None:
        def answered(answer: dict[str, Any]) -> None:
            self._synced(answer)

        self._asked_until = self._clock.now() + SYNC_S
        self._send("sync", self._request(seq), answered)

    def _request(self, seq: int | None) -> dict[str, Any]:
        hall = self._board.hall.get("code") or self._memory.hall
        return ({"hall": hall} if hall else {}) | {"seq": seq}

    def _synced(self, answer: Mapping[str, Any]) -> None:
        if not answer.get("ok"):
            self._memory.hall = None  # perhaps this device belongs to another hall now
            return
        self._asked_until = None
        self._clock.hear(str(answer.get("time")))
        self._news.device_is(answer.get("device") or {})
        if answer.get("snapshot"):
            self._start_anew(answer["snapshot"])
        for event in answer.get("events") or []:
            if event["seq"] > (self._board.seq or 0):
                self._apply(event | {"prev": self._board.seq})  # the answer is whole: what it leaves out is not ours

    def _start_anew(self, snapshot: Mapping[str, Any]) -> None:
        self._board.load(snapshot)
        self._memory.for_hall(snapshot["hall"]["code"])
        if self._memory.seq is not None and self._memory.seq > snapshot["seq"]:
            self._memory.forget()
        self._news.hall_changed()
        self._news.notice_changed()
        missed_from = self._memory.seq
        if self._caught_up or missed_from is None or not self._ask_missed(missed_from):
            self._tell(self._board.tickets.values())

    def _ask_missed(self, seq: int) -> bool:
        """At a start, the events since the stored cursor as well: a snapshot holds no more than the last calls."""
        return self._send("sync", self._request(seq), self._missed)

    def _missed(self, answer: Mapping[str, Any]) -> None:
        events = answer.get("events") or []
        latest = {event["ticket"]["number"]: event["ticket"] for event in events if "ticket" in event}
        for ticket in calls_among(events):
            self._board.tickets.setdefault(ticket["number"], latest[ticket["number"]])
        self._tell(self._board.tickets.values())

    def _tell(self, tickets: Iterable[Mapping[str, Any]]) -> None:
        called = [ticket for ticket in tickets if ticket["state"] == "called" and ticket.get("last_called_at")]
        for ticket in sorted(called, key=lambda ticket: ticket["last_called_at"]):
            self._news.called(ticket)
        if not self._caught_up:
            self._caught_up = True
            self._news.caught_up()

    def _apply(self, event: Mapping[str, Any]) -> None:
        if not self._board.apply(event):
            return
        if event["kind"] in CALLING:
            self._news.called(event["ticket"])
        elif event["kind"] == "ticket_undone":
            self._news.undone(event["ticket"])
        elif event["kind"] == "notice_set":
            self._news.notice_changed()
        if "hall_config" in event:
            self._news.hall_changed()
