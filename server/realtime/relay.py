"""Messages between the servers of one deployment, by Redis.

A hint for speed, as every push is: what was committed stands in the event log, and a server that was not told of it
looks there within a second (publisher.py). So nothing waits for Redis, and nothing is lost with it. The channel is
named by the deployment's keys: servers with other keys do not hear each other.
"""

from __future__ import annotations

import logging
import queue
import secrets
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import orjson
from flask_socketio import SocketIO

#: Messages that wait for Redis; more are forgotten.
MOST_WAITING = 2000
#: How long one waits for Redis to answer, and between two tries to reach it (s).
PATIENCE_S, AGAIN_S = 5, 1.0
Handler = Callable[[Any], None]
log = logging.getLogger(__name__)


class Relay:
    """What this server tells the others, and hears from them; alone when there is no Redis.

    url: of Redis, None for a server that is alone. channel: the same for all that belong together. Raises
    ModuleNotFoundError when Redis is wanted and its client is not installed.
    """

    def __init__(self, socketio: SocketIO, url: str | None, *, channel: str) -> None:
        self._io, self._url, self._channel = socketio, url, channel
        #: Names this server among the others, for as long as it runs.
        self.here = secrets.token_hex(8)
        #: Whether Redis serves us now; None without one.
        self.up: bool | None = None if url is None else False
        self._told = False
        self._waiting: queue.Queue[bytes] = queue.Queue(MOST_WAITING)
        self._handlers: dict[str, list[Handler]] = defaultdict(list)
        self.on("emit", self._emitted)
        if url:
            import redis  # an extra: only who has several servers needs it

            patience = {"socket_connect_timeout": PATIENCE_S, "socket_timeout": PATIENCE_S, "health_check_interval": 10}
            self._client: Any = redis.Redis.from_url(url, **patience)

    @property
    def tasks(self) -> list[Callable[[], None]]:
        """What must run beside the requests."""
        return [self._send, self._listen] if self._url else []

    def on(self, topic: str, handler: Handler) -> None:
        """Let a function hear what other servers tell of a topic."""
        self._handlers[topic].append(handler)

    def tell(self, topic: str, content: Any) -> None:
        """Tell the other servers; returns at once."""
        if self._url:
            with suppress(queue.Full):
                self._waiting.put_nowait(orjson.dumps({"from": self.here, "topic": topic, "content": content}))

    def emit(self, event: str, content: dict[str, Any], *, namespace: str, to: str) -> None:
        """Send a message to a room, whichever server its clients are at."""
        self._io.emit(event, content, namespace=namespace, to=to)
        self.tell("emit", [event, content, namespace, to])

    def _emitted(self, told: Any) -> None:
        event, content, namespace, room = told
        self._io.emit(event, content, namespace=namespace, to=room)

    def _send(self) -> None:
        while True:
            message = self._waiting.get()
            try:
                self._client.publish(self._channel, message)
            except Exception as error:  # noqa: BLE001 - whatever it is, another try comes
                self._is_away(error)
                self._io.sleep(AGAIN_S)

    def _listen(self) -> None:
        while True:
            try:
                self._hear()
            except Exception as error:  # noqa: BLE001 - whatever it is, another try comes
                self._is_away(error)
            self._io.sleep(AGAIN_S)

    def _hear(self) -> None:
        with self._client.pubsub(ignore_subscribe_messages=True) as heard:
            heard.subscribe(self._channel)
            heard.get_message(timeout=PATIENCE_S)  # that it is subscribed
            self._is_back()
            while True:
                message = heard.get_message(timeout=1.0)
                if message:
                    self._handle(orjson.loads(message["data"]))

    def _handle(self, message: dict[str, Any]) -> None:
        if message["from"] == self.here:
            return
        for handler in self._handlers[message["topic"]]:
            try:
                handler(message["content"])
            except Exception:
                log.exception("what another server told of %s was not understood", message["topic"])

    def _is_away(self, error: Exception) -> None:
        if not self._told:
            log.error("Redis does not serve us, the other servers hear of changes later: %s", error)
        self.up, self._told = False, True

    def _is_back(self) -> None:
        if not self.up:
            log.info("Redis serves us")
        self.up, self._told = True, False
