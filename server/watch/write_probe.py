"""Whether something can be stored just now: only a write that is committed tells, into a file that others find."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from threading import Lock

from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from server.db.database import Database, file_of
from server.db.tables import hall_head
from server.domain.refusals import Refusal

#: So long an answer is good (s): whoever asks often costs one write a second.
GOOD_FOR_S = 1.0
#: The word for a database file that is not at its place any more: what is written goes nowhere.
FILE_GONE = "FILE_GONE"
log = logging.getLogger(__name__)
_FIRST = select(func.min(hall_head.c.hall_id)).scalar_subquery()
#: SQLite writes nothing where nothing changes: so there and back, which nobody sees before the commit.
_THERE, _BACK = (
    update(hall_head).where(hall_head.c.hall_id == _FIRST).values(seq=hall_head.c.seq + by) for by in (1, -1)
)


class WriteProbe:
    """Writes what is there already, as a command would write: it waits for the same locks, and as long."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock, self._tried, self._trouble = Lock(), -GOOD_FOR_S, ""
        #: The halls whose commands could not run when it was tried: somebody holds their lock.
        self.held: set[int] = set()
        self._file = file_of(database.url)
        self._opened = _identity(self._file)

    def trouble(self) -> str:
        """Why nothing can be stored, in the database's own word (`SQLITE_FULL`, `AdminShutdown`); "" when it can.

        `FILE_GONE` when SQLite's file was moved, deleted or replaced: the server writes on into the one that it opened,
        and the next start will not find it.

        Who asks while it is tried waits for that answer.
        """
        with self._lock:
            if time.monotonic() - self._tried >= GOOD_FOR_S:
                self._trouble = self._try()
                self._tried = time.monotonic()
            return self._trouble

    def _try(self) -> str:
        if _identity(self._file) != self._opened:
            if self._trouble != FILE_GONE:
                log.error("%s is not the database file that was opened: what is written goes nowhere", self._file)
            return FILE_GONE
        try:
            with self._database.transaction() as connection:
                connection.execute(_THERE)
                connection.execute(_BACK)
            self.held = self._database.held()
        except (SQLAlchemyError, Refusal) as error:
            return word_of(error)
        return ""


def _identity(file: Path | None) -> tuple[int, int] | None:
    """Which file stands there, None for none."""
    try:
        found = file.stat() if file else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None


def word_of(error: SQLAlchemyError | Refusal) -> str:
    """The database's short word for what happened: its sentence may name hosts and users."""
    cause = error.__cause__ if isinstance(error, Refusal) and error.__cause__ else error
    driver = getattr(cause, "orig", None) or cause
    return str(getattr(driver, "sqlite_errorname", type(driver).__name__))
