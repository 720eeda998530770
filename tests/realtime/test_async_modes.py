"""The server does the same whichever asynchronous library carries it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import requests
import socketio
import websocket

from tests.browser.demo_hall import PASSWORD
from tests.realtime.process import Process, make_process
from tools.network import answers
from tools.places import ROOT, program

#: Each more than a stranger may send within a second, or nothing that anybody may send.
FLOODS = [
    lambda wire: [wire.send('42["nothing"]') for _ in range(300)],
    lambda wire: [wire.ping("x") for _ in range(300)],
    lambda wire: [wire.send_frame(websocket.ABNF.create_frame("x", int(n == 0), fin=0)) for n in range(300)],
    lambda wire: [wire.send('40/visitor,{"ticket":"nobody"}') for _ in range(300)],
    lambda wire: wire.send("nonsense"),
    lambda wire: wire.send_binary(b"bytes"),
    lambda wire: wire.send('451-["status",{"_placeholder":true,"num":0}]'),
]


def flood(process: Process, send: Callable[[websocket.WebSocket], object]) -> None:
    """A socket that sends so is closed."""
    wire = websocket.create_connection(
        f"{process.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket", timeout=10
    )
    with suppress(websocket.WebSocketException, OSError):
        send(wire)
    with suppress(websocket.WebSocketConnectionClosedException, ConnectionError):
        while wire.recv_data(control_frame=True)[0] != websocket.ABNF.OPCODE_CLOSE:
            pass
    wire.shutdown()


#: Serves as ever, with a second in place of the fifteen that a socket may be in no namespace.
IMPATIENT = """
from server import serve
load = serve.load
def loaded(config):
    load(config)
    from server.realtime import guard
    from server.workers import timers
    guard.OUTSIDE_S = timers.SELDOM_S = 1
serve.load = loaded
from server.cli.serve import command
command([])
"""


def outsiders(process: Process) -> list[websocket.WebSocket]:
    """A socket that enters nothing, one that is not let in, and one that left again."""
    address = f"{process.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
    wires = [websocket.create_connection(address, timeout=20) for _ in range(3)]
    wires[1].send('40/visitor,{"ticket":"nobody"}')
    screen = process.shown["addresses"]["display"].split("#device=")[1]
    wires[2].send(f"40/display,{json.dumps({'token': screen})}")
    wires[2].send("41/display,")
    return wires


def are_closed(wires: list[websocket.WebSocket], log: Path) -> None:
    for wire in wires:
        with suppress(websocket.WebSocketConnectionClosedException, ConnectionError):
            while wire.recv_data(control_frame=True)[0] != websocket.ABNF.OPCODE_CLOSE:
                pass
        wire.shutdown()
    assert log.read_text(encoding="utf-8").count("sockets that entered no namespace") in range(1, 4)


def chunks_are_read(process: Process) -> None:
    users, head = f"{process.url}/api/v1/users", process.bearer("admin")
    head["Content-Type"] = "application/json"
    name = json.dumps({"name": "In chunks"}).encode()
    answer = requests.patch(f"{users}/clerk2", data=iter([name[:5], name[5:]]), headers=head, timeout=10)
    assert (answer.status_code, answer.json()["user"]["name"]) == (200, "In chunks")
    large = requests.patch(f"{users}/clerk2", data=iter([b" " * 70_000]), headers=head, timeout=10)
    assert (large.status_code, large.json()["error"]["code"]) == (413, "too_large")
    both = head | {"Content-Length": "20", "Transfer-Encoding": "chunked"}
    assert requests.patch(f"{users}/clerk2", data=name, headers=both, timeout=10).status_code == 400


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bound")
def test_connections_that_ask_nothing_take_no_file_from_others(tmp_path: Path) -> None:
    process = make_process(tmp_path)
    limited = ["sh", "-c", 'ulimit -n 160; exec "$@"', "sh", program("hallcall"), "serve"]
    process.server = subprocess.Popen(limited, cwd=ROOT, env=process.env)
    try:
        while not answers("127.0.0.1", process.port):
            assert process.server.poll() is None
        with ExitStack() as idle:
            for _ in range(200):
                idle.enter_context(socket.create_connection(("127.0.0.1", process.port), timeout=10))
            assert requests.get(f"{process.url}/healthz", timeout=10).ok
        assert requests.get(f"{process.url}/healthz", timeout=10).ok
        assert requests.get(f"{process.url}/readyz", timeout=10).ok
    finally:
        process.kill()


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_a_call_reaches_console_and_screen(tmp_path: Path, mode: str) -> None:
    process = make_process(tmp_path, HALLCALL_ASYNC_MODE=mode, HALLCALL_LIMIT_CLOSED_SOCKETS="1000")
    process.command = (program("python"), "-c", IMPATIENT)
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
            log = process.folder / "serve.log"
            are_closed(outsiders(process), log)
            before = log.stat().st_size
            for send in FLOODS:
                flood(process, send)
            assert log.stat().st_size - before < 4000, log.read_text(encoding="utf-8")[-4000:]
            assert desk.call("complete", place, timeout=10)["ok"], "who behaves is served as before"
        chunks_are_read(process)
        assert process.server is not None
        process.server.terminate()
        assert process.server.wait(timeout=10) == 0, "SIGTERM stops it cleanly"
    finally:
        process.kill()
