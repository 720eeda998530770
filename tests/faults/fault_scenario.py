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
class FaultScenario:
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


Fault = Callable[[FaultScenario], None]


def kill_the_server(scenario: FaultScenario) -> None:
    """As the power goes, at a moment that nobody chose."""
    time.sleep(scenario.dice.uniform(0, 0.3))
    scenario.process.kill()
    scenario.process.start()


def cut_the_network(scenario: FaultScenario) -> None:
    """No client reaches the server: kiosks, consoles, the screen."""
    assert scenario.wire
    scenario.wire.shut.set()
    scenario.wire.cut()
    time.sleep(scenario.for_a_while())
    scenario.wire.shut.clear()


def silence_the_network(scenario: FaultScenario) -> None:
    """Nothing passes and nobody is told; sometimes the connections are lost for good."""
    assert scenario.wire
    scenario.wire.hush(forgets=scenario.dice.random() < 0.5)
    time.sleep(scenario.for_a_while())
    scenario.wire.speak()


def kill_the_announcer(scenario: FaultScenario) -> None:
    """It may be in the middle of a sentence."""
    assert scenario.helpers
    scenario.helpers.announcer.kill()
    scenario.helpers.announcer.start()


def kill_the_speech_worker(scenario: FaultScenario) -> None:
    """What computes the voice dies; it may be that none is there just now."""
    assert scenario.helpers
    scenario.helpers.announcer.kill_children()


def kill_the_print_agent(scenario: FaultScenario) -> None:
    """It may be in the middle of a ticket."""
    assert scenario.helpers
    scenario.helpers.agent.kill()
    scenario.helpers.agent.start()


def fill_the_disk(scenario: FaultScenario) -> None:
    """Nothing can be written any more: every file of the server is at its limit."""
    assert scenario.process.server
    _, hard = resource.prlimit(scenario.process.server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(scenario.process.server.pid, resource.RLIMIT_FSIZE, (4096, hard))
    scenario.unready()
    time.sleep(scenario.for_a_while())
    resource.prlimit(scenario.process.server.pid, resource.RLIMIT_FSIZE, (hard, hard))


def hold_the_write_lock(scenario: FaultScenario) -> None:
    """Another program writes to the database file and takes its time; once for longer than commands wait."""
    with closing(sqlite3.connect(Path(scenario.process.env["HALLCALL_DATA"]) / "hallcall.db", timeout=30)) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        if not scenario.tally["hold_the_write_lock"]:
            scenario.unready()
        time.sleep(scenario.for_a_while())
        other.execute("ROLLBACK")


def restart_postgresql(scenario: FaultScenario) -> None:
    """In order, or as the power goes."""
    databases.server().stop(scenario.dice.choice(["fast", "immediate"]))
    scenario.unready()
    time.sleep(scenario.for_a_while())
    databases.server().start()


def kill_redis(scenario: FaultScenario) -> None:
    """The servers hear each other no more, for a while."""
    assert scenario.redis
    scenario.redis.kill()
    await_degraded(scenario.process)
    scenario.readiness += 1
    time.sleep(scenario.for_a_while())
    scenario.redis.start()


def set_the_clock_back(scenario: FaultScenario) -> None:
    """The clock of the server's machine goes back an hour, and forward again."""
    assert scenario.clock
    scenario.clock.set(-3600)
    time.sleep(scenario.for_a_while())
    scenario.clock.right()


def change_daylight_saving(scenario: FaultScenario) -> None:
    """The clock comes to the moment in which the hall's night loses or gains an hour, and passes it."""
    assert scenario.clock
    scenario.clock.set(scenario.clock.until(moment_of(scenario.change)) - READ_S - 0.3)
    time.sleep(0.6 + scenario.for_a_while())
    scenario.clock.right()


def kill_the_terminal(scenario: FaultScenario) -> None:
    """A clerk's program dies, perhaps in the middle of a call; the clerk signs on again and finds who is there."""
    assert scenario.clients
    time.sleep(scenario.dice.uniform(0, 0.3))
    scenario.clients.desk.kill_and_start()


def cut_a_display(scenario: FaultScenario) -> None:
    """One screen alone does not reach the server."""
    _cut(scenario, "display")


def cut_a_kiosk(scenario: FaultScenario) -> None:
    """One ticket machine alone; it gives numbers of its own."""
    _cut(scenario, "kiosk")


def cut_a_console(scenario: FaultScenario) -> None:
    """One clerk's console alone."""
    _cut(scenario, "console")


def _cut(scenario: FaultScenario, client: str) -> None:
    assert scenario.clients
    scenario.clients.cut(client, scenario.dice.choice(scenario.cuts), scenario.dice)
