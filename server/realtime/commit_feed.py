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
from server.realtime.relay import Relay
from server.realtime.reorder_buffer import PATIENCE_S, Gap, InOrder
from server.services.runtime import event_log
from server.services.runtime.actor import SYSTEM
from server.services.runtime.command_bus import run_query
from server.services.runtime.deployment import Deployment, Event

log = logging.getLogger(__name__)


#: So many commits at most are pushed in one piece.
MOST_TOGETHER = 32


@dataclass(frozen=True, slots=True)
class Commit:
    """The events of one commit of this server; `moment`: when it was made (s of perf_counter)."""

    events: list[Event]
    moment: float


@dataclass(frozen=True, slots=True)
class Batch:
    """Events to push now, in their order. own: the commits of this server among them."""

    events: list[Event]
    own: list[Commit]


class CommitFeed:
    """A queue that is filled from this server's commits and from the relay."""

    def __init__(self, deployment: Deployment, relay: Relay) -> None:
        self.deployment, self.relay = deployment, relay
        #: What happened here (a commit) and elsewhere (events).
        self._queue: queue.Queue[Commit | list[Event]] = queue.Queue()
        #: When the commits in the queue, and those in work, were made.
        self._committed: deque[float] = deque()
        # With one writing process the order of commits is the order of numbers, and nothing can be lacking.
        shared = deployment.database.shared
        self._order = InOrder(event_log.heads(deployment), now=time.monotonic()) if shared else None
        deployment.listeners.append(self._take)
        relay.on("events", self._hear)

    def behind(self) -> float:
        """How long the oldest commit has waited to be pushed, in seconds."""
        return time.perf_counter() - self._committed[0] if self._committed else 0.0

    def know(self, heads: dict[int, tuple[int, int]]) -> None:
        """Learn the halls' heads (seq, public seq): what is lacking for long is looked up."""
        if self._order:
            for hall in self.deployment.halls:
                if hall.id in heads:
                    self._order.know(hall, heads[hall.id][0], now=time.monotonic())

    def batches(self) -> Iterator[Batch]:
        """What is to be pushed, for ever: all that lies there at once. A batch is over when the next is asked for."""
        while True:
            told = self._next()
            own = [one for one in told if isinstance(one, Commit)]
            events = [event for one in told for event in (one.events if isinstance(one, Commit) else one)]
            yield Batch(self._in_turn(events), own)
            for _ in own:
                self._committed.popleft()

    def _take(self, events: list[Event]) -> None:
        commit = Commit(events, time.perf_counter())
        self._committed.append(commit.moment)
        self._queue.put(commit)
        self.relay.tell("events", [event_log.to_message(one) for one in events])

    def _hear(self, told: list[dict[str, Any]]) -> None:
        self._queue.put([event_log.from_message(self.deployment, one) for one in told])

    def _next(self) -> list[Commit | list[Event]]:
        told = []
        try:
            told.append(self._queue.get(timeout=PATIENCE_S if self._order else None))
            while len(told) < MOST_TOGETHER:
                told.append(self._queue.get_nowait())
        except queue.Empty:
            pass
        return told

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
            found = run_query(
                self.deployment,
                event_log.between,
                hall_code=gap.hall.code,
                actor=SYSTEM,
                now=now_ms(),
                after=gap.after,
                before=gap.before,
            )["events"]
        except Refusal as refused:  # the database is away, or the hall is gone
            log.debug("events of hall %s are not looked up: %s", gap.hall.code, refused.code)
            return []
        return order.take(found, now=now) if found else order.pass_over(gap, now=now)
