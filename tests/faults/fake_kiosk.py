"""A ticket machine as its page works: while the server is away it gives numbers of its own, and hands them in after."""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from tests.realtime.crowd import whole_log
from tests.realtime.process import Process

#: Between two visitors, with the server and without (s): a machine has fifty numbers of its own.
VISITOR_S, VISITOR_AWAY_S = 0.2, 15.0
TIMEOUT_S = 5.0


class FakeKiosk(threading.Thread):
    """`port`: by which the server is reached. `given`: the numbers on paper; `unseen`: keys that nobody answered."""

    def __init__(self, server: Process, port: int) -> None:
        super().__init__(daemon=True)
        self.server, self.resting = server, threading.Event()
        self.root = f"http://127.0.0.1:{port}/api/v1/halls/{server.shown['hall']}"
        token = server.shown["addresses"]["kiosk"].split("#device=")[1]
        self.headers = {"Authorization": f"Bearer {token}"}
        self.keeper, self.used = secrets.token_urlsafe(16), dict[str, int]()
        self.given: list[str] = []
        self.to_hand_in: list[dict[str, Any]] = []
        self.handed_in = 0
        self.refused: list[str] = []
        self.plan = self._post("number-blocks", {"keeper": self.keeper}).json()
        self._learn(self.plan)

    def run(self) -> None:
        while not self.resting.is_set():
            key = str(uuid.uuid4())
            try:
                self._hand_in()
                self.given.append(self._take(key))
                pause = VISITOR_S
            except requests.RequestException:
                self._give(key)
                pause = VISITOR_AWAY_S
            self._wait(pause)

    def check(self) -> None:
        """What it gave is in the log, once each."""
        self.join(timeout=60)
        self._hand_in()
        assert self.refused == []
        assert [number for number, times in Counter(self.given).items() if times > 1] == [], "a number twice"
        log = whole_log(self.server, self.server.shown["hall"])
        issued = [one["ticket"]["number"] for one in log if one["kind"] == "ticket_issued"]
        assert set(self.given) <= set(issued), "a number of the machine was lost"

    def _wait(self, pause: float) -> None:
        """Until the next visitor comes; a machine without a server asks for it each second."""
        end = time.monotonic() + pause
        while not self.resting.wait(min(1.0, max(0.0, end - time.monotonic()))) and time.monotonic() < end:
            if self.to_hand_in:
                try:
                    self._hand_in()
                except requests.RequestException:
                    continue
                return

    def _take(self, key: str) -> str:
        body = {"service": self.plan["services"][0]["code"]}
        return str(self._post("tickets", body, {"Idempotency-Key": key}).json()["number"])

    def _give(self, key: str) -> None:
        """A number of its own, in place of the one that was asked for by that key."""
        service = self.plan["services"][0]
        prefix = service["prefix"]
        serial = next(
            at
            for one in self.plan["blocks"]
            if one["prefix"] == prefix
            for at in range(one["first"], one["last"] + 1)
            if at > self.used.get(prefix, 0)
        )
        self.used[prefix] = serial
        number = f"{prefix}{serial:0{self.plan['digits']}}"
        taken = (datetime.now(UTC) + self.ahead).isoformat(timespec="milliseconds")
        self.to_hand_in.append(
            {
                "number": number,
                "day": self.plan["day"],
                "token": secrets.token_urlsafe(16),
                "service": service["code"],
                "taken": taken,
                "instead_of": key,
            }
        )
        self.given.append(number)

    def _hand_in(self) -> None:
        if not self.to_hand_in:
            return
        answer = self._post("tickets/from-machine", {"tickets": self.to_hand_in}).json()
        self.refused += [f"{one['number']} {one['code']}" for one in answer["refused"]]
        self.handed_in += len(answer["entered"])
        self.to_hand_in = []
        self._learn(self._post("number-blocks", {"keeper": self.keeper, "used": self.used}).json())

    def _learn(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.ahead: timedelta = datetime.fromisoformat(plan["time"]) - datetime.now(UTC)

    def _post(self, door: str, body: dict[str, Any], more: dict[str, str] | None = None) -> requests.Response:
        """Raises requests.RequestException also where the server says that it cannot now."""
        answer = requests.post(f"{self.root}/{door}", json=body, headers=self.headers | (more or {}), timeout=TIMEOUT_S)
        if answer.status_code == 503:
            raise requests.ConnectionError(answer.text)
        if not answer.ok:
            self.refused.append(f"{door} {answer.status_code} {answer.text}")
        answer.raise_for_status()
        return answer
