"""Faults under load, one after the other: no ticket lost, none called twice, no number twice, the screens exact.

Each a few times; `hall.py test --faults MINUTES` goes on for so long, in any order, with longer ones.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests import databases
from tests.faults import scene as faults
from tests.faults.scene import Fault, Scene
from tests.live.crowd import press_without_pause
from tests.live.process import beside, make_process
from tests.redis_server import RedisServer
from tests.terminal.cut_wire import CutWire

MINUTES = float(os.environ.get("HALLCALL_TEST_FAULT_MINUTES", "0"))
#: The parts of the long form among which the minutes are divided.
PARTS = 3
ROUNDS = 2
LONG = (0.3, 1.0, 10.0, 30.0)
#: What `check` of crowd.py looks at.
INVARIANTS = 8

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # clients leave sockets open when a server dies
    pytest.mark.sqlite,
]


def disturb(scene: Scene, kinds: Sequence[Fault]) -> Callable[[], None]:
    """Each fault ROUNDS times, or in any order until the time is over."""

    def briefly() -> None:
        for _ in range(ROUNDS):
            for fault in kinds:
                scene.inject(fault)

    def at_length() -> None:
        scene.lasts = LONG
        end = time.monotonic() + MINUTES * 60 / PARTS
        while time.monotonic() < end:
            scene.inject(scene.dice.choice(kinds))

    return at_length if MINUTES else briefly


def tell(capsys: pytest.CaptureFixture[str], scene: Scene, where: str) -> None:
    what = ", ".join(f"{name.replace('_', ' ')} {times}" for name, times in scene.tally.items())
    with capsys.disabled():
        print(f"\n{where}: {scene.tally.total()} faults ({what}), {INVARIANTS} invariants checked, violations 0")


def test_on_sqlite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    process = make_process(tmp_path)
    process.start()
    wire = CutWire(process.port)
    process.by = wire.port
    scene = Scene(process, random.Random(4), wire)
    kinds = (faults.kill_the_server, faults.cut_the_network, faults.fill_the_disk, faults.hold_the_write_lock)
    press_without_pause(process, disturb(scene, kinds), calls=20)
    wire.close()
    tell(capsys, scene, "SQLite")


def test_on_postgresql(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    process = make_process(tmp_path, HALLCALL_DATABASE_URL=databases.server().empty())
    process.start()
    scene = Scene(process, random.Random(5))
    press_without_pause(process, disturb(scene, (faults.kill_the_server, faults.restart_postgresql)), calls=20)
    tell(capsys, scene, "PostgreSQL")


def test_between_two_servers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    redis = RedisServer()
    redis.start()
    one = make_process(
        tmp_path, HALLCALL_DATABASE_URL=databases.server().empty(), HALLCALL_REDIS_URL=redis.url,
        HALLCALL_LIMIT_PUBLIC="1000000",
    )  # fmt: skip
    one.start()
    two = beside(one, tmp_path / "second")
    two.start()
    scene = Scene(one, random.Random(6), redis=redis)
    press_without_pause(one, disturb(scene, (faults.kill_redis, faults.kill_the_server)), calls=20, also=two)
    redis.kill()
    tell(capsys, scene, "two servers")
