"""A planned restart: a new process takes the place of the server at work, and nobody notices but by a blink."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests

from tests.realtime.crowd import press_without_pause
from tests.realtime.process import Process, make_process
from tools.network import answers
from tools.places import ROOT, program

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows cannot pass sockets: docs/operations.md says so"
)
TIMES = 3


def renew(process: Process) -> None:
    """Start a successor and see the old server end well."""
    old = process.server
    assert old
    with (process.folder / "serve.log").open("ab") as log:
        process.server = subprocess.Popen(
            [program("hallcall"), "serve", "--handover"], cwd=ROOT, env=process.env, stdout=log, stderr=log
        )
    assert old.wait(timeout=30) == 0


def tell(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [program("hallcall"), *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)


# websocket-client leaves its socket open when a server ends in its handshake.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_no_command_is_lost_or_done_twice_while_processes_change(tmp_path: Path) -> None:
    process = make_process(tmp_path)
    process.start()

    def change_again_and_again() -> None:
        for _ in range(TIMES):
            time.sleep(0.7)
            renew(process)
        time.sleep(0.7)

    press_without_pause(process, change_again_and_again, calls=TIMES * 20)


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_no_connection_is_refused_meanwhile(tmp_path: Path, mode: str) -> None:
    process = make_process(tmp_path, HALLCALL_ASYNC_MODE=mode)
    process.start()
    try:
        old = process.server
        renewing = subprocess.Popen([program("hallcall"), "serve", "--handover"], cwd=ROOT, env=process.env)
        process.server = renewing
        assert old
        longest, asked = 0.0, 0
        end = time.monotonic() + 30
        while old.poll() is None or asked < 20:
            assert time.monotonic() < end
            begun = time.monotonic()
            assert requests.get(f"{process.url}/healthz", timeout=10).ok  # a new connection each time
            longest, asked = max(longest, time.monotonic() - begun), asked + 1
        assert old.returncode == 0
        print(f"the longest answer during a handover took {longest * 1000:.0f} ms")
    finally:
        process.kill()


class Keeper(threading.Thread):
    """A program that asks one question after the other by one connection, and never asks again."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.asked, self.unanswered = url, 0, list[str]()
        self.done = threading.Event()

    def run(self) -> None:
        with requests.Session() as session:
            while not self.done.wait(0.002):
                try:
                    session.get(f"{self.url}/api/v1/halls", timeout=10)
                    self.asked += 1
                except requests.RequestException as error:
                    self.unanswered.append(repr(error))


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_nobody_on_a_kept_connection_goes_without_an_answer(tmp_path: Path, mode: str) -> None:
    process = make_process(tmp_path, HALLCALL_ASYNC_MODE=mode)
    process.start()
    keepers = [Keeper(process.url) for _ in range(8)]
    try:
        for keeper in keepers:
            keeper.start()
        for _ in range(TIMES):
            renew(process)
    finally:
        for keeper in keepers:
            keeper.done.set()
            keeper.join()
        process.kill()
    assert [keeper.unanswered for keeper in keepers] == [[]] * len(keepers)
    assert all(keeper.asked > TIMES for keeper in keepers)


def test_a_new_process_that_cannot_work_leaves_the_old_one_alone(tmp_path: Path) -> None:
    process = make_process(tmp_path)
    process.start()
    try:
        broken = process.env | {"HALLCALL_DATABASE_URL": f"sqlite:///{tmp_path / 'none.db'}"}
        failed = subprocess.run(
            [program("hallcall"), "serve", "--handover"],
            cwd=ROOT,
            env=broken,
            capture_output=True,
            text=True,
            check=False,
        )
        assert failed.returncode == 1
        assert "There is no database" in failed.stderr
        assert answers("127.0.0.1", process.port)
        assert process.server
        assert process.server.poll() is None
    finally:
        process.kill()


def test_without_a_runner_restart_says_what_to_do(tmp_path: Path) -> None:
    process = make_process(tmp_path)
    process.start()
    try:
        told = tell(process.env, "restart")
        assert (told.returncode, "hallcall serve --handover" in told.stderr) == (1, True)
        assert process.server
        assert process.server.poll() is None
    finally:
        process.kill()


def test_the_system_may_hold_the_socket(tmp_path: Path) -> None:
    """As systemd does by a .socket unit: connections wait in it while no server runs."""
    process = make_process(tmp_path)
    with socket.create_server(("127.0.0.1", process.port), backlog=100) as held:
        hold = f"import os; os.dup2({held.fileno()}, 3); os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')"
        start = f"os.execv({os.fspath(program('hallcall'))!r}, ['hallcall', 'serve'])"
        command = [sys.executable, "-c", f"{hold}; {start}"]
        for _ in range(2):
            server = subprocess.Popen(command, cwd=ROOT, env=process.env, pass_fds=[held.fileno()])
            try:
                assert requests.get(f"{process.url}/healthz", timeout=30).ok  # waits from before the server listens
            finally:
                server.send_signal(signal.SIGTERM)
                assert server.wait(timeout=20) == 0


def test_what_a_killed_server_left_goes_with_the_next_start(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    folder.mkdir()
    process = make_process(tmp_path, TMPDIR=str(folder))
    for _ in range(3):
        process.start()
        process.kill()
    assert len(list(folder.glob("hallcall-ask-*"))) == 1
