"""A planned restart without a gap: a running server hands its listening socket to its successor.

Connections that come meanwhile wait in that socket's queue, so none is refused. The successor waits for the lock of the
data folder, which the old server leaves when it has said goodbye. Not on Windows, where a socket cannot be passed so.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from server.data_folder.lock import Held, lock
from server.data_folder.private_file import write_private

POSSIBLE = hasattr(socket, "AF_UNIX") and hasattr(socket, "send_fds")
#: What is asked for on the private socket: the listening socket, or that who started this server starts another.
GIVE, RENEW = b"give", b"renew"
ANSWER_S, LOCK_S = 10.0, 20.0
PREFIX = "hallcall-ask-"
#: Answers a question that came by a connection; whether it was the last.
Asked = Callable[[socket.socket, bytes], bool]


class NotGiven(RuntimeError):
    """The running server could not be asked, or refused."""


@contextmanager
def offered(file: Path, asked: Asked, *, spawn: Callable[..., object]) -> Iterator[None]:
    """Take questions of other programs of this account while the block runs; `file` says where."""
    if not POSSIBLE:
        yield
        return
    _clear_up_after_a_dead_one(file)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))  # short: the name of such a socket has 100 characters at most
    private = socket.socket(socket.AF_UNIX)
    try:
        private.bind(os.fspath(folder / "ask"))
        private.listen(4)
        write_private(file, f"{folder / 'ask'}\n")
        spawn(_answer, private, asked)
        yield
    finally:
        file.unlink(missing_ok=True)
        private.close()
        shutil.rmtree(folder, ignore_errors=True)


def _clear_up_after_a_dead_one(file: Path) -> None:
    """A server that was killed has left its folder. Where the data folder is a copy, another server may live in it."""
    try:
        place = Path(file.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return
    folder = place.parent
    if folder.name.startswith(PREFIX) and folder.parent == Path(tempfile.gettempdir()) and not _listens(place):
        shutil.rmtree(folder, ignore_errors=True)


def _listens(place: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(os.fspath(place))
        except TimeoutError:
            return True
        except OSError:
            return False
    return True


def _answer(private: socket.socket, asked: Asked) -> None:
    last = False
    while not last:
        try:
            connection, _ = private.accept()
        except OSError:
            return  # closed: the server ends
        with connection:
            try:
                connection.settimeout(ANSWER_S)
                last = asked(connection, connection.recv(16))
            except OSError:
                continue


def give(connection: socket.socket, listening: socket.socket) -> None:
    """Hand over the listening socket."""
    socket.send_fds(connection, [GIVE], [listening.fileno()])


def take(file: Path) -> socket.socket:
    """The listening socket of the running server, which then stops. Raises NotGiven."""
    with _question(file, GIVE) as connection:
        try:
            connection.recv(1, socket.MSG_PEEK)  # waits by the loop's own way, which recv_fds does not
            _, sockets, _, _ = socket.recv_fds(connection, 16, 1)
        except OSError as error:
            raise NotGiven(str(error)) from error
    if not sockets:
        raise NotGiven("no socket came")
    return socket.socket(fileno=sockets[0])


def renew(file: Path) -> bool:
    """Ask the program that started the running server to start another in its place; whether there is one.

    Raises NotGiven.
    """
    with _question(file, RENEW) as connection:
        try:
            return connection.recv(16) == RENEW
        except OSError as error:
            raise NotGiven(str(error)) from error


@contextmanager
def _question(file: Path, question: bytes) -> Iterator[socket.socket]:
    if not POSSIBLE:
        raise NotGiven("this system cannot pass sockets")
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(ANSWER_S)
        try:
            connection.connect(file.read_text(encoding="utf-8").strip())
            connection.sendall(question)
        except OSError as error:
            raise NotGiven(str(error)) from error
        yield connection


@contextmanager
def lock_left(file: Path) -> Iterator[None]:
    """Hold the lock as soon as its present holder leaves it. Raises Held when that takes too long."""
    end = time.monotonic() + LOCK_S
    while True:
        try:
            held = lock(file)
            held.__enter__()
            break
        except Held:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
    try:
        yield
    finally:
        held.__exit__(None, None, None)


def from_system() -> socket.socket | None:
    """The listening socket that systemd holds for this process (socket activation), None without one."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
        return None
    return socket.socket(fileno=3)
