"""Who is connected now: the sockets, the actor behind each, what each device last said of itself; devices elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from server.clock import now_ms
from server.services.runtime.actor import Actor

#: Another server that has said nothing for so long is gone, and its devices with it (s).
GONE_S = 6.0


@dataclass(slots=True)
class Connection:
    """One client in one namespace.

    secret: what it signed in with, looked at again with each command. hall: code. ticket: (id, token) of a visitor,
    with the number up to which that phone was told. page: names a screen's page as it was loaded. status: what a device
    said of itself.
    """

    namespace: str
    sid: str
    actor: Actor
    hall: str | None
    language: str
    secret: str | None = None
    ticket_id: int | None = None
    ticket_token: str | None = None
    told_seq: int = 0
    device: dict[str, Any] | None = None
    page: str | None = None
    status: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """A connected device, at this server or another."""

    namespace: str
    hall: str | None
    id: int
    zone: str | None
    name: str | None
    status: dict[str, Any]
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """How a device was when it left this server: at (ms), and what it had said of itself."""

    at: int
    status: dict[str, Any]


class Connections:
    """All live connections of this process, and the devices of which other servers told."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str], Connection] = {}
        self._visitors: dict[int, dict[str, Connection]] = {}
        self._elsewhere: dict[str, tuple[float, list[Seen]]] = {}
        self._left: dict[int, Left] = {}

    def add(self, connection: Connection) -> None:
        """Remember a client that was let in."""
        self._by_key[connection.namespace, connection.sid] = connection
        if connection.ticket_id is not None:
            self._visitors.setdefault(connection.ticket_id, {})[connection.sid] = connection

    def find(self, namespace: str, sid: str) -> Connection | None:
        """The client behind a socket."""
        return self._by_key.get((namespace, sid))

    def remove(self, namespace: str, sid: str) -> Connection | None:
        """Forget a client that left."""
        gone = self._by_key.pop((namespace, sid), None)
        if gone and gone.actor.kind == "device":
            self._left[gone.actor.id] = Left(now_ms(), gone.status)
        if gone and gone.ticket_id is not None:
            phones = self._visitors[gone.ticket_id]
            del phones[sid]
            if not phones:
                del self._visitors[gone.ticket_id]
        return gone

    def all(self, namespace: str | None = None) -> Iterator[Connection]:
        """The clients of a namespace, or of all."""
        return (one for one in list(self._by_key.values()) if namespace in (None, one.namespace))

    def of_device(self, device_id: int) -> Iterator[Connection]:
        """The sockets of a device."""
        return (one for one in self.all() if one.actor.kind == "device" and one.actor.id == device_id)

    def left(self, device_id: int) -> Left | None:
        """How a device was when it last left this server; None when it never did."""
        return self._left.get(device_id)

    def of_ticket(self, ticket_id: int) -> list[Connection]:
        """The phones that look at a ticket."""
        return list(self._visitors.get(ticket_id, {}).values())

    def seen(self, namespace: str | None = None) -> Iterator[Seen]:
        """The devices of a namespace, or of all, at whichever server they are."""
        there = [one for _, devices in self._elsewhere.values() for one in devices]
        return (one for one in [*self.devices_here(), *there] if namespace in (None, one.namespace))

    def devices_here(self) -> list[Seen]:
        """The devices at this server."""
        return [
            Seen(one.namespace, one.hall, one.actor.id, device.get("zone"), device.get("name"), one.status, one.page)
            for one in self.all()
            if one.actor.kind == "device"
            for device in (one.device or {},)
        ]

    def hear(self, server: str, devices: list[Seen]) -> bool:
        """Learn which devices another server has; whether that is news."""
        _, before = self._elsewhere.get(server, (0.0, []))
        self._elsewhere[server] = (time.monotonic(), devices)
        return devices != before

    def forget_gone(self) -> bool:
        """Forget servers that have said nothing for long; whether there were devices."""
        gone = [name for name, (heard, _) in self._elsewhere.items() if time.monotonic() - heard > GONE_S]
        devices = [self._elsewhere.pop(name)[1] for name in gone]
        return any(devices)
