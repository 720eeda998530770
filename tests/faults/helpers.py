"""The processes beside the server, which a fault may kill: announcer with its speech worker, and print agent."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.browser.demo_hall import hallcall
from tests.realtime.crowd import whole_log
from tests.realtime.process import Process
from tools.places import ROOT, program

#: How long a helper may take to do its work again after the last fault (s).
PATIENCE_S = 60.0


@dataclass
class Helper:
    """One process that is started again whenever it was killed."""

    arguments: tuple[str, ...]
    env: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            command = [program("hallcall"), *self.arguments]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log)

    def kill(self) -> None:
        """As the power goes."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def kill_children(self) -> int:
        """Kill what it has started, and tell how many that were."""
        assert self.process
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        return len(children)


@dataclass
class Helpers:
    """Announcer and print agent of a demo hall whose server runs; the hall's ticket machine prints by the agent."""

    server: Process
    folder: Path
    announcer: Helper = field(init=False)
    agent: Helper = field(init=False)

    def __post_init__(self) -> None:
        address, env = self.server.url, self.server.env
        token = hallcall("device", "add", "printer", "--hall", self.hall, env=env).split()[-1]
        self.print_by_agent()
        self.announcer = Helper(("announcer", "--no-card", "--server", address), env, self.folder / "announcer.log")
        paper = f"file:{self.paper}"
        self.paper.mkdir()
        agent = ("print-agent", "--server", address, "--printer", paper, "--token", token)
        self.agent = Helper(agent, env, self.folder / "agent.log")
        self.announcer.start()
        self.agent.start()

    @property
    def hall(self) -> str:
        return str(self.server.shown["hall"])

    @property
    def paper(self) -> Path:
        return self.folder / "paper"

    def print_by_agent(self) -> None:
        boss, root = self.server.bearer("supervisor"), f"{self.server.url}/api/v1"
        devices = requests.get(f"{root}/halls/{self.hall}/devices", headers=boss, timeout=10).json()["devices"]
        number = {one["kind"]: one["id"] for one in devices}
        body = {"settings": {"printer": {"kind": "agent", "device": number["printer"]}}}
        answer = requests.patch(f"{root}/devices/{number['kiosk']}", json=body, headers=boss, timeout=10)
        answer.raise_for_status()

    def check(self) -> None:
        """Both live and do their work; nothing was said twice."""
        assert self.announcer.process and self.announcer.process.poll() is None, self.announcer.log.read_text()
        assert self.agent.process and self.agent.process.poll() is None, self.agent.log.read_text()
        self.await_announcer()
        self.await_paper(self.take())
        said = [one for one in whole_log(self.server, self.hall) if one["kind"] == "announcement_spoken"]
        spoken = Counter((one["zone"], one["call_seq"]) for one in said if one["result"] == "spoken")
        assert [call for call, times in spoken.items() if times > 1] == [], "a call said twice"

    def take(self) -> str:
        """A number at the ticket machine."""
        root = f"{self.server.url}/api/v1/halls/{self.hall}"
        token = self.server.shown["addresses"]["kiosk"].split("#device=")[1]
        service = requests.get(root, timeout=10).json()["services"][0]["code"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.post(f"{root}/tickets", json={"service": service}, headers=headers, timeout=10)
        answer.raise_for_status()
        return str(answer.json()["number"])

    def await_announcer(self) -> None:
        end = time.monotonic() + PATIENCE_S
        while not any(one["alive"] for one in self.ready().get("announcers", [])):
            assert time.monotonic() < end, self.announcer.log.read_text()
            time.sleep(0.2)

    def ready(self) -> dict[str, Any]:
        answer: dict[str, Any] = requests.get(f"{self.server.url}/readyz", timeout=10).json()
        return answer

    def await_paper(self, number: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not any(number in one.name for one in self.paper.iterdir()):
            assert time.monotonic() < end, f"{number} was not printed\n{self.agent.log.read_text()}"
            time.sleep(0.2)

    def close(self) -> None:
        self.announcer.kill()
        self.agent.kill()
