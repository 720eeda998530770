"""A program's connection to a hall: signs in over REST, speaks Socket.IO, comes back by itself, asks nothing twice."""

from __future__ import annotations

import contextlib
import logging
import random
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any, Protocol

import socketio

from client.language import preferred_language
from client.network import NetworkWatch
from client.rest import Refused, Unreachable, refused_by
from client.sign_in import SignIn

Json = dict[str, Any]

FIRST_WAIT, LONGEST_WAIT = 0.3, 5.0
"""Seconds between two attempts to come back: doubled each time, and a quarter more or less by chance."""


SILENCE = 15.0
"""Seconds without a word of the server, which speaks each second, after which the line is given up as dead."""

#: The library would write what becomes of a line across the clerk's screen; the listener is told.
_SILENT = logging.getLogger("counter_client.wire")
_SILENT.setLevel(logging.CRITICAL + 1)


class Listener(Protocol):
    """Who is told about a link. All calls come from the link's own threads."""

    def connected(self) -> None:
        """The namespace is open; what was missed is not yet known."""

    def lost(self, reason: Refused | Unreachable) -> None:
        """The connection is gone or could not be made; the link goes on trying, unless it was refused for good."""

    def heard(self, name: str, message: Json) -> None:
        """The server sent `name` (event, heartbeat, console, bye, ...)."""


class Link:
    """One namespace of one server for one signed-in person.

    `start` returns at once; `listener` hears of everything. `send` asks and calls back, `ask` waits for the answer,
    `command` also survives a lost connection: it is sent again with the same `request_id`, so it happens once.
    """

    def __init__(self, *, namespace: str, sign_in: SignIn, listener: Listener, language: str | None = None) -> None:
        self._namespace = namespace
        self._sign_in = sign_in
        self._listener = listener
        self._language = language or preferred_language()
        self._open = threading.Event()
        self._stopping = threading.Event()
        self._waiting: set[_Answer] = set()
        self._return_after: float | None = None
        self._client: socketio.Client | None = None
        self._heard_at = 0.0
        self._network = NetworkWatch(sign_in.server)
        self._thread = threading.Thread(target=self._stay_connected, name=f"link {namespace}", daemon=True)

    def start(self) -> None:
        """Connect, and come back after every loss, until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Close for good and wait for the link's thread."""
        self._stopping.set()
        if self._client:
            self._client.disconnect()
        self._thread.join(timeout=10)

    def wait_open(self, *, seconds: float) -> bool:
        """Wait until the namespace is open; False when it is not within `seconds`."""
        return self._open.wait(seconds)

    def send(self, name: str, payload: Json, then: Callable[[Json], None]) -> None:
        """Send `name` and call `then` with the answer, from the link's thread; a lost connection answers never.

        Raises Unreachable when there is no connection.
        """
        if not self._open.is_set() or self._client is None:
            raise Unreachable("not connected")
        try:
            self._client.emit(name, payload, namespace=self._namespace, callback=then)
        except (socketio.exceptions.SocketIOError, OSError) as error:
            raise Unreachable(str(error)) from error

    def ask(self, name: str, payload: Json, *, seconds: float = 5.0) -> Json:
        """Send `name` and wait for its answer. Never from a listener's call. Raises Refused, Unreachable."""
        answer = _Answer()
        self._waiting.add(answer)
        try:
            self.send(name, payload, answer.arrived)
            return answer.result(seconds)
        finally:
            self._waiting.discard(answer)

    def command(self, name: str, payload: Json, *, patience: float = 20.0) -> Json:
        """Do `name` once, whatever the connection does meanwhile; tries for `patience` seconds.

        Raises Refused with the server's reason, Unreachable when it is not known whether it was done.
        """
        request = {**payload, "request_id": uuid.uuid4().hex}
        until = time.monotonic() + patience
        while (left := until - time.monotonic()) > 0:
            if not self._open.wait(left):
                break
            try:
                return self.ask(name, request, seconds=min(5.0, left))
            except Unreachable:
                self._stopping.wait(0.05)
        raise Unreachable(f"no answer to {name} within {patience:.0f} s")

    def _stay_connected(self) -> None:
        pause = FIRST_WAIT
        while not self._stopping.is_set():
            try:
                self._connect_and_wait()
                pause, reason = FIRST_WAIT, Unreachable("the connection was lost")
            except Refused as refusal:
                if not self._sign_in.may_sign_in_again(refusal):
                    self._listener.lost(refusal)
                    return
                reason = Unreachable(refusal.message)
            except Unreachable as error:
                reason = error
            if self._stopping.is_set():
                return
            self._listener.lost(reason)
            wait = self._return_after if self._return_after is not None else pause
            self._return_after = None
            self._stopping.wait(wait * random.uniform(0.75, 1.25))  # noqa: S311 - spreads returns, keeps no secret
            pause = min(pause * 2, LONGEST_WAIT)

    def _connect_and_wait(self) -> None:
        token = self._sign_in.token()
        refusals: list[Any] = []
        client = socketio.Client(reconnection=False, handle_sigint=False, logger=_SILENT, engineio_logger=_SILENT)
        client.on("connect_error", refusals.append, namespace=self._namespace)
        client.on("*", self._heard, namespace=self._namespace)
        closed = threading.Event()
        client.on("disconnect", lambda *_: closed.set(), namespace=self._namespace)
        self._client = client
        try:
            client.connect(
                self._sign_in.server,
                headers={"Accept-Language": self._language},
                auth={"token": token},
                transports=["websocket"],
                namespaces=[self._namespace],
                wait_timeout=10,
            )
        except (socketio.exceptions.ConnectionError, ValueError, OSError) as error:
            client.disconnect()
            raise self._why(refusals, error) from error
        self._heard_at = time.monotonic()
        self._network.opened()
        self._open.set()
        try:
            self._listener.connected()
            # `connected` is looked at each second: a loss before connect() returned sets no event.
            while client.connected and not closed.wait(1.0) and time.monotonic() - self._heard_at < SILENCE:
                pass
        finally:
            self._open.clear()
            self._client = None
            abandon(client)
            for answer in list(self._waiting):
                answer.give_up()

    def _why(self, refusals: list[Any], error: Exception) -> Refused | Unreachable:
        why = refused_by(refusals, otherwise=Unreachable(str(error)))
        if isinstance(why, Refused) or not self._network.failed():
            return why
        return self._network.why("zh-CN" if self._language == "zh-CN" else "en")

    def _heard(self, name: str, message: Json) -> None:
        self._heard_at = time.monotonic()
        if name == "bye":
            self._return_after = message.get("retry_ms", 1000) / 1000
        self._listener.heard(name, message)


def abandon(client: socketio.Client) -> None:
    """Close a line in the background: where nobody answers that takes long, and a new one need not wait for it."""

    def close() -> None:
        with contextlib.suppress(Exception):  # it is of no use any more, whatever it says
            client.eio.disconnect(abort=True)

    threading.Thread(target=close, name="leaving", daemon=True).start()


class _Answer:
    """The place where one answer arrives, or the news that it will not."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._message: Json | None = None

    def arrived(self, message: Json) -> None:
        self._message = message
        self._done.set()

    def give_up(self) -> None:
        self._done.set()

    def result(self, seconds: float) -> Json:
        if not self._done.wait(seconds) or self._message is None:
            raise Unreachable("no answer")
        if not self._message.get("ok"):
            raise Refused.from_error(self._message.get("error") or {})
        return self._message
