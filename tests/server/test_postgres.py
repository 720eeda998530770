"""What only a database shared by several processes can get wrong. These run on PostgreSQL whatever --database says."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from server.db import migrate, tables
from server.db.database import Database
from server.db.open import open_database
from server.db.schema import MigrationError, revision_of
from server.domain.refusals import Refusal
from server.services.calling import calling, serving, sessions
from server.services.devices import devices
from server.services.hall_setup import switches
from server.services.offline import kiosk_import, number_blocks
from server.services.offline.kiosk_import import MachineTicket
from server.services.runtime import cache_refresh
from server.services.runtime.actor import Actor
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import issuing
from tests import databases
from tests.server.small_hall import ALICE, ALWAYS, BOSS, MONDAY_9, PUBLIC
from tools.places import ROOT

Open = Callable[[], Deployment]


@pytest.fixture
def another(url: str) -> Iterator[Open]:
    """Opens the hall once more, as another process would."""
    opened: list[Database] = []

    def open_house() -> Deployment:
        opened.append(open_database(url))
        return Deployment(opened[-1])

    yield open_house
    for database in opened:
        database.close()


def take(deployment: Deployment, service: str = "pass") -> str:
    body = run_command(
        deployment, issuing.issue_ticket, hall_code="hall", actor=PUBLIC, now=MONDAY_9, service=service, language=None
    ).body
    return str(body["number"])


def call(deployment: Deployment, counter: str) -> str:
    body = run_command(deployment, calling.call_next, hall_code="hall", actor=ALICE, now=MONDAY_9, counter=counter).body
    return str(body["ticket"]["number"])


def sign_on(deployment: Deployment, counter: str) -> None:
    run_command(
        deployment,
        sessions.sign_on,
        hall_code="hall",
        actor=ALICE,
        now=MONDAY_9,
        counter=counter,
        take_over=False,
        client=None,
    )


def all_at_once(*works: Callable[[], None]) -> None:
    failed: list[Exception] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []


def test_migrations_lead_to_the_tables_of_the_code_and_back() -> None:
    url = databases.server().empty()
    assert revision_of(url) is None
    for revision in migrate.known_revisions():
        migrate.upgrade(url, to=revision)
        assert revision_of(url) == revision
    assert migrate.differences(url) == []
    migrate.downgrade(url, to="base")
    assert revision_of(url) is None
    migrate.upgrade(url)
    assert migrate.differences(url) == []


def test_a_database_of_others_is_left_alone() -> None:
    url = databases.server().empty()
    with closing(open_database(url)) as database, database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (id int)")
    with pytest.raises(MigrationError, match="is not a database of Hallcall") as told:
        migrate.upgrade(url)
    assert databases.server().password not in str(told.value)


def test_processes_number_and_call_as_one(another: Open) -> None:
    houses = [another(), another(), another()]
    numbers: list[str] = []
    all_at_once(
        *(lambda deployment=deployment: numbers.extend(take(deployment) for _ in range(30)) for deployment in houses)
    )
    assert sorted(numbers) == [f"A{serial:03}" for serial in range(1, 91)]

    sign_on(houses[0], "1")
    sign_on(houses[1], "3")
    calls: list[tuple[int, str]] = []

    def work(deployment: Deployment, counter: str) -> None:
        for _ in range(25):
            number = call(deployment, counter)
            run_command(deployment, calling.complete, hall_code="hall", actor=ALICE, now=MONDAY_9, counter=counter)
            calls.append((0, number))

    all_at_once(lambda: work(houses[0], "1"), lambda: work(houses[1], "3"))
    with houses[2].database.reading() as connection:
        kinds = select(tables.event.c.seq, tables.event.c.content).where(tables.event.c.kind == "ticket_called")
        called = [row.content for row in connection.execute(kinds.order_by(tables.event.c.seq))]
        seqs = connection.execute(select(func.count(), func.max(tables.event.c.seq)).select_from(tables.event)).one()
    assert len({number for _, number in calls}) == 50
    assert [one.split('"number":"')[1][:4] for one in called] == [f"A{serial:03}" for serial in range(1, 51)]
    assert seqs[0] == seqs[1], "no event number is missing"


def test_a_hall_that_another_process_changed_is_seen_by_the_next_command(another: Open) -> None:
    here, there = another(), another()
    take(here)
    switches.switch_service(there, hall="hall", who=BOSS, now=MONDAY_9, key=None, service="pass", open=False)
    with pytest.raises(Refusal) as refused:
        take(here)
    assert refused.value.code == "service_closed"
    switches.switch_service(there, hall="hall", who=BOSS, now=MONDAY_9, key=None, service="pass", open=True)
    assert not here.hall("hall").services["pass"].open
    cache_refresh.catch_up(here)
    assert here.hall("hall").services["pass"].open


def test_a_queue_that_another_process_gave_a_counter_is_called_by_the_next_command(another: Open) -> None:
    here, there = another(), another()
    sign_on(here, "1")
    number = take(here, service="tax")
    given: dict[str, Any] = {"hall": "hall", "who": BOSS, "now": MONDAY_9, "key": None, "counter": "1"}
    serving.change_serves(there, **given, give=["B"], take=[])
    assert call(here, "1") == number
    serving.restore_serves(here, **given, counter_types=None)
    cache_refresh.catch_up(there)
    assert there.hall("hall").counters["1"].serves == ("A",)


def test_one_process_of_all_has_the_timers(another: Open) -> None:
    one, other = another().database, another().database
    assert one.leads()
    assert not other.leads()
    assert one.leads()
    one.close()
    time.sleep(1.1)
    assert other.leads()


def test_a_hall_waits_for_its_own_commands_and_for_no_others(another: Open) -> None:
    here, there = another().database, another().database
    entered = threading.Event()
    done: list[str] = []

    def other_hall() -> None:
        with there.transaction(2):
            done.append("hall 2")

    def same_hall() -> None:
        entered.set()
        with there.transaction(1):
            done.append("hall 1")

    with here.transaction(1):
        all_at_once(other_hall)
        waits = threading.Thread(target=same_hall)
        waits.start()
        entered.wait(5)
        time.sleep(0.2)
        assert done == ["hall 2"]
    waits.join(10)
    assert done == ["hall 2", "hall 1"]


def test_what_cannot_be_stored_is_the_askers_mistake(another: Open) -> None:
    deployment = another()
    with pytest.raises(Refusal) as refused:
        devices.make_device(deployment, hall="hall", kind="display", name="a\x00b", now=MONDAY_9)
    assert (refused.value.code, refused.value.status) == ("invalid", 422)
    devices.make_device(deployment, hall="hall", kind="display", name="ab", now=MONDAY_9)


def test_a_reading_is_one_moment(another: Open) -> None:
    here, there = another(), another()
    count = select(func.count()).select_from(tables.ticket)
    with here.database.reading() as connection:
        assert connection.execute(count).scalar() == 0
        take(there)
        assert connection.execute(count).scalar() == 0


def test_a_server_that_restarts_costs_a_refusal_and_half_does_nothing(another: Open) -> None:
    server, deployment = databases.server(), another()
    take(deployment)
    with pytest.raises(Refusal) as refused, deployment.database.transaction(1) as connection:
        connection.execute(tables.hall.update().values(version=99))
        server.stop()
        connection.execute(tables.hall.update().values(version=100))
    assert (refused.value.code, refused.value.status) == ("database_away", 503)
    with pytest.raises(Refusal) as refused:
        take(deployment)
    assert refused.value.code == "database_away"
    assert not deployment.database.leads()
    server.start()
    assert take(deployment) == "A002"
    with deployment.database.reading() as connection:
        assert connection.execute(select(tables.hall.c.version)).scalar() == 1
    server.stop("fast")
    server.start()
    assert take(deployment) == "A003", "connections that died in the meantime are not noticed by anybody"
    time.sleep(1.1)
    assert deployment.database.leads()


@pytest.mark.parametrize(
    ("mode", "waits", "blocks"),
    [
        ("eventlet", "", False),
        ("gevent", "", False),
        ("threading", "wait_c", False),
        ("eventlet", "wait_c", True),
        ("gevent", "wait_c", True),
    ],
)
def test_a_driver_that_stops_the_loop_is_refused(url: str, mode: str, waits: str, blocks: bool) -> None:
    code = f"""
import os, sys
from server import bootstrap
bootstrap.prepare({mode!r})
if {waits!r}:
    os.environ["PSYCOPG_WAIT_FUNC"] = {waits!r}
from server.db.postgres.loop_check import BlockingDriver, refuse_blocking
from server.db.open import open_database
try:
    refuse_blocking(open_database({url!r}).engine)
except BlockingDriver as told:
    sys.exit(str(told))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == blocks, done.stderr
    assert ("stops the server's loop" in done.stderr) == blocks


def test_two_servers_give_machines_different_blocks_and_enter_a_number_once(another: Open) -> None:
    houses = [another(), another()]
    device, _ = devices.make_device(houses[0], hall="hall", kind="kiosk", now=MONDAY_9)
    machine = Actor("device", device["id"], "kiosk", "kiosk", "kiosk", 1)
    runs: list[int] = []
    answers: list[dict[str, Any]] = []

    def reserve(deployment: Deployment, keeper: str) -> None:
        body = run_command(
            deployment, number_blocks.reserve, hall_code="hall", actor=machine, now=MONDAY_9, keeper=keeper, used={}
        ).body
        runs.append(body["blocks"][0]["first"])

    together_now([lambda n=n: reserve(houses[n % 2], f"keeper {n}") for n in range(8)])
    assert sorted(runs) == list(range(9001, 9401, 50))
    handed = [MachineTicket("A9001", "2026-11-23", "t" * 22, "pass", MONDAY_9)]

    def hand_in(deployment: Deployment) -> None:
        done = run_command(
            deployment, kiosk_import.hand_in, hall_code="hall", actor=machine, now=MONDAY_9, handed=handed
        )
        answers.append(done.body)

    together_now([lambda n=n: hand_in(houses[n % 2]) for n in range(6)])
    assert all(one["entered"] and not one["refused"] for one in answers)
    with houses[0].database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tables.ticket)).scalar_one() == 1


def test_one_key_in_two_halls_at_the_same_moment_is_refused_in_one(url: str, another: Open) -> None:
    first, second = another(), another()
    with first.database.transaction() as connection:
        connection.execute(
            insert(tables.hall).values(
                id=9,
                code="other",
                name={},
                time_zone="Asia/Shanghai",
                groups={},
                statuses={},
                settings={"hours": ALWAYS},
            )
        )
        connection.execute(insert(tables.hall_head).values(hall_id=9))
    for deployment in (first, second):
        deployment.reload()

    def also_here(_unit: UnitOfWork) -> dict[str, Any]:
        run_command(second, lambda _unit: {"here": 2}, hall_code="other", actor=ALICE, now=MONDAY_9, key="one-key")
        return {"here": 1}

    with pytest.raises(Refusal) as refused:
        run_command(first, also_here, hall_code="hall", actor=ALICE, now=MONDAY_9, key="one-key")
    assert refused.value.code == "key_reused"


def together_now(tasks: list[Callable[[], None]]) -> None:
    """Run them at once; all must end well."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        for done in [pool.submit(task) for task in tasks]:
            done.result()
