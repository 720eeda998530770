"""A pulse for every client: that the server lives, its time, the head of the client's stream, the pages' version."""

from __future__ import annotations

import logging
from itertools import count
from zlib import crc32

from flask_socketio import SocketIO
from sqlalchemy import select

from server.clock import now_ms
from server.db.tables import hall_head
from server.domain.hours import to_text
from server.domain.refusals import Refusal
from server.realtime.broadcast import Broadcast
from server.realtime.commit_feed import CommitFeed
from server.realtime.connections import Connections
from server.realtime.publisher import PUBLIC, STAFF, hall_room
from server.realtime.queue_news import QueueNews
from server.services.runtime.deployment import Deployment

#: Phones are told every so many seconds, each at its own second.
PHONES_EVERY = 12
log = logging.getLogger(__name__)


class Heartbeat:
    """Beats once a second for devices and staff, spread over twelve seconds for phones."""

    def __init__(
        self,
        broadcast: Broadcast,
        socketio: SocketIO,
        deployment: Deployment,
        connections: Connections,
        version: str,
        *,
        incoming: CommitFeed,
        news: QueueNews,
    ) -> None:
        self.news = news
        self.broadcast, self.socketio, self.version, self.incoming = broadcast, socketio, version, incoming
        self.deployment, self.connections = deployment, connections

    def run(self) -> None:
        """Beat for ever."""
        for tick in count():
            self.socketio.sleep(1)
            try:
                self.beat(tick)
            except Refusal as refused:
                log.debug("no heartbeat: %s", refused.code)
            except Exception:
                log.exception("a heartbeat failed")

    def beat(self, tick: int) -> None:
        """One beat to all whose turn it is, and what moved since the last one to all phones."""
        self.news.tell()
        heads = self._heads()
        self.incoming.know(heads)
        busy = {(one.namespace, one.hall) for one in self.connections.all() if one.namespace != "/visitor"}
        for hall in self.deployment.halls:
            if hall.id not in heads:  # another process has just removed it
                continue
            seq, public_seq = heads[hall.id]
            for namespace in (*STAFF, *PUBLIC):
                if (namespace, hall.code) in busy or namespace in STAFF:
                    beat = self._beat(hall.code, seq if namespace in STAFF else public_seq)
                    self.broadcast.emit("heartbeat", beat, namespace=namespace, room=hall_room(hall.code))
        for phone in self.connections.all("/visitor"):
            if crc32(phone.sid.encode()) % PHONES_EVERY == tick % PHONES_EVERY and phone.hall:
                hall_seq = heads[self.deployment.hall(phone.hall).id][1]
                beat = self._beat(phone.hall, phone.told_seq) | {"hall_seq": hall_seq}
                self.socketio.emit("heartbeat", beat, namespace="/visitor", to=phone.sid)

    def _beat(self, hall: str, seq: int) -> dict[str, object]:
        time = to_text(now_ms(), self.deployment.hall(hall).time_zone)
        return {"hall": hall, "seq": seq, "time": time, "version": self.version}

    def _heads(self) -> dict[int, tuple[int, int]]:
        query = select(hall_head.c.hall_id, hall_head.c.seq, hall_head.c.public_seq)
        with self.deployment.database.reading() as connection:
            return {row[0]: (row[1], row[2]) for row in connection.execute(query)}
