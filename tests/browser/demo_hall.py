"""Starts a demo hall in a folder of its own, as a process, and stops it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tools.network import answers
from tools.places import ROOT, program
from tools.runner import apart, ask_to_end, end

PASSWORD = "a-hall-of-tests"
START_S = 60.0


@dataclass
class Hall:
    """A running demo hall: where it is, and what `hallcall demo --show` says of it."""

    port: int
    shown: dict[str, Any]
    env: dict[str, str]
    _session: requests.Session = field(default_factory=requests.Session)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def plain_url(self) -> str:
        """The same server under a name that gives no secure context."""
        return f"http://hall.test:{self.port}"

    def address(self, name: str, *, base: str | None = None) -> str:
        """One of the demo's addresses (`display`, `kiosk` ... with their device tokens) at this server."""
        path = self.shown["addresses"][name]
        return (base or self.url) + "/" + path.split("://", 1)[-1].split("/", 1)[1]

    def get(self, path: str) -> Any:
        answer = self._session.get(f"{self.url}/api/v1{path}", timeout=10)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: dict[str, Any], *, expect: int = 201) -> Any:
        answer = self._session.post(f"{self.url}/api/v1{path}", json=body, timeout=10)
        assert answer.status_code == expect, answer.text
        return answer.json()


def open_hall(folder: Path) -> Iterator[Hall]:
    """Make the demo hall in `folder`, serve it on a free port, and yield it; a failing server shows its log."""
    port = free_port()
    env = {
        **os.environ,
        "HALLCALL_DATA": str(folder / "data"),
        "HALLCALL_HOST": "127.0.0.1",
        "HALLCALL_PORT": str(port),
        "HALLCALL_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HALLCALL_DEMO_PASSWORD": PASSWORD,
        "PYTHONUNBUFFERED": "1",
    }
    hallcall("migrate", env=env)
    hallcall("demo", "--make", env=env)
    shown = json.loads(hallcall("demo", "--show", env=env))
    log = folder / "serve.log"
    with log.open("w", encoding="utf-8") as output:
        command = [program("hallcall"), "serve"]
        server = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT, text=True, **apart()
        )
        try:
            wait_until_it_answers(server, port, log)
            yield Hall(port=port, shown=shown, env=env)
        finally:
            stop(server)


def run_announcer(hall: Hall, folder: Path) -> Iterator[None]:
    """Run `hallcall announcer` beside a hall; what it said is shown when it ends by itself."""
    log = folder / "announcer.log"
    with log.open("w", encoding="utf-8") as output:
        command = [program("hallcall"), "announcer", "--no-card"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=hall.env, stdout=output, stderr=subprocess.STDOUT, text=True, **apart()
        )
        try:
            yield
            assert process.poll() is None, log.read_text(encoding="utf-8")
        finally:
            stop(process)


def wait_until_it_answers(server: subprocess.Popen[str], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while not answers("127.0.0.1", port):
        assert server.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
        time.sleep(0.1)


def stop(server: subprocess.Popen[str]) -> None:
    ask_to_end(server)
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        end(server)
        server.wait()


def hallcall(*arguments: str, env: dict[str, str]) -> str:
    command = [program("hallcall"), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", check=False, timeout=120)
    assert done.returncode == 0, f"hallcall {' '.join(arguments)}: {done.stderr or done.stdout}"
    return done.stdout


def free_port() -> int:
    """A port that nobody holds now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
