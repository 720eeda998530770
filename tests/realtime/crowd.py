"""Clerks and visitors that press without a pause, a screen that follows, and what must be true in the end."""

from __future__ import annotations

import gc
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

import requests
import socketio

from tests.realtime.process import Process
from tests.server.reduce import reduce_public

CLERKS = 20
#: How long a command or a screen may need to come right after the last fault (s).
PATIENCE_S = 60.0


class Caller(threading.Thread):
    """Sends one request after another, each again under its key until it is answered."""

    def __init__(self, url: str, body: dict[str, Any], headers: dict[str, str], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.url, self.body, self.headers, self.stop = url, body, headers, stop
        self.answers: list[dict[str, Any]] = []
        self.faults: list[str] = []

    def run(self) -> None:
        with requests.Session() as session:
            while not self.stop.is_set():
                self.note(self.insist(session, str(uuid.uuid4())))

    def note(self, answer: requests.Response) -> None:
        if answer.status_code in (200, 201):
            self.answers.append(answer.json())
        elif answer.status_code == 409:
            time.sleep(0.05)
        else:
            self.faults.append(f"{answer.status_code} {answer.text}")

    def insist(self, session: requests.Session, key: str) -> requests.Response:
        while True:
            try:
                answer = session.post(
                    self.url, json=self.body, headers=self.headers | {"Idempotency-Key": key}, timeout=10
                )
                if answer.status_code != 503:  # not now: nothing was done
                    return answer
            except requests.RequestException:
                pass
            time.sleep(0.05)


#: A screen that hears nothing for so long hangs up, as ours do (s).
DEAF_S = 15.0


class Screen(threading.Thread):
    """A display as any other maker's would be: it follows the public stream by the rules of docs/protocol.md.

    It makes a new connection after each cut: the library's own way gave up when a server died in its handshake.
    """

    def __init__(self, url: str, hall: str, token: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.url, self.hall, self.auth, self.stop = url, hall, {"token": token}, stop
        self.board: dict[str, Any] | None = None
        self.lock = threading.Lock()
        self.heard_at = 0.0
        self.client = socketio.Client()

    def run(self) -> None:
        while not self.stop.is_set():
            self.client = socketio.Client(reconnection=False)
            self.client.on("event", self.hear, namespace="/display")
            self.client.on("heartbeat", self.beat, namespace="/display")
            try:
                self.client.connect(self.url, namespaces=["/display"], auth=self.auth, transports=["websocket"])
                self.heard_at = time.monotonic()
                self.sync()
                while self.client.connected and time.monotonic() - self.heard_at < DEAF_S:
                    self.client.sleep(0.2)
            except (socketio.exceptions.SocketIOError, OSError):
                time.sleep(0.1)
            finally:
                threading.Thread(target=self.client.shutdown, daemon=True).start()  # it waits where nobody answers

    def sync(self) -> None:
        seq = self.board["seq"] if self.board else None
        self.client.emit("sync", {"hall": self.hall, "seq": seq}, namespace="/display", callback=self.catch_up)

    def catch_up(self, answer: dict[str, Any]) -> None:
        with self.lock:
            if "snapshot" in answer:
                self.board = answer["snapshot"] | {"seq": answer["seq"]}
            for event in answer.get("events", []):
                self.apply(event)

    def apply(self, event: dict[str, Any]) -> bool:
        if self.board and event["prev"] == self.board["seq"]:
            self.board = reduce_public(self.board, event)
            return True
        return False

    def hear(self, event: dict[str, Any]) -> None:
        with self.lock:
            known = self.apply(event) or (self.board and event["seq"] <= self.board["seq"])
        if not known:
            self.sync()

    def beat(self, beat: dict[str, Any]) -> None:
        self.heard_at = time.monotonic()
        if self.board and beat["seq"] > self.board["seq"]:
            self.sync()


def press_without_pause(
    process: Process,
    disturb: Callable[[], None],
    *,
    calls: int,
    also: Process | None = None,
    archived: bool = False,
    then: Callable[[], None] = lambda: None,
    elsewhere: Collection[int] = (),
) -> Screen:
    """Let the crowd work while `disturb()` runs, then check that nothing was lost or done twice.

    `calls`: how many calls there must have been at least. `also`: a second server, to which every other client goes.
    `archived`: events of old days left the log meanwhile. `then`: what else is looked at in the end. `elsewhere`: the
    clerks whom the test has itself.
    Answers the screen, which shows what the server knows.
    """
    hall, pause, stop = process.shown["hall"], threading.Event(), threading.Event()
    servers = [process, also or process]
    prefixes = [f"{one.url}/api/v1/halls/{hall}" for one in servers]
    prefix = prefixes[0]
    services = [one["code"] for one in requests.get(prefix, timeout=10).json()["services"]]
    token = process.shown["addresses"]["display"].split("#device=")[1]
    screens = [Screen(one.url, hall, token, stop) for one in servers[: 2 if also else 1]]
    for screen in screens:
        screen.start()
    clerks = []
    for number in sorted(set(range(1, CLERKS + 1)) - set(elsewhere)):
        headers = process.bearer(f"clerk{number}")
        place = f"{prefix}/counters/{number}"
        requests.post(f"{place}/session", json={}, headers=headers, timeout=10).raise_for_status()
        clerks.append(Caller(f"{prefixes[number % 2]}/counters/{number}/call-next", {}, headers, pause))
    visitors = [
        Caller(f"{prefixes[number % 2]}/tickets", {"service": code}, {}, pause)
        for number, code in enumerate(services[:8])
    ]
    try:
        for caller in [*visitors, *clerks]:
            caller.start()
        disturb()
        pause.set()
        for caller in [*visitors, *clerks]:
            caller.join(timeout=PATIENCE_S)
            assert not caller.is_alive()
        check(process, hall, visitors, clerks, screens, calls=calls, archived=archived)
        then()
    finally:
        pause.set()
        stop.set()
        for one in servers[: 2 if also else 1]:
            one.kill()
        for screen in screens:
            screen.join(timeout=10)
        gc.collect()
    return screens[0]


def check(
    process: Process,
    hall: str,
    visitors: list[Caller],
    clerks: list[Caller],
    screens: list[Screen],
    *,
    calls: int,
    archived: bool = False,
) -> None:
    assert [fault for caller in [*visitors, *clerks] for fault in caller.faults] == []
    log = whole_log(process, hall)
    first = log[0]["seq"]
    assert (first > 1) == archived, "the beginning of the log"
    assert [event["seq"] for event in log] == list(range(first, first + len(log))), "a hole in the log"
    issued = [event["ticket"]["number"] for event in log if event["kind"] == "ticket_issued"]
    assert [number for number, times in Counter(issued).items() if times > 1] == [], "a number twice"
    assert {answer["number"] for caller in visitors for answer in caller.answers} <= set(issued), "a ticket lost"
    called = Counter(event["ticket"]["number"] for event in log if event["kind"] == "ticket_called")
    assert [number for number, times in called.items() if times > 1] == [], "a ticket called twice"
    answers = [answer["ticket"] for caller in clerks for answer in caller.answers]
    answered = [ticket["number"] for ticket in answers if ticket["state"] == "called"]  # the others were started
    assert len(answered) == len(set(answered)), "one ticket answered to two clerks"
    assert set(answered) <= set(called), "a call answered but not kept"
    assert len(answered) > calls, "the clerks hardly worked"
    for screen in screens:
        await_screen(process, hall, screen)


def whole_log(process: Process, hall: str) -> list[dict[str, Any]]:
    boss = process.bearer("supervisor")
    events: list[dict[str, Any]] = []
    while True:
        since = events[-1]["seq"] if events else 0
        url = f"{process.url}/api/v1/halls/{hall}/events?since={since}"
        page = requests.get(url, headers=boss, timeout=10).json()
        events += page["events"]
        if not page["more"]:
            return events


def await_screen(process: Process, hall: str, screen: Screen) -> None:
    """The screen comes right by itself."""
    end = time.monotonic() + PATIENCE_S
    while True:
        board = requests.get(f"{process.url}/api/v1/halls/{hall}/board", timeout=10).json()
        with screen.lock:
            shown = screen.board
        if shown and shown["seq"] == board["seq"]:
            for part in ("calls", "waiting", "counters"):
                assert shown[part] == board[part], part
            return
        assert time.monotonic() < end, (shown and shown["seq"], board["seq"])
        time.sleep(0.05)
