"""A connection to PostgreSQL that sends statements without waiting for each one's end.

A statement that is waited for costs a round trip, some 0.1 ms. So what only writes is sent at once and PostgreSQL works
on it while the command goes on; how it ended is read with the next question, or before the commit. libpq calls this a
pipeline: https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, PipelineStatus
from psycopg.waiting import Ready, Wait

from server.db.postgres.socket_poll import look_first
from server.domain.refusals import Refusal

#: So many statements stay planned on a connection: the call path has some dozens, and one per hall and kind of counter.
MOST_PLANNED = 300
_NAMED = re.compile(r"%\((\w+)\)s")
_BINARY = 1
_FAILED = (ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED)
#: A plan holds no more: a table was changed since, or the plan is not there (somebody between us lets all go).
_STALE = (b"0A000", b"26000")


@dataclass(slots=True, eq=False)
class _Planned:
    """A statement that PostgreSQL has planned: its name there, its values' names in order, how they are translated."""

    text: str
    name: bytes
    values: Sequence[str]
    translator: Any
    formats: list[PyFormat] = field(init=False)
    knows_columns: bool = False

    def __post_init__(self) -> None:
        self.formats = [PyFormat.TEXT] * len(self.values)

    def dumped(self, values: Any) -> Sequence[Any]:
        """Values as PostgreSQL reads them. Raises psycopg.DataError for one that cannot be stored."""
        dumped: Sequence[Any] = self.translator.dump_sequence([values[name] for name in self.values], self.formats)
        return dumped

    def rows(self, result: Any) -> list[Any]:
        """A result's rows."""
        self.translator.set_pgresult(result, set_loaders=not self.knows_columns, format=_BINARY)
        self.knows_columns = True
        rows: list[Any] = self.translator.load_rows(0, result.ntuples, tuple)
        return rows


@dataclass(frozen=True, slots=True)
class _Sent:
    """What was sent and not answered yet: a statement, or the planning of one."""

    statement: _Planned
    otherwise: Refusal | None = None
    plans: bool = False


class Connection(psycopg.Connection[Any]):
    """A connection whose `later` and `rows` are sent in a pipeline and planned once; whatever else comes after them.

    To be opened with `prepare_threshold` None: psycopg would plan as well, and let PostgreSQL forget all plans whenever
    a command is refused. It also looks whether an answer is there before it waits in the loop.
    """

    def __init__(self, *arguments: Any, **names: Any) -> None:
        super().__init__(*arguments, **names)
        self.cursor_factory = Cursor
        self._sent: list[_Sent] = []
        #: How many marks were sent and not read yet.
        self._marks = 0
        #: The statement used last comes last.
        self._planned: OrderedDict[str, _Planned] = OrderedDict()
        self._numbers = count()

    def later(self, text: str, values: Any, otherwise: Refusal | None) -> None:
        """Send a statement; Refusal `otherwise` is raised when its end is read, if it changes no row.

        Raises psycopg.DataError for a value that cannot be stored.
        """
        self._send(text, values, otherwise)
        self._mark()

    def rows(self, text: str, values: Any) -> list[Any]:
        """What a statement finds, after all that was sent before it. Raises what `settle` raises."""
        statement = self._send(text, values, None)
        return statement.rows(self._receive())

    def settle(self) -> None:
        """Wait until all is done that was sent. Raises psycopg.Error, or a Refusal that was given with it."""
        if self._sent:
            self._receive()
        self._leave()

    def commit(self) -> None:
        """Wait for what was sent and commit."""
        self.settle()
        super().commit()

    def rollback(self) -> None:
        """Roll back, whatever comes of what was sent."""
        if self._sent and not self.broken:
            self._read()
        self._leave()
        super().rollback()

    def wait(self, gen: Any, *arguments: Any, **names: Any) -> Any:
        """Wait for an answer."""
        return super().wait(look_first(gen, self.pgconn.socket), *arguments, **names)

    def _send(self, text: str, values: Any, otherwise: Refusal | None) -> _Planned:
        statement = self._planned.get(text)
        if statement is None:
            statement = self._plan(text)
        else:
            self._planned.move_to_end(text)
        dumped = statement.dumped(values)
        self._enter()
        self.pgconn.send_query_prepared(statement.name, dumped, result_format=_BINARY)
        self._sent.append(_Sent(statement, otherwise))
        return statement

    def _plan(self, text: str) -> _Planned:
        """Let PostgreSQL parse and plan a statement once, which outlives the transaction."""
        if len(self._planned) >= MOST_PLANNED:
            self.settle()
            _, oldest = self._planned.popitem(last=False)
            self.execute(b"DEALLOCATE " + oldest.name)
        names = list(dict.fromkeys(_NAMED.findall(text)))
        numbered = _NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", text).replace("%%", "%")
        statement = _Planned(text, f"hallcall_{next(self._numbers)}".encode(), names, Transformer(self))
        self._enter()
        self.pgconn.send_prepare(statement.name, numbered.encode())
        self._sent.append(_Sent(statement, plans=True))
        self._planned[text] = statement
        return statement

    def _mark(self) -> None:
        """Send a mark, with all before it. Without one PostgreSQL takes what it has done for still running.

        No timeout would then end a transaction whose process hangs, and the hall's lock would be held for ever.
        """
        self.pgconn.pipeline_sync()
        self._marks += 1

    def _receive(self) -> Any:
        """The result of what was sent last, when nothing before it failed."""
        sent = list(self._sent)
        results = self._read()
        for one, result in zip(sent, results, strict=False):
            if result.status == ExecStatus.FATAL_ERROR:
                raise error_from_result(result)
            if one.otherwise is not None and result.command_tuples == 0:
                raise one.otherwise
        if len(results) < len(sent):
            raise psycopg.OperationalError("the connection is lost")
        return results[-1]

    def _read(self) -> list[Any]:
        """How each of what was sent ended; fewer when the connection was lost.

        A plan that failed is forgotten, and one that holds no more.
        """
        self._mark()
        results: list[Any] = self.wait(self._results())
        sent, self._sent, self._marks = self._sent, [], 0
        for index, one in enumerate(sent):
            result = results[index] if index < len(results) else None
            unmade = one.plans and (result is None or result.status in _FAILED)
            if unmade or (result is not None and _is_stale(result)):
                self._planned.pop(one.statement.text, None)
        return results

    def _results(self) -> Generator[Wait, Ready, list[Any]]:
        """Read results up to the last mark; yields what it waits for, as the driver's generators do."""
        connection = self.pgconn
        while connection.flush():
            if (yield Wait.RW) & Ready.R:
                connection.consume_input()
        results: list[Any] = []
        while self._marks:
            while connection.is_busy():
                yield Wait.R
                connection.consume_input()
            result = connection.get_result()
            if result is None:
                # Each statement's end; without end when nobody is there any more.
                if connection.status != ConnStatus.OK:
                    break
            elif result.status == ExecStatus.PIPELINE_SYNC:
                self._marks -= 1
            else:
                results.append(result)
        return results

    def _enter(self) -> None:
        if self.pgconn.pipeline_status == PipelineStatus.OFF:
            self.pgconn.enter_pipeline_mode()

    def _leave(self) -> None:
        """Let the driver send as ever; everything must have been read."""
        if self.pgconn.pipeline_status != PipelineStatus.OFF and not self.broken:
            self.pgconn.exit_pipeline_mode()


class Cursor(psycopg.Cursor[Any]):
    """A cursor that waits until all is done that was sent before."""

    def execute(self, *arguments: Any, **names: Any) -> Any:
        """Run a statement."""
        self.connection.settle()  # type: ignore[attr-defined]
        return super().execute(*arguments, **names)

    def executemany(self, *arguments: Any, **names: Any) -> None:
        """Run a statement with several sets of values."""
        self.connection.settle()  # type: ignore[attr-defined]
        super().executemany(*arguments, **names)


def _is_stale(result: Any) -> bool:
    return result.status == ExecStatus.FATAL_ERROR and result.error_field(DiagnosticField.SQLSTATE) in _STALE
