"""The room that sends notices.

One task per channel, so that a dead mail server holds up no gateway, and one that looks whose turn is near and whose
appointment is tomorrow.
"""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from typing import Any

from server.clock import now_ms
from server.domain.refusals import Refusal
from server.notices.sender import Sender
from server.services.calling import near
from server.services.notices import outbox, reminders
from server.services.runtime.actor import SYSTEM
from server.services.runtime.command_bus import run_command, run_query
from server.services.runtime.deployment import Deployment, Event

#: Seconds between two looks, of a channel that works and of one that failed; and between two looks for reminders.
LOOK_S, REST_S, REMIND_S = 1.0, 5.0, 15
log = logging.getLogger(__name__)


class NoticeSender:
    """Sends what the outbox holds. `base`: the server's public address. `sleep` lets others run for so many seconds."""

    def __init__(
        self, deployment: Deployment, senders: Mapping[str, Sender], *, base: str, sleep: Callable[[float], Any]
    ) -> None:
        self.deployment, self.senders, self.base, self.sleep = deployment, senders, base, sleep
        self._events: queue.SimpleQueue[list[Event]] = queue.SimpleQueue()
        deployment.channels = tuple(senders)
        self.tasks: list[Callable[[], None]] = []
        if senders:
            deployment.listeners.append(self._events.put)
            self.tasks = [self._watch, *(partial(self._deliver, channel) for channel in senders)]

    def _deliver(self, channel: str) -> None:
        while True:
            try:
                well = not self.deployment.database.leads() or self.deliver(channel)
            except Refusal as refused:
                log.debug("the outbox waits: %s", refused.code)
                well = False
            except Exception:
                log.exception("the outbox of %s failed", channel)
                well = False
            self.sleep(LOOK_S if well else REST_S)

    def deliver(self, channel: str) -> bool:
        """Send what is due by a channel; False when it should rest."""
        send = self.senders[channel].send
        return outbox.deliver(self.deployment, channel=channel, send=send, base=self.base, clock=now_ms)

    def _watch(self) -> None:
        for second in count():
            try:
                # What was called while the server was down counts too.
                self.look({hall.code: set(hall.counter_types) for hall in self.deployment.halls} if second == 0 else {})
                if second % REMIND_S == 0 and self.deployment.database.leads():
                    self.remind()
            except Refusal as refused:
                log.debug("looking for notices waits: %s", refused.code)
            except Exception:
                log.exception("looking for notices failed")
            self.sleep(LOOK_S)

    def look(self, also: dict[str, set[str]]) -> None:
        """Order the "near" notices of the queues that moved, and of those named."""
        moved = {code: set(types) for code, types in also.items()}
        while not self._events.empty():
            for event in self._events.get():
                moved.setdefault(event.hall.code, set()).update(near.moved(event))
        for hall, types in moved.items():
            self._tell(hall, sorted(types))

    def _tell(self, hall: str, types: list[str]) -> None:
        wanted: list[int] = []

        def find(unit: Any) -> dict[str, Any]:
            wanted.extend(one.id for one in near.found(unit, types=types))
            return {}

        if not types or not self.deployment.hall(hall).settings.notices.near:
            return
        run_query(self.deployment, find, hall_code=hall, actor=SYSTEM, now=now_ms())
        if wanted:
            run_command(self.deployment, near.tell, hall_code=hall, actor=SYSTEM, now=now_ms(), types=types)

    def remind(self) -> None:
        """Order the reminders that are due."""
        for hall in self.deployment.halls:
            due: list[int] = []

            def find(unit: Any, due: list[int] = due) -> dict[str, Any]:
                due.extend(one.id for one in reminders.to_remind(unit))
                return {}

            run_query(self.deployment, find, hall_code=hall.code, actor=SYSTEM, now=now_ms())
            if due:
                run_command(self.deployment, reminders.remind, hall_code=hall.code, actor=SYSTEM, now=now_ms())
