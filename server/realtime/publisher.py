"""After the commit: events go to the rooms that may see them, in the order of their numbers.

A push is a hint for speed. A client that missed one sees a gap in `prev` and asks for sync.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from itertools import groupby
from typing import Any, TypeVar

from flask_socketio import SocketIO

from server.clock import now_ms
from server.domain.refusals import Refusal
from server.realtime.broadcast import Broadcast
from server.realtime.commit_feed import CommitFeed
from server.realtime.connections import Connection, Connections
from server.services.queries import visitor_view
from server.services.runtime import audiences
from server.services.runtime.actor import SYSTEM
from server.services.runtime.command_bus import run_query
from server.services.runtime.deployment import Deployment, Event
from server.watch.instruments import Instruments

STAFF, PUBLIC = ("/counter", "/supervisor"), ("/display", "/kiosk", "/announcer")
Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


def hall_room(code: str) -> str:
    """The room of a hall's clients, the same name in each namespace."""
    return f"hall:{code}"


def device_room(device_id: int) -> str:
    """The room of one device's sockets."""
    return f"device:{device_id}"


class Publisher:
    """Pushes committed events, of this server and of others, from a task of its own."""

    def __init__(
        self,
        broadcast: Broadcast,
        socketio: SocketIO,
        deployment: Deployment,
        connections: Connections,
        incoming: CommitFeed,
        *,
        instruments: Instruments,
        heard: Callable[[Event], None] = lambda _event: None,
    ) -> None:
        self.heard = heard
        self.broadcast, self.socketio, self.instruments = broadcast, socketio, instruments
        self.deployment, self.connections, self.incoming = deployment, connections, incoming
        instruments.push_behind = incoming.behind

    def run(self) -> None:
        """Push for ever."""
        for batch in self.incoming.batches():
            for _, events in groupby(batch.events, key=lambda event: event.hall.code):
                self.push(list(events))
            for commit in batch.own:
                self.instruments.delivery.observe(time.perf_counter() - commit.moment)
                self.instruments.count(commit.events)

    def push(self, events: list[Event]) -> None:
        """Send events of one hall, in their order, to everybody who may see them."""
        room = hall_room(events[0].hall.code)
        for namespaces, look in ((STAFF, audiences.for_staff), (PUBLIC, audiences.for_public)):
            seen = [one for event in events if (one := self._guarded(event, look))]
            for namespace in namespaces:
                self.broadcast.emit("event", *seen, namespace=namespace, room=room)
        for event in events:
            self._guarded(event, self._push_to_phones)
            self._guarded(event, self.heard)

    def _guarded(self, event: Event, act: Callable[[Event], Answer]) -> Answer | None:
        """Do it; an event that cannot be pushed must not silence the hall: clients sync over the gap."""
        try:
            return act(event)
        except Refusal as refused:
            log.debug("event %s of hall %s was not pushed: %s", event.seq, event.hall.code, refused.code)
        except Exception:
            log.exception("event %s of hall %s was not pushed", event.seq, event.hall.code)
        return None

    def _push_to_phones(self, event: Event) -> None:
        if event.ticket_id is not None:
            self._push_to_holders(event, event.ticket_id)
        every = audiences.for_every_visitor(event)
        if every:
            for phone in self.connections.all("/visitor"):
                if phone.hall == event.hall.code:
                    self._tell(phone, every)

    def _push_to_holders(self, event: Event, ticket_id: int) -> None:
        for phone in self.connections.of_ticket(ticket_id):
            assert phone.ticket_token is not None
            view = run_query(
                self.deployment,
                visitor_view.view,
                hall_code=event.hall.code,
                actor=SYSTEM,
                now=now_ms(),
                token=phone.ticket_token,
            )
            self._tell(phone, audiences.for_visitor(event, view))

    def _tell(self, phone: Connection, event: dict[str, Any]) -> None:
        """Push to one phone, unless its last sync had this event in it; what comes before it is that phone's own."""
        if event["seq"] > phone.told_seq:
            told = event | {"prev": phone.told_seq}
            phone.told_seq = event["seq"]
            self.socketio.emit("event", told, namespace="/visitor", to=phone.sid)
