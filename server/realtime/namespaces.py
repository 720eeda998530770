"""The Socket.IO namespaces: thin doors like those of REST, before the same services."""

from __future__ import annotations

import logging
import time
from typing import Any

from flask import request
from flask_socketio import Namespace, SocketIO

from server.clock import now_ms
from server.domain.field_words import characters
from server.domain.hours import to_text
from server.domain.plain_text import has_control
from server.domain.refusals import Refusal
from server.realtime.codec import Malformed
from server.realtime.connections import Connection, Connections
from server.realtime.guard import Guard
from server.realtime.handshake import let_in, refused
from server.realtime.publisher import hall_room
from server.realtime.relay import Relay
from server.services.queries import visitor_view
from server.services.runtime import event_log
from server.services.runtime.actor import PUBLIC
from server.services.runtime.audiences import STREAM_OF_NAMESPACE
from server.services.runtime.command_bus import run_query
from server.services.runtime.deployment import Deployment
from server.watch import logs
from server.watch.instruments import Instruments

log = logging.getLogger(__name__)


class HallNamespace(Namespace):  # type: ignore[misc]
    """What all namespaces share: letting in, sync, and errors as answers."""

    guard: Guard

    def __init__(
        self,
        name: str,
        socketio: SocketIO,
        deployment: Deployment,
        connections: Connections,
        version: str,
        *,
        instruments: Instruments,
        relay: Relay,
    ) -> None:
        super().__init__(name)
        self.instruments, self.relay = instruments, relay
        self.io, self.deployment, self.connections, self.version = socketio, deployment, connections, version
        self.stream = STREAM_OF_NAMESPACE[name]

    def on_connect(self, auth: Any = None) -> None:
        """Let a client in, or refuse it with the error's code; a fault of ours, too, leaves it outside."""
        sid = _sid()
        try:
            connection = let_in(self.deployment, self.namespace, sid, auth)
            self.enter(connection)
        except Exception as error:  # noqa: BLE001 - the client is told, and a fault is logged
            self.connections.remove(self.namespace, sid)
            raise refused(error, namespace=self.namespace) from None
        if connection.actor is not PUBLIC:
            self.guard.know(sid, self.namespace)

    def enter(self, connection: Connection) -> None:
        """Remember a client that was let in and join its rooms."""
        self.connections.add(connection)

    def on_disconnect(self, *_reason: Any) -> None:
        """Forget a client."""
        gone = self.connections.remove(self.namespace, _sid())
        if gone:
            self.leave(gone)

    def leave(self, connection: Connection) -> None:
        """A client has left."""

    def speaker(self, sid: str) -> Connection:
        """The client behind a socket. Raises Refusal `not_signed_in` when it was never let in."""
        connection = self.connections.find(self.namespace, sid)
        if connection is None:
            raise Refusal("not_signed_in")
        return connection

    def trigger_event(self, event: str, *arguments: Any) -> Any:
        """Run `on_EVENT(connection, content)`; a refusal, and a fault of ours, is an answer and breaks nothing.

        Only connect and disconnect go by Flask-SocketIO's way, which opens a request context: no other handler
        needs one, and it would cost more than a command does.
        """
        if event in ("connect", "disconnect") and self._is_told_by_server(event, arguments):
            return super().trigger_event(event, *arguments)
        sid, content = arguments[0], arguments[1] if len(arguments) > 1 else {}
        handler = None if event in ("connect", "disconnect") else getattr(self, f"on_{event}", None)
        begun = time.perf_counter()
        with logs.request(logs.chosen_or_new(content.get("request_id") if isinstance(content, dict) else None)):
            try:
                if isinstance(content, Malformed):
                    raise content.refusal
                if handler is None:
                    raise Refusal("unknown_route")
                if not isinstance(content, dict):
                    raise Refusal("malformed", reason="a JSON object is needed", reason_zh="须为 JSON 对象")
                answer = {"ok": True} | handler(self.speaker(sid), content)
                result = "ok"
            except Refusal as refused:
                answer, result = {"ok": False} | refused.envelope(self._language(sid)), refused.code
            except Exception:
                log.exception("%s on %s failed", event, self.namespace)
                answer, result = {"ok": False} | Refusal("internal").envelope(self._language(sid)), "internal"
        command = event if handler else "unknown"
        self.instruments.commands.labels(self.namespace, command, result).inc()
        self.instruments.command_time.labels(self.namespace, command).observe(time.perf_counter() - begun)
        return answer

    def _is_told_by_server(self, event: str, arguments: tuple[Any, ...]) -> bool:
        """Whether a client really came or went: anybody may send a message with such a name."""
        if event == "connect":
            environ = arguments[1] if len(arguments) > 1 else None
            return isinstance(environ, dict) and hasattr(environ.get("wsgi.input"), "read")
        return not self.io.server.manager.is_connected(arguments[0], self.namespace)

    def _language(self, sid: str) -> str:
        connection = self.connections.find(self.namespace, sid)
        return connection.language if connection else "en"

    def on_sync(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """Give a client what it missed. It joins the room first, so that nothing falls between."""
        seq, zone = content.get("seq"), content.get("zone")
        if not (seq is None or (isinstance(seq, int) and not isinstance(seq, bool) and seq >= 0)):
            raise Refusal(
                "invalid",
                field="seq",
                reason="a number that is not negative, or null",
                reason_zh="必须是不小于 0 的整数，或 null",
            )
        if not (zone is None or isinstance(zone, str)):
            raise Refusal("invalid", field="zone", reason="a code", reason_zh="必须是代码")
        hall = self.deployment.hall(self._hall_asked(connection, content))
        if zone is not None:
            hall.zone(zone)
        connection.hall = hall.code
        self.join(connection, hall_room(hall.code))
        return self.answer(hall.code, self.missed(connection, seq, zone))

    def join(self, connection: Connection, room: str) -> None:
        """Let a client hear a room."""
        self.io.server.enter_room(connection.sid, room, namespace=self.namespace)

    def missed(self, connection: Connection, seq: int | None, zone: str | None) -> dict[str, Any]:
        """Events or a snapshot of this namespace's stream."""
        assert connection.hall
        return run_query(
            self.deployment,
            event_log.sync,
            hall_code=connection.hall,
            actor=connection.actor,
            now=now_ms(),
            stream=self.stream,
            seq=seq,
            zone=zone,
        )

    def answer(self, hall: str, content: dict[str, Any]) -> dict[str, Any]:
        """An answer with the server's time and version."""
        return content | {"time": to_text(now_ms(), self.deployment.hall(hall).time_zone), "version": self.version}

    def _hall_asked(self, connection: Connection, content: dict[str, Any]) -> str:
        asked = content.get("hall", connection.hall)
        if not isinstance(asked, str):
            raise Refusal("invalid", field="hall", reason="a hall's code", reason_zh="必须是大厅代码")
        if connection.actor.kind == "device" and asked != connection.hall:
            raise Refusal("forbidden")
        return asked


class VisitorNamespace(HallNamespace):
    """`/visitor`: a phone with its ticket's token sees that ticket, and hears how the hall's queues move."""

    def enter(self, connection: Connection) -> None:
        """The room is joined for the news of the queues; a ticket's own events go to its phones alone."""
        super().enter(connection)
        if connection.hall:
            self.join(connection, hall_room(connection.hall))

    def on_sync(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """The ticket as it is now."""
        assert connection.hall and connection.ticket_token
        view = run_query(
            self.deployment,
            visitor_view.view,
            hall_code=connection.hall,
            actor=connection.actor,
            now=now_ms(),
            token=connection.ticket_token,
        )
        connection.told_seq = view["seq"]
        return self.answer(connection.hall, {"seq": view["seq"], "snapshot": view})


def _sid() -> str:
    """The socket that is connecting or leaving: Flask-SocketIO hangs it on the request."""
    return str(request.sid)  # type: ignore[attr-defined]


def code_field(fields: dict[str, Any], name: str) -> str:
    """Take a code out of a message's fields. Raises Refusal `invalid`."""
    value = fields.pop(name, None)
    if not isinstance(value, str) or not 1 <= len(value) <= 40:
        raise Refusal("invalid", field=name, reason="a code is needed", reason_zh="须填写代码")
    return value


def request_id_field(fields: dict[str, Any]) -> str | None:
    """Take the `request_id` out of a message's fields, None where it has none. Raises Refusal `invalid`."""
    key = fields.pop("request_id", None)
    if key is None:
        return None
    if not isinstance(key, str) or not 1 <= len(key) <= 120 or has_control(key):
        raise Refusal("invalid", field="request_id", **characters(1, 120))
    return key
