"""Two servers on one PostgreSQL: one works, one stands by, and either may be asked."""

from __future__ import annotations

import time
from pathlib import Path

import requests
import socketio

from tests import databases
from tests.browser.demo_hall import PASSWORD
from tests.realtime.process import Process, beside, make_process


def test_the_second_goes_on_where_the_first_was_killed(tmp_path: Path) -> None:
    first = make_process(tmp_path, HALLCALL_DATABASE_URL=databases.server().empty())
    second = beside(first, tmp_path / "second")
    first.start()
    second.start()
    hall = first.shown["hall"]
    try:
        service = requests.get(f"{first.url}/api/v1/halls/{hall}", timeout=10).json()["services"][0]["code"]
        taken = [_take(one, hall, service) for one in (first, second, first)]
        assert [int(number[1:]) for number in taken] == [1, 2, 3]

        boss = first.bearer("admin")
        stop = {"open": False}
        closed = requests.patch(
            f"{first.url}/api/v1/halls/{hall}/services/{service}", json=stop, headers=boss, timeout=10
        )
        assert closed.ok, closed.text
        refused = requests.post(f"{second.url}/api/v1/halls/{hall}/tickets", json={"service": service}, timeout=10)
        assert refused.json()["error"]["code"] == "service_closed"

        device = {"token": first.shown["addresses"]["display"].split("#device=")[1]}
        with socketio.SimpleClient() as screen:
            screen.connect(first.url, namespace="/display", auth=device, transports=["websocket"])
            seen = screen.call("sync", {"hall": hall, "seq": None}, timeout=10)["seq"]
        requests.patch(
            f"{first.url}/api/v1/halls/{hall}/services/{service}", json={"open": True}, headers=boss, timeout=10
        )
        first.kill()
        assert int(_take(second, hall, service)[1:]) == 4
        with socketio.SimpleClient() as screen:
            screen.connect(second.url, namespace="/display", auth=device, transports=["websocket"])
            missed = screen.call("sync", {"hall": hall, "seq": seen}, timeout=10)
        assert [event["kind"] for event in missed["events"]] == ["policy_changed", "ticket_issued"]
        wrong = {"username": "admin", "password": PASSWORD, "bearer": True}
        assert requests.post(f"{second.url}/api/v1/login", json=wrong, timeout=10).ok
    finally:
        for one in (first, second):
            one.kill()


def test_a_poll_at_one_server_tells_what_was_done_at_the_other(tmp_path: Path) -> None:
    """Without Redis: the database alone says what is new. A server that was killed and started knows nothing wrong."""
    shared = {"HALLCALL_DATABASE_URL": databases.server().empty(), "HALLCALL_PUBLIC_URL": "http://hall.test"}
    first = make_process(tmp_path, **shared)
    second = beside(first, tmp_path / "second")
    first.start()
    second.start()
    halls = f"/api/v1/halls/{first.shown['hall']}"
    try:
        service = requests.get(f"{first.url}{halls}", timeout=10).json()["services"][0]["code"]
        taken = requests.post(f"{first.url}{halls}/tickets", json={"service": service}, timeout=10).json()
        path = f"/api/v1/tickets/{taken['token']}"

        def poll(server: Process, tag: str = "") -> requests.Response:
            return requests.get(f"{server.url}{path}", headers={"If-None-Match": tag}, timeout=10)

        tag = poll(second).headers["ETag"]
        assert [poll(server, tag).status_code for server in (first, second, first, second)] == [304] * 4
        second.kill()
        second.start()
        assert poll(second, tag).status_code == 304
        assert requests.delete(f"{first.url}{path}", timeout=10).ok
        answers = [poll(server, tag) for server in (second, first)]
        assert [answer.json()["state"] for answer in answers] == ["cancelled"] * 2
        assert [poll(server, answers[0].headers["ETag"]).status_code for server in (first, second)] == [304] * 2
    finally:
        for one in (first, second):
            one.kill()


def _take(server: Process, hall: str, service: str) -> str:
    end = time.monotonic() + 10
    while True:
        answer = requests.post(f"{server.url}/api/v1/halls/{hall}/tickets", json={"service": service}, timeout=10)
        if answer.ok or time.monotonic() > end:
            return str(answer.json()["number"])
        time.sleep(0.2)
