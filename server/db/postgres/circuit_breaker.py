"""What keeps a PostgreSQL that hangs from holding up everybody: waits that end, and a gate that is shut meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from threading import get_ident
from typing import Any

import psycopg
from sqlalchemy.exc import TimeoutError as PoolEmpty

from server.db.postgres import pipeline
from server.domain.refusals import Refusal

#: After so long without an answer PostgreSQL is asked whether it lives, by another connection, again and again; for so
#: long it may take to let us in; and after so long in all nothing is waited for: no statement of ours may take as
#: long (s).
ASK_AFTER_S, LET_IN_S, LONGEST_S = 2.5, 2, 60.0
#: From one look whether it is over to the next (s).
LOOK_S = 1.0


class DoesNotAnswer(psycopg.OperationalError):
    """PostgreSQL took a statement, says nothing, and lets nobody in."""


class Connection(pipeline.Connection):
    """A connection that gives up when PostgreSQL hangs. Raises DoesNotAnswer, and is closed then."""

    #: Opens another one, within LET_IN_S.
    another: Callable[[], psycopg.Connection[Any]]

    @classmethod
    def open(cls, *arguments: Any, **names: Any) -> Connection:
        """As `connect`, which it calls."""
        made = cls.connect(*arguments, **names)
        brief = names | {"connect_timeout": LET_IN_S}
        made.another = lambda: psycopg.Connection.connect(*arguments, **brief)
        return made

    def wait(self, gen: Any, *arguments: Any, **names: Any) -> Any:
        """Wait for an answer."""
        return super().wait(self._asking(gen), *arguments, **names)

    def _asking(self, waits: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """The driver's generator, which is told ten times a second that nothing has come."""
        begun = time.monotonic()
        ask = begun + ASK_AFTER_S
        try:
            wanted = next(waits)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() >= ask:
                    if time.monotonic() - begun > LONGEST_S or not self._lives():
                        self.pgconn.finish()
                        raise DoesNotAnswer("PostgreSQL does not answer")
                    ask = time.monotonic() + ASK_AFTER_S
                wanted = waits.send(ready)
        except StopIteration as done:
            return done.value

    def _lives(self) -> bool:
        """Whether PostgreSQL lets another one in, or says why not."""
        try:
            with closing(self.another()):
                return True
        except psycopg.errors.ConnectionTimeout:
            return False
        except psycopg.Error:
            return True


class CircuitBreaker:
    """While PostgreSQL hangs who comes is refused at once, but one each second who looks whether it is over."""

    def __init__(self) -> None:
        self._why: BaseException | None = None
        #: The thread that looks.
        self._looker: int | None = None
        self._look_at = 0.0

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Find out whether PostgreSQL serves us. Raises Refusal `database_away` where it is known that it does not."""
        if self._why is not None:
            if self._looker is not None or time.monotonic() < self._look_at:
                raise Refusal("database_away") from self._why
            self._looker = get_ident()
        try:
            yield
        except BaseException as error:
            looked = self._looker == get_ident()
            if _hangs(error) or (looked and isinstance(error, PoolEmpty)):
                self.shut(error)
            elif looked:
                self._open()
            raise
        self._open()

    def refuse_if_shut(self) -> None:
        """Who went in before it was shut need not wait as well. Raises DoesNotAnswer."""
        if self._why is not None and self._looker != get_ident():
            raise DoesNotAnswer("PostgreSQL does not answer")

    def shut(self, why: BaseException) -> None:
        """Let nobody in for now."""
        self._why, self._looker, self._look_at = why, None, time.monotonic() + LOOK_S

    def _open(self) -> None:
        self._why = self._looker = None


def _hangs(error: BaseException) -> bool:
    return isinstance(getattr(error, "orig", error), DoesNotAnswer | psycopg.errors.ConnectionTimeout)
