"""A message to many: the order of each, the slow among them, and those that do not listen at all."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import websocket
from flask import Flask
from flask_socketio import SocketIO

from server.realtime import broadcast
from server.realtime.broadcast import Broadcast
from tests.realtime.deaf import Deaf
from tests.realtime.process import make_process

#: More than a system's buffers and the server's queue hold for one that does not read.
TOLD = 1500


class Listener:
    """A client's socket and the server's side of it, as the library keeps them."""

    def __init__(self, *, room: int = 65536) -> None:
        self.near, self.far = socket.socketpair()
        self.near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, room)
        self.near.setblocking(False)
        self.queued: deque[Any] = deque()
        wire_socket = SimpleNamespace(fd=self.near, sendall=self._send_all, shutdown=self.near.shutdown)
        self.wire = SimpleNamespace(_sendlock=threading.Lock(), socket=wire_socket)
        self.closed = False
        self.queue = SimpleNamespace(qsize=lambda: len(self.queued))

    def _send_all(self, rest: bytes) -> None:
        while rest:
            select.select([], [self.near], [])
            rest = rest[self.near.send(rest) :]

    def send(self, queued: Any) -> None:
        self.queued.append(queued)

    def close(self, **_how: Any) -> None:
        self.closed = True

    def heard(self) -> bytes:
        got = b""
        while select.select([self.far], [], [], 0.2)[0]:
            part = self.far.recv(65536)
            if not part:
                break
            got += part
        return got


@pytest.fixture
def io(monkeypatch: pytest.MonkeyPatch) -> Iterator[SocketIO]:
    made = SocketIO(Flask("test"), async_mode="threading")
    monkeypatch.setattr(
        made.server.manager, "get_participants", lambda *_: [(key, key) for key in made.server.eio.sockets]
    )
    yield made
    for one in made.server.eio.sockets.values():
        one.near.close()
        one.far.close()


def listeners(io: SocketIO, *some: Listener) -> Broadcast:
    made = Broadcast(io)
    io.server.eio.sockets.update({str(number): one for number, one in enumerate(some)})
    return made


def frames(heard: bytes) -> list[dict[str, Any]]:
    """The events in a stream of frames; the size of a middle one takes 2 bytes more, of a long one 8."""
    events = []
    while heard:
        more = {126: 2, 127: 8}.get(heard[1], 0)
        size, start = int.from_bytes(heard[2 : 2 + more], "big") if more else heard[1], 2 + more
        assert heard[0] == 0x81
        events.append(json.loads(heard[start : start + size].decode().split(",", 1)[1])[1])
        heard = heard[start + size :]
    return events


@pytest.mark.parametrize("size", [1, 60, 300, 40_000])
def test_everybody_hears_the_same_whole_message(io: SocketIO, size: int) -> None:
    one, other = Listener(room=262_144), Listener(room=262_144)
    listeners(io, one, other).emit("event", {"text": "号" * (size // 3 + 1)}, namespace="/display", room="hall:h")
    assert frames(one.heard()) == frames(other.heard()) == [{"text": "号" * (size // 3 + 1)}]
    assert not one.queued


def test_several_events_go_in_one_piece_and_in_their_order(io: SocketIO) -> None:
    quick, late = Listener(), Listener()
    late.queued.append("an answer")
    told = [{"n": number} for number in range(5)]
    listeners(io, quick, late).emit("event", *told, namespace="/display", room="hall:h")
    assert frames(quick.far.recv(65536)) == told
    assert [json.loads(one.data.split(",", 1)[1])[1] for one in list(late.queued)[1:]] == told


def test_nothing_to_say_is_not_said(io: SocketIO) -> None:
    one = Listener()
    listeners(io, one).emit("event", namespace="/display", room="hall:h")
    assert (one.heard(), len(one.queued)) == (b"", 0)


def test_who_has_something_queued_hears_it_first(io: SocketIO) -> None:
    late = Listener()
    late.queued.append("an answer")
    listeners(io, late).emit("event", {"n": 1}, namespace="/display", room="hall:h")
    assert late.heard() == b""
    assert len(late.queued) == 2


def test_who_is_just_written_to_waits_for_that(io: SocketIO) -> None:
    busy = Listener()
    busy.wire._sendlock.acquire()
    listeners(io, busy).emit("event", {"n": 1}, namespace="/display", room="hall:h")
    assert (busy.heard(), len(busy.queued)) == (b"", 1)


def test_a_full_socket_delays_nobody_and_gets_no_half_message(io: SocketIO) -> None:
    slow, quick = Listener(room=4096), Listener()
    sends = listeners(io, slow, quick)
    told = [{"n": number, "text": "x" * 500} for number in range(40)]
    for one in told:
        sends.emit("event", one, namespace="/display", room="hall:h")
    assert frames(quick.heard()) == told
    assert slow.queued
    heard = frames(slow.heard())  # what was begun is ended, before anything that is queued
    assert heard == told[: len(heard)]
    assert len(heard) + len(slow.queued) == len(told)


def test_who_is_gone_disturbs_nobody(io: SocketIO) -> None:
    gone, here = Listener(), Listener()
    gone.far.close()
    sends = listeners(io, gone, here)
    for number in range(3):
        sends.emit("event", {"n": number}, namespace="/display", room="hall:h")
    assert [one["n"] for one in frames(here.heard())] == [0, 1, 2]


def test_who_does_not_listen_is_sent_away(io: SocketIO) -> None:
    deaf, well = Listener(), Listener()
    deaf.queued.extend(range(broadcast.MOST_QUEUED + 1))
    well.queued.extend(range(broadcast.MOST_QUEUED))
    assert listeners(io, deaf, well).send_away_deaf() == 1
    assert (deaf.closed, well.closed) == (True, False)


class Heeding(threading.Thread):
    """One that reads all, in the order in which it comes."""

    def __init__(self, wire: websocket.WebSocket) -> None:
        super().__init__(daemon=True)
        self.wire = wire
        self.heard: list[int] = []

    def run(self) -> None:
        with suppress(websocket.WebSocketException, OSError):
            while text := self.wire.recv():
                if text == "2":
                    self.wire.send("3")
                elif text.startswith('42/display,["event"'):
                    self.heard.append(json.loads(text.split(",", 1)[1])[1]["seq"])


def displays(url: str) -> float:
    """How many displays the server says it has."""
    told = requests.get(f"{url}/metrics", timeout=10).text
    line = next(line for line in told.splitlines() if line.startswith('hallcall_sockets{namespace="/display"}'))
    return float(line.rsplit(" ", 1)[1])


def test_the_deaf_delay_nobody_and_are_sent_away(tmp_path: Path) -> None:
    process = make_process(tmp_path)
    process.start()
    hall, token = process.shown["hall"], process.shown["addresses"]["display"].split("#device=")[1]
    prefix = f"{process.url}/api/v1/halls/{hall}"
    deaf = [Deaf(process.url, hall, token) for _ in range(20)]
    screen = Heeding(Deaf(process.url, hall, token).wire)
    screen.start()
    try:
        service = requests.get(prefix, timeout=10).json()["services"][0]["code"]
        with requests.Session() as visitor:
            for _ in range(TOLD):
                visitor.post(f"{prefix}/tickets", json={"service": service}, timeout=10).raise_for_status()
        end = time.monotonic() + 10
        while len(screen.heard) < TOLD:
            assert time.monotonic() < end, len(screen.heard)
            time.sleep(0.05)
        assert screen.heard == list(range(1, TOLD + 1))
        end = time.monotonic() + 60  # the server looks for the deaf at each of its heartbeats
        while (left := displays(process.url)) != 1:
            assert time.monotonic() < end, left
            time.sleep(0.5)
    finally:
        for wire in [screen.wire, *(one.wire for one in deaf)]:
            wire.shutdown()
        process.kill()
        screen.join(10)
