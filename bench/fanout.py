"""From the moment of a call to the last of many displays, beside a bare loop that sends the same frame."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime

from bench.clerks import clerks_on_duty
from bench.figures import Figure, milliseconds, percentile, show
from bench.fill import fill
from bench.hall import TrialHall, trial_hall
from bench.wire import Wire, connect
from client.rest import Rest

PATIENCE_S = 15.0
SEQ = re.compile(r'"seq": ?(\d+)')


class Crowd:
    """Many sockets; `first` and `last` hold the seconds from each call's moment to the first and the last of them."""

    def __init__(self, size: int, moment_of: Callable[[str], float]) -> None:
        self.size = size
        self.first: list[float] = []
        self.last: list[float] = []
        self.wires: list[Wire] = []
        self._moment_of = moment_of
        self._heard: Counter[str] = Counter()
        self._moments: dict[str, float] = {}

    def hear(self, text: str) -> None:
        """Count one socket's event."""
        found = SEQ.search(text) if '"ticket_called"' in text else None
        if found is None:
            return
        seq = found[1]
        if seq not in self._moments:
            self._moments[seq] = self._moment_of(text)
            self.first.append(time.time() - self._moments[seq])
        self._heard[seq] += 1
        if self._heard[seq] == self.size:
            self.last.append(time.time() - self._moments[seq])

    async def join(self, server: str, auth: dict[str, str]) -> None:
        """Connect all, a hundred at a time."""
        for start in range(0, self.size, 100):
            some = range(start, min(self.size, start + 100))
            self.wires += await asyncio.gather(
                *(connect(server=server, namespace="/display", auth=auth, heard=self.hear) for _ in some)
            )

    async def heard_all(self, calls: int) -> None:
        """Wait until every socket has heard so many calls. Raises TimeoutError."""
        end = time.monotonic() + PATIENCE_S
        while len(self.last) < calls:
            if time.monotonic() > end:
                raise TimeoutError(f"only {self._heard.total()} of {calls * self.size} events arrived")
            await asyncio.sleep(0.002)

    def leave(self) -> None:
        """Close all."""
        for wire in self.wires:
            wire.close()


def fanout(*, port: int, sockets: int, calls: int) -> None:
    """Print how long a call takes to the first and the last of `sockets` displays."""
    raw = asyncio.run(_raw(port + 1, sockets, calls))
    ours, http = reach(port=port, sockets=sockets, calls=calls)
    figures = [
        _figure("to the first, p50", percentile(ours.first, 0.5), percentile(raw.first, 0.5)),
        _figure("to the last, p50", percentile(ours.last, 0.5), percentile(raw.last, 0.5)),
        _figure("to the last, worst", max(ours.last), max(raw.last)),
        Figure("an HTTP request right behind a call, p50", milliseconds(percentile(http, 0.5))),
    ]
    show(f"from a call to {sockets} displays, {calls} calls", figures)


def reach(*, port: int, sockets: int, calls: int) -> tuple[Crowd, list[float]]:
    """The crowd of a hall of its own after so many calls, and the seconds of an HTTP request behind each of them."""
    with trial_hall(port=port, prepare=lambda database: fill(database, waiting=calls * 12)) as hall:
        return asyncio.run(_play(hall, sockets, calls))


def _figure(name: str, ours: float, raw: float) -> Figure:
    return Figure(name, milliseconds(ours), f"{milliseconds(raw)} raw send loop", ours / raw)


async def _play(hall: TrialHall, sockets: int, calls: int) -> tuple[Crowd, list[float]]:
    crowd = Crowd(sockets, _moment_of_event)
    await crowd.join(hall.server, {"token": await asyncio.to_thread(hall.device_token, "display")})
    for wire in crowd.wires:
        await wire.ask("sync", {"hall": hall.code, "seq": None})
    http: list[float] = []
    with closing(Rest(server=hall.server)) as rest:
        async with clerks_on_duty(hall, ["1"]) as clerks:
            for done in range(calls):
                await clerks[0].call(1)
                http.append(await asyncio.to_thread(_get, rest, hall.code))
                await crowd.heard_all(done + 1)
                await asyncio.sleep(0.2)
    crowd.leave()
    return crowd, http


def _get(rest: Rest, hall: str) -> float:
    start = time.perf_counter()
    rest.get(f"/halls/{hall}")
    return time.perf_counter() - start


async def _raw(port: int, sockets: int, calls: int) -> Crowd:
    crowd = Crowd(sockets, lambda text: float(json.loads(text[text.index("[") :])[1]["at"]))
    command = [sys.executable, "-m", "bench.raw_fanout", str(port), str(sockets), str(calls)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it listens
        await crowd.join(f"http://127.0.0.1:{port}", {})
        await crowd.heard_all(calls)
        crowd.leave()
        await asyncio.to_thread(process.wait)  # not here: the loop has yet to close the sockets
    return crowd


def _moment_of_event(text: str) -> float:
    """The server's time of the event: when the command began, a little before its commit."""
    return datetime.fromisoformat(json.loads(text[text.index("[") :])[1]["at"]).timestamp()
