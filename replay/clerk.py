"""A clerk at a counter: signs on for the shift, calls, serves, and goes when the shift is over and nobody is left."""

from __future__ import annotations

import random
import threading
from typing import Any

from client.link import Link
from client.rest import Refused, Unreachable
from client.sign_in import SignIn
from replay.clock import PlayClock
from replay.day import Visit
from replay.late import Lateness
from replay.ledger import Ledger
from replay.plan import Seat

Json = dict[str, Any]
WALK = 0.3
"""Minutes that a visitor needs from the seat to the counter."""

PATIENCE = 1.0
"""Minutes that a clerk waits for somebody who does not come."""

STRANGER = 2.0
"""Minutes for a ticket that is not of the play: somebody took a number in the running hall."""


class Deaf:
    """A clerk's link only commands; what happens is followed by the ledger."""

    def connected(self) -> None:
        """Nothing to do."""

    def lost(self, reason: Refused | Unreachable) -> None:
        """The link comes back by itself."""

    def heard(self, name: str, message: Json) -> None:
        """Nothing to do."""


class Clerk(threading.Thread):
    """Plays one seat. A visitor is missing with probability `no_show_share`, by its own number and not by luck."""

    def __init__(
        self,
        *,
        seat: Seat,
        hall: str,
        sign_in: SignIn,
        clock: PlayClock,
        ledger: Ledger,
        lateness: Lateness,
        nobody_left: threading.Event,
        no_show_share: float,
    ) -> None:
        super().__init__(name=f"clerk {seat.counter}", daemon=True)
        self.failure: str | None = None
        self._seat, self._hall, self._clock = seat, hall, clock
        self._ledger, self._lateness = ledger, lateness
        self._nobody_left, self._no_show_share = nobody_left, no_show_share
        self._bell = ledger.bell(seat.serves)
        self._link = Link(namespace="/counter", sign_in=sign_in, listener=Deaf())

    def run(self) -> None:
        """Work the shift."""
        self._link.start()
        try:
            self._work()
        except (Refused, Unreachable) as error:
            self.failure = f"counter {self._seat.counter}: {error}"
        finally:
            self._link.stop()

    def _work(self) -> None:
        signed_on = False
        spans = self._seat.shift.spans
        for start, end in spans:
            if not self._clock.wait_until(start):
                break
            self._do("resume" if signed_on else "session")
            signed_on = True
            last = (start, end) == spans[-1]
            self._serve(until=end, stays=last and self._seat.shift.place == 1)
            if not last and not self._clock.stopped.is_set():
                self._do("pause", reason="replay")
        if signed_on:
            self._do("sign_off")

    def _serve(self, *, until: float, stays: bool) -> None:
        """Call and serve until the end of the span; who `stays` goes on until nobody is left in the hall."""
        planned, busy = self._clock.minute(), False
        while not self._clock.stopped.is_set():
            if self._clock.minute() >= until and (not stays or self._nobody_left.is_set()):
                break
            self._bell.clear()
            ticket = self._call_next()
            self._lateness.note(planned)
            if ticket is None:
                if busy:
                    self._do("complete")
                    busy = False
                self._wait_for_somebody(until, stays)
                planned = self._clock.minute()
            else:
                planned, busy = self._attend(ticket)
        if busy:
            self._do("complete")

    def _attend(self, ticket: Json) -> tuple[float, bool]:
        """Serve a called ticket; the minute at which that was planned to end, and whether the ticket is still here."""
        called = self._clock.minute()
        visit = self._ledger.visit_of(ticket["number"], seconds=1.0)
        if visit and self._stays_away(visit):
            if self._clock.wait_until(called + PATIENCE):
                self._do("no_show")
            return called + PATIENCE, False
        service = visit.service if visit else STRANGER
        if self._clock.wait_until(called + min(WALK, service / 2)):
            self._do("start")
        self._clock.wait_until(called + service)
        return called + service, True

    def _stays_away(self, visit: Visit) -> bool:
        dice = random.Random(f"{visit.queue}{visit.ticket}")  # the same visitors in every play
        return dice.random() < self._no_show_share

    def _call_next(self) -> Json | None:
        try:
            return dict(self._do("call_next")["ticket"])
        except Refused as refusal:
            if refusal.code in {"nobody_waiting", "nothing_for_you"}:
                return None
            raise

    def _wait_for_somebody(self, until: float, stays: bool) -> None:
        """Sleep until the bell rings or the span ends; look up now and then all the same."""
        left = self._clock.seconds_until(until)
        self._bell.wait(min(1.0, left) if left > 0 and not stays else 1.0)

    def _do(self, name: str, **payload: Any) -> Json:
        return self._link.command(name, {"hall": self._hall, "counter": self._seat.counter, **payload})
