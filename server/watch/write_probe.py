"""Whether something can be stored just now: only a write that is committed tells."""

from __future__ import annotations

import time
from threading import Lock

from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from server.db.database import Database
from server.db.tables import hall_head
from server.domain.refusals import Refusal

#: So long an answer is good (s): whoever asks often costs one write a second.
GOOD_FOR_S = 1.0
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

    def trouble(self) -> str:
        """Why nothing can be stored, in the database's own word (`SQLITE_FULL`, `AdminShutdown`); "" when it can.

        Who asks while it is tried waits for that answer.
        """
        with self._lock:
            if time.monotonic() - self._tried >= GOOD_FOR_S:
                self._trouble = self._try()
                self._tried = time.monotonic()
            return self._trouble

    def _try(self) -> str:
        try:
            with self._database.transaction() as connection:
                connection.execute(_THERE)
                connection.execute(_BACK)
        except (SQLAlchemyError, Refusal) as error:
            return word_of(error)
        return ""


def word_of(error: SQLAlchemyError | Refusal) -> str:
    """The database's short word for what happened: its sentence may name hosts and users."""
    cause = error.__cause__ if isinstance(error, Refusal) and error.__cause__ else error
    driver = getattr(cause, "orig", None) or cause
    return str(getattr(driver, "sqlite_errorname", type(driver).__name__))
