"""A clerk who calls while strangers' sockets send without a pause, and a hall whose connections are all taken."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

from bench.attackers import KINDS
from bench.clerks import Clerk, clerks_on_duty
from bench.figures import Figure, milliseconds, percentile, show
from bench.fill import fill
from bench.hall import TrialHall, trial_hall

#: A pause between two calls, so that as many moments of the attack are seen (s).
PAUSE_S = 0.01
#: The files that the server of the second part may open, the connections that take them, and the requests meanwhile.
FILES, TAKEN, REQUESTS = 300, 420, 20
#: So long a connection without a request is kept, and a little (s).
GONE_S = 12.0


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of each call, just before and meanwhile; by how many bytes the log grew; how many sockets were closed."""

    quiet: list[float]
    seconds: list[float]
    log: int
    closed: int


def attack(*, port: int, sockets: int, seconds: float, idle: bool = True) -> None:
    """Print what `sockets` attackers of each kind do to a call, each kind for so many seconds."""
    with trial_hall(port=port, prepare=lambda file: fill(file, waiting=20_000), guarded=True) as hall:
        runs = asyncio.run(_play(hall, sockets=sockets, seconds=seconds))
    show(f"one clerk calls, {sockets} sockets without sign-in send without a pause", _figures(runs))
    if idle and sys.platform != "win32":
        _show_idle(port + 1)


async def _play(hall: TrialHall, *, sockets: int, seconds: float) -> dict[str, Run]:
    counter = hall.shape["counters"][0]["code"]
    async with clerks_on_duty(hall, [counter]) as [clerk]:
        await clerk.call(20)  # the first ones warm the caches
        return {kind: await _run(hall, clerk, seconds, kind=kind, sockets=sockets) for kind in KINDS}


async def _run(hall: TrialHall, clerk: Clerk, seconds: float, *, kind: str, sockets: int) -> Run:
    log = hall.data / "server.log"
    before, quiet = log.stat().st_size, await _call(clerk, seconds)
    command = [sys.executable, "-m", "bench.attackers", str(urlsplit(hall.server).port), kind, str(sockets)]
    with subprocess.Popen([*command, str(seconds)], stdout=subprocess.PIPE, text=True) as attackers:
        assert attackers.stdout is not None
        attackers.stdout.readline()  # they begin
        attacked = await _call(clerk, seconds)
        closed = int(await asyncio.to_thread(attackers.stdout.readline))
    return Run(quiet, attacked, log.stat().st_size - before, closed)


async def _call(clerk: Clerk, seconds: float) -> list[float]:
    """Seconds of each call."""
    clerk.seconds.clear()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await clerk.call(1)
        await asyncio.sleep(PAUSE_S)
    return list(clerk.seconds)


def _figures(runs: dict[str, Run]) -> list[Figure]:
    figures = []
    for kind, run in runs.items():
        for share, name in ((0.5, "p50"), (0.99, "p99")):
            usual, found = percentile(run.quiet, share), percentile(run.seconds, share)
            beside = f"{milliseconds(usual)} quiet"
            figures.append(Figure(f"{kind}: a call, {name}", milliseconds(found), beside, found / usual))
        figures.append(Figure(f"{kind}: the log grew by", f"{run.log:,} bytes", f"{run.closed:,} sockets closed"))
    return figures


def _show_idle(port: int) -> None:
    with trial_hall(port=port, guarded=True, files=FILES) as hall:
        address = ("127.0.0.1", port)
        with ExitStack() as taken:
            for _ in range(TAKEN):
                taken.enter_context(socket.create_connection(address, timeout=5))
            meanwhile = [_asked(hall) for _ in range(REQUESTS)]
            time.sleep(GONE_S)
            after = [_asked(hall) for _ in range(REQUESTS)]
    show(
        f"{TAKEN} connections that ask nothing, the server may open {FILES} files",
        [
            Figure("a new connection's request meanwhile, slowest", milliseconds(max(meanwhile))),
            Figure("once the server has ended them, slowest", milliseconds(max(after))),
        ],
    )


def _asked(hall: TrialHall) -> float:
    start = time.perf_counter()
    with closing(HTTPConnection(urlsplit(hall.server).netloc, timeout=10)) as connection:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    return time.perf_counter() - start
