"""Faults that a hall must survive, each injected and mended again while the crowd works."""

from __future__ import annotations

import random
import resource
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests import databases
from tests.counter_client.cut_wire import CutWire
from tests.faults.clients import Clients
from tests.faults.helpers import Helpers
from tests.faults.machine_clock import READ_S, MachineClock, moment_of
from tests.faults.ready import await_degraded, await_ready, await_unready
from tests.realtime.process import Process
from tests.redis_server import RedisServer

#: How long the crowd works between two faults (s); not a round figure of anything the server does.
BETWEEN = 0.37


@dataclass
class Scene:
    """A hall under faults. `lasts`: how long a fault may last (s), `cuts`: one client's cut. `change`: of daylight
    saving, in the night in which it works. `tally`: how often each was injected; `readiness`: how often /readyz was
    right.
    """

    process: Process
    dice: random.Random
    wire: CutWire | None = None
    redis: RedisServer | None = None
    helpers: Helpers | None = None
    clients: Clients | None = None
    clock: MachineClock | None = None
    change: str = ""
    also: Process | None = None
    lasts: tuple[float, ...] = (0.3, 1.0)
    cuts: tuple[float, ...] = (1.0,)
    tally: Counter[str] = field(default_factory=Counter)
    readiness: int = 0

    def inject(self, fault: Fault) -> None:
        """Let it happen, and what heals it, which /readyz says soon; then the crowd works for a moment."""
        fault(self)
        self.tally[fault.__name__] += 1
        for server in (self.process, self.also):
            if server:
                await_ready(server)
                self.readiness += 1
        time.sleep(BETWEEN)

    def unready(self) -> None:
        """Wait until /readyz says that nothing can be stored."""
        await_unready(self.process)
        self.readiness += 1

    def for_a_while(self) -> float:
        """How long this fault lasts (s)."""
        return self.dice.choice(self.lasts)


Fault = Callable[[Scene], None]


def kill_the_server(scene: Scene) -> None:
    """As the power goes, at a moment that nobody chose."""
    time.sleep(scene.dice.uniform(0, 0.3))
    scene.process.kill()
    scene.process.start()


def cut_the_network(scene: Scene) -> None:
    """No client reaches the server: kiosks, consoles, the screen."""
    assert scene.wire
    scene.wire.shut.set()
    scene.wire.cut()
    time.sleep(scene.for_a_while())
    scene.wire.shut.clear()


def silence_the_network(scene: Scene) -> None:
    """Nothing passes and nobody is told; sometimes the connections are lost for good."""
    assert scene.wire
    scene.wire.hush(forgets=scene.dice.random() < 0.5)
    time.sleep(scene.for_a_while())
    scene.wire.speak()


def kill_the_announcer(scene: Scene) -> None:
    """It may be in the middle of a sentence."""
    assert scene.helpers
    scene.helpers.announcer.kill()
    scene.helpers.announcer.start()


def kill_the_speech_worker(scene: Scene) -> None:
    """What computes the voice dies; it may be that none is there just now."""
    assert scene.helpers
    scene.helpers.announcer.kill_children()


def kill_the_print_agent(scene: Scene) -> None:
    """It may be in the middle of a ticket."""
    assert scene.helpers
    scene.helpers.agent.kill()
    scene.helpers.agent.start()


def fill_the_disk(scene: Scene) -> None:
    """Nothing can be written any more: every file of the server is at its limit."""
    assert scene.process.server
    _, hard = resource.prlimit(scene.process.server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(scene.process.server.pid, resource.RLIMIT_FSIZE, (4096, hard))
    scene.unready()
    time.sleep(scene.for_a_while())
    resource.prlimit(scene.process.server.pid, resource.RLIMIT_FSIZE, (hard, hard))


def hold_the_write_lock(scene: Scene) -> None:
    """Another program writes to the database file and takes its time; once for longer than commands wait."""
    with closing(sqlite3.connect(Path(scene.process.env["HALLCALL_DATA"]) / "hallcall.db", timeout=30)) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        if not scene.tally["hold_the_write_lock"]:
            scene.unready()
        time.sleep(scene.for_a_while())
        other.execute("ROLLBACK")


def restart_postgresql(scene: Scene) -> None:
    """In order, or as the power goes."""
    databases.server().stop(scene.dice.choice(["fast", "immediate"]))
    scene.unready()
    time.sleep(scene.for_a_while())
    databases.server().start()


def kill_redis(scene: Scene) -> None:
    """The servers hear each other no more, for a while."""
    assert scene.redis
    scene.redis.kill()
    await_degraded(scene.process)
    scene.readiness += 1
    time.sleep(scene.for_a_while())
    scene.redis.start()


def set_the_clock_back(scene: Scene) -> None:
    """The clock of the server's machine goes back an hour, and forward again."""
    assert scene.clock
    scene.clock.set(-3600)
    time.sleep(scene.for_a_while())
    scene.clock.right()


def change_daylight_saving(scene: Scene) -> None:
    """The clock comes to the moment in which the hall's night loses or gains an hour, and passes it."""
    assert scene.clock
    scene.clock.set(scene.clock.until(moment_of(scene.change)) - READ_S - 0.3)
    time.sleep(0.6 + scene.for_a_while())
    scene.clock.right()


def kill_the_terminal(scene: Scene) -> None:
    """A clerk's program dies, perhaps in the middle of a call; the clerk signs on again and finds who is there."""
    assert scene.clients
    time.sleep(scene.dice.uniform(0, 0.3))
    scene.clients.desk.kill_and_start()


def cut_a_display(scene: Scene) -> None:
    """One screen alone does not reach the server."""
    _cut(scene, "display")


def cut_a_kiosk(scene: Scene) -> None:
    """One ticket machine alone; it gives numbers of its own."""
    _cut(scene, "kiosk")


def cut_a_console(scene: Scene) -> None:
    """One clerk's console alone."""
    _cut(scene, "console")


def _cut(scene: Scene, client: str) -> None:
    assert scene.clients
    scene.clients.cut(client, scene.dice.choice(scene.cuts), scene.dice)
