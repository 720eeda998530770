"""The task that takes old days out of the database by itself, in quiet hours."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from server.clock import now_ms
from server.db.repositories import ticket_rows
from server.domain.hall import Hall
from server.domain.keeping import may_begin
from server.domain.refusals import Refusal
from server.services.archive.archive_file import ArchiveError
from server.services.archive.archiving import Archiver
from server.services.queries import views
from server.services.runtime.actor import SYSTEM
from server.services.runtime.command_bus import run_query
from server.services.runtime.unit_of_work import UnitOfWork

#: Seconds between two looks, and after something went wrong.
LOOK_S, REST_S = 60, 600
log = logging.getLogger(__name__)


class ArchiveWorker:
    """Takes one day of each hall after the other. `sleep` lets others run for so many seconds."""

    def __init__(self, archiver: Archiver, *, sleep: Callable[[float], Any]) -> None:
        self.archiver, self.sleep = archiver, sleep
        #: By the hall's code: the limit up to which all was done, and the last day that was looked at before that.
        self._done: dict[str, str] = {}
        self._after: dict[str, str] = {}
        self._told = ""

    def run(self) -> None:
        """Work for ever."""
        self.sleep(LOOK_S)  # who has just started has many coming back
        while True:
            self.sleep(self.turn(now=now_ms()))

    def turn(self, *, now: int) -> float:
        """Look once, if this process is the one that does it; after how many seconds to look again."""
        try:
            more = self.archiver.deployment.database.leads() and self.look(now=now)
        except Refusal as refused:
            log.debug("the archive waits: %s", refused.code)
            return LOOK_S
        except ArchiveError as error:
            self._failed(str(error))
            return REST_S
        except Exception:
            log.exception("the archive failed")
            return REST_S
        self._well()
        return 0 if more else LOOK_S

    def look(self, *, now: int) -> bool:
        """Take out a day of each hall that has one and does not mind now; whether there may be more.

        Raises ArchiveError, after the other halls had their turn.
        """
        more, wrong = False, None
        for hall in self.archiver.deployment.halls:
            try:
                more |= self._step(hall, now=now)
            except ArchiveError as error:
                self._after.pop(hall.code, None)
                wrong = error
        if wrong:
            raise wrong
        return more

    def _step(self, hall: Hall, *, now: int) -> bool:
        days = self.archiver.keeping.days
        limit = self.archiver.limit(hall, now=now, days=days)
        if self._done.get(hall.code) == limit:
            return False
        day = self.archiver.next_day(hall, now=now, days=days, after=self._after.get(hall.code, "")) if days else None
        if day is None:
            self.archiver.sweep(hall, now=now)
            self._done[hall.code] = limit
            self._after.pop(hall.code, None)
            return False
        if not may_begin(now=now, zone=hall.time_zone, busy=self._busy(hall, now=now), oldest=day, limit=limit):
            return False
        self.archiver.take_out(hall, day, now=now, days=days)
        self._after[hall.code] = day
        return True

    def _failed(self, said: str) -> None:
        if said != self._told:
            log.error("old days stay in the database, nothing of them was deleted: %s", said)
        self._told = said

    def _well(self) -> None:
        if self._told:
            log.warning("old days leave the database again")
        self._told = ""

    def _busy(self, hall: Hall, *, now: int) -> bool:
        def look(unit: UnitOfWork) -> dict[str, bool]:
            on_duty = next(iter(ticket_rows.open_sessions(unit.connection, unit.hall.id)), None)
            return {"busy": on_duty is not None or views.is_open(unit.hall, unit.head, now=unit.now)}

        return bool(run_query(self.archiver.deployment, look, hall_code=hall.code, actor=SYSTEM, now=now)["busy"])
