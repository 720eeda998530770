"""What is to be pushed: this server's commits, and those of other servers that write the same halls.

The others tell of theirs (relay.py). What they did not tell, without Redis everything, is looked up in the log when
the heartbeat shows that there is more.
"""

from __future__ import annotations

import logging
import queue
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from server.clock import now_ms
from server.domain.refusals import Refusal
from server.realtime.in_order import PATIENCE_S, Gap, InOrder
from server.realtime.relay import Relay
from server.services import log as event_log
from server.services.actor import SYSTEM
from server.services.house import Event, House
from server.services.work import read

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """Events to push now, in their order. own: those of one commit of this server, made at `committed`."""

    events: list[Event]
    own: list[Event]
    committed: float | None = None


class Incoming:
    """A queue that is filled from the house's commits and from the relay."""

    def __init__(self, house: House, relay: Relay) -> None:
        self.house, self.relay = house, relay
        self._queue: queue.Queue[Batch] = queue.Queue()
        #: When the commits in the queue, and that in work, were made.
        self._committed: deque[float] = deque()
        # With one writing process the order of commits is the order of numbers, and nothing can be lacking.
        shared = house.database.shared
        self._order = InOrder(event_log.heads(house), now=time.monotonic()) if shared else None
        house.listeners.append(self._take)
        relay.on("events", self._hear)

    def behind(self) -> float:
        """How long the oldest commit has waited to be pushed, in seconds."""
        return time.perf_counter() - self._committed[0] if self._committed else 0.0

    def know(self, heads: dict[int, tuple[int, int]]) -> None:
        """Learn the halls' heads (seq, public seq): what is lacking for long is looked up."""
        if self._order:
            for hall in self.house.halls:
                if hall.id in heads:
                    self._order.know(hall, heads[hall.id][0], now=time.monotonic())

    def batches(self) -> Iterator[Batch]:
        """What is to be pushed, for ever. A batch is over when the next one is asked for."""
        while True:
            batch = self._next()
            yield Batch(self._in_turn(batch.events), batch.own, batch.committed)
            if batch.own:
                self._committed.popleft()

    def _take(self, events: list[Event]) -> None:
        self._committed.append(time.perf_counter())
        self._queue.put(Batch(events, events, self._committed[-1]))
        self.relay.tell("events", [event_log.to_message(one) for one in events])

    def _hear(self, told: list[dict[str, Any]]) -> None:
        self._queue.put(Batch([event_log.from_message(self.house, one) for one in told], []))

    def _next(self) -> Batch:
        try:
            return self._queue.get(timeout=PATIENCE_S if self._order else None)
        except queue.Empty:
            return Batch([], [])

    def _in_turn(self, events: list[Event]) -> list[Event]:
        if self._order is None:
            return events
        now = time.monotonic()
        ready = self._order.take(events, now=now)
        for gap in self._order.gaps(now=now):
            ready += self._fill(gap, self._order, now)
        return ready

    def _fill(self, gap: Gap, order: InOrder, now: float) -> list[Event]:
        try:
            found = read(
                self.house, event_log.between, hall_code=gap.hall.code, actor=SYSTEM, now=now_ms(), after=gap.after,
                before=gap.before,
            )["events"]  # fmt: skip
        except Refusal as refused:  # the database is away, or the hall is gone
            log.debug("events of hall %s are not looked up: %s", gap.hall.code, refused.code)
            return []
        return order.take(found, now=now) if found else order.pass_over(gap, now=now)
