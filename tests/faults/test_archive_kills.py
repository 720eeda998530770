"""The power goes while old days are taken out: no row is lost, none is twice, and the next run ends it."""

from __future__ import annotations

import random
import resource
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from server.clock import now_ms
from server.db.database import Database
from server.db.open import open_database
from server.services.archive import days
from server.services.runtime.actor import PUBLIC, SYSTEM
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.services.tickets import issuing
from tests.browser.demo_hall import hallcall
from tests.realtime.crowd import press_without_pause
from tests.realtime.process import Process, make_process
from tests.server.archives import archived, kept
from tools.places import ROOT, program

DAY = 86_400_000
OLD_DAYS, A_DAY = 4, 120


@pytest.fixture
def process(tmp_path: Path) -> Process:
    made = make_process(tmp_path)
    with closing(_database(made)) as database:
        deployment, hall = Deployment(database), made.shown["hall"]
        services = list(deployment.hall(hall).services)
        for ago in range(60, 60 - OLD_DAYS, -1):
            now = now_ms() - ago * DAY
            for number in range(A_DAY):
                run_command(
                    deployment,
                    issuing.issue_ticket,
                    hall_code=hall,
                    actor=PUBLIC,
                    now=now,
                    service=services[number % len(services)],
                    status=None,
                    language="en",
                )
            run_command(deployment, days.tick, hall_code=hall, actor=SYSTEM, now=now + DAY)
        run_command(
            deployment,
            issuing.issue_ticket,
            hall_code=hall,
            actor=PUBLIC,
            now=now_ms(),
            service=services[0],
            status=None,
            language="en",
        )
    return made


def _database(process: Process) -> Database:
    data = process.env["HALLCALL_DATA"]
    return open_database(process.env.get("HALLCALL_DATABASE_URL") or f"sqlite:///{data}/hallcall.db")


class Rows:
    """What of the hall's rows is in the database, and in the files, as tests/server/archives.py reads both."""

    def __init__(self, process: Process) -> None:
        self.folder = Path(process.env["HALLCALL_DATA"]) / "archive"
        with closing(_database(process)) as database:
            self.here = kept(database)
        self.out = archived(self.folder)

    def together(self) -> dict[str, dict[int, dict[str, object]]]:
        return {kind: self.out[kind] | self.here[kind] for kind in self.here}


def test_a_command_that_is_killed_at_any_moment_loses_nothing(process: Process) -> None:
    before, dice = Rows(process).together(), random.Random(7)
    for _ in range(8):
        command = [program("hallcall"), "archive", "--older-than", "14"]
        with subprocess.Popen(command, cwd=ROOT, env=process.env, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout
            for _ in range(dice.randrange(3)):
                running.stdout.readline()
            time.sleep(dice.uniform(0, 0.05))
            running.kill()
        assert Rows(process).together() == before
    said = hallcall("archive", "--older-than", "14", env=process.env)
    assert "days taken out" in said
    after = Rows(process)
    assert after.together() == before
    for kind, rows in after.here.items():
        assert not rows.keys() & after.out[kind].keys(), "taken out and still there"
    assert len(after.out["ticket"]) == OLD_DAYS * A_DAY
    assert "All are sound" in hallcall("archive", "check", env=process.env)
    assert not list(after.folder.rglob("*.part"))


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_a_server_that_is_killed_while_clerks_call_and_days_leave(process: Process) -> None:
    process.start()

    def archive_and_kill() -> None:
        for _ in range(4):
            command = [program("hallcall"), "archive", "--older-than", "14"]
            with subprocess.Popen(
                command, cwd=ROOT, env=process.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as running:
                time.sleep(1.6)
                process.kill()
                running.wait()
            process.start()
            time.sleep(0.5)
        hallcall("archive", "--older-than", "14", env=process.env)

    press_without_pause(process, archive_and_kill, calls=20, archived=True)
    rows = Rows(process)
    assert len(rows.out["ticket"]) == OLD_DAYS * A_DAY
    for kind, here in rows.here.items():
        assert not here.keys() & rows.out[kind].keys(), "taken out and still there"


@pytest.mark.sqlite
def test_a_full_disk_deletes_nothing_and_is_tried_again(process: Process) -> None:
    process.start()
    assert process.server
    before = Rows(process).here
    _, hard = resource.prlimit(process.server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.server.pid, resource.RLIMIT_FSIZE, (1000, hard))
    command = [program("hallcall"), "archive", "--older-than", "14"]
    said = subprocess.run(command, cwd=ROOT, env=process.env, capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert "File too large" in said.stderr
    after = Rows(process)
    assert after.here == before
    assert not list(after.folder.rglob("*.gz*"))
    resource.prlimit(process.server.pid, resource.RLIMIT_FSIZE, (hard, hard))
    assert "days taken out" in hallcall("archive", "--older-than", "14", env=process.env)
    assert Rows(process).together() == before
    process.kill()
