"""Faults under load, one after the other: no ticket lost, none called twice, no number twice, the screens exact.

Each a few times; `hall.py test --faults MINUTES` goes on for so long, in any order, with longer ones; `--seed`
repeats an order.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import databases
from tests.faults import scene as faults
from tests.faults.helpers import Helpers
from tests.faults.scene import Fault, Scene
from tests.live.crowd import press_without_pause
from tests.live.process import beside, make_process
from tests.redis_server import RedisServer
from tests.terminal.cut_wire import CutWire

MINUTES = float(os.environ.get("HALLCALL_TEST_FAULT_MINUTES", "0"))
#: The same faults in the same order come from the same seed.
SEED = int(os.environ.get("HALLCALL_TEST_FAULT_SEED") or (random.SystemRandom().randrange(10**6) if MINUTES else 4))
#: The parts of the long form among which the minutes are divided; each goes in rounds, and is looked at after each (s).
PARTS, ROUND_S = 3, 75.0
TIMES = 2
LONG = (0.3, 1.0, 10.0, 30.0)
#: What `check` of crowd.py and of helpers.py look at.
INVARIANTS, OF_HELPERS = 8, 5

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # clients leave sockets open when a server dies
    pytest.mark.sqlite,
]


@dataclass
class Part:
    """The rounds of one kind of hall. `dice` decides which faults, when, and for how long."""

    name: str
    kinds: Sequence[Fault]
    dice: random.Random = field(init=False)
    tally: Counter[str] = field(default_factory=Counter)
    checked: int = 0
    rounds: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(f"{SEED} {self.name}")

    def play(self, one_round: Callable[[int], None]) -> None:
        """One round, or rounds until the time is over."""
        end = time.monotonic() + MINUTES * 60 / PARTS
        while not self.rounds or time.monotonic() < end:
            self.rounds += 1
            one_round(self.rounds)

    def disturb(self, scene: Scene) -> Callable[[], None]:
        """Each fault TIMES times, or in any order until the round is over."""

        def briefly() -> None:
            for _ in range(TIMES):
                for fault in self.kinds:
                    scene.inject(fault)

        def at_length() -> None:
            scene.lasts = LONG
            end = time.monotonic() + min(ROUND_S, MINUTES * 60 / PARTS)
            while time.monotonic() < end:
                scene.inject(self.dice.choice(self.kinds))

        return at_length if MINUTES else briefly

    def passed(self, scene: Scene, invariants: int = INVARIANTS) -> None:
        """This round is over, and nothing was wrong."""
        self.tally += scene.tally
        self.checked += invariants


@pytest.fixture
def part(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Iterator[Part]:
    """What the test is marked with; told with its tally at the end, or how it is repeated when something was wrong."""
    part = Part(*request.node.get_closest_marker("part").args)
    yield part
    what = ", ".join(f"{name.replace('_', ' ')} {times}" for name, times in part.tally.items()) or "none"
    rounds, checks = f"{part.rounds} rounds", f"{part.checked} invariants checked"
    wrong = part.checked == 0 or request.node.rep_call.failed
    with capsys.disabled():
        print(f"\n{part.name}, seed {SEED}: {part.tally.total()} faults ({what}), {rounds}, {checks}, "
              f"violations {int(wrong)}")  # fmt: skip
        if wrong:
            print(f"  in round {part.rounds}; again with: python3 hall.py test --faults {MINUTES:g} --seed {SEED}\n"
                  "  tmp_path above has serve.log, the announcer's and the agent's logs, and the data")  # fmt: skip


OF_SQLITE = (
    faults.kill_the_server, faults.cut_the_network, faults.silence_the_network, faults.fill_the_disk,
    faults.hold_the_write_lock, faults.kill_the_announcer, faults.kill_the_speech_worker, faults.kill_the_print_agent,
)  # fmt: skip


@pytest.mark.part("SQLite", OF_SQLITE)
def test_on_sqlite(tmp_path: Path, part: Part) -> None:
    def one_round(number: int) -> None:
        process = make_process(_folder(tmp_path, number), HALLCALL_LIMIT_PUBLIC="1000000")
        process.start()
        wire = CutWire(process.port)
        process.by = wire.port
        helpers = Helpers(process, process.folder)
        scene = Scene(process, part.dice, wire, helpers=helpers)
        try:
            press_without_pause(process, part.disturb(scene), calls=20, then=helpers.check)
        finally:
            helpers.close()
            wire.close()
        part.passed(scene, INVARIANTS + OF_HELPERS)

    part.play(one_round)


@pytest.mark.part("PostgreSQL", (faults.kill_the_server, faults.restart_postgresql))
def test_on_postgresql(tmp_path: Path, part: Part) -> None:
    def one_round(number: int) -> None:
        url = databases.server().empty()
        process = make_process(
            _folder(tmp_path, number), HALLCALL_DATABASE_URL=url, HALLCALL_LIMIT_PUBLIC="1000000"
        )  # fmt: skip
        process.start()
        scene = Scene(process, part.dice)
        press_without_pause(process, part.disturb(scene), calls=20)
        part.passed(scene)

    part.play(one_round)


@pytest.mark.part(
    "two servers", (faults.kill_redis, faults.kill_the_server, faults.restart_postgresql, faults.silence_the_network)
)
def test_between_two_servers(tmp_path: Path, part: Part) -> None:
    def one_round(number: int) -> None:
        redis = RedisServer()
        redis.start()
        folder = _folder(tmp_path, number)
        one = make_process(
            folder, HALLCALL_DATABASE_URL=databases.server().empty(), HALLCALL_REDIS_URL=redis.url,
            HALLCALL_LIMIT_PUBLIC="1000000",
        )  # fmt: skip
        one.start()
        two = beside(one, folder / "second")
        two.start()
        wire = CutWire(two.port)
        two.by = wire.port
        scene = Scene(one, part.dice, wire, redis)
        try:
            press_without_pause(one, part.disturb(scene), calls=20, also=two)
        finally:
            redis.kill()
            wire.close()
        part.passed(scene)

    part.play(one_round)


def _folder(folder: Path, number: int) -> Path:
    made = folder / str(number)
    made.mkdir()
    return made
