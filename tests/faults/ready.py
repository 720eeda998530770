"""What /readyz says during a fault and after it, asked past any wire."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import requests

from tests.realtime.process import Process

#: How long the truth may take (s).
PATIENCE_S = 60.0


def await_ready(server: Process) -> None:
    """It says that all is well."""
    await_word(server, lambda status, body: status == 200 and body["ok"] and body["redis"] != "away")


def await_unready(server: Process) -> None:
    """It says that nothing can be stored, and why."""
    await_word(
        server,
        lambda status, body: status == 503 and "database_away" in body["troubles"] and body["database"] != "ok",
    )


def await_degraded(server: Process) -> None:
    """It goes on, and names Redis as away."""
    await_word(server, lambda status, body: status == 200 and body["ok"] and body["redis"] == "away")


def await_word(server: Process, right: Callable[[int, dict[str, Any]], bool]) -> None:
    """Ask until the answer is right."""
    end, said = time.monotonic() + PATIENCE_S, "nothing"
    while True:
        try:
            answer = requests.get(f"http://127.0.0.1:{server.port}/readyz", timeout=20)
            said = f"{answer.status_code} {answer.text}"
            if right(answer.status_code, answer.json()):
                return
        except requests.RequestException as error:
            said = str(error)
        assert time.monotonic() < end, f"/readyz says {said}"
        time.sleep(0.05)
