"""Each frame that comes by a websocket is seen before the library acts on it, whichever library that is.

Those of control (a ping is answered each time) and the parts of a message never reach the code above, and a message in
parts has no bound of its own there. So the guard sits where a frame has just been read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from socket import SHUT_RDWR
from typing import Any, Protocol

#: A frame from a client is small, and so is a message of several; a larger one ends its connection.
LARGEST_FRAME = 64 * 1024
#: What a part of a message costs in memory beside its bytes.
PART = 16
#: "Policy violation" (RFC 6455, 7.4.1), as a whole frame.
GOODBYE = b"\x88\x02\x03\xf0"


class Line(Protocol):
    """What watches one connection."""

    #: Ends the connection at once.
    end: Callable[[], None]

    def frame(self, size: int, whole: int) -> None:
        """A frame of `size` bytes came; its message has `whole` so far. Raises OSError to end the connection."""

    def broken(self) -> None:
        """What came was no frame; the library ends the connection."""

    def checked(self, message: Any) -> Any:
        """The message, or None for what is no packet, whose connection ends."""


def shut(sock: Any) -> None:
    """End a TCP connection, whoever reads or writes it now."""
    with suppress(OSError):
        sock.shutdown(SHUT_RDWR)


def watch_eventlet(wire: Any, line: Line) -> None:
    """Watch a websocket of eventlet's."""
    receive, wait = wire._recv_frame, wire.wait

    def frame(message: Any = None) -> Any:
        known = len(message.data) if message else 0
        try:
            found = receive(message=message)
        except Exception as error:
            if hasattr(error, "status"):  # its own name for what breaks the protocol, not for a line that is gone
                line.broken()
            raise
        parts = found.data[known:] if found is message else found.data
        line.frame(sum(map(len, parts)), sum(map(len, found.data)) + PART * len(found.data))
        return found

    def wait_checked() -> Any:
        try:
            message = wait()
        except OSError:
            raise
        except Exception:  # text that is no UTF-8, content that was not compressed
            line.broken()
            raise
        return line.checked(message)

    def end() -> None:
        if wire._sendlock.acquire(blocking=False):
            try:
                with suppress(OSError):
                    wire.socket.fd.send(GOODBYE)
            finally:
                wire._sendlock.release()
        wire.websocket_closed = True
        shut(wire.socket)

    line.end = end
    wire._recv_frame, wire.wait, wire._apply_mask = frame, wait_checked, unmasked


def unmasked(data: bytes, mask: tuple[int, ...], length: int | None = None, offset: int = 0) -> bytes:
    """A frame's content without its mask (RFC 6455, 5.3), in one step in place of one for each byte."""
    size = len(data)
    turned = bytes(mask[offset % 4 :] + mask[: offset % 4])
    key = (turned * (size // 4 + 1))[:size]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def watch_gevent(wire: Any, line: Line) -> None:
    """Watch a websocket of gevent-websocket's, which has slots: so its class is changed."""
    from geventwebsocket.exceptions import ProtocolError
    from geventwebsocket.websocket import Header, WebSocket

    plain = wire._sock
    whole = 0

    class Watched(WebSocket):  # type: ignore[misc,unused-ignore]
        __slots__ = ()

        def read_frame(self) -> tuple[Any, bytes]:
            nonlocal whole
            header = Header.decode_header(self.stream)
            control = header.opcode & self.OPCODE_CLOSE
            if header.flags or header.length > LARGEST_FRAME:
                line.broken()
                raise ProtocolError
            if not control:
                whole = header.length + PART + (whole if header.opcode == self.OPCODE_CONTINUATION else 0)
            line.frame(header.length, 0 if control else whole)
            content = self.raw_read(header.length) if header.length else b""
            if len(content) != header.length:
                raise OSError("the connection ended within a frame")
            return header, header.unmask_payload(content) if header.mask and content else content

    plain.__class__ = Watched
    wait = wire.wait
    wire.wait = lambda: line.checked(wait())
    line.end = lambda: shut(plain.handler.socket)


def watch_threads(driver: Any, environ: dict[str, Any], line: Line) -> Any:
    """A websocket of simple-websocket's (`driver` is the library) that is watched."""

    class Watched(driver.Server):  # type: ignore[misc]
        def handshake(self) -> None:
            super().handshake()
            events, self.ws.events = self.ws.events, lambda: self._seen(events)

        def _seen(self, events: Callable[[], Iterator[Any]]) -> Iterator[Any]:
            for event in events():
                content = getattr(event, "data", None) or getattr(event, "payload", None) or ""
                size = len(content)
                line.frame(size, self.incoming_message_len + size)
                yield event

        def _thread(self) -> None:
            try:
                super()._thread()
            except Exception:  # noqa: BLE001 - whatever it is, this connection is over
                line.broken()
                raise SystemExit from None  # ends this thread alone
            finally:
                self.connected = False
                self.event.set()

    line.end = lambda: shut(environ["werkzeug.socket"])
    return Watched(environ, max_message_size=LARGEST_FRAME)
