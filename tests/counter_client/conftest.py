"""A small hall and a desk that keeps what was sent, for the terminal console."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from counter_client.terminal.by_voice import ByVoice
from counter_client.terminal.console import Console
from counter_client.terminal.kept import Kept
from counter_client.terminal.words import Words

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

HALL = {
    "code": "main",
    "name": {"zh-CN": "政务大厅", "en": "Public hall"},
    "open": True,
    "counter_types": [
        {"code": "general", "prefix": "A", "name": {"zh-CN": "综合窗口", "en": "General"}},
        {"code": "social", "prefix": "B", "name": {"zh-CN": "社保窗口", "en": "Social insurance"}},
    ],
    "services": [
        {"code": "permit", "name": {"zh-CN": "居住证办理", "en": "Residence permit"}, "counter_type": "general"},
        {"code": "pension", "name": {"zh-CN": "养老保险", "en": "Pension"}, "counter_type": "social"},
    ],
    "counters": [
        {"code": "3", "name": {"zh-CN": "3 号窗口", "en": "Counter 3"}, "counter_types": ["general"], "fallbacks": []},
        {"code": "4", "name": {"zh-CN": "4 号窗口", "en": "Counter 4"}, "counter_types": ["social"], "fallbacks": []},
    ],
    "pause_reasons": [
        {"code": "break", "name": {"zh-CN": "短暂离开", "en": "Short break"}, "minutes": 10},
        {"code": "meal", "name": {"zh-CN": "用餐", "en": "Meal"}, "minutes": 45},
        {"code": "fault", "name": {"zh-CN": "设备故障", "en": "Equipment fault"}, "minutes": None},
    ],
}


def text_of(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def a_ticket(number: str, **changes: Any) -> dict[str, Any]:
    ticket = {
        "id": int(number[1:]),
        "number": number,
        "service": "permit",
        "counter_type": "general",
        "class": "ordinary",
        "state": "waiting",
        "counter": None,
        "zone": None,
        "call_seq": None,
        "called_at": None,
        "last_called_at": None,
        "calls": 0,
        "tags": [],
        "language": "zh-CN",
        "status": None,
        "channel": "kiosk",
        "issued_at": text_of(START - timedelta(minutes=12)),
        "waiting_since": text_of(START - timedelta(minutes=12)),
        "started_at": None,
        "ended_at": None,
        "note": None,
        "hold_until": None,
        "came_from": None,
        "no_shows": 0,
        "quantity": 1,
        "steps": [],
        "waits_for": [{"counter_type": "general", "service": "permit"}],
        "due_at": None,
        "appointment": None,
        "contact": None,
        "returns_after": None,
    }
    ticket |= changes
    place = {"counter_type": ticket["counter_type"], "service": ticket["service"]}
    return ticket | {"waits_for": [place] if ticket["state"] == "waiting" else []}


def a_called_ticket(number: str, counter: str = "3", **changes: Any) -> dict[str, Any]:
    at = text_of(START)
    return a_ticket(
        number,
        state="called",
        counter=counter,
        call_seq=11,
        called_at=at,
        last_called_at=at,
        calls=1,
        waits_for=[],
        **changes,
    )


def a_counter(code: str, **changes: Any) -> dict[str, Any]:
    clerk = {"username": "clerk1", "name": "王芳"}
    name = {"zh-CN": f"{code} 号窗口", "en": f"Counter {code}"}
    counter = {
        "code": code,
        "name": name,
        "zone": "A",
        "state": "open",
        "reason": None,
        "clerk": clerk,
        "ticket": None,
        "since": text_of(START),
    }
    return counter | changes


def a_snapshot(**changes: Any) -> dict[str, Any]:
    snapshot = {
        "seq": 10,
        "hall": HALL,
        "waiting": {"by_type": {"general": 2}, "by_service": {"permit": 2}},
        "counters": [a_counter("3"), a_counter("4", state="closed", clerk=None)],
        "held": [],
        "parked": [],
        "notice": None,
        "today": {"issued": 5, "completed": 2, "unconfirmed": 0, "no_show": 0, "cancelled": 0, "open": 3},
    }
    return deepcopy(snapshot | changes)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class KeptDesk:
    """A desk that keeps what was sent, until the test answers."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any], Callable[[Any], None]]] = []
        self.asked: list[tuple[str, dict[str, Any], Callable[[Any], None]]] = []
        self.left = False

    def command(self, name: str, payload: dict[str, Any], then: Callable[[Any], None]) -> None:
        self.sent.append((name, payload, then))

    def ask(self, name: str, payload: dict[str, Any], then: Callable[[Any], None]) -> None:
        self.asked.append((name, payload, then))

    def leave(self) -> None:
        self.left = True

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.sent]

    def answer(self, answer: Any) -> None:
        """Answer the last command; a dict is a good answer, filled with what is always there."""
        good = {"ok": True, "seq": 11, "counter": a_counter("3"), "ticket": None, "undo_until": None}
        self.sent[-1][2](good | answer if isinstance(answer, dict) else answer)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk() -> KeptDesk:
    return KeptDesk()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """The memory of calls by voice."""
    return Kept(tmp_path / "state" / "voice.json")


@pytest.fixture
def new_console(clock: Clock, desk: KeptDesk, kept: Kept) -> Console:
    """A console that is not connected yet."""
    return Console(
        hall="main",
        counter="3",
        username="clerk1",
        client="me",
        desk=desk,
        words=Words("en"),
        voice=ByVoice(kept),
        now=clock,
    )


@pytest.fixture
def console(new_console: Console, desk: KeptDesk) -> Console:
    """A console on duty at counter 3, two people waiting, no ticket."""
    new_console.connected()
    new_console.take_snapshot(a_snapshot())
    desk.answer({})
    desk.sent.clear()
    return new_console


@pytest.fixture
def serving_console(console: Console) -> Console:
    """The same with A012 called to it."""
    console.board.counters["3"] = a_counter("3", ticket=a_called_ticket("A012"))
    return console


@pytest.fixture
def started_console(console: Console) -> Console:
    """The same with A012 being served."""
    served = a_called_ticket("A012") | {"state": "serving", "started_at": text_of(START)}
    console.board.counters["3"] = a_counter("3", ticket=served)
    return console


@pytest.fixture
def make() -> Any:
    """The builders of shapes: make.ticket, make.called, make.counter, make.snapshot."""

    class Make:
        ticket = staticmethod(a_ticket)
        called = staticmethod(a_called_ticket)
        counter = staticmethod(a_counter)
        snapshot = staticmethod(a_snapshot)
        time = staticmethod(text_of)
        start = START

    return Make
