"""The connection to the server: Socket.IO on `/announcer`, kept up for ever, and the upload of clips."""

import contextlib
import logging
import random
import threading
from collections.abc import Callable
from typing import Any, Protocol

import requests
import socketio

from client.language import words
from client.network import NetworkWatch
from display.announcer.clips import Clip

log = logging.getLogger(__name__)

NAMESPACE = "/announcer"
HEARD = ("event", "heartbeat", "screens", "played", "device", "test", "bye")
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 4.0
CONNECT_S = 8.0
UPLOAD_S = 4.0
REFUSED = ("bad_token", "forbidden", "unknown_device")


class Listener(Protocol):
    """Who is told what comes in; called in the link's threads."""

    def connected(self) -> None:
        """There is a connection now."""

    def lost(self) -> None:
        """There was one."""

    def heard(self, name: str, content: dict[str, Any]) -> None:
        """A message of the server."""


class Backoff:
    """How long to wait before the next try: doubling to 4 s, a little at random, from 0.5 s after a success."""

    def __init__(self, *, random_part: Callable[[], float] = random.random) -> None:
        self._random, self._wait = random_part, FIRST_WAIT_S

    def succeeded(self) -> None:
        """Start from the shortest wait again."""
        self._wait = FIRST_WAIT_S

    def next(self) -> float:
        """Seconds to wait now."""
        wait, self._wait = self._wait, min(LONGEST_WAIT_S, self._wait * 2)
        return wait * (0.75 + 0.5 * self._random())


class Link:
    """A Socket.IO client that comes back by itself. `token` is asked anew for every try, so a new one is found."""

    def __init__(self, *, server: str, token: Callable[[], str], refused: Callable[[str], None]) -> None:
        self._server, self._token, self._refused = server, token, refused
        self._client: socketio.Client | None = None
        self._dropped, self._closed = threading.Event(), threading.Event()
        self._come_back_s: float | None = None
        self._told = ""
        self._network = NetworkWatch(server)
        #: Why the server itself refused the last try.
        self._code: str | None = None

    def run(self, listener: Listener) -> None:
        """Connect, and connect again whenever the connection is lost, until `close`."""
        backoff = Backoff()
        while not self._closed.is_set():
            if self._connect(listener):
                backoff.succeeded()
                self._dropped.wait()
                listener.lost()
            self._leave()
            wait, self._come_back_s = self._come_back_s or backoff.next(), None
            self._closed.wait(wait)

    def emit(self, name: str, content: dict[str, Any], answer: Callable[[dict[str, Any]], None] | None = None) -> bool:
        """Send a message; `answer` gets the server's. False when there is no connection."""
        client = self._client
        if client is None or self._dropped.is_set():
            return False
        try:
            client.emit(name, content, namespace=NAMESPACE, callback=answer)
        except (socketio.exceptions.SocketIOError, OSError, ValueError):
            return False
        return True

    def drop(self, *, come_back_s: float | None = None) -> None:
        """Give up this connection and come back, after `come_back_s` or the usual wait."""
        self._come_back_s = come_back_s
        self._dropped.set()

    def close(self) -> None:
        """Disconnect for good."""
        self._closed.set()
        self._dropped.set()

    def _connect(self, listener: Listener) -> bool:
        self._dropped.clear()
        self._code = None
        client = self._client = socketio.Client(reconnection=False, handle_sigint=False)
        for name in HEARD:
            client.on(name, self._teller(client, listener, name), namespace=NAMESPACE)
        client.on("disconnect", lambda *_reason: self._ended(client), namespace=NAMESPACE)
        client.on("connect_error", self._note_refusal, namespace=NAMESPACE)
        try:
            client.connect(
                self._server,
                namespaces=[NAMESPACE],
                auth={"token": self._token()},
                transports=["websocket"],
                wait_timeout=CONNECT_S,
            )
        except (socketio.exceptions.SocketIOError, OSError, ValueError) as error:
            self._tell_once(self._why(error))
            return False
        self._network.opened()
        self._tell_once(words(f"connected to {self._server}", f"已连接 {self._server}"))
        listener.connected()
        return True

    def _why(self, error: Exception) -> str:
        if self._code is None and self._network.failed():
            zh, en = self._network.sentences()
            return words(en, zh)
        return words(
            f"cannot reach the server at {self._server}: {_brief(error)}",
            f"连不上服务器 {self._server}：{_brief(error)}",
        )

    def _teller(self, client: socketio.Client, listener: Listener, name: str) -> Callable[[dict[str, Any]], None]:
        def tell(content: dict[str, Any]) -> None:
            if self._client is client:  # an abandoned connection may speak on for a while
                listener.heard(name, content)

        return tell

    def _ended(self, client: socketio.Client) -> None:
        if self._client is client:
            self._dropped.set()

    def _leave(self) -> None:
        """Close in the background: on a dead network it takes seconds, and a new connection need not wait for it."""
        client, self._client = self._client, None
        threading.Thread(target=_abandon, args=(client,), name="leaving", daemon=True).start()

    def _note_refusal(self, content: Any = None) -> None:
        detail = content.get("data") if isinstance(content, dict) else None
        self._code = code = detail.get("code") if isinstance(detail, dict) else None
        if code in REFUSED:
            self._refused(str(code))

    def _tell_once(self, text: str) -> None:
        """One line when something changes, not one a try."""
        if text != self._told:
            self._told = text
            log.warning("%s", text)


class Uploader:
    """Puts clips on the server, each once a connection."""

    def __init__(self, *, server: str, token: Callable[[], str]) -> None:
        self._server, self._token, self._session = server, token, requests.Session()
        self._there: set[str] = set()

    def put(self, clip: Clip) -> bool:
        """True when the server has the clip."""
        if clip.sha256 in self._there:
            return True
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "audio/wav"}
        try:
            content = clip.path.read_bytes()
            answer = self._session.put(self._server + clip.url, data=content, headers=headers, timeout=UPLOAD_S)
            answer.raise_for_status()
        except (OSError, requests.RequestException) as error:
            log.warning(words("a clip could not be uploaded: %s", "语音片段上传失败：%s"), _brief(error))
            return False
        self._there.add(clip.sha256)
        return True

    def forget(self) -> None:
        """The server may have lost them: upload again when needed."""
        self._there = set()


def _abandon(client: socketio.Client | None) -> None:
    with contextlib.suppress(Exception):  # it is of no use any more, whatever it says
        if client:
            client.eio.disconnect(abort=True)


def _brief(error: Exception) -> str:
    text = str(error)
    return (
        "no answer"
        if "Max retries" in text or "refused" in text.lower()
        else text.splitlines()[0][:200]
        if text
        else "?"
    )
