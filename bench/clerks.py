"""Clerks who press "call next" as fast as answers come, over sockets of their own."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bench.hall import TrialHall
from bench.wire import Wire, connect
from server.services.hall_setup.demo_hall import CLERKS

OUTLOOK_EVERY = 0.4
"""Seconds: a console asks for its outlook after events, at most so often."""


class Refused(RuntimeError):
    """A command was refused; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Clerk:
    """A clerk on duty at a counter; `heard` has each event's bytes, `seconds` each call's time."""

    hall: TrialHall
    counter: str
    wire: Wire
    heard: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    async def call(self, calls: int) -> None:
        """Call that many numbers, one after the other. Raises Refused."""
        for _ in range(calls):
            request = {"hall": self.hall.code, "counter": self.counter, "request_id": secrets.token_hex(16)}
            start = time.perf_counter()
            answer = await self.wire.ask("call_next", request)
            self.seconds.append(time.perf_counter() - start)
            if not answer["ok"]:
                error = answer["error"]
                raise Refused(error["code"], f"counter {self.counter}: {error['message']}")
            self.numbers.append(answer["ticket"]["number"])

    async def sign_on(self) -> None:
        """Go on duty at the counter. Raises Refused."""
        request = {"hall": self.hall.code, "counter": self.counter, "client": f"bench-{self.counter}"}
        answer = await self.wire.ask("session", request)
        if not answer["ok"]:
            raise Refused(answer["error"]["code"], f"counter {self.counter}: {answer['error']['message']}")

    async def look_ahead(self, times: int) -> None:
        """Ask for the outlook that many times, one after the other."""
        for _ in range(times):
            start = time.perf_counter()
            await self.wire.ask("outlook", {"hall": self.hall.code, "counter": self.counter})
            self.seconds.append(time.perf_counter() - start)

    async def keep_looking(self) -> None:
        """Ask for the outlook now and then, as a console does while things happen."""
        while True:
            await asyncio.sleep(OUTLOOK_EVERY)
            await self.wire.ask("outlook", {"hall": self.hall.code, "counter": self.counter})


@asynccontextmanager
async def clerks_on_duty(hall: TrialHall, counters: list[str]) -> AsyncIterator[list[Clerk]]:
    """A clerk for each counter, signed on and following the staff stream as a console does.

    Past the demo's clerks the first ones have a second counter.
    """
    names = [f"clerk{index % CLERKS + 1}" for index in range(len(counters))]
    tokens = [await asyncio.to_thread(hall.token, name) for name in names]
    clerks = [await _sign_on(hall, counter, token) for counter, token in zip(counters, tokens, strict=True)]
    try:
        yield clerks
    finally:
        for clerk in clerks:
            clerk.wire.close()


async def _sign_on(hall: TrialHall, counter: str, token: str) -> Clerk:
    def heard(text: str) -> None:
        if '["event"' in text[:24]:
            clerk.heard.append(len(text.encode()))

    wire = await connect(server=hall.server, namespace="/counter", auth={"token": token}, heard=heard)
    clerk = Clerk(hall, counter, wire)
    await clerk.sign_on()
    await wire.ask("sync", {"hall": hall.code, "seq": None})
    return clerk


@asynccontextmanager
async def displays_listening(hall: TrialHall, count: int) -> AsyncIterator[list[Wire]]:
    """That many displays that follow the public stream."""
    token = await asyncio.to_thread(hall.device_token, "display")
    with _closing_all() as wires:
        for _ in range(count):
            wires.append(await _display(hall.server, hall.code, token))
        yield wires


@asynccontextmanager
async def displays_with(hall: TrialHall, tokens: dict[str, str]) -> AsyncIterator[list[Wire]]:
    """A display in each of the server's halls for which there is a token (hall's code -> token)."""
    with _closing_all() as wires:
        for code, token in tokens.items():
            wires.append(await _display(hall.server, code, token))
        yield wires


@contextlib.contextmanager
def _closing_all() -> Iterator[list[Wire]]:
    wires: list[Wire] = []
    try:
        yield wires
    finally:
        for wire in wires:
            wire.close()


async def _display(server: str, hall: str, token: str) -> Wire:
    wire = await connect(server=server, namespace="/display", auth={"token": token})
    await wire.ask("sync", {"hall": hall, "seq": None})
    return wire


@asynccontextmanager
async def in_background(clerks: list[Clerk]) -> AsyncIterator[None]:
    """Consoles that ask for their outlook meanwhile."""
    tasks = [asyncio.create_task(clerk.keep_looking()) for clerk in clerks]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
