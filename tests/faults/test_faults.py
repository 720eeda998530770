"""Faults under load, one after the other: no ticket lost, none called twice, no number twice, the screens exact, and
/readyz says the truth.

Each a few times; `hall.py test --faults MINUTES` goes on for so long, in any order, with longer ones; `--seed`
repeats an order. From 20 minutes on a display, a ticket machine and a console are cut for ten of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import create_engine, update
from sqlalchemy.pool import NullPool

from server.db import tables
from tests import databases
from tests.counter_client.cut_wire import CutWire
from tests.faults import fault_scenario as faults
from tests.faults.clients import Clients
from tests.faults.fault_run import MINUTES, SEED, WHOLE, FaultRun
from tests.faults.fault_scenario import Fault, FaultScenario
from tests.faults.helpers import Helpers
from tests.faults.machine_clock import CHANGES, ZONE, MachineClock, night_before
from tests.realtime.crowd import press_without_pause
from tests.realtime.process import Process, beside, make_process
from tests.redis_server import RedisServer

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # clients leave sockets open when a server dies
    pytest.mark.sqlite,
]


@pytest.fixture
def part(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Iterator[FaultRun]:
    """What the test is marked with; told with its tally at the end."""
    part = FaultRun(*request.node.get_closest_marker("part").args)
    yield part
    wrong = part.checked == 0 or request.node.rep_call.failed
    with capsys.disabled():
        print(part.told(wrong=wrong))


def play(part: FaultRun, one_round: Callable[[int], None]) -> None:
    """The rounds of a part. In a whole run no kind of fault may be left out."""
    part.play(one_round)
    assert MINUTES < WHOLE or not part.never, part.never


def at_night(part: FaultRun, folder: Path, **more: str) -> tuple[Process, MachineClock, str]:
    """A hall where there is daylight saving, in a night in which it changes, on a machine whose clock can be set."""
    change = CHANGES[(part.rounds + SEED) % len(CHANGES)]
    clock = night_before(change, folder / "clock")
    process = make_process(folder, HALLCALL_LIMIT_PUBLIC="1000000", **clock.env, **more)
    url = more.get("HALLCALL_DATABASE_URL") or f"sqlite:///{folder / 'data' / 'hallcall.db'}"
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(update(tables.hall).values(time_zone=ZONE))
    process.start()
    return process, clock, change


OF_CLOCK = (faults.set_the_clock_back, faults.change_daylight_saving)
OF_SQLITE: tuple[Fault, ...] = (
    faults.kill_the_server,
    faults.cut_the_network,
    faults.silence_the_network,
    faults.fill_the_disk,
    faults.hold_the_write_lock,
    faults.kill_the_announcer,
    faults.kill_the_speech_worker,
    faults.kill_the_print_agent,
    faults.kill_the_terminal,
    faults.cut_a_display,
    faults.cut_a_kiosk,
    faults.cut_a_console,
    *OF_CLOCK,
)


@pytest.mark.part("SQLite", OF_SQLITE, True)
def test_on_sqlite(tmp_path: Path, part: FaultRun) -> None:
    def one_round(number: int) -> None:
        process, clock, change = at_night(part, _folder(tmp_path, number))
        with ExitStack() as stack:
            wire = CutWire(process.port)
            stack.callback(wire.close)
            process.by = wire.port
            helpers = Helpers(process, process.folder)
            stack.callback(helpers.close)
            clients = Clients(process, process.folder)
            stack.callback(clients.close)
            scenario = FaultScenario(
                process, part.dice, wire, helpers=helpers, clients=clients, clock=clock, change=change
            )
            disturb = part.disturb(scenario)

            def then() -> None:
                clients.check()
                helpers.check()

            def until_all_rest() -> None:
                disturb()
                clients.rest()

            press_without_pause(process, until_all_rest, calls=20, then=then, elsewhere=Clients.CLERKS)
        part.passed(scenario)

    play(part, one_round)


@pytest.mark.part("PostgreSQL", (faults.kill_the_server, faults.restart_postgresql, *OF_CLOCK))
def test_on_postgresql(tmp_path: Path, part: FaultRun) -> None:
    def one_round(number: int) -> None:
        url = databases.server().empty()
        process, clock, change = at_night(part, _folder(tmp_path, number), HALLCALL_DATABASE_URL=url)
        scenario = FaultScenario(process, part.dice, clock=clock, change=change)
        press_without_pause(process, part.disturb(scenario), calls=20)
        part.passed(scenario)

    play(part, one_round)


OF_TWO = (
    faults.kill_redis,
    faults.kill_the_server,
    faults.restart_postgresql,
    faults.silence_the_network,
    faults.set_the_clock_back,
)


@pytest.mark.part("two servers", OF_TWO)
def test_between_two_servers(tmp_path: Path, part: FaultRun) -> None:
    """The clock of the first one's machine alone is set: they are an hour apart then."""

    def one_round(number: int) -> None:
        redis = RedisServer()
        redis.start()
        folder = _folder(tmp_path, number)
        clock = MachineClock(folder / "clock")
        one = make_process(
            folder,
            HALLCALL_DATABASE_URL=databases.server().empty(),
            HALLCALL_REDIS_URL=redis.url,
            HALLCALL_LIMIT_PUBLIC="1000000",
        )
        two = beside(one, folder / "second")
        one.env |= clock.env
        one.start()
        two.start()
        wire = CutWire(two.port)
        two.by = wire.port
        scenario = FaultScenario(one, part.dice, wire, redis, clock=clock, also=two)
        try:
            press_without_pause(one, part.disturb(scenario), calls=20, also=two)
        finally:
            redis.kill()
            wire.close()
        part.passed(scenario)

    play(part, one_round)


def _folder(folder: Path, number: int) -> Path:
    made = folder / str(number)
    made.mkdir()
    return made
