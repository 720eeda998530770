"""The server does the same whichever asynchronous library carries it."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
import socketio

from tests.browser.hall import PASSWORD
from tests.live.process import make_process


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_a_call_reaches_console_and_screen(tmp_path: Path, mode: str) -> None:
    process = make_process(tmp_path, HALLCALL_ASYNC_MODE=mode)
    process.start()
    hall = process.shown["hall"]
    try:
        with socketio.SimpleClient() as desk, socketio.SimpleClient() as screen:
            clerk = {"token": process.bearer("clerk1")["Authorization"].removeprefix("Bearer ")}
            device = {"token": process.shown["addresses"]["display"].split("#device=")[1]}
            desk.connect(process.url, namespace="/counter", auth=clerk, transports=["websocket"])
            screen.connect(process.url, namespace="/display", auth=device, transports=["websocket"])
            assert screen.call("sync", {"hall": hall, "seq": None}, timeout=10)["ok"]
            described = requests.get(f"{process.url}/api/v1/halls/{hall}", timeout=10).json()
            own = described["counters"][0]["counter_types"][0]
            service = next(one["code"] for one in described["services"] if one["counter_type"] == own)
            taken = requests.post(
                f"{process.url}/api/v1/halls/{hall}/tickets", json={"service": service}, timeout=10
            ).json()
            place = {"hall": hall, "counter": described["counters"][0]["code"]}
            assert desk.call("session", place, timeout=10)["ok"]
            assert desk.call("call_next", place, timeout=10)["ticket"]["number"] == taken["number"]
            kinds = []
            while "ticket_called" not in kinds:
                message = screen.receive(timeout=10)
                kinds += [message[1]["kind"]] if message[0] == "event" else []
            assert kinds == ["ticket_issued", "counter_opened", "ticket_called"]
            wrong = {"username": "clerk1", "password": PASSWORD + "x"}
            assert requests.post(f"{process.url}/api/v1/login", json=wrong, timeout=10).status_code == 401
        assert process.server is not None
        process.server.terminate()
        assert process.server.wait(timeout=10) == 0, "SIGTERM stops it cleanly"
    finally:
        process.kill()
