"""The staff stream of one hall, whole and in order: a gap is noticed and mended by `sync`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from client.rest import Unreachable

Json = dict[str, Any]


Send = Callable[[str, Json, Callable[[Json], None]], None]


class Follower(Protocol):
    """Who receives the stream."""

    def take_snapshot(self, snapshot: Json) -> None:
        """Start over from this state."""

    def apply(self, event: Json) -> None:
        """The next event of the stream, none left out."""


class Stream:
    """Puts what the server sends in order for a follower.

    `send` is a link's `send`. All methods are called from one thread at a time.
    """

    def __init__(self, *, hall: str, send: Send, follower: Follower) -> None:
        self._hall = hall
        self._send = send
        self._follower = follower
        self._syncing = False
        self._early: list[Json] = []
        self.seq: int | None = None

    def connected(self) -> None:
        """A new connection: whatever was asked on the old one is forgotten, ask for what was missed."""
        self._syncing = False
        self._sync()

    def event(self, event: Json) -> None:
        """An event arrived: apply it when it is the next one, else ask for what lies between."""
        if self._syncing:
            self._early.append(event)
        elif event["prev"] == self.seq:
            self._follower.apply(event)
            self.seq = event["seq"]
        elif self.seq is None or event["seq"] > self.seq:
            self._sync()

    def heartbeat(self, beat: Json) -> None:
        """The head of the stream as the server knows it."""
        if not self._syncing and (self.seq is None or beat["seq"] > self.seq):
            self._sync()

    def _sync(self) -> None:
        self._syncing, self._early = True, []
        try:
            self._send("sync", {"hall": self._hall, "seq": self.seq}, self._answered)
        except Unreachable:
            self._syncing = False  # the next connection asks again

    def _answered(self, answer: Json) -> None:
        self._syncing = False
        if not answer.get("ok"):
            return  # the next heartbeat asks again
        if "snapshot" in answer:
            self._follower.take_snapshot(answer["snapshot"])
        for event in answer.get("events", ()):
            self._follower.apply(event)
        self.seq = answer["seq"]
        early, self._early = self._early, []
        for event in early:
            self.event(event)
