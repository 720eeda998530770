"""A connection to PostgreSQL that sends what only writes in one piece.

A statement sent alone costs a round trip and the driver's work, some 0.1 ms; ten in one message cost two of them. So
what asks nothing waits here until something is asked, or until the commit. A command writes after it has read: that is
one message.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from functools import cached_property
from itertools import count
from typing import Any

import psycopg

from server.db.quick import look_first
from server.domain.refusals import Refusal

#: So many statements stay planned on a connection: the call path has some dozens, and one per hall and kind of counter.
MOST_PLANNED = 300
_NAMED = re.compile(r"%\((\w+)\)s")


class Connection(psycopg.Connection[Any]):
    """A connection whose `later` statements go with the next question, or before the commit.

    What comes by `later` and `rows` is planned once. To be opened with `prepare_threshold` None: psycopg would plan as
    well, and let PostgreSQL forget all plans whenever a command is refused. It also looks whether an answer is there
    before it waits in the loop.
    """

    def __init__(self, *arguments: Any, **names: Any) -> None:
        super().__init__(*arguments, **names)
        self.cursor_factory = Cursor
        self._waiting: list[tuple[str, Refusal | None]] = []
        #: The name of each statement that PostgreSQL has planned, and how it is run; the one used last comes last.
        self._planned: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._numbers = count()

    @cached_property
    def _plain(self) -> psycopg.ClientCursor[Any]:
        # Not before the connection was told how JSON is written and read.
        return psycopg.ClientCursor(self)

    def later(self, text: str, values: Any, otherwise: Refusal | None) -> None:
        """Run a statement with the next one that cannot wait; Refusal `otherwise` is raised then if it changes no row.

        Raises psycopg.DataError for a value that cannot be stored.
        """
        self._waiting.append((self._message(text, values), otherwise))

    def rows(self, text: str, values: Any) -> list[Any]:
        """What a statement finds after all that waits, which goes with it. Raises what `send` raises."""
        self._waiting.append((self._message(text, values), None))
        self.send()
        return self._plain.fetchall()

    def send(self) -> None:
        """Run what waits, in its order. Raises psycopg.Error, or a Refusal that was given with it."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        self._plain.execute(";".join(text for text, _ in waiting).encode())
        for index, (_, otherwise) in enumerate(waiting):
            if index:
                self._plain.nextset()
            if otherwise is not None and self._plain.rowcount == 0:
                raise otherwise

    def _message(self, text: str, values: Any) -> str:
        planned = self._planned.get(text)
        if planned is None:
            planned = self._planned[text] = self._plan(text)
        else:
            self._planned.move_to_end(text)
        return self._plain.mogrify(planned[1], values)

    def _plan(self, text: str) -> tuple[str, bytes]:
        """Let PostgreSQL parse and plan a statement once, which outlives the transaction."""
        name, names = f"hallcall_{next(self._numbers)}", list(dict.fromkeys(_NAMED.findall(text)))
        numbered = _NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", text).replace("%%", "%")
        messages = [f"PREPARE {name} AS {numbered}"]
        if len(self._planned) >= MOST_PLANNED:
            messages.append(f"DEALLOCATE {self._planned.popitem(last=False)[1][0]}")
        psycopg.ClientCursor(self).execute(";".join(messages).encode())
        wanted = ", ".join(f"%({each})s" for each in names)
        return name, f"EXECUTE {name}{f' ({wanted})' if wanted else ''}".encode()

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
