"""A display that follows the public stream by the rules of docs/protocol.md and keeps which events it showed."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any, NamedTuple

from bench.wire import Wire, connect

PATIENCE_S = 20.0
#: A refused connection is tried again after so many seconds.
AGAIN_S = 0.05


class Absence(NamedTuple):
    """Seconds that a display was gone, and after how many the server's goodbye asked it to come back."""

    seconds: float
    told: float


class Screen:
    """`shown` holds the seq of each event in the order in which it was applied."""

    def __init__(self, *, server: str, hall: str, token: str) -> None:
        self._server, self._hall, self._auth = server, hall, {"token": token}
        self.known: int | None = None
        self.shown: list[int] = []
        self.away: list[Absence] = []
        self._told, self._left = 0.0, 0.0
        self._early: list[int] | None = None
        self.wire: Wire | None = None

    async def come(self) -> None:
        """Connect and catch up. Raises ConnectionError, and RuntimeError when it is refused or must begin anew."""
        self._early = []
        self.wire = await connect(server=self._server, namespace="/display", auth=self._auth, heard=self._hear)
        answer = await self.wire.ask("sync", {"hall": self._hall, "seq": self.known})
        if not answer["ok"] or (self.known is not None and "snapshot" in answer):
            raise RuntimeError(f"a display could not catch up: {str(answer)[:200]}")
        self.shown += [event["seq"] for event in answer.get("events", [])]
        self.known = int(answer["seq"])
        early, self._early = self._early, None
        for seq in early:
            self._apply(seq)

    async def keep_coming_back(self) -> None:
        """Come back after each goodbye, and after each loss, until cancelled."""
        while True:
            assert self.wire
            self._told, self._left = 0.0, 0.0
            await self.wire.closed
            left = self._left or time.perf_counter()
            told = self._told
            await asyncio.sleep(told)
            async with asyncio.timeout(PATIENCE_S):
                await self._come_insisting()
            self.away.append(Absence(time.perf_counter() - left, told))

    async def _come_insisting(self) -> None:
        while True:
            try:
                return await self.come()
            except ConnectionError:
                await asyncio.sleep(AGAIN_S)

    def cut(self) -> None:
        """Lose the connection without a word, as when a cable is pulled."""
        if self.wire:
            self.wire.cut()

    def _hear(self, text: str) -> None:
        name, content = _message(text)
        if name == "bye":
            assert self.wire
            self._told, self._left = content["retry_ms"] / 1000, time.perf_counter()
            self.wire.close()
        elif name == "event" and self._early is not None:
            self._early.append(content["seq"])
        elif name == "event":
            self._apply(content["seq"])

    def _apply(self, seq: int) -> None:
        """A known event is passed over, as every client does: the answer to `sync` may hold it already."""
        assert self.known is not None
        if seq > self.known:
            self.shown.append(seq)
            self.known = seq


def _message(text: str) -> tuple[str, dict[str, Any]]:
    name, content = json.loads(text[text.index("[") :])
    return name, content


async def reaches(screens: list[Screen], seq: int) -> None:
    """Wait until all know an event. Raises RuntimeError when one does not learn it."""
    end = time.monotonic() + PATIENCE_S
    while any((screen.known or 0) < seq for screen in screens):
        if time.monotonic() > end:
            raise RuntimeError(f"a display stands at {min(screen.known or 0 for screen in screens)}, the hall at {seq}")
        await asyncio.sleep(0.01)


def check_shown(screens: list[Screen], expected: list[int]) -> None:
    """Raises RuntimeError unless each has shown exactly these events in this order."""
    for screen in screens:
        if screen.shown != expected:
            lost = sorted(set(expected) - set(screen.shown))
            raise RuntimeError(
                f"a display showed {len(screen.shown)} events instead of {len(expected)}, lost {lost[:5]}"
            )
