"""The same messages to everybody in a room: framed once and handed to the system in one pass.

The library's own way puts it into a queue for each socket, wakes a task for each and frames it anew for each: seven
times the work of a bare loop over the sockets. Here a socket that has nothing queued and room in the system's buffer is
given the finished frame at once. Any other takes the library's way, behind what is queued for it: so the order of a
socket's messages never changes, and one that is slow or dead delays nobody. It works where the websocket shows its
socket and its lock (eventlet); elsewhere all go the library's way. docs/adr/0017-broadcast.md has the figures.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from socket import SHUT_RDWR
from typing import Any

from engineio import packet as engine_packet
from flask_socketio import SocketIO
from socketio import packet

#: A client that lets so many messages lie is sent away; a browser comes back and asks what it missed.
MOST_QUEUED = 500


class Broadcast:
    """Sends to rooms of one Socket.IO server."""

    def __init__(self, socketio: SocketIO) -> None:
        self._io = socketio
        engine = socketio.server.eio
        plain = engine._async["websocket"]
        engine._async = engine._async | {"websocket": lambda handler, server: plain(_keeping(handler), server)}

    def emit(self, event: str, *contents: dict[str, Any], namespace: str, room: str) -> None:
        """Send events of one name, in this order, to a namespace's clients in a room: to each socket in one piece."""
        server = self._io.server
        hearers = list(server.manager.get_participants(namespace, room))
        if not hearers or not contents:
            return
        texts = [server.packet_class(packet.EVENT, namespace=namespace, data=[event, one]).encode() for one in contents]
        queued = [engine_packet.Packet(engine_packet.MESSAGE, text) for text in texts]
        frames = b"".join(_frame(one.encode()) for one in queued)
        sockets = server.eio.sockets
        for _, engine_id in hearers:
            socket = sockets.get(engine_id)
            if socket is not None and not self._sent(socket, frames):
                for one in queued:
                    server._send_eio_packet(engine_id, one)

    def send_away_deaf(self) -> int:
        """End the connections that do not take what is sent to them; how many there were."""
        deaf = [one for one in list(self._io.server.eio.sockets.values()) if one.queue.qsize() > MOST_QUEUED]
        for socket in deaf:
            socket.close(wait=False, abort=True)
            wire = getattr(socket, "wire", None)
            if wire is not None:
                _shut(wire)
        return len(deaf)

    def _sent(self, socket: Any, frames: bytes) -> bool:
        """Whether the frames went out whole, or their rest is on its way before anything else."""
        wire = getattr(socket, "wire", None)
        if wire is None or socket.closed or socket.queue.qsize() or not wire._sendlock.acquire(blocking=False):
            return False
        done = 0
        try:
            done = wire.socket.fd.send(frames)
        except BlockingIOError:
            return False
        except OSError:
            return True  # it is gone; its reader finds that out
        finally:
            if not 0 < done < len(frames):
                wire._sendlock.release()
        if done < len(frames):
            self._io.start_background_task(_finish, wire, frames[done:])
        return True


def _keeping(handler: Any) -> Any:
    """The handler of a new websocket, which keeps it with the connection's state (its own object)."""

    def keep(wire: Any) -> Any:
        if hasattr(wire, "_sendlock") and hasattr(getattr(wire, "socket", None), "fd"):
            handler.__self__.wire = wire
        return handler(wire)

    keep.__self__ = handler.__self__  # type: ignore[attr-defined]
    return keep


def _finish(wire: Any, rest: bytes) -> None:
    """Send the rest of some frames; the lock is held."""
    try:
        with suppress(OSError):  # it is gone; its reader finds that out
            wire.socket.sendall(rest)
    finally:
        wire._sendlock.release()


def _shut(wire: Any) -> None:
    with suppress(OSError):
        wire.socket.shutdown(SHUT_RDWR)


def _frame(text: str) -> bytes:
    """A whole text message as a server's websocket frame (RFC 6455, 5.2): not masked, not compressed."""
    content = text.encode()
    size = len(content)
    if size < 126:
        return struct.pack("!BB", 0x81, size) + content
    if size < 65536:
        return struct.pack("!BBH", 0x81, 126, size) + content
    return struct.pack("!BBQ", 0x81, 127, size) + content
