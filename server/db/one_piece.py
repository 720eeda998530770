"""A connection to PostgreSQL that sends what only writes in one piece.

A statement sent alone costs a round trip and the driver's work, some 0.1 ms; ten in one message cost two of them. So
what asks nothing waits here until something is asked, or until the commit. A command writes after it has read: that is
one message.
"""

from __future__ import annotations

from typing import Any

import psycopg

from server.db.quick import look_first
from server.domain.refusals import Refusal


class Connection(psycopg.Connection[Any]):
    """A connection whose `later` statements go before the next other one, and before the commit.

    It also looks whether an answer is there before it waits in the loop.
    """

    def __init__(self, *arguments: Any, **names: Any) -> None:
        super().__init__(*arguments, **names)
        self._waiting: list[tuple[str, Refusal | None]] = []
        self._plain = psycopg.ClientCursor(self)
        self.cursor_factory = Cursor

    def later(self, text: str, values: Any, otherwise: Refusal | None) -> None:
        """Run a statement with the next one that cannot wait; Refusal `otherwise` is raised then if it changes no row.

        Raises psycopg.DataError for a value that cannot be stored.
        """
        self._waiting.append((self._plain.mogrify(text.encode(), values), otherwise))

    def send(self) -> None:
        """Run what waits, in its order. Raises psycopg.Error or a Refusal that was given with it."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        self._plain.execute(";".join(text for text, _ in waiting).encode())
        for _, otherwise in waiting:
            if otherwise is not None and self._plain.rowcount == 0:
                raise otherwise
            self._plain.nextset()

    def commit(self) -> None:
        """Run what waits and commit."""
        self.send()
        super().commit()

    def rollback(self) -> None:
        """Forget what waits and roll back."""
        self._waiting.clear()
        super().rollback()

    def wait(self, gen: Any, *arguments: Any, **names: Any) -> Any:
        """Wait for an answer."""
        return super().wait(look_first(gen, self.pgconn.socket), *arguments, **names)


class Cursor(psycopg.Cursor[Any]):
    """A cursor that lets what waits go first."""

    def execute(self, *arguments: Any, **names: Any) -> Any:
        """Run a statement."""
        self.connection.send()  # type: ignore[attr-defined]
        return super().execute(*arguments, **names)

    def executemany(self, *arguments: Any, **names: Any) -> None:
        """Run a statement with several sets of values."""
        self.connection.send()  # type: ignore[attr-defined]
        super().executemany(*arguments, **names)
