"""Who is connected now: the sockets, the actor behind each, and what each device last said of itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from server.services.actor import Actor


@dataclass(slots=True)
class Connection:
    """One client in one namespace.

    secret: what it signed in with, looked at again with each command. hall: code. ticket: (id, token) of a visitor,
    with the number up to which that phone was told. status: what a device said of itself.
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
    status: dict[str, Any] = field(default_factory=dict)


class Connections:
    """All live connections of this process."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str], Connection] = {}
        self._visitors: dict[int, dict[str, Connection]] = {}

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

    def of_ticket(self, ticket_id: int) -> list[Connection]:
        """The phones that look at a ticket."""
        return list(self._visitors.get(ticket_id, {}).values())
