"""Letting in: errors are waited out, connections that ask nothing give way, heads and bodies are bounded."""

from __future__ import annotations

import errno
import io
import socket
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from server.http.whole_bodies import WRONG, WholeBodies
from server.listening import accepting
from server.listening.accepting import ListenerLost, Serving
from server.listening.addresses import household
from server.listening.chunks import SOURCE, BadChunks, TooLarge, read_chunks
from server.listening.http_heads import wrong_head
from server.listening.listeners import _Heads
from server.listening.open_connections import BODY_S, BYTES_A_SECOND, HEAD_S, IDLE_S, NAME, OWN_FILES, OpenConnections
from tests.server.test_guard import Clock


class Sock:
    """A client's socket; or the listening one, whose `accept` does what is in `plan`, one after the other."""

    def __init__(self, plan: list[Any] | None = None) -> None:
        self.plan = plan or []
        self.ended = False

    def shutdown(self, _how: int) -> None:
        self.ended = True

    def close(self) -> None:
        self.ended = True

    def accept(self) -> tuple[Any, tuple[str, int]]:
        one = self.plan.pop(0)
        if isinstance(one, BaseException):
            raise one
        return one, ("10.0.0.9", 1)


def connections(*, most: int = 100, files: int = 1000, clock: Clock | None = None) -> OpenConnections:
    return OpenConnections(most=most, files=files, trusts=lambda address: address == "proxy", clock=clock or Clock())


def door_of(plan: list[Any], slept: list[float], told: list[str]) -> Any:
    serving = Serving(
        Sock(plan), lambda *_: [], connections(), stopped=lambda: "stop" in told, goodbye=lambda: told.append("bye")
    )  # type: ignore[arg-type]
    return accepting.Door(serving, sleep=slept.append)


OUT = [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.ECONNABORTED, errno.EPROTO, errno.EPERM]


@pytest.mark.parametrize("number", OUT)
def test_an_error_of_accept_is_waited_out(number: int) -> None:
    slept: list[float] = []
    served: list[Any] = []
    client = Sock()
    door = door_of([OSError(number, "so"), client, OSError(errno.EBADF, "gone")], slept, [])
    with pytest.raises(OSError, match="gone"):
        door.let_in(lambda function, *arguments: function(*arguments), lambda one, *_: served.append(one))
    assert served == [client]
    assert len(slept) == (0 if number in (errno.ECONNABORTED, errno.EPROTO) else 1)


def test_without_a_listener_the_server_says_goodbye_and_ends() -> None:
    told: list[str] = []
    door = door_of([OSError(errno.EBADF, "gone")], [], told)
    with pytest.raises(OSError, match="gone"):
        door.let_in(lambda *_: None, lambda *_: None)
    with pytest.raises(ListenerLost, match="gone"):
        door.look_after(lambda: told.append("closed"))
    assert told == ["closed", "bye"]


def test_any_other_end_of_the_one_who_lets_in_ends_the_server_too() -> None:
    told: list[str] = []
    door = door_of([ValueError("odd")], [], told)
    with pytest.raises(ValueError, match="odd"):
        door.let_in(lambda *_: None, lambda *_: None)
    with pytest.raises(ListenerLost):
        door.look_after(lambda: None)


def test_a_server_that_is_told_to_stop_ends_well() -> None:
    told = ["stop"]
    door_of([], [], told).look_after(lambda: told.append("closed"))
    assert told == ["stop", "closed", "bye"]


def test_a_client_for_whom_no_thread_is_left_is_sent_away() -> None:
    def no_thread(*_arguments: Any) -> None:
        raise RuntimeError("can't start new thread")

    client, slept = Sock(), list[float]()
    door = door_of([client, OSError(errno.EBADF, "gone")], slept, [])
    with pytest.raises(OSError, match="gone"):
        door.let_in(no_thread, lambda *_: None)
    assert client.ended
    assert (len(door.serving.connections), len(slept)) == (0, 1)


def test_whoever_asks_nothing_gives_way_to_a_new_connection_of_its_address() -> None:
    here = connections(most=3)
    first, second, third = [here.admit(Sock(), "a") for _ in range(3)]
    assert first and second and third
    first.work()
    fourth = here.admit(Sock(), "a")
    assert fourth
    assert [one.sock.ended for one in (first, second, third, fourth)] == [False, True, False, False]
    assert len(here) == 3
    here.leave(second)
    assert len(here) == 3, "it had left its place already"


def test_whose_request_does_not_come_to_its_end_gives_way_after_those_without_one() -> None:
    here = connections(most=3)
    first, second, third = [here.admit(Sock(), "a") for _ in range(3)]
    assert first and second and third
    for one in (first, second):
        one.work()
        one.body(500)
    third.rest()
    for _ in range(3):
        fresh = here.admit(Sock(), "a")
        assert fresh
        fresh.work()
    assert [one.sock.ended for one in (first, second, third)] == [True, True, True]
    assert here.admit(Sock(), "a") is None, "what is worked for stays"


def test_a_request_that_has_come_does_not_give_way() -> None:
    here = connections(most=1)
    made = here.admit(Sock(), "a")
    assert made
    made.work()
    made.body(500)
    made.work()
    assert here.admit(Sock(), "a") is None
    assert not made.sock.ended


def test_all_files_of_a_connection_are_closed_with_it() -> None:
    class Library:
        """As eventlet's: writing to a client that has gone fails, and what is read from stays open."""

        def finish(self) -> None:
            raise BrokenPipeError

    class Handler(_Heads, Library):
        def __init__(self) -> None:
            self.rfile = io.BytesIO()

    made = Handler()
    with pytest.raises(BrokenPipeError):
        made.finish()
    assert made.rfile.closed


def test_all_addresses_of_a_household_are_one() -> None:
    assert household("2001:db8:1:2::1") == household("2001:db8:1:2:ffff::9") != household("2001:db8:1:3::1")
    assert household("::ffff:10.0.0.9") == household("10.0.0.9") == "10.0.0.9"
    assert household("fe80::1%eth0") == "fe80::"
    assert household("unix") == "unix"
    here = connections(most=2)
    for last in range(5):
        here.admit(Sock(), f"2001:db8::{last}")
    assert len(here) == 2


def test_where_all_are_at_work_a_new_one_is_closed_others_are_let_in() -> None:
    here = connections(most=2)
    for _ in range(2):
        made = here.admit(Sock(), "a")
        assert made
        made.work()
    assert here.admit(Sock(), "a") is None
    assert here.admit(Sock(), "b")
    assert here.admit(Sock(), "proxy")


def test_a_trusted_proxy_has_no_bound_of_its_own() -> None:
    here = connections(most=2)
    proxied = [here.admit(Sock(), "proxy") for _ in range(10)]
    assert all(proxied)
    assert not any(one.sock.ended for one in proxied if one)


def test_one_address_takes_half_of_the_files_at_most_and_all_together_not_those_of_the_server() -> None:
    here = connections(most=10**6, files=OWN_FILES + 10)
    crowd = [here.admit(Sock(), "crowd") for _ in range(20)]
    assert len(here) == 5
    assert [one.sock.ended for one in crowd if one] == [True] * 15 + [False] * 5
    for number in range(5):
        here.admit(Sock(), f"other {number}")
    assert len(here) == 10
    assert here.admit(Sock(), "late")
    assert len(here) == 10
    assert crowd[15]
    assert crowd[15].sock.ended, "the address with most gives way"


def test_times_of_a_connection() -> None:
    clock = Clock()
    here = connections(clock=clock)
    made = here.admit(Sock(), "a")
    assert made

    def ends_after(seconds: float) -> bool:
        clock.now += seconds - 0.5
        here.expire()
        before = made.sock.ended
        clock.now += 1
        here.expire()
        after, made.sock.ended = made.sock.ended, False
        return bool(after and not before)

    assert ends_after(HEAD_S)
    made.head()
    assert ends_after(HEAD_S)
    made.body(10 * BYTES_A_SECOND)
    assert ends_after(BODY_S + 10)
    made.rest()
    assert ends_after(IDLE_S)
    made.work()
    assert not ends_after(10 * IDLE_S), "the server works for it"


WELL = [("Host", "hall"), ("Content-Length", "12"), ("X-Any", "text, \tmore"), ("x-any", "twice")]


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        (WELL, None),
        ([("Transfer-Encoding", "chunked")], None),
        ([("transfer-encoding", " Chunked")], None),
        ([("Host", "a"), ("host", "a")], "twice"),
        ([("Content-Length", "5"), ("Content-Length", "5")], "twice"),
        ([("Content-Length", "five")], "no number"),
        ([("Content-Length", "-5")], "no number"),
        ([("Content-Length", "")], "no number"),
        ([("X Any", "a")], "no name"),
        ([("", "")], "no name"),
        ([("X-Any", "a\x00b")], "control"),
        ([("X-Any", "a\r\n b")], "control"),
        ([("Transfer-Encoding", "chunked"), ("Content-Length", "5")], "alone"),
        ([("Transfer-Encoding", "gzip")], "chunked"),
    ],
)
def test_a_head_that_two_might_read_differently_is_refused(headers: list[tuple[str, str]], why: str | None) -> None:
    found = wrong_head("POST", "/", "HTTP/1.1", headers)
    assert (found is None) if why is None else (found is not None and why in found)


def test_chunks_want_the_version_that_has_them_and_a_first_line_is_readable() -> None:
    assert wrong_head("POST", "/", "HTTP/1.0", [("Transfer-Encoding", "chunked")])
    assert wrong_head("PO ST", "/", "HTTP/1.1", [])
    assert wrong_head("GET", "/a\x01b", "HTTP/1.1", [])


def chunks(text: bytes, *, most: int = 100) -> bytes:
    return read_chunks(io.BytesIO(text), most=most)


def test_chunks_are_read_whole() -> None:
    assert chunks(b"3\r\nabc\r\nA ;name=value\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nnext") == b"abc0123456789"
    assert chunks(b"0\r\n\r\n") == b""


@pytest.mark.parametrize(
    "text",
    [b"", b"3\r\nab", b"3\r\nabcd\r\n", b"x\r\n", b"-3\r\nabc\r\n", b"3\nabc\n", b"0\r\nendless", b"3\r\nabc\r\n"],
)
def test_broken_chunks_are_called_that(text: bytes) -> None:
    with pytest.raises(BadChunks):
        chunks(text)


def test_more_than_wanted_is_not_read() -> None:
    source = io.BytesIO(b"5\r\nabcde\r\nff\r\n" + b"x" * 255 + b"\r\n0\r\n\r\n")
    with pytest.raises(TooLarge):
        read_chunks(source, most=100)
    assert source.tell() < 20


@pytest.fixture
def seen() -> Iterator[Callable[..., dict[str, Any]]]:
    """Asks an application behind WholeBodies; what it was given."""

    def ask(body: bytes, **environ: Any) -> dict[str, Any]:
        given: dict[str, Any] = {}

        def application(environ: dict[str, Any], _start: Any) -> list[bytes]:
            given.update(environ, body=environ["wsgi.input"].read())
            return []

        whole = WholeBodies(application, usual=20, most={"/large": 40})
        whole({"PATH_INFO": "/", "wsgi.input": io.BytesIO(body), **environ}, None)
        return given

    yield ask


def test_a_body_in_chunks_is_one_in_one_piece_for_the_application(seen: Callable[..., dict[str, Any]]) -> None:
    source = io.BytesIO(b"3\r\nabc\r\n0\r\n\r\n")
    given = seen(b"", HTTP_TRANSFER_ENCODING="chunked", **{SOURCE: source})
    assert (given["body"], given["CONTENT_LENGTH"], given.get("HTTP_TRANSFER_ENCODING")) == (b"abc", "3", None)
    assert seen(b"abc", HTTP_TRANSFER_ENCODING="chunked")["body"] == b"abc", "of a server that joins them itself"
    assert seen(b"abcdef", CONTENT_LENGTH="3")["body"] == b"abc"


@pytest.mark.parametrize(
    ("body", "environ", "code"),
    [
        (b"x" * 30, {"CONTENT_LENGTH": "30"}, "too_large"),
        (b"x" * 30, {"HTTP_TRANSFER_ENCODING": "chunked"}, "too_large"),
        (b"x" * 30, {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": "30"}, "malformed"),
        (b"x" * 3, {"CONTENT_LENGTH": "9"}, "malformed"),
    ],
)
def test_what_cannot_be_read_is_refused_and_ends_the_connection(
    seen: Callable[..., dict[str, Any]], body: bytes, environ: dict[str, Any], code: str
) -> None:
    ended: list[int] = []
    connection = SimpleNamespace(body=lambda _size: None, work=lambda: None, close_after=lambda: ended.append(1))
    given = seen(body, **environ, **{NAME: connection})
    assert (given[WRONG].code, given["body"], ended) == (code, b"", [1])


def test_some_paths_may_send_more(seen: Callable[..., dict[str, Any]]) -> None:
    assert len(seen(b"x" * 30, PATH_INFO="/large", CONTENT_LENGTH="30")["body"]) == 30


def test_the_real_listening_socket_is_not_lost_by_a_client_that_goes(tmp_path: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        socket.create_connection(listening.getsockname()).close()
        told, served = list[str](), list[Any]()
        serving = Serving(listening, lambda *_: [], connections(), lambda: False, lambda: None)
        door = accepting.Door(serving, sleep=lambda _seconds: None)

        def serve_one(_client: Any, _address: Any, _connection: Any) -> None:
            served.append(1)
            door.closed = True
            raise ConnectionResetError

        door.let_in(lambda function, *arguments: function(*arguments), serve_one)
        assert (served, told, len(serving.connections)) == ([1], [], 0)
