"""What the server takes when nothing happens: memory and processor with consoles and displays connected."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from bench.clerks import clerks_on_duty, displays_listening
from bench.figures import Figure, show
from bench.hall import TrialHall, trial_hall

IMPORTS = "import eventlet, flask_socketio, sqlalchemy, pydantic, orjson"
"""What any server of this kind loads before it does anything."""


def rest(*, port: int, consoles: int, displays: int, seconds: float) -> None:
    """Print memory and processor of a server at rest. Needs Linux's /proc; raises RuntimeError elsewhere."""
    if not Path("/proc/self/statm").exists():
        raise RuntimeError("this benchmark reads /proc, which only Linux has")
    with trial_hall(port=port) as hall:
        memory, share = asyncio.run(_play(hall, consoles, displays, seconds))
    bare = _bare_memory()
    figures = [
        Figure("memory", f"{memory:.0f} MB", f"{bare:.0f} MB packages alone", memory / bare),
        Figure("processor, share of one core", f"{share:.2%}"),
    ]
    show(f"at rest with {consoles} consoles and {displays} displays, {seconds:.0f} s", figures)


async def _play(hall: TrialHall, consoles: int, displays: int, seconds: float) -> tuple[float, float]:
    """Megabytes at the end, and the share of a core meanwhile."""
    counters = [each["code"] for each in hall.shape["counters"]][:consoles]
    async with displays_listening(hall, displays), clerks_on_duty(hall, counters):
        await asyncio.sleep(2)  # the connections have settled
        before, start = hall.processor(), time.monotonic()
        await asyncio.sleep(seconds)
        after, lasted = hall.processor(), time.monotonic() - start
        assert before is not None
        assert after is not None
        return memory_of(hall.process), (after - before) / lasted


def memory_of(process: int) -> float:
    """Resident megabytes."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _bare_memory() -> float:
    """Megabytes of a process that has loaded the packages and nothing else."""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", f"{IMPORTS}; print(flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout and process.stdin
        process.stdout.readline()
        memory = memory_of(process.pid)
        process.stdin.write(b"\n")
    return memory
