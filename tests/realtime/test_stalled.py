"""Fifty displays that never read among a thousand: the others hear everything, in order, while the fifty are full."""

from __future__ import annotations

import asyncio
import json
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bench.wire import Wire, connect
from tests.realtime.deaf import Deaf
from tests.realtime.process import Process, make_process

DEAF, OTHERS = 50, 950
#: So many long notices fill what a socket that nobody reads can hold; so many calls come then.
NOTICES, TICKETS = 300, 40
TEXT = "请留意屏幕" * 58
PATIENCE_S = 120.0


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the server inherits it
    made = make_process(tmp_path)
    made.start()
    yield made
    made.kill()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Heard:
    """The events that one display heard, by their numbers."""

    def __init__(self) -> None:
        self.seqs: list[int] = []

    def __call__(self, text: str) -> None:
        if text.startswith('42/display,["event"'):
            self.seqs.append(json.loads(text.partition(",")[2])[1]["seq"])


async def join(process: Process, token: str, heard: Heard) -> Wire:
    wire = await connect(server=process.url, namespace="/display", auth={"token": token}, heard=heard)
    await wire.ask("sync", {"hall": process.shown["hall"], "seq": None})
    heard.seqs.clear()
    return wire


def stalled(process: Process) -> bool:
    """Whether something waits in the server for a socket that takes no more."""
    pid = process.server.pid if process.server else 0
    lines = Path(f"/proc/{pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    here = f":{process.port:04X}"
    queued = [int(line.split()[4].split(":")[0], 16) for line in lines if line.split()[1].endswith(here)]
    return sum(size > 100_000 for size in queued) >= DEAF


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="looks into Linux's sockets")
def test_fifty_that_never_read_delay_none_of_the_others(process: Process) -> None:
    hall, token = process.shown["hall"], process.shown["addresses"]["display"].split("#device=")[1]
    prefix, boss = f"{process.url}/api/v1/halls/{hall}", process.bearer("supervisor")

    def tell() -> int:
        """What happens; the number of events."""
        with requests.Session() as session:
            for number in range(NOTICES):
                text = dict.fromkeys(("zh-CN", "zh-HK", "en"), f"{number} {TEXT}")
                notice = {"text": text, "level": "info"}
                session.put(f"{prefix}/notice", json=notice, headers=boss, timeout=30).raise_for_status()
            assert stalled(process), "the fifty still take what they are sent"
            service = session.get(prefix, timeout=30).json()["services"][0]["code"]
            for _ in range(TICKETS):
                session.post(f"{prefix}/tickets", json={"service": service}, timeout=30).raise_for_status()
            return int(session.get(f"{prefix}/board", timeout=30).json()["seq"])

    async def play() -> list[Heard]:
        others = [Heard() for _ in range(OTHERS)]
        wires: list[Wire] = []
        try:
            for start in range(0, OTHERS, 50):
                wires += await asyncio.gather(*(join(process, token, one) for one in others[start : start + 50]))
            head = await asyncio.to_thread(tell)
            async with asyncio.timeout(PATIENCE_S):
                while any(not one.seqs or one.seqs[-1] < head for one in others):
                    await asyncio.sleep(0.05)
        finally:
            for wire in wires:
                wire.close()
            await asyncio.gather(*(wire.closed for wire in wires))
        return others

    deaf = [Deaf(process.url, hall, token) for _ in range(DEAF)]
    try:
        others = asyncio.run(play())
    finally:
        for one in deaf:
            one.wire.shutdown()
    assert {tuple(one.seqs) for one in others} == {tuple(range(1, NOTICES + TICKETS + 1))}
