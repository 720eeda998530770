"""A whole day in a running hall: visitors, clerks, the stream that tells what became of them, and the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from client.link import Link
from client.rest import Refused, Unreachable
from client.sign_in import SignIn
from client.stream import Follower as StreamFollower
from client.stream import Stream
from replay.booked import Bookings
from replay.clerk import Clerk
from replay.clock import PlayClock, ServerMinutes
from replay.day import Day
from replay.ending import Ending, wait_for
from replay.late import Lateness
from replay.ledger import Ledger
from replay.plan import Plan
from replay.visitors import Visitors

ASIDE = {"parked", "held"}
READY_S = 20.0


class PlayError(Exception):
    """The day could not be played to its end; the message says why."""


class Follower:
    """Joins the hall's staff stream to whoever follows it."""

    def __init__(self, *, hall: str, sign_in: SignIn, follower: StreamFollower) -> None:
        self._link = Link(namespace="/counter", sign_in=sign_in, listener=self)
        self._stream = Stream(hall=hall, send=self._link.send, follower=follower)
        self._refusal: Refused | None = None

    def start(self) -> None:
        """Follow from now on. Raises PlayError when the hall cannot be followed."""
        self._link.start()
        end = time.monotonic() + READY_S
        while self._stream.seq is None:
            if self._refusal or time.monotonic() > end:
                raise PlayError(self._refusal.message if self._refusal else "the server does not answer")
            time.sleep(0.02)

    def stop(self) -> None:
        """Follow no longer."""
        self._link.stop()

    def connected(self) -> None:
        """Ask for what was missed."""
        self._stream.connected()

    def lost(self, reason: Refused | Unreachable) -> None:
        """The link comes back by itself, unless it was refused."""
        self._refusal = reason if isinstance(reason, Refused) else None

    def heard(self, name: str, message: dict[str, Any]) -> None:
        """Put the stream in order."""
        if name == "event":
            self._stream.event(message)
        elif name == "heartbeat":
            self._stream.heartbeat(message)


class Play:
    """One play of `day` by `plan`. `tell` is called now and then with the minute of the day and the ledger.

    bookings: the appointments of those who booked. hall_minute: the minute of the day by the hall's own clock, which
    runs as fast as the play; without it the day begins when the play does.
    """

    def __init__(
        self,
        *,
        day: Day,
        plan: Plan,
        hall: str,
        sign_in: SignIn,
        speed: float,
        no_show_share: float,
        tell: Callable[[float, Ledger], None],
        bookings: Bookings | None = None,
        hall_minute: Callable[[], float] | None = None,
    ) -> None:
        self.clock = PlayClock(opens=day.opens, speed=speed)
        self.lateness = Lateness(self.clock)
        self.ledger = Ledger(ServerMinutes(self.clock, hall_speed=speed if hall_minute else 1.0))
        self._day, self._tell, self._hall_minute = day, tell, hall_minute
        self._nobody_left = threading.Event()
        self._follower = Follower(hall=hall, sign_in=sign_in, follower=self.ledger)
        self._visitors = Visitors(
            server=sign_in.server,
            hall=hall,
            service_of=plan.service_of,
            clock=self.clock,
            ledger=self.ledger,
            lateness=self.lateness,
            bookings=bookings,
        )
        self._clerks = [
            Clerk(
                seat=seat,
                hall=hall,
                sign_in=sign_in,
                clock=self.clock,
                ledger=self.ledger,
                lateness=self.lateness,
                nobody_left=self._nobody_left,
                no_show_share=no_show_share,
            )
            for seat in plan.seats
        ]

    def run(self) -> None:
        """Play to the end. Raises PlayError, also when a signal ends it; the clerks sign off first."""
        self._follower.start()
        self.clock.restart(minute=self._hall_minute() if self._hall_minute else None)
        crowd = threading.Thread(target=self._visitors.come, args=(self._day.visits,), name="visitors", daemon=True)
        with Ending() as ending:
            for thread in (crowd, *self._clerks):
                thread.start()
            try:
                self._watch(ending)
            finally:
                if not self._nobody_left.is_set():
                    self.clock.stopped.set()
                self.ledger.ring_all()
                wait_for((crowd, *self._clerks), seconds=30)
                self._follower.stop()

    def _watch(self, ending: Ending) -> None:
        """Until everybody is served or gone."""
        while not self._nobody_left.wait(0.25):
            if ending.asked:
                raise PlayError("ended before everybody was served / 提前结束，尚有人未办理")
            self._tell(self.clock.minute(), self.ledger)
            if failures := [*self._visitors.failed, *(clerk.failure for clerk in self._clerks if clerk.failure)]:
                raise PlayError(failures[0])
            if self._visitors.all_came.is_set():
                self._send_home()

    def _send_home(self) -> None:
        """When nobody waits any more, who was passed goes home, and the day is over."""
        states = [self.ledger.open_of(queue) for queue in self._day.queues]
        still = {number: state for each in states for number, state in each.items()}
        if not still:
            self._nobody_left.set()
        elif set(still.values()) <= ASIDE:
            self._visitors.leave(still)
