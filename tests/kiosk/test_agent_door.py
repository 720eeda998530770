"""The door of the print agent, asked over a real socket, with a real queue behind it."""

import json
import socket
import threading
import time
from dataclasses import replace

import pytest
import requests

from kiosk.agent import door as door_module
from kiosk.agent import doorway as doorway_module
from kiosk.agent.desk import Desk, job_of
from kiosk.agent.door import Door
from kiosk.agent.doorway import Doorway
from printing.picture import draw_ticket
from printing.state import PrinterState, PrintFailed

ORIGIN = "http://192.168.1.20:8000"
KEY = "Zk3h5PqyuJ0x2mVtq8f1Ag"


class Printer:
    """Prints into a list when `free` is set, or fails for a reason."""

    def __init__(self):
        self.names = []
        self.fails = None
        self.free = threading.Event()
        self.free.set()

    def print_picture(self, picture, *, name):
        assert self.free.wait(10)
        if self.fails:
            raise PrintFailed(self.fails)
        self.names.append(name)
        return PrinterState(online=True, paper="ok")

    def seconds_of(self, picture):
        return 0

    def state(self):
        return PrinterState(online=True, paper="ok")


class Opened:
    """A door that listens, its printer and its queue."""

    def __init__(self):
        self.printer = Printer()
        self.server_reports = []
        self.desk = Desk(self.printer, done=self._done, seen=lambda _state: None)
        self.door = Door(self.desk, origins={ORIGIN}, state=self.printer.state)
        self.doorway = Doorway(self.door, port=0)
        self.url = f"http://127.0.0.1:{self.doorway.port}"

    def _done(self, report):
        if not self.door.ended(report):
            self.server_reports.append(report)

    def print(self, ticket, key=KEY, **more):
        return requests.post(
            f"{self.url}/print",
            json={"key": key, "ticket": ticket.to_json(), **more},
            headers={"Origin": ORIGIN},
            timeout=15,
        )


@pytest.fixture
def opened():
    opened = Opened()
    worker = threading.Thread(target=opened.desk.work, daemon=True)
    worker.start()
    yield opened
    opened.printer.free.set()
    opened.desk.stop()
    worker.join(10)
    opened.doorway.close()


def test_it_says_who_it_is_and_how_the_printer_is(opened):
    answer = requests.get(opened.url, headers={"Origin": ORIGIN}, timeout=5)
    assert answer.json() == {
        "agent": "hallcall",
        "printer": {"online": True, "paper": "ok", "printer_error": None},
    }
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_a_key_is_printed_once_and_its_answer_repeated(opened, ticket):
    assert [opened.print(ticket).json() for _ in range(3)] == [{"printed": True}] * 3
    assert opened.print(replace(ticket, number="A013"), key=KEY[::-1], width_mm=58).status_code == 200
    assert opened.printer.names == ["A012", "A013"]


def test_a_key_that_comes_again_while_it_is_printed_waits_for_the_same_paper(opened, ticket):
    opened.printer.free.clear()
    answers = []
    askers = [threading.Thread(target=lambda: answers.append(opened.print(ticket).json())) for _ in range(3)]
    for asker in askers:
        asker.start()
    opened.printer.free.set()
    for asker in askers:
        asker.join(10)
    assert answers == [{"printed": True}] * 3
    assert opened.printer.names == ["A012"]


def test_a_failure_has_its_reason_and_is_tried_again_when_asked_again(opened, ticket):
    opened.printer.fails = "paper_out"
    failed = opened.print(ticket)
    assert (failed.status_code, failed.json()) == (502, {"error": {"code": "paper_out"}})
    opened.printer.fails = None
    assert opened.print(ticket).json() == {"printed": True}
    assert opened.printer.names == ["A012"]


def test_jobs_of_the_server_and_of_the_page_share_one_queue(opened, ticket):
    server_job = job_of(7, replace(ticket, number="B001"), draw_ticket(ticket))
    opened.printer.free.clear()
    opened.desk.take(server_job)
    asker = threading.Thread(target=opened.print, args=(ticket,))
    asker.start()
    opened.printer.free.set()
    asker.join(10)
    assert opened.printer.names == ["B001", "A012"]
    assert [report.job for report in opened.server_reports] == [7]  # the server hears nothing of the door's


def test_too_many_that_wait_are_told_so(opened, ticket):
    opened.printer.free.clear()
    keys = [f"{at:022d}" for at in range(door_module.MOST_WAITING)]
    askers = [threading.Thread(target=opened.print, args=(ticket, key)) for key in keys]
    for asker in askers:
        asker.start()
    while len(opened.door._entries) < door_module.MOST_WAITING:
        time.sleep(0.01)
    answer = opened.print(ticket)
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "busy"
    opened.printer.free.set()
    for asker in askers:
        asker.join(10)
    assert len(opened.printer.names) == door_module.MOST_WAITING


def test_a_ticket_whose_turn_comes_too_late_is_not_printed(opened, ticket, monkeypatch):
    monkeypatch.setattr(door_module, "PRINT_WITHIN_S", 0.0)
    late = opened.print(ticket)
    assert (late.status_code, late.json()["error"]["code"]) == (504, "late")
    assert opened.printer.names == []


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://192.168.1.20:8001", ORIGIN + "/"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_pages_of_others_get_nothing(opened, ticket, origin, method):
    answer = requests.request(
        method,
        opened.url + ("/" if method == "GET" else "/print"),
        json={"key": KEY, "ticket": ticket.to_json()} if method == "POST" else None,
        headers={"Origin": origin} if origin else {},
        timeout=5,
    )
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert opened.printer.names == []


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:80", "[::1]:{port}"])
def test_a_name_that_another_site_lets_point_here_gets_nothing(opened, host):
    headers = {"Origin": ORIGIN, "Host": host.format(port=opened.doorway.port)}
    assert requests.get(opened.url, headers=headers, timeout=5).status_code == 403


def test_localhost_is_this_computer(opened):
    headers = {"Origin": ORIGIN, "Host": f"localhost:{opened.doorway.port}"}
    assert requests.get(opened.url, headers=headers, timeout=5).status_code == 200


def test_the_browser_is_told_that_the_page_may(opened):
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
        "Access-Control-Request-Private-Network": "true",
    }
    answer = requests.options(f"{opened.url}/print", headers=asked, timeout=5)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert answer.headers["Access-Control-Allow-Private-Network"] == "true"


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{}", "application/json", 422, "malformed"),
        ("[" * 8000, "application/json", 422, "malformed"),
        ("nonsense", "application/json", 422, "malformed"),
        (b"\xff\xfe", "application/json", 422, "malformed"),
        ("{}", "text/plain", 415, "not_json"),
        ("{" + " " * 70_000 + "}", "application/json", 413, "too_large"),
        (json.dumps({"key": "short", "ticket": {}}), "application/json", 422, "malformed"),
        (json.dumps({"key": KEY, "ticket": {}}), "application/json", 422, "malformed"),
        (json.dumps({"key": KEY, "ticket": {}, "width_mm": 70}), "application/json", 422, "malformed"),
        (json.dumps({"key": KEY, "ticket": {}, "dots": 500}), "application/json", 422, "malformed"),
    ],
)
def test_what_is_no_ticket_is_refused_and_nothing_printed(opened, body, kind, status, code):
    headers = {"Origin": ORIGIN, "Content-Type": kind}
    answer = requests.post(f"{opened.url}/print", data=body, headers=headers, timeout=5)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert opened.printer.names == []


def test_the_field_that_is_wrong_is_named(opened, ticket):
    answer = opened.print(replace(ticket, url="ftp://hall/"))
    assert answer.json()["error"]["reason"] == "ticket.url: is no http:// or https:// address"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/print", 405), ("POST", "/", 405), ("GET", "/x", 404)])
def test_there_is_nothing_else(opened, method, path, status):
    assert requests.request(method, opened.url + path, headers={"Origin": ORIGIN}, timeout=5).status_code == status


def test_slow_and_many_connections_do_not_shut_the_door(opened, monkeypatch):
    monkeypatch.setattr(doorway_module._Handler, "timeout", 0.2)
    place = ("127.0.0.1", opened.doorway.port)
    slow = [socket.create_connection(place) for _ in range(doorway_module.MOST_THREADS * 2)]
    for line in slow:
        line.settimeout(10)
        assert line.recv(1) == b""  # hung up on: too many, or too slow
        line.close()
    assert requests.get(opened.url, headers={"Origin": ORIGIN}, timeout=5).status_code == 200
