"""The live side as a whole: the Socket.IO server, its namespaces, the publisher and the heartbeat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from server.listening.offenders import Offenders
from server.realtime.broadcast import Broadcast
from server.realtime.codec import Json, Text
from server.realtime.commit_feed import CommitFeed
from server.realtime.connections import Connection, Connections, Seen
from server.realtime.device_namespaces import AnnouncerNamespace, DisplayNamespace, KioskNamespace
from server.realtime.guard import Guard
from server.realtime.heartbeat import Heartbeat
from server.realtime.namespaces import VisitorNamespace
from server.realtime.publisher import Publisher
from server.realtime.queue_news import QueueNews
from server.realtime.relay import Relay
from server.realtime.staff_namespaces import CounterNamespace, StaffNamespace
from server.realtime.wires import LARGEST_FRAME
from server.services.devices.device_status import known_status
from server.services.runtime.deployment import Deployment
from server.settings.config import Limits
from server.watch.instruments import Instruments

NAMESPACES = {
    "/visitor": VisitorNamespace,
    "/counter": CounterNamespace,
    "/supervisor": StaffNamespace,
    "/display": DisplayNamespace,
    "/kiosk": KioskNamespace,
    "/announcer": AnnouncerNamespace,
}
DEFAULT_LIMITS = Limits()


class Live:
    """The Socket.IO server of an application."""

    def __init__(
        self,
        flask: Flask,
        deployment: Deployment,
        connections: Connections,
        *,
        mode: str,
        version: str,
        instruments: Instruments,
        limits: Limits = DEFAULT_LIMITS,
        offenders: Offenders | None = None,
        redis_url: str | None = None,
    ) -> None:
        self.deployment, self.connections = deployment, connections
        self.socketio = SocketIO(
            flask,
            async_mode=mode,
            transports=["websocket"],
            manage_session=False,
            json=Json,
            serializer=Text,
            max_http_buffer_size=LARGEST_FRAME,
            ping_interval=20,
            ping_timeout=20,
        )
        offenders = offenders or Offenders(limits.closed_sockets)
        self.guard = Guard(self.socketio, mode=mode, most=limits.messages, offenders=offenders)
        self.broadcast = Broadcast(self.socketio)
        self.relay = Relay(self.socketio, redis_url, channel=f"hallcall:{deployment.keys.hash('relay')}")
        self.incoming = CommitFeed(deployment, self.relay)
        news = QueueNews(self.broadcast)
        self.publisher = Publisher(
            self.broadcast,
            self.socketio,
            deployment,
            connections,
            self.incoming,
            instruments=instruments,
            heard=news.hear,
        )
        instruments.redis_up = lambda: self.relay.up
        self.heartbeat = Heartbeat(
            self.broadcast, self.socketio, deployment, connections, version, incoming=self.incoming, news=news
        )
        self.tasks: list[Callable[[], None]] = [self.publisher.run, self.heartbeat.run, *self.relay.tasks]
        self.namespaces = {
            name: namespace(
                name, self.socketio, deployment, connections, version, instruments=instruments, relay=self.relay
            )
            for name, namespace in NAMESPACES.items()
        }
        for one in self.namespaces.values():
            one.guard = self.guard
            self.socketio.on_namespace(one)
        self.relay.on("devices", self._devices_elsewhere)

    @property
    def kiosks(self) -> KioskNamespace:
        """The namespace of the ticket machines and their printers."""
        kiosks = self.namespaces["/kiosk"]
        assert isinstance(kiosks, KioskNamespace)
        return kiosks

    def start(self, beside: Sequence[Callable[[], None]] = ()) -> None:
        """Start the tasks of the live side, and those that run beside it."""
        for task in (*self.tasks, *beside):
            self.socketio.start_background_task(task)

    def say_bye(self, *, retry_ms: int) -> None:
        """Tell every client that the server stops on purpose and when to come back."""
        for name in NAMESPACES:
            self.socketio.emit("bye", {"retry_ms": retry_ms}, namespace=name)

    def disconnect(self, connection: Connection) -> None:
        """End a client's connection; a browser comes back by itself and is let in anew, or refused."""
        self.socketio.server.disconnect(connection.sid, namespace=connection.namespace)

    def _devices_elsewhere(self, told: dict[str, Any]) -> None:
        """Another server says which devices it has now."""
        if self.connections.hear(told["server"], [_seen(one) for one in told["devices"]]):
            self._tell_announcers()

    def _tell_announcers(self) -> None:
        voice = self.namespaces["/announcer"]
        assert isinstance(voice, AnnouncerNamespace)
        for hall in {one.hall for one in self.connections.all("/announcer")}:
            voice.tell_screens(hall or "")

    def tell_devices(self) -> None:
        """Other servers are told again and again, so that they know who is gone."""
        self.relay.tell("devices", {"server": self.relay.here, "devices": self.connections.devices_here()})
        if self.connections.forget_gone():
            self._tell_announcers()


def _seen(told: dict[str, Any]) -> Seen:
    """A device at another server, which may be of another version."""
    return Seen(**told | {"status": known_status(told["namespace"].removeprefix("/"), told["status"])})
