"""Clerks who call without a pause whatever becomes of the server: a command that lost its answer is sent again."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any

from bench.hall import TrialHall
from bench.http import Post
from bench.screen import AGAIN_S
from bench.wire import Wire, connect

#: So long a console waits for the answer to a command (s).
PATIENCE_S = 8.0


class Presser:
    """One clerk; `numbers` were called, `failed` says why commands failed, `again` counts those sent again."""

    def __init__(self, hall: TrialHall, counter: str, token: str) -> None:
        self.hall, self.counter, self.token = hall, counter, token
        self.numbers: list[str] = []
        self.failed: list[str] = []
        self.seconds: list[float] = []
        self.again = 0

    async def press(self, stop: asyncio.Event) -> None:
        """Call one after the other until it is time to stop."""
        while not stop.is_set():
            begun = time.perf_counter()
            try:
                async with asyncio.timeout(PATIENCE_S):
                    self._note(await self._insist(secrets.token_hex(16)))
            except TimeoutError:
                self.failed.append("no answer")
            self.seconds.append(time.perf_counter() - begun)
        self.leave()

    def _note(self, answer: dict[str, Any]) -> None:
        if "error" in answer:
            self.failed.append(answer["error"]["code"])
        else:
            self.numbers.append(answer["ticket"]["number"])

    async def _insist(self, key: str) -> dict[str, Any]:
        """The answer to one command.

        It is sent again under its key when its connection ended first, or the server said that it is stopping.
        """
        while True:
            try:
                answer = await self.ask(key)
                if answer.get("error", {}).get("code") != "stopping":
                    return answer
                self.leave()
            except (OSError, EOFError):
                pass
            self.again += 1
            await asyncio.sleep(AGAIN_S)

    async def ask(self, key: str) -> dict[str, Any]:
        """Send the command, over a new connection where there is none. Raises OSError or EOFError."""
        raise NotImplementedError

    def leave(self) -> None:
        """Close the connection."""
        raise NotImplementedError


class SocketPresser(Presser):
    """Over a socket that comes back when the server's goodbye said."""

    wire: Wire | None = None
    _told = 0.0

    async def sign_on(self) -> None:
        """Go on duty. Raises RuntimeError."""
        self.wire = await self._connected()
        answer = await self.wire.ask("session", self._place() | {"client": f"bench-{self.counter}"})
        if not answer["ok"]:
            raise RuntimeError(answer["error"]["message"])

    async def ask(self, key: str) -> dict[str, Any]:
        """Send the command, over a new connection where there is none. Raises OSError."""
        if self.wire is None or self.wire.closed.done():
            await asyncio.sleep(self._told)
            self._told = 0.0
            self.wire = await self._connected()
        return await self.wire.ask("call_next", self._place() | {"request_id": key})

    def leave(self) -> None:
        """Close the connection."""
        if self.wire:
            self.wire.close()

    async def _connected(self) -> Wire:
        return await connect(
            server=self.hall.server, namespace="/counter", auth={"token": self.token}, heard=self._hear
        )

    def _place(self) -> dict[str, str]:
        return {"hall": self.hall.code, "counter": self.counter}

    def _hear(self, text: str) -> None:
        if '["bye"' in text[:24]:
            self._told = json.loads(text[text.index("[") :])[1]["retry_ms"] / 1000
            self.leave()


class RestPresser(Presser):
    """Over REST, on a kept connection while there is one."""

    post: Post | None = None

    async def sign_on(self) -> None:
        """Go on duty. Raises RuntimeError."""
        await self._send("session", {})

    async def ask(self, key: str) -> dict[str, Any]:
        """Send the command, over a new connection where there is none. Raises OSError or EOFError."""
        try:
            return await self._send("call-next", {"Idempotency-Key": key})
        except (OSError, EOFError):
            self.leave()
            raise

    def leave(self) -> None:
        """Close the connection."""
        if self.post:
            self.post.close()
        self.post = None

    async def _send(self, what: str, headers: dict[str, str]) -> dict[str, Any]:
        if self.post is None:
            self.post = await Post.to(self.hall.server)
        place = f"/api/v1/halls/{self.hall.code}/counters/{self.counter}/{what}"
        _status, answer = await self.post(place, {}, {"Authorization": f"Bearer {self.token}"} | headers)
        return answer
