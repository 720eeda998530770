"""The live side as a whole: the Socket.IO server, its namespaces, the publisher and the timers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from server.clock import now_ms
from server.config import Limits
from server.domain.refusals import Refusal
from server.listening.offenders import Offenders
from server.notices.sender import Sender
from server.realtime.broadcast import Broadcast
from server.realtime.codec import Json, Text
from server.realtime.commit_feed import Incoming
from server.realtime.connections import Connection, Connections, Seen
from server.realtime.device_namespaces import AnnouncerDoor, DisplayDoor, KioskDoor
from server.realtime.guard import Guard
from server.realtime.handshake import staff_actor
from server.realtime.heartbeat import Heartbeat
from server.realtime.namespaces import CounterDoor, StaffDoor, VisitorDoor
from server.realtime.publisher import STAFF, Publisher
from server.realtime.relay import Relay
from server.realtime.wires import LARGEST_FRAME
from server.services.archive import days
from server.services.archive.archiving import Archiver
from server.services.calling import due, serving
from server.services.devices.device_status import known_status
from server.services.hall_setup import switches
from server.services.runtime import cache_refresh
from server.services.runtime.actor import SYSTEM
from server.services.runtime.command_bus import perform
from server.services.runtime.deployment import Deployment
from server.watch.bounded_log import BoundedLog
from server.watch.instruments import Instruments
from server.workers.archive_worker import Archivist
from server.workers.gc_schedule import Sweeper
from server.workers.notice_sender import NoticeRoom
from server.workers.queue_news import QueueNews
from server.workers.ticket_printer import PrintRoom

DOORS = {
    "/visitor": VisitorDoor,
    "/counter": CounterDoor,
    "/supervisor": StaffDoor,
    "/display": DisplayDoor,
    "/kiosk": KioskDoor,
    "/announcer": AnnouncerDoor,
}
#: The timer that ends days and opens halls: every so many seconds; what is due to the second is looked for each second.
TICK_S = 15
DEFAULT_LIMITS = Limits()
log = logging.getLogger(__name__)


class Live:
    """The Socket.IO server of an application and everything that runs beside it."""

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
        self.incoming = Incoming(deployment, self.relay)
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
        self._ticked, self._sweeper, self._log = time.monotonic(), Sweeper(), BoundedLog()
        instruments.timer_behind = lambda: time.monotonic() - self._ticked
        self.heartbeat = Heartbeat(
            self.broadcast, self.socketio, deployment, connections, version, incoming=self.incoming, news=news
        )
        self.tasks: list[Callable[[], None]] = [self.publisher.run, self.heartbeat.run, self._tick, *self.relay.tasks]
        self.doors = {
            name: door(name, self.socketio, deployment, connections, version, instruments=instruments, relay=self.relay)
            for name, door in DOORS.items()
        }
        for one in self.doors.values():
            one.guard = self.guard
            self.socketio.on_namespace(one)
        self.relay.on("devices", self._devices_elsewhere)

    def add_print_room(self, room: PrintRoom) -> None:
        """Let kiosks print."""
        kiosks = self.doors["/kiosk"]
        assert isinstance(kiosks, KioskDoor)
        kiosks.print_room = room
        self.tasks.append(room.run)

    def add_notice_room(self, senders: Mapping[str, Sender], *, base: str) -> None:
        """Let notices leave by these channels."""
        self.tasks += NoticeRoom(self.deployment, senders, base=base, sleep=self.socketio.sleep).tasks

    def add_archivist(self, archiver: Archiver) -> None:
        """Let old days leave the database."""
        archiver.pause = self.socketio.sleep
        self.tasks.append(Archivist(archiver, sleep=self.socketio.sleep).run)

    def start(self) -> None:
        """Start what runs beside the requests."""
        self._log.begin()
        self._sweeper.begin(now=time.monotonic())
        for task in self.tasks:
            self.socketio.start_background_task(task)

    def say_bye(self, *, retry_ms: int) -> None:
        """Tell every client that the server stops on purpose and when to come back."""
        for name in DOORS:
            self.socketio.emit("bye", {"retry_ms": retry_ms}, namespace=name)

    def disconnect(self, connection: Connection) -> None:
        """End a client's connection; a browser comes back by itself and is let in anew, or refused."""
        self.socketio.server.disconnect(connection.sid, namespace=connection.namespace)

    def _devices_elsewhere(self, told: dict[str, Any]) -> None:
        """Another server says which devices it has now."""
        if self.connections.hear(told["server"], [_seen(one) for one in told["devices"]]):
            self._tell_announcers()

    def _tell_announcers(self) -> None:
        voice = self.doors["/announcer"]
        assert isinstance(voice, AnnouncerDoor)
        for hall in {one.hall for one in self.connections.all("/announcer")}:
            voice.tell_screens(hall or "")

    def _tell_devices(self) -> None:
        """Other servers are told again and again, so that they know who is gone."""
        self.relay.tell("devices", {"server": self.relay.here, "devices": self.connections.devices_here()})
        if self.connections.forget_gone():
            self._tell_announcers()

    def _tick(self) -> None:
        for second in count():
            self._log.tell()
            try:
                if second % TICK_S == 0:
                    self.guard.end_outsiders(now=time.monotonic())
                cache_refresh.catch_up(self.deployment)
                if second % TICK_S == 0:
                    self._send_away()
                    self._sweeper.look(now=time.monotonic())
                self.broadcast.send_away_deaf()
                self._tell_devices()
                if self.deployment.database.leads():
                    self._move_on(second)
                self._ticked = time.monotonic()
            except Refusal as refused:
                log.debug("the timer waits: %s", refused.code)
            except Exception:
                log.exception("the timer failed")
            self.socketio.sleep(1)

    def _move_on(self, second: int) -> None:
        """What time does to the halls; one process of all does it."""
        if second % TICK_S == 0:
            self._housekeeping()
        switches.reopen_due(self.deployment, now=now_ms())
        serving.end_due(self.deployment, now=now_ms())
        for hall in due.halls_with_due(self.deployment, now=now_ms()):
            perform(self.deployment, days.tick, hall_code=hall, actor=SYSTEM, now=now_ms())

    def _housekeeping(self) -> None:
        for hall in self.deployment.halls:
            try:
                perform(self.deployment, days.tick, hall_code=hall.code, actor=SYSTEM, now=now_ms())
                perform(self.deployment, days.forget, hall_code=hall.code, actor=SYSTEM, now=now_ms())
            except Refusal as refused:
                log.debug("the timer of hall %s waits: %s", hall.code, refused.code)
            except Exception:
                log.exception("the timer of hall %s failed", hall.code)

    def _send_away(self) -> None:
        """End the sockets of staff whose sign-in has ended: a silent one would go on hearing the hall."""
        for connection in self.connections.all():
            if connection.namespace in STAFF and staff_actor(self.deployment, connection.secret or "") is None:
                self.disconnect(connection)


def _seen(told: dict[str, Any]) -> Seen:
    """A device at another server, which may be of another version."""
    return Seen(**told | {"status": known_status(told["namespace"].removeprefix("/"), told["status"])})
