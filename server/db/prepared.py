"""The statements of the call path: their text is made once, then the driver itself runs them.

SQLAlchemy writes the text and says how values are stored and read. Going through its execution each time would cost a
command more than the database does (docs/adr/0023-together.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement, Select

from server.domain.refusals import Refusal

Values = Mapping[str, Any]
Processor = Callable[[Any], Any]

#: Told of each statement before it runs: text, values as the driver takes them, whether it only writes. Benchmarks
#: keep them.
listeners: list[Callable[[str, Any, bool], None]] = []


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one dialect takes it. `places`: its names in their order where the driver knows no names."""

    text: str
    places: Sequence[str] | None
    stored: Mapping[str, Processor]
    read: Sequence[tuple[int, Processor]]

    def bound(self, values: Values) -> Any:
        """The values as the driver takes them."""
        if self.stored:
            values = {**values, **{name: store(values[name]) for name, store in self.stored.items()}}
        return values if self.places is None else [values[name] for name in self.places]

    def native(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Rows as SQLAlchemy would give them."""
        if not self.read:
            return rows
        seen = [list(row) for row in rows]
        for row in seen:
            for index, process in self.read:
                row[index] = process(row[index])
        return [tuple(row) for row in seen]


class Prepared:
    """A statement, or one for each dialect. `keys`: the columns of an INSERT that has no values yet."""

    def __init__(self, statement: ClauseElement | Mapping[str, ClauseElement], *, keys: Sequence[str] = ()) -> None:
        self._statement, self._keys = statement, list(keys) or None
        self._forms: dict[str, _Form] = {}

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """What it finds."""
        form, bound, driver = self._ready(connection, values, only_writes=False)
        try:
            found: list[tuple[Any, ...]]
            if connection.dialect.name == "postgresql":
                found = driver.rows(form.text, bound)
            else:
                found = driver.execute(form.text, bound).fetchall()
        except connection.dialect.loaded_dbapi.Error as error:
            raise _wrapped(connection, form.text, bound, error) from error
        return form.native(found)

    def write(self, connection: Connection, values: Values, *, otherwise: Refusal | None = None) -> None:
        """Change rows; when none was changed, the Refusal `otherwise` is raised, if there is one.

        PostgreSQL is told before anything else is read and before the commit (pipeline.py): an error shows then.
        """
        form, bound, driver = self._ready(connection, values, only_writes=True)
        try:
            if connection.dialect.name == "postgresql":
                driver.later(form.text, bound, otherwise)
                return
            changed: int = driver.execute(form.text, bound).rowcount
        except connection.dialect.loaded_dbapi.Error as error:
            raise _wrapped(connection, form.text, bound, error) from error
        if otherwise is not None and changed == 0:
            raise otherwise

    def _ready(self, connection: Connection, values: Values, *, only_writes: bool) -> tuple[_Form, Any, Any]:
        form = self._form(connection.dialect)
        bound = form.bound(values)
        for listen in listeners:
            listen(form.text, bound, only_writes)
        return form, bound, connection.connection.driver_connection

    def _form(self, dialect: Dialect) -> _Form:
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = self._made(dialect)
        return form

    def _made(self, dialect: Dialect) -> _Form:
        statement = self._statement[dialect.name] if isinstance(self._statement, Mapping) else self._statement
        compiled: Any = statement.compile(dialect=dialect, column_keys=self._keys)
        binds: dict[str, Any] = compiled.binds
        stored = {name: one.type.dialect_impl(dialect).bind_processor(dialect) for name, one in binds.items()}
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        read = [one.type.dialect_impl(dialect).result_processor(dialect, None) for one in columns]
        return _Form(
            str(compiled),
            compiled.positiontup,
            {name: process for name, process in stored.items() if process},
            [(index, process) for index, process in enumerate(read) if process],
        )


def _wrapped(connection: Connection, text: str, values: Any, error: Exception) -> BaseException:
    """A driver's error as SQLAlchemy would raise it; a connection that is gone is not used again."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection.driver_connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(text, values, error, base, connection_invalidated=lost, dialect=dialect)
