"""A hall on paper for a screen in a real browser: the built page, and a server that says what the test wants.

It answers the page's requests and its websocket inside the browser (no port, no process), so a test can hold the
server's tongue, send it back in time, or speak with its voice. The shapes are those of docs/protocol.md.
"""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, WebSocketRoute

DIST = Path(__file__).parents[2] / "server" / "pages" / "dist"
ORIGIN = "http://hall.example"
SNAPSHOT = Path(__file__).with_name("fake_hall.json")


def text(zh: str, en: str) -> dict[str, str]:
    """A text in both languages."""
    return {"zh-CN": zh, "en": en}


class FakeHall:
    """A hall's server for one page of a browser.

    snapshot: what `sync` answers, changed by the test before or between. told: what the page said, newest last, as
    (event, content).
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.snapshot: dict[str, Any] = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
        self.device: dict[str, Any] = {"id": 1, "kind": "display", "hall": "paper", "zone": None, "settings": {}}
        self.told: list[tuple[str, Any]] = []
        self.files: dict[str, tuple[str, bytes]] = {}
        self.answers: dict[str, Callable[[], Any]] = {}
        self.refuses: str | None = None
        self.silent = False
        self.offset = timedelta()
        self._seq = 100
        self._calls = 0
        self._socket: WebSocketRoute | None = None
        page.route(f"{ORIGIN}/**", self._serve)
        page.route_web_socket(re.compile(r"/socket\.io/"), self._connected)

    # What a test says and does

    def open(self, query: str = "", token: str | None = "paper-token") -> None:
        """Open the display, paired unless `token` is None."""
        self.page.goto(f"{ORIGIN}/display{query}" + (f"#device={token}" if token else ""))
        for _ in range(500):
            if not token or self.refuses or self.silent or self.heard("sync"):
                return
            self.page.wait_for_timeout(20)
        raise AssertionError("the page never asked for the board")

    def now(self) -> datetime:
        """The server's time; `offset` moves it against the browser's."""
        return datetime.now(UTC) + self.offset

    def at(self, seconds_ago: float = 0) -> str:
        """A time as the protocol writes it."""
        return (self.now() - timedelta(seconds=seconds_ago)).isoformat(timespec="milliseconds")

    def ticket(self, number: str, counter: str | None, ago: float = 0, **more: Any) -> dict[str, Any]:
        """A public ticket, called so many seconds ago."""
        self._calls += 1
        types = self.snapshot["hall"]["counter_types"]
        kind = next((one["code"] for one in types if one["prefix"] == number[0]), "general")
        return {
            "number": number,
            "service": kind,
            "counter_type": kind,
            "state": "called",
            "counter": counter,
            "zone": "east" if counter and int(counter) <= 10 else "west",
            "call_seq": self._calls,
            "called_at": self.at(ago),
            "last_called_at": self.at(ago),
            "calls": 1,
            "tags": [],
            "language": "zh-CN",
        } | more

    def board(self, *calls: dict[str, Any]) -> None:
        """What the screen finds at its next sync; oldest call first."""
        self.snapshot["calls"] = [call | {"at": call["last_called_at"]} for call in reversed(calls)]

    def say(self, name: str, content: Any) -> None:
        """Send a message to the page."""
        assert self._socket is not None
        self._socket.send(f"42/display,{json.dumps([name, content])}")

    def event(self, kind: str, **content: Any) -> None:
        """Send the next event of the stream."""
        seq = self._seq + 1
        self.say("event", {"seq": seq, "prev": self._seq, "hall": "paper", "at": self.at(), "kind": kind} | content)
        self._seq = seq

    def call(self, ticket: dict[str, Any], kind: str = "ticket_called") -> None:
        """A ticket was called, recalled, completed ..."""
        self.event(kind, ticket=ticket)

    def beat(self) -> None:
        """A heartbeat."""
        self.say("heartbeat", {"hall": "paper", "seq": self._seq, "time": self.at(), "version": "1"})

    def heard(self, name: str) -> list[Any]:
        """What the page said under a name."""
        return [content for event, content in self.told if event == name]

    # What the page asks

    def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).split("?")[0].split("#")[0]
        if path in self.answers:
            return route.fulfill(json=self.answers[path]())
        if path in self.files:
            kind, content = self.files[path]
            return route.fulfill(body=content, content_type=kind)
        if path == "/api/v1/halls/paper/board":
            return route.fulfill(json=self.snapshot)
        file = DIST / "display" / "index.html" if path == "/display" else DIST / path.lstrip("/")
        if not file.is_file():
            return route.fulfill(status=404, json={"error": {"code": "unknown_route", "params": {}, "message": ""}})
        return route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file)[0] or "text/html")

    def _connected(self, socket: WebSocketRoute) -> None:
        if self.silent:
            return socket.close()
        self._socket = socket
        socket.on_message(lambda message: self._hear(socket, str(message)))
        socket.send('0{"sid":"paper","upgrades":[],"pingInterval":600000,"pingTimeout":600000,"maxPayload":1000000}')
        return None

    def _hear(self, socket: WebSocketRoute, message: str) -> None:
        if message.startswith("40/display,"):
            if self.refuses:
                error = {"code": self.refuses, "params": {}, "message": ""}
                return socket.send(f"44/display,{json.dumps({'message': self.refuses, 'data': error})}")
            return None if self.silent else socket.send('40/display,{"sid":"paper"}')
        found = re.fullmatch(r"42/display,(\d*)(\[.*\])", message, re.S)
        if found is None or self.silent:
            return None
        name, *content = json.loads(found[2])
        self.told.append((name, content[0] if content else None))
        if name == "sync" and found[1]:
            socket.send(f"43/display,{found[1]}{json.dumps([self._synced()])}")
        return None

    def _synced(self) -> dict[str, Any]:
        snapshot = self.snapshot | {"seq": self._seq}
        about = {"seq": self._seq, "time": self.at(), "version": "1", "device": self.device}
        return {"ok": True, "snapshot": snapshot} | about
