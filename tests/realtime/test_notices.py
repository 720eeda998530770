"""Notices through a running server, a real mail server and a real gateway: each once, over kills and outages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.notices.fake_channels import Gateway, Mailbox, free_port
from tests.realtime.process import Process, make_process

SECRET = "a secret of the gateway"
WAIT_S = 60.0


class Office:
    """The demo hall with both channels, and a clerk at a counter."""

    def __init__(self, folder: Path, *, mode: str = "eventlet", password: str = "right") -> None:
        self.mail, self.gateway = Mailbox(free_port(), password="right"), Gateway(free_port())
        self.process: Process = make_process(
            folder,
            HALLCALL_ASYNC_MODE=mode,
            HALLCALL_SMTP_URL=f"smtp://hall:{password}@127.0.0.1:{self.mail.port}",
            HALLCALL_MAIL_FROM="Service hall <hall@example.cn>",
            HALLCALL_WEBHOOK_URL=f"http://127.0.0.1:{self.gateway.port}/notices",
            HALLCALL_WEBHOOK_SECRET=SECRET,
        )
        self.hall = f"{self.process.url}/api/v1/halls/{self.process.shown['hall']}"

    def open(self) -> None:
        self.process.start()
        described = self.get("")
        self.counter = described["counters"][0]
        kind = self.counter["counter_types"][0]
        self.service = next(one["code"] for one in described["services"] if one["counter_type"] == kind)
        self.clerk = self.process.bearer("clerk1")
        self.boss = self.process.bearer("supervisor")
        self.post(f"/counters/{self.counter['code']}/session", {})

    def get(self, path: str, **headers: str) -> Any:
        answer = requests.get(self.hall + path, headers=headers, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = requests.post(self.hall + path, json=body, headers=self.clerk, timeout=20)
        assert answer.ok, answer.text
        return answer.json()

    def take(self, **contact: str) -> Any:
        answer = requests.post(f"{self.hall}/tickets", json={"service": self.service, **contact}, timeout=20)
        assert answer.ok, answer.text
        return answer.json()

    def next(self) -> Any:
        """Whoever is called next; who is at the counter came, and is done."""
        ticket = self.post(f"/counters/{self.counter['code']}/call-next", {})["ticket"]
        return self.next() if ticket["state"] == "serving" else ticket

    def notices(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("/notices", **self.boss)["notices"]
        return found

    def states(self) -> list[tuple[str, str, str]]:
        return sorted((one["kind"], one["channel"], one["state"]) for one in self.notices())


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def make_office(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    made: list[Office] = []

    def make(**more: Any) -> Office:
        made.append(Office(tmp_path, **more))
        made[-1].open()
        return made[-1]

    yield make
    for one in made:
        if one.process.server:
            one.process.kill()


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_near_then_called_each_once_over_kill_and_restart(make_office: Callable[..., Office], mode: str) -> None:
    office = make_office(mode=mode)
    with office.mail.open(), office.gateway.open():
        for _ in range(2):
            office.take()
        mine = office.take(email="ming@example.cn", phone="13800138000", language="en")
        office.next()
        until(lambda: office.states() == [("near", "email", "sent"), ("near", "webhook", "sent")])
        office.process.kill()
        office.process.start()
        for _ in range(2):
            assert office.notices()[0]["kind"] == "near"
            called = office.next()
        assert called["number"] == mine["number"]
        until(lambda: office.states()[0] == ("called", "email", "sent") and office.states()[1][2] == "sent")
        office.process.kill()
        office.process.start()
        until(lambda: len(office.notices()) == 4)
    link = f"{office.process.url}/t/{mine['token']}"
    assert [one["Subject"].split(":")[1] for one in office.mail.letters] == [
        " your turn is near",
        f" {called['counter'] and 'Counter ' + called['counter']}",
    ]
    assert all(link in text for text in office.mail.texts())
    assert [one["kind"] for one in office.gateway.taken] == ["near", "called"]
    assert {one["to"]["phone"] for one in office.gateway.taken} == {"13800138000"}
    log = (office.process.folder / "serve.log").read_text(encoding="utf-8")
    for secret in ("ming@", "13800138000", SECRET, "right@"):
        assert secret not in log


def test_an_outage_is_survived_and_a_wrong_password_is_an_alert(make_office: Callable[..., Office]) -> None:
    office = make_office(password="wrong")
    tomorrow = (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)).date().isoformat()
    slot = office.get(f"/slots?service=travel&date={tomorrow}")["slots"][0]
    wish = {"service": "travel", "start": slot["start"]}

    def book(name: str) -> None:
        reach = {"email": f"{name}@example.cn", "phone": f"1380000000{len(name)}"}
        requests.post(f"{office.hall}/appointments", json=wish | reach, timeout=20).raise_for_status()

    def tried() -> int:
        return sum(one["attempts"] for one in office.notices() if one["channel"] == "webhook")

    book("a")
    until(lambda: tried() == 1)  # nobody takes it
    with office.mail.open(), office.gateway.open():
        for name in ("bb", "ccc"):
            book(name)
        refused = "the mail server refused the sign-in (535)"
        until(lambda: any(one["error"] == refused for one in office.notices()))
        until(lambda: len(office.gateway.taken) == 2)
        assert office.mail.letters == []
        until(lambda: any(one["code"] == "notices_failing" for one in office.get("/live", **office.boss)["alerts"]))
        assert requests.get(f"{office.process.url}/readyz", timeout=10).ok
        office.process.kill()
        office.process.env["HALLCALL_SMTP_URL"] = f"smtp://hall:right@127.0.0.1:{office.mail.port}"
        office.process.start()
        book("dddd")
        until(lambda: [one["To"] for one in office.mail.letters] == ["dddd@example.cn"])
        assert office.mail.letters[0].get_content_type() == "multipart/mixed"
        until(lambda: all(one["code"] != "notices_failing" for one in office.get("/live", **office.boss)["alerts"]))
