"""What time alone does: four timers in one table, run by one task that looks each second which of them are due."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count

from server.clock import now_ms
from server.domain.refusals import Refusal
from server.realtime.handshake import staff_actor
from server.realtime.live import Live
from server.realtime.publisher import STAFF
from server.services.archive import days
from server.services.calling import due, serving
from server.services.hall_setup import switches
from server.services.runtime import cache_refresh
from server.services.runtime.actor import SYSTEM
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.watch.bounded_log import BoundedLog
from server.workers.gc_schedule import GcSchedule

#: How often days end, halls open, old rows are pruned and ended sign-ins are looked for (s).
SELDOM_S = 15
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timer:
    """name: for the log. every_s: its period. act: what it does. leader: whether one process of all does it."""

    name: str
    every_s: int
    act: Callable[[], object]
    leader: bool = False


class Timers:
    """The timers of a server. A timer that fails is logged and keeps none of the others from running."""

    def __init__(self, deployment: Deployment, live: Live) -> None:
        self.deployment, self.live = deployment, live
        self._sweeper, self._log = GcSchedule(), BoundedLog()
        self._ticked = time.monotonic()
        self.table = (
            Timer("bounded log", 1, self._log.tell),
            Timer("configuration of other processes", 1, lambda: cache_refresh.catch_up(deployment)),
            Timer("ended sign-ins", SELDOM_S, self._disconnect_signed_off),
            Timer("garbage collection", SELDOM_S, lambda: self._sweeper.look(now=time.monotonic())),
            Timer("sockets in no namespace", SELDOM_S, lambda: live.guard.end_outsiders(now=time.monotonic())),
            Timer("sockets that do not read", 1, live.broadcast.send_away_deaf),
            Timer("devices for other servers", 1, live.tell_devices),
            Timer("business days", SELDOM_S, self._keep_days, leader=True),
            Timer("services that open again", 1, lambda: switches.reopen_due(deployment, now=now_ms()), leader=True),
            Timer("queues of counters that end", 1, lambda: serving.end_due(deployment, now=now_ms()), leader=True),
            Timer("tickets that return", 1, self._release_due, leader=True),
        )

    def behind(self) -> float:
        """For how long no second went by in which every timer did its work (s)."""
        return time.monotonic() - self._ticked

    def run(self) -> None:
        """Look each second which timers are due, for ever."""
        self._log.begin()
        self._sweeper.begin(now=time.monotonic())
        for second in count():
            self.tick(second)
            self.live.socketio.sleep(1)

    def tick(self, second: int) -> None:
        """Run the timers that are due in that second since the start."""
        here = [self._guarded(timer) for timer in self._due(second, leader=False)]
        leads = self._leads()
        leading = [self._guarded(timer) for timer in self._due(second, leader=True)] if leads else []
        if leads is not None and all(here + leading):
            self._ticked = time.monotonic()

    def _due(self, second: int, *, leader: bool) -> list[Timer]:
        return [timer for timer in self.table if timer.leader == leader and second % timer.every_s == 0]

    def _leads(self) -> bool | None:
        """Whether this process leads; None when the database cannot be asked."""
        try:
            return self.deployment.database.leads()
        except Refusal as refused:
            log.debug("nobody leads: %s", refused.code)
        except Exception:
            log.exception("the database cannot be asked which process leads")
        return None

    def _guarded(self, timer: Timer) -> bool:
        try:
            timer.act()
        except Refusal as refused:
            log.debug("the timer of %s waits: %s", timer.name, refused.code)
            return False
        except Exception:
            log.exception("the timer of %s failed", timer.name)
            return False
        return True

    def _disconnect_signed_off(self) -> None:
        """End the sockets of staff whose sign-in has ended: a silent one would go on hearing the hall."""
        for connection in self.live.connections.all():
            if connection.namespace in STAFF and staff_actor(self.deployment, connection.secret or "") is None:
                self.live.disconnect(connection)

    def _keep_days(self) -> None:
        """End business days, open halls, prune what is kept for a time only; one hall's fault holds up no other."""
        for hall in self.deployment.halls:
            for act in (days.tick, days.forget):
                self._guarded(Timer(f"hall {hall.code}", SELDOM_S, partial(self._run, act, hall.code)))

    def _release_due(self) -> None:
        for hall in due.halls_with_due(self.deployment, now=now_ms()):
            self._run(days.tick, hall)

    def _run(self, act: Callable[..., dict[str, object]], hall: str) -> None:
        run_command(self.deployment, act, hall_code=hall, actor=SYSTEM, now=now_ms())
