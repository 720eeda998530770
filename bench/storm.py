"""All screens come back at once, as after a cut network: until each of them is right again."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

from bench.figures import Figure, milliseconds, percentile, show
from bench.hall import TrialHall, trial_hall
from bench.wire import Wire, connect


def storm(*, port: int, sockets: int) -> None:
    """Print how long `sockets` displays need to connect and to be given the board, all at the same moment."""
    raw = asyncio.run(accept_loop(port + 1, sockets))
    with trial_hall(port=port) as hall:
        back = asyncio.run(_play(hall, sockets))
    show(
        f"{sockets} displays come back at once",
        [
            Figure("half of them are right again", in_seconds(percentile(back, 0.5))),
            Figure(
                "the last is right again",
                in_seconds(max(back)),
                f"{in_seconds(raw)} raw accept loop",
                max(back) / raw,
            ),
        ],
    )


def in_seconds(seconds: float) -> str:
    """A time as text, in seconds from one on."""
    return f"{seconds:.2f} s" if seconds >= 1 else milliseconds(seconds)


async def _play(hall: TrialHall, sockets: int) -> list[float]:
    """Seconds from the common start until each has its board."""
    auth = {"token": await asyncio.to_thread(hall.device_token, "display")}
    wires: list[Wire] = []
    start = time.perf_counter()

    async def come() -> float:
        wire = await connect(server=hall.server, namespace="/display", auth=auth)
        wires.append(wire)
        answer = await wire.ask("sync", {"hall": hall.code, "seq": None})
        if not answer["ok"]:
            raise RuntimeError(str(answer["error"]))
        return time.perf_counter() - start

    back = await asyncio.gather(*(come() for _ in range(sockets)))
    for wire in wires:
        wire.close()
    return back


async def accept_loop(port: int, sockets: int) -> float:
    """Seconds in which a bare loop lets as many in, one after the other."""
    command = [sys.executable, "-m", "bench.raw_fanout", str(port), str(sockets), "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it listens
        start = time.perf_counter()
        wires = await asyncio.gather(
            *(connect(server=f"http://127.0.0.1:{port}", namespace="/display", auth={}) for _ in range(sockets))
        )
        lasted = time.perf_counter() - start
        await asyncio.sleep(1)
        for wire in wires:
            wire.close()
        await asyncio.to_thread(process.wait)
    return lasted
