"""The limit of a push: a bare loop that sends one ready frame to every socket. Run as a process of its own.

`python -m bench.raw_fanout PORT SOCKETS ROUNDS` accepts SOCKETS websockets as a Socket.IO server would, then sends
ROUNDS frames of an event's size to all of them, a quarter of a second apart. It knows nothing else of the protocol.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import time

FILLER = "x" * 380
"""Makes the frame as long as a public ticket_called event."""


def serve(port: int, sockets: int, rounds: int) -> None:
    """Accept, then send to all in a loop."""
    with socket.create_server(("127.0.0.1", port), backlog=4096) as listener:
        print("listening", flush=True)
        clients = [_accept(listener) for _ in range(sockets)]
    for seq in range(rounds):
        time.sleep(0.25)
        event = {"seq": seq, "at": time.time(), "kind": "ticket_called", "filler": FILLER}
        frame = _frame(f'42/display,["event",{json.dumps(event)}]')
        for client in clients:
            client.send(frame)
    clients[0].recv(65536)  # the driver closes when it has all
    for client in clients:
        client.close()


def _accept(listener: socket.socket) -> socket.socket:
    client, _ = listener.accept()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = b""
    while b"\r\n\r\n" not in request:
        request += client.recv(65536)
    client.sendall(b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + _frame('0{"sid":"raw"}'))
    client.recv(65536)  # the namespace is asked for
    client.sendall(_frame('40/display,{"sid":"raw"}'))
    return client


def _frame(text: str) -> bytes:
    content = text.encode()
    size = len(content)
    return (struct.pack("!BB", 0x81, size) if size < 126 else struct.pack("!BBH", 0x81, 126, size)) + content


if __name__ == "__main__":
    serve(*(int(argument) for argument in sys.argv[1:4]))
