"""A bare Socket.IO client on asyncio: only what a load generator needs, so that it measures the server, not itself.

One socket, one namespace, websocket transport. It answers the server's pings, sends commands with acknowledgements,
and hands every other message, unparsed, to `heard`.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]
Heard = Callable[[str], None]
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Wire(asyncio.Protocol):
    """One connection; made by `connect`."""

    def __init__(self, *, namespace: str, auth: Json, host: str, heard: Heard) -> None:
        self._namespace, self._auth, self._host, self._heard = namespace, auth, host, heard
        self._received = bytearray()
        self._upgraded = False
        self._answers: dict[int, asyncio.Future[Json]] = {}
        self._last = 0
        #: Bytes of the answers so far.
        self.answered = 0
        self._transport: asyncio.Transport | None = None
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()

    async def ask(self, name: str, payload: Json) -> Json:
        """Send a command and wait for its answer; raises ConnectionError when the connection ends first."""
        self._last += 1
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._answers[self._last] = answer
        self._send(f"42{self._namespace},{self._last}{json.dumps([name, payload])}")
        return await answer

    def close(self) -> None:
        """End the connection."""
        if self._transport:
            self._transport.close()

    def cut(self) -> None:
        """Lose the connection at once, without a goodbye."""
        if self._transport:
            self._transport.abort()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the websocket."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        """Everybody who waits learns it."""
        lost = ConnectionError("the connection was lost")
        for answer in self._answers.values():
            if not answer.done():  # who asked may have gone
                answer.set_exception(lost)
        if not self.opened.done():
            self.opened.set_exception(lost)
        if not self.closed.done():
            self.closed.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Cut what came into frames."""
        self._received += data
        if not self._upgraded and not self._take_upgrade():
            return
        while (frame := self._take_frame()) is not None:
            self._frame(*frame)

    def _take_upgrade(self) -> bool:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return False
        if not self._received.startswith(b"HTTP/1.1 101"):
            self.opened.set_exception(ConnectionError(self._received[:end].decode("latin-1").splitlines()[0]))
            self.close()
            return False
        del self._received[: end + 4]
        self._upgraded = True
        return True

    def _take_frame(self) -> tuple[int, bytes] | None:
        """The next whole frame as (opcode, content); servers do not mask and do not split short messages."""
        received = self._received
        if len(received) < 2:
            return None
        size, start = received[1] & 0x7F, 2
        if size == 126:
            start = 4
            if len(received) < start:
                return None
            size = struct.unpack_from("!H", received, 2)[0]
        elif size == 127:
            start = 10
            if len(received) < start:
                return None
            size = struct.unpack_from("!Q", received, 2)[0]
        if len(received) < start + size:
            return None
        opcode, content = received[0] & 0x0F, bytes(received[start : start + size])
        del received[: start + size]
        return opcode, content

    def _frame(self, opcode: int, content: bytes) -> None:
        if opcode == TEXT:
            self._message(content.decode())
        elif opcode == PING:
            self._write(PONG, content)
        elif opcode == CLOSE:
            self.close()

    def _message(self, text: str) -> None:
        if text == "2":
            self._send("3")
        elif text[0] == "0":
            self._send(f"40{self._namespace},{json.dumps(self._auth)}")
        elif text.startswith("40"):
            self.opened.set_result(None)
        elif text.startswith("44"):
            self.opened.set_exception(ConnectionError(text))
        elif text.startswith("43"):
            self.answered += len(text.encode())
            number, _, answer = text[2 + len(self._namespace) + 1 :].partition("[")
            asked = self._answers.pop(int(number))
            if not asked.done():
                asked.set_result(json.loads("[" + answer)[0])
        else:
            self._heard(text)

    def _send(self, text: str) -> None:
        self._write(TEXT, text.encode())

    def _write(self, opcode: int, content: bytes) -> None:
        """A masked frame; the mask is zero, which is allowed and costs nothing to apply."""
        size = len(content)
        head = (
            struct.pack("!BB", 0x80 | opcode, 0x80 | size)
            if size < 126
            else struct.pack("!BBH", 0x80 | opcode, 0xFE, size)
        )
        assert self._transport is not None
        self._transport.write(head + b"\0\0\0\0" + content)


def unheard(_text: str) -> None:
    """Takes no notice."""


async def connect(*, server: str, namespace: str, auth: Json, heard: Heard = unheard) -> Wire:
    """An open connection to a namespace. Raises ConnectionError when it is refused."""
    address = urlsplit(server)
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(
        lambda: Wire(namespace=namespace, auth=auth, host=address.netloc, heard=heard),
        address.hostname or "127.0.0.1",
        address.port or 80,
    )
    await wire.opened
    return wire
