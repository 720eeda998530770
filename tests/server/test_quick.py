"""The short look before a wait: what is there is taken at once, what is not is waited for as the driver asks."""

from __future__ import annotations

import socket
from collections.abc import Generator, Iterator

import pytest

from server.db.postgres import socket_poll

READ, WRITE, BOTH = 1, 2, 3


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    yield near, far
    near.close()
    far.close()


def driver(*wanted: int) -> Generator[int, int, list[int]]:
    """Waits for these and says what it was given."""
    given = []
    for one in wanted:
        given.append((yield one))
    return given


def test_what_is_there_needs_no_wait(pair: tuple[socket.socket, socket.socket]) -> None:
    pair[1].send(b"x")
    with pytest.raises(StopIteration) as done:
        next(socket_poll.look_first(driver(READ, WRITE, BOTH), pair[0].fileno()))
    assert done.value.value == [READ, WRITE, BOTH]


def test_what_is_not_there_is_waited_for(pair: tuple[socket.socket, socket.socket]) -> None:
    waits = socket_poll.look_first(driver(WRITE, READ), pair[0].fileno())
    assert next(waits) == READ
    with pytest.raises(StopIteration) as done:
        waits.send(READ)
    assert done.value.value == [WRITE, READ]


@pytest.mark.parametrize("fileno", [-1, socket_poll.MOST])
def test_a_descriptor_that_select_does_not_know_is_left_to_the_driver(fileno: int) -> None:
    assert next(socket_poll.look_first(driver(WRITE), fileno)) == WRITE


def test_a_fault_goes_through(pair: tuple[socket.socket, socket.socket]) -> None:
    def broken() -> Generator[int, int, None]:
        yield WRITE
        raise OSError("cut")

    with pytest.raises(OSError, match="cut"):
        next(socket_poll.look_first(broken(), pair[0].fileno()))
