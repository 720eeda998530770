"""Visitors: each takes a number at its minute, through the door that needs no account."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from client.rest import Refused, Rest, Unreachable
from replay.booked import Bookings
from replay.clock import PlayClock
from replay.day import Visit
from replay.late import Lateness
from replay.ledger import Entry, Ledger

AT_ONCE = 4
"""Visitors who may stand before the ticket machines at the same time."""


class Visitors:
    """All visitors of a day. `service_of` a queue is what they ask for."""

    def __init__(
        self,
        *,
        server: str,
        hall: str,
        service_of: dict[str, str],
        clock: PlayClock,
        ledger: Ledger,
        lateness: Lateness,
        bookings: Bookings | None = None,
    ) -> None:
        self._bookings = bookings
        self._server, self._hall, self._service_of = server, hall, service_of
        self._clock, self._ledger, self._lateness = clock, ledger, lateness
        self._local = threading.local()
        self.failed: list[str] = []
        self.all_came = threading.Event()

    def come(self, visits: Iterable[Visit]) -> None:
        """Let everybody come at their minutes; returns when the last has a number."""
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="visitor") as machines:
            for visit in visits:
                if not self._clock.wait_until(visit.arrives):
                    break
                machines.submit(self._take_number, visit)
        self.all_came.set()

    def leave(self, numbers: Iterable[str]) -> None:
        """Let these visitors give up their numbers and go home."""
        with closing(Rest(server=self._server)) as rest:
            for number in numbers:
                try:
                    rest.delete(f"/tickets/{self._ledger.entries[number].token}")
                except Refused:
                    pass  # called, or closed, at this very moment
                except Unreachable as error:
                    self.failed.append(str(error))

    def _take_number(self, visit: Visit) -> None:
        while not self._clock.stopped.is_set():
            try:
                answer, kind = self._come_in(visit)
            except Refused as refusal:
                if refusal.code != "too_many":
                    self.failed.append(refusal.message)
                    return
                self._clock.stopped.wait(refusal.params.get("retry_s", 1))
            except Unreachable:
                self._clock.stopped.wait(0.5)
            else:
                self._lateness.note(visit.arrives)
                self._ledger.issued(answer["number"], Entry(visit, answer["token"], kind=kind))
                return

    def _come_in(self, visit: Visit) -> tuple[dict[str, Any], str]:
        """Check in, or take a number: the ticket, and what kind of visitor that is."""
        token = self._bookings.token_of(visit) if self._bookings else None
        if token is None:
            wish = {"service": self._service_of[visit.queue]}
            return self._rest().post(f"/halls/{self._hall}/tickets", wish), "walk-in"
        ticket = self._rest().post(f"/appointments/{token}/check-in", {})
        return ticket, "booked" if "appointment" in ticket["tags"] else "late"

    def _rest(self) -> Rest:
        """A connection of this thread's own."""
        if not hasattr(self._local, "rest"):
            self._local.rest = Rest(server=self._server)
        return self._local.rest  # type: ignore[no-any-return]
