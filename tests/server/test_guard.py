"""A socket that sends too much, or what is no packet: it is closed, with one line, and comes back late."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIO

from server.http.proxies import BoundedSockets
from server.listening.offenders import MOST_WAITING, Crowded, Offenders
from server.realtime import guard
from server.realtime.codec import Json, Malformed, Text
from server.realtime.guard import Guard
from server.realtime.meter import Meter
from server.realtime.wires import LARGEST_FRAME, unmasked
from server.watch.bounded_log import WINDOW_S, Bounded

MOST = 100


class Clock:
    """A time that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def sent_until_too_much(meter: Meter, size: int = 10, *, times: int = 1) -> int:
    return next(number for number in range(1, 10_000) if meter.take(size, times=times))


def test_the_hundred_and_first_message_within_a_second_is_one_too_many() -> None:
    clock = Clock()
    meter = Meter(MOST, clock=clock)
    meter.known = True
    assert sent_until_too_much(meter) == 101
    clock.now += 1
    assert sent_until_too_much(meter) == 101


def test_who_was_not_let_in_and_phones_may_send_a_fifth() -> None:
    assert sent_until_too_much(Meter(MOST)) == 21
    assert sent_until_too_much(Meter(MOST), 4096) == 5, "a large message counts as several"
    assert sent_until_too_much(Meter(MOST), times=5) == 5


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 1000])
@pytest.mark.parametrize("offset", [0, 1, 2, 3, 7])
def test_a_frame_s_mask_is_taken_off_byte_by_byte(size: int, offset: int) -> None:
    content, mask = bytes(number % 251 for number in range(size)), (1, 2, 250, 77)
    assert unmasked(content, mask, size, offset) == bytes(
        byte ^ mask[(number + offset) % 4] for number, byte in enumerate(content)
    )


class Wire:
    """The library's side of one connection."""

    def __init__(self, sid: str) -> None:
        self.sid, self.upgraded, self.closed = sid, True, False

    def close(self, **_how: Any) -> None:
        self.closed = True


@pytest.fixture
def io(monkeypatch: pytest.MonkeyPatch) -> SocketIO:
    made = SocketIO(Flask("test"), async_mode="threading", json=Json, serializer=Text)
    made.server.eio.sockets["a"] = Wire("a")
    made.server.environ["a"] = {"REMOTE_ADDR": "10.0.0.9"}
    return made


@pytest.fixture
def watching(io: SocketIO, monkeypatch: pytest.MonkeyPatch) -> Guard:
    made = Guard(io, mode="threading", most=MOST, offenders=Offenders(1, sleep=lambda _seconds: None))
    monkeypatch.setattr(made, "pause", lambda: paused.append(1))
    paused: list[int] = []
    made.paused = paused  # type: ignore[attr-defined]
    return made


def handed_on(watching: Guard, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []
    monkeypatch.setattr(watching, "_hand_on", lambda _engine_id, one: seen.append(one))
    return seen


@pytest.mark.parametrize(
    "content",
    [
        b"bytes",
        b"",
        {"a": 1},
        7,
        "",
        "nonsense",
        "2",
        '2{"a": 1}',
        "2[]",
        '2/counter,1"text"',
        "2{{",
        "4",
        "9",
        "5",
        '51-["x",{"_placeholder":true,"num":0}]',
        '61-/counter,1["x"]',
        '2/counter,["x"',
    ],
)
def test_what_is_no_packet_closes_at_once_with_one_line(
    content: Any, io: SocketIO, watching: Guard, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seen = handed_on(watching, monkeypatch)
    for _ in range(3):
        watching.message("a", content)
    assert io.server.eio.sockets["a"].closed
    assert seen == []
    [line] = [one.getMessage() for one in caplog.records if one.name == guard.__name__]
    assert line.startswith("a socket of 10.0.0.9 was closed: no packet: ")
    assert len(line) < 200


@pytest.mark.parametrize(
    "content", ['2/counter,7["call",{}]', '0/visitor,{"ticket":"x"}', "1/counter,", "3/counter,7[]", "0"]
)
def test_a_packet_is_handed_on(content: str, io: SocketIO, watching: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = handed_on(watching, monkeypatch)
    watching.message("a", content)
    assert len(seen) == 1
    assert not io.server.eio.sockets["a"].closed


@pytest.mark.parametrize("content", ['2/counter,7["status",{"volume":NaN}]', '0/visitor,{"ticket":"\\ud800"}'])
def test_json_that_is_not_strict_is_handed_on_as_that(
    content: str, watching: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = handed_on(watching, monkeypatch)
    watching.message("a", content)
    assert isinstance(seen[0].data, Malformed)
    assert seen[0].data.refusal.code == "malformed"


def test_who_is_in_no_namespace_for_long_is_closed_and_who_is_in_one_stays(
    io: SocketIO, watching: Guard, caplog: pytest.LogCaptureFixture
) -> None:
    sockets = io.server.eio.sockets
    sockets |= {name: Wire(name) for name in "bcd"}
    sids = {name: io.server.manager.connect(name, "/counter") for name in "bc"}
    watching.end_outsiders(now=100.0)
    io.server.manager.pre_disconnect(sids["c"], "/counter")
    io.server.manager.disconnect(sids["c"], "/counter", ignore_queue=True)
    watching.end_outsiders(now=100.0 + guard.OUTSIDE_S - 1)
    assert [name for name, wire in sockets.items() if wire.closed] == []
    watching.end_outsiders(now=100.0 + guard.OUTSIDE_S)
    watching.end_outsiders(now=101.0 + guard.OUTSIDE_S)
    assert [name for name, wire in sockets.items() if wire.closed] == ["a", "d"], "c left its namespace later"
    [line] = [one.getMessage() for one in caplog.records if one.name == guard.__name__]
    assert line == "2 sockets that entered no namespace were closed, of 10.0.0.9"
    watching.end_outsiders(now=99.0 + 2 * guard.OUTSIDE_S)
    assert [name for name, wire in sockets.items() if wire.closed] == ["a", "c", "d"]


def test_each_frame_lets_others_run_and_one_too_many_ends_the_connection(io: SocketIO, watching: Guard) -> None:
    connection = watching.connection("a")
    assert connection
    ended: list[int] = []
    connection.end = lambda: ended.append(1)
    for number in range(1, 21):
        connection.frame(10, 10)
        assert len(watching.paused) == number  # type: ignore[attr-defined]
    with pytest.raises(OSError, match="closed"):
        connection.frame(10, 10)
    with pytest.raises(OSError, match="closed"):
        connection.frame(10, 10)
    assert ended == [1]
    assert connection.checked('42["x"]') is None, "what has come already is not acted on"


def test_what_came_compressed_counts_as_what_it_was(watching: Guard) -> None:
    connection = watching.connection("a")
    assert connection
    connection.end = lambda: None
    for _ in range(2):
        connection.frame(80, 80)
        assert connection.checked("4" * 10_000) == "4" * 10_000
    with pytest.raises(OSError, match="closed"):
        connection.frame(80, 80)


def test_a_message_in_parts_is_bounded_as_a_whole(watching: Guard) -> None:
    connection = watching.connection("a")
    assert connection
    connection.meter.known = True
    connection.end = lambda: None
    connection.frame(1024, LARGEST_FRAME)
    with pytest.raises(OSError, match="closed"):
        connection.frame(1024, LARGEST_FRAME + 1024)


def test_to_enter_a_namespace_counts_more_than_a_message(
    io: SocketIO, watching: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = handed_on(watching, monkeypatch)
    for _ in range(30):
        watching.message("a", '0/visitor,{"ticket":"nobody"}')
    assert len(seen) == 4
    assert io.server.eio.sockets["a"].closed


def test_packets_that_come_by_requests_are_counted_too(
    io: SocketIO, watching: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = handed_on(watching, monkeypatch)
    io.server.eio.sockets["a"].upgraded = False
    for _ in range(30):
        watching.message("a", '2/counter,["x"]')
    assert len(seen) == len(watching.paused) - 1 == 20  # type: ignore[attr-defined]
    assert io.server.eio.sockets["a"].closed


def test_new_sockets_of_an_address_that_offends_wait_and_only_a_few_at_a_time() -> None:
    waits: list[float] = []
    offenders = Offenders(2, sleep=waits.append)
    offenders.note("a")
    offenders.let_wait("a")
    offenders.note("a")
    offenders.let_wait("b")
    assert waits == []
    offenders.let_wait("a")
    assert len(waits) == 1

    def sleep(_seconds: float) -> None:
        if len(waits) < 100:
            waits.append(0)
            inner.let_wait("a")

    inner = Offenders(1, sleep=sleep)
    inner.note("a")
    with pytest.raises(Crowded):
        inner.let_wait("a")
    assert len(waits) == 1 + MOST_WAITING


def test_an_offender_s_next_socket_is_refused_where_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    def crowded(_address: str) -> None:
        raise Crowded

    offenders = SimpleNamespace(let_wait=crowded)
    bounded = BoundedSockets(lambda *_: [b"in"], most=5, trusts=lambda _: False, offenders=offenders)  # type: ignore[arg-type]
    told: list[str] = []
    environ = {"PATH_INFO": "/socket.io/", "REMOTE_ADDR": "a"}
    bounded(environ, lambda status, _headers: told.append(status))
    assert told == ["429 Too Many Requests"]
    assert bounded({"PATH_INFO": "/healthz", "REMOTE_ADDR": "a"}, None) == [b"in"]


@pytest.fixture
def reachable() -> Iterator[tuple[logging.Logger, Bounded, Clock]]:
    logger, clock = logging.getLogger("test.reachable"), Clock()
    bound = Bounded(logger, most=3, clock=clock)
    logger.addFilter(bound)
    yield logger, bound, clock
    logger.removeFilter(bound)


def test_lines_are_bounded_and_their_number_is_told(
    reachable: tuple[logging.Logger, Bounded, Clock], caplog: pytest.LogCaptureFixture
) -> None:
    logger, bound, clock = reachable
    for number in range(1000):
        logger.warning("line %d", number)
    bound.tell()
    assert [one.getMessage() for one in caplog.records] == ["line 0", "line 1", "line 2"]
    clock.now += WINDOW_S
    bound.tell()
    assert caplog.records[-1].getMessage().startswith("997 more lines")
    logger.warning("again")
    assert caplog.records[-1].getMessage() == "again"
    clock.now += WINDOW_S
    bound.tell()
    assert caplog.records[-1].getMessage() == "again", "nothing was left out"
