"""Sockets that send without a pause, and come again when they are closed: `python -m bench.attackers PORT KIND N S`.

N of them for S seconds, against this machine alone. The last line says how often they were closed.
"""

from __future__ import annotations

import base64
import os
import socket
import struct
import sys
import threading
import time

HOST = "127.0.0.1"
TEXT, BINARY, PING = 1, 2, 9
#: So many frames go out in one piece; a socket that was refused waits so long (s).
TOGETHER, AGAIN_S = 50, 0.05


def frame(kind: int, content: bytes) -> bytes:
    """A whole masked frame of less than 126 bytes (RFC 6455, 5.2); a mask of zeros changes nothing."""
    return struct.pack("!BB", 0x80 | kind, 0x80 | len(content)) + bytes(4) + content


#: What each kind sends, again and again.
KINDS = {
    "messages": frame(TEXT, b'42["nothing",{}]'),
    "nonsense": frame(TEXT, b"nonsense"),
    "pings": frame(PING, b""),
    "bytes": frame(BINARY, b"bytes"),
    "entering": frame(TEXT, b'40/visitor,{"ticket":"nobody"}'),
}


class Attacker(threading.Thread):
    """One that sends `content` until the time is over (s of time.monotonic), by one connection after the other."""

    def __init__(self, port: int, content: bytes, until: float, *, source: tuple[str, int] | None) -> None:
        super().__init__(daemon=True)
        self._source = source
        self._port, self._content, self._until = port, content * TOGETHER, until
        self.closed = 0

    def run(self) -> None:
        """Attack."""
        while time.monotonic() < self._until:
            try:
                self._once()
            except OSError:
                self.closed += 1
            time.sleep(AGAIN_S)

    def _once(self) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {HOST}:{self._port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        )
        patience = max(0.1, self._until - time.monotonic())
        with socket.create_connection((HOST, self._port), timeout=patience, source_address=self._source) as wire:
            wire.sendall(f"{head}Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
            if not wire.recv(4096).startswith(b"HTTP/1.1 101"):
                return
            self._send(wire)

    def _send(self, wire: socket.socket) -> None:
        while time.monotonic() < self._until:
            wire.sendall(self._content)


def attack(port: int, kind: str, count: int, seconds: float) -> int:
    """How often the attackers were closed."""
    until = time.monotonic() + seconds
    # An address of its own for each kind, where the loopback has more than one: the server remembers.
    source = (f"127.0.0.{10 + list(KINDS).index(kind)}", 0) if sys.platform == "linux" else None
    attackers = [Attacker(port, KINDS[kind], until, source=source) for _ in range(count)]
    for one in attackers:
        one.start()
    for one in attackers:
        one.join()
    return sum(one.closed for one in attackers)


if __name__ == "__main__":
    print("attacking", flush=True)
    print(attack(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])), flush=True)
