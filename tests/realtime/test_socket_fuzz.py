"""Anything at all through a socket: it is answered or ignored, no fault is logged, what is refused changes nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import websocket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from server.services.calling.commands import HALL_COMMANDS, SOCKET_COMMANDS
from tests.realtime.process import Process, make_process

MESSAGES = [
    *SOCKET_COMMANDS,
    *HALL_COMMANDS,
    "outlook",
    "search",
    "timeline",
    "sync",
    "status",
    "played",
    "printed",
    "prepare",
    "play",
    "stop",
    "caption",
    "report",
    "connect",
    "disconnect",
    "message",
    "nonsense",
    "__class__",
    "trigger_event",
]
FIELDS = [
    "hall",
    "counter",
    "number",
    "reason",
    "seq",
    "zone",
    "q",
    "until",
    "note",
    "to",
    "place",
    "service",
    "quantity",
    "take_over",
    "client",
    "request_id",
    "present",
    "screen",
    "play",
    "ok",
    "error",
    "job",
    "paper",
    "call_seq",
    "result",
    "by",
    "sound",
    "mode",
    "numbers",
    "services",
    "check",
]
NAMESPACES = {"/counter": "clerk1", "/supervisor": "supervisor", "/display": "display", "/kiosk": "kiosk"}
LITTLE = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=30)
USUAL = some.sampled_from(
    ["1", "2", "A001", "general", "nanshan", "consult", "", " ", "\x00", "\u202e", "x" * 300, -1, 2**70]
)
ANYTHING = some.recursive(
    LITTLE,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
CONTENT = ANYTHING | some.dictionaries(some.sampled_from(FIELDS), USUAL | ANYTHING, max_size=8)
#: The same each time, so that a run says something of the change and not of its luck; HYPOTHESIS_MORE=10 looks further.
MORE = int(os.environ.get("HYPOTHESIS_MORE", "0"))
FUZZ = settings(
    max_examples=250 * max(1, MORE),
    derandomize=not MORE,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Wire:
    """A raw connection to one namespace, made anew when the server ends it."""

    def __init__(self, process: Process, namespace: str, token: str) -> None:
        self.process, self.namespace, self.token = process, namespace, token
        self.wire: websocket.WebSocket | None = None

    def open(self) -> websocket.WebSocket:
        if self.wire is None or not self.wire.connected:
            address = f"{self.process.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
            self.close()
            self.wire = websocket.create_connection(address, timeout=5)
            self.wire.recv()
            self.wire.send(f"40{self.namespace},{json.dumps({'token': self.token})}")
            assert self.wire.recv().startswith(f"40{self.namespace},")
        return self.wire

    def ask(self, event: str, content: Any) -> dict[str, Any] | None:
        """The answer to a message; None when the connection was ended for it."""
        try:
            self.open().send(f"42{self.namespace},7{json.dumps([event, content])}")
            return self._answer()
        except (websocket.WebSocketException, OSError):
            self.close()
            return None

    def _answer(self) -> dict[str, Any]:
        while True:
            text = self.open().recv()
            if text == "2":
                self.open().send("3")
            elif text.startswith(f"43{self.namespace},7"):
                return dict(json.loads(text.removeprefix(f"43{self.namespace},7"))[0])

    def close(self) -> None:
        if self.wire:
            self.wire.shutdown()
        self.wire = None


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    served = make_process(
        tmp_path_factory.mktemp("hall"),
        HALLCALL_LIMIT_MESSAGES="1000000",
        HALLCALL_LIMIT_CLOSED_SOCKETS="1000000",
        HALLCALL_LIMIT_PUBLIC="1000000",
    )
    served.start()
    for number in (1, 2):
        url = f"{served.url}/api/v1/halls/{served.shown['hall']}/counters/{number}/session"
        requests.post(url, json={}, headers=served.bearer(f"clerk{number}"), timeout=10).raise_for_status()
    yield served
    served.kill()


def faults(process: Process) -> float:
    """How many faults the server has logged, and that it still answers."""
    told = requests.get(f"{process.url}/metrics", timeout=10).text
    return sum(float(line.rsplit(" ", 1)[1]) for line in told.splitlines() if line.startswith("hallcall_errors_total"))


def head(process: Process) -> int:
    return int(requests.get(f"{process.url}/readyz", timeout=10).json()["events"])


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_any_message_is_answered_and_a_refused_one_changes_nothing(process: Process, namespace: str) -> None:
    who = NAMESPACES[namespace]
    bearer = who in ("clerk1", "supervisor")
    token = (
        process.bearer(who)["Authorization"].removeprefix("Bearer ")
        if bearer
        else (process.shown["addresses"][who].split("#device=")[1])
    )
    wire, before = Wire(process, namespace, token), faults(process)

    @FUZZ
    @given(some.sampled_from(MESSAGES), CONTENT)
    def fuzz(event: str, content: Any) -> None:
        known = head(process)
        answer = wire.ask(event, content)
        if answer is not None and not answer.get("ok"):
            error = answer["error"]
            assert set(error) == {"code", "params", "message"}
            assert error["code"] != "internal", (event, content)
            assert head(process) == known, (event, content, answer)

    fuzz()
    wire.close()
    assert faults(process) == before, (process.folder / "serve.log").read_text(encoding="utf-8")[-3000:]


FRAME = some.one_of(
    some.text(max_size=60),
    some.builds(
        lambda kind, rest: f"{kind}{rest}",
        some.sampled_from(
            ["0", "1", "2", "3", "4", "40", "41", "42", "43", "44", "45", "46", "451-", "42/counter,", "42/counter,1"]
        ),
        some.text(max_size=40) | ANYTHING.map(json.dumps),
    ),
    some.binary(max_size=60),
)


def test_any_frame_is_survived(process: Process) -> None:
    token = process.bearer("clerk1")["Authorization"].removeprefix("Bearer ")
    wire, before = Wire(process, "/counter", token), head(process)

    @FUZZ
    @given(some.lists(FRAME, min_size=1, max_size=4))
    def fuzz(frames: list[str | bytes]) -> None:
        try:
            for frame in frames:
                if isinstance(frame, bytes):
                    wire.open().send_binary(frame)
                else:
                    wire.open().send(frame)
        except (websocket.WebSocketException, OSError, AssertionError):
            wire.close()

    fuzz()
    wire.close()
    assert head(process) == before
    assert requests.get(f"{process.url}/readyz", timeout=10).json()["troubles"] == []
    # Somebody who behaves is served as before.
    good = Wire(process, "/counter", token)
    answer = good.ask("outlook", {"hall": process.shown["hall"], "counter": "1"})
    assert answer is not None and answer["ok"], answer
    good.close()


def test_a_frame_that_is_too_large_ends_its_own_connection_alone(process: Process) -> None:
    token = process.bearer("clerk1")["Authorization"].removeprefix("Bearer ")
    good, bad = Wire(process, "/counter", token), Wire(process, "/counter", token)
    good.open()
    assert bad.ask("search", {"hall": "nanshan", "q": "x" * 100_000}) is None
    answer = good.ask("outlook", {"hall": process.shown["hall"], "counter": "1"})
    assert answer is not None and answer["ok"]
    good.close()
