"""What a socket may send: no more than so much a second, and nothing but packets. Past that it is closed.

The libraries read on as long as there is something to read, and go on after what is no packet: one connection held up
all the others, and each bad frame left a traceback in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask_socketio import SocketIO
from socketio import packet

from server.listening.addresses import ADDRESS
from server.listening.offenders import Offenders
from server.realtime.meter import CONNECT, Meter
from server.realtime.wires import LARGEST_FRAME, watch_eventlet, watch_gevent, watch_threads

#: A line in the log shows no more of what came.
SHOWN = 40
#: So long a socket may be in no namespace (s): before it enters one, and after it has left the last.
OUTSIDE_S = 15.0
#: The first sign of an Engine.IO packet.
KINDS = frozenset("0123456")
log = logging.getLogger(__name__)


class NoPacket(ValueError):
    """What came is no packet of Socket.IO; the message shows its beginning."""


class Connection:
    """One Engine.IO connection, watched."""

    def __init__(self, guard: Guard, socket: Any) -> None:
        self.guard, self.socket = guard, socket
        self.meter = Meter(guard.most)
        self.ended = False
        #: Since when it was seen in no namespace (s).
        self.outside_since: float | None = None
        #: Bytes of the message that is coming, as they came.
        self._received = 0
        self.end: Callable[[], None] = lambda: socket.close(wait=False, abort=True)

    def frame(self, size: int, whole: int) -> None:
        """Count a frame; let others run."""
        self.guard.pause()
        self._received += size
        self.count(size)
        if whole > LARGEST_FRAME:
            self.close("a message in parts that is too large")
        if self.ended:
            raise OSError("closed for what it sent")

    def count(self, size: int, *, times: int = 1) -> None:
        """Count a message, and close the connection when it was one too many."""
        if self.meter.take(size, times=times):
            self.close("too much within a second")

    def broken(self) -> None:
        """Note what was no frame."""
        self.close("no frame of a websocket")

    def checked(self, message: Any) -> Any:
        """The message, or None for what is no packet of Engine.IO."""
        if self.ended or message is None:
            return None
        if not (isinstance(message, str) and message[:1] in KINDS and message):
            self.close(f"no packet: {shown(message)}")
            return None
        unpacked, self._received = len(message) - self._received, 0
        if unpacked > 0:  # it came compressed
            self.count(unpacked, times=0)
        return None if self.ended else message

    def close(self, reason: str) -> None:
        """End the connection for what it sent."""
        if self.ended:
            return
        self.ended = True
        address = self.guard.address(self.socket.sid)
        self.guard.offenders.note(address)
        log.warning("a socket of %s was closed: %s", address, reason)
        self.end()


class Guard:
    """Watches all connections of one Socket.IO server. most: messages a second of one socket (see Meter)."""

    def __init__(self, socketio: SocketIO, *, mode: str, most: int, offenders: Offenders) -> None:
        self.server, self.most, self.offenders = socketio.server, most, offenders
        engine = socketio.server.eio
        self._engine = engine
        engine.handlers["message"] = self.message
        self._plain = engine._async["websocket"]
        engine._async = engine._async | {"websocket": getattr(self, f"_{mode}")}

    def pause(self) -> None:
        """Let others run."""
        self._engine.sleep(0)

    def address(self, engine_id: str) -> str:
        """Whose connection it is."""
        environ = self.server.environ.get(engine_id, {})
        return str(environ.get(ADDRESS) or environ.get("REMOTE_ADDR", ""))

    def connection(self, engine_id: str) -> Connection | None:
        """What watches a connection; None when it is gone."""
        socket = self._engine.sockets.get(engine_id)
        if socket is None:
            return None
        watching = getattr(socket, "watching", None)
        if watching is None:
            watching = socket.watching = Connection(self, socket)
        return watching

    def know(self, sid: str, namespace: str) -> None:
        """A device or a member of staff was let in."""
        found = self.connection(self.server.manager.eio_sid_from_sid(sid, namespace))
        if found:
            found.meter.known = True

    def end_outsiders(self, *, now: float) -> None:
        """End the sockets that have been in no namespace for long: they answer pings, and would stay for ever.

        now: s of any clock.
        """
        manager = self.server.manager
        members = (manager.get_participants(name, None) for name in list(manager.get_namespaces()))
        inside = {engine_id for one in members for _, engine_id in one}
        ended = [one for engine_id in list(self._engine.sockets) if (one := self._outsider(engine_id, inside, now))]
        if ended:
            some = sorted({self.address(one.socket.sid) for one in ended} - {""})
            log.warning("%d sockets that entered no namespace were closed, of %s", len(ended), ", ".join(some[:3]))
        for one in ended:
            one.ended = True
            one.end()

    def _outsider(self, engine_id: str, inside: set[str], now: float) -> Connection | None:
        """What watches a connection whose time outside is over."""
        found = self.connection(engine_id)
        if found is None or found.ended:
            return None
        if engine_id in inside:
            found.outside_since = None
            return None
        found.outside_since = now if found.outside_since is None else found.outside_since
        return found if now - found.outside_since >= OUTSIDE_S else None

    def message(self, engine_id: str, content: Any) -> None:
        """Hand on what is a packet of Socket.IO: the library's own way in, without bytes, of which we send none."""
        found = self.connection(engine_id)
        if found is None or found.ended:
            return
        if not found.socket.upgraded:  # by a request, whose packets no websocket has counted
            self.pause()
            found.count(len(content))
        try:
            one = self._packet(content)
        except NoPacket as wrong:
            found.close(f"no packet: {wrong}")
            return
        if one.packet_type == packet.CONNECT:
            found.count(0, times=CONNECT)
        if not found.ended:
            self._hand_on(engine_id, one)

    def _packet(self, content: Any) -> Any:
        try:
            if not isinstance(content, str):
                raise ValueError("bytes")
            one = self.server.packet_class(encoded_packet=content)
        except Exception:  # noqa: BLE001 - the library says in many ways that it cannot read something
            raise NoPacket(shown(content)) from None
        event = one.packet_type == packet.EVENT
        known = one.packet_type in (packet.CONNECT, packet.DISCONNECT, packet.EVENT, packet.ACK)
        if not known or (event and not (isinstance(one.data, list) and one.data)):
            raise NoPacket(shown(content))
        return one

    def _hand_on(self, engine_id: str, one: Any) -> None:
        if one.packet_type == packet.CONNECT:
            self.server._handle_connect(engine_id, one.namespace, one.data)
        elif one.packet_type == packet.DISCONNECT:
            self.server._handle_disconnect(engine_id, one.namespace, self.server.reason.CLIENT_DISCONNECT)
        elif one.packet_type == packet.EVENT:
            self.server._handle_event(engine_id, one.namespace, one.id, one.data)
        else:
            self.server._handle_ack(engine_id, one.namespace, one.id, one.data)

    def _eventlet(self, handler: Any, server: Any) -> Any:
        made = self._plain(self._watched(handler, watch_eventlet), server)
        made.support_legacy_versions = False  # drafts of 2010 and 2011, whose messages have no bound
        return made

    def _gevent(self, handler: Any, server: Any) -> Any:
        return self._plain(self._watched(handler, watch_gevent), server)

    def _watched(self, handler: Any, watch: Callable[[Any, Any], None]) -> Any:
        def watched(wire: Any) -> Any:
            found = self.connection(handler.__self__.sid)
            if found:
                watch(wire, found)
            return handler(wire)

        return watched

    def _threading(self, handler: Any, server: Any) -> Any:
        import simple_websocket  # type: ignore[import-untyped]

        made = self._plain(handler, server)
        plain, found = made.wait, self.connection(handler.__self__.sid)
        assert found

        def serve(environ: dict[str, Any], _start_response: Any) -> Any:
            made.ws = watch_threads(simple_websocket, environ, found)
            made.wait = lambda: found.checked(plain())
            handler(made)
            raise ConnectionError  # what Werkzeug takes for the end of the connection, without an answer

        return serve


def shown(content: Any) -> str:
    """The beginning of what came, for a line of the log."""
    return ascii(content[:SHOWN]) if isinstance(content, str | bytes) else type(content).__name__
