"""A demo hall whose server a test may kill and start again."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import requests

from tests import databases
from tests.browser.demo_hall import PASSWORD, free_port, hallcall
from tools.network import answers
from tools.places import ROOT, program

START_S = 60.0


@dataclass
class Process:
    """The server of a demo hall. `env` is what its commands run with."""

    folder: Path
    port: int
    env: dict[str, str]
    shown: dict[str, Any]
    server: subprocess.Popen[bytes] | None = None
    #: The port by which clients come, where that is another one: a wire that a test can cut.
    by: int | None = None
    #: How the server is started.
    command: tuple[str | Path, ...] = (program("hallcall"), "serve")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.by or self.port}"

    def start(self) -> None:
        with (self.folder / "serve.log").open("ab") as log:
            self.server = subprocess.Popen(self.command, cwd=ROOT, env=self.env, stdout=log, stderr=log)
        end = time.monotonic() + START_S
        while not answers("127.0.0.1", self.port):
            assert self.server.poll() is None, (self.folder / "serve.log").read_text()
            assert time.monotonic() < end, "the server did not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        """As the power goes."""
        assert self.server
        self.server.kill()
        self.server.wait()

    def bearer(self, username: str) -> dict[str, str]:
        wanted = {"username": username, "password": PASSWORD, "bearer": True}
        answer = requests.post(f"{self.url}/api/v1/login", json=wanted, timeout=20)
        answer.raise_for_status()
        return {"Authorization": f"Bearer {answer.json()['token']}"}


def beside(first: Process, folder: Path) -> Process:
    """A second server of the same hall, with a data folder of its own and the same keys; it is not started yet."""
    data, port = folder / "data", free_port()
    data.mkdir(parents=True)
    keys = Path(first.env["HALLCALL_DATA"]) / "keys.json"
    if keys.exists():
        (data / "keys.json").write_bytes(keys.read_bytes())
    env = first.env | {"HALLCALL_DATA": str(data), "HALLCALL_PORT": str(port)}
    return replace(first, folder=folder, port=port, env=env, server=None)


def make_process(folder: Path, **more: str) -> Process:
    """A demo hall in `folder` whose server is not started yet."""
    port = free_port()
    env = {
        **os.environ,
        "HALLCALL_DATA": str(folder / "data"),
        "HALLCALL_PORT": str(port),
        "HALLCALL_DEMO_PASSWORD": PASSWORD,
        **databases.environment(lasting=True),
        **more,
    }
    hallcall("migrate", env=env)
    hallcall("demo", "--make", env=env)
    return Process(folder, port, env, json.loads(hallcall("demo", "--show", env=env)))
