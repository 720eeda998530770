"""What the services share: the database, the halls kept in memory, and who hears of a commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from server.db.database import Database
from server.db.repositories.hall_rows import load_halls
from server.db.tables import hall as halls
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.services.languages.languages import Languages
from server.services.notices.keys import Keys, fresh


@dataclass(frozen=True, slots=True)
class Event:
    """A committed event. `content` is what staff see of it; `prev_*` the event before it in that stream."""

    hall: Hall
    seq: int
    at: int
    kind: str
    public: bool
    prev_public: int
    ticket_id: int | None
    prev_ticket: int | None
    content: dict[str, Any]


_VERSIONS = select(halls.c.id, halls.c.version)
Listener = Callable[[list[Event]], None]
#: Told (hall code, counter code, client) when a console goes on duty.
ConsoleListener = Callable[[str, str, str | None], None]


class Deployment:
    """An open deployment: one database, its halls, its keys, and the listeners that are told after each commit."""

    def __init__(self, database: Database, keys: Keys | None = None) -> None:
        self.database = database
        self.keys = keys or fresh()
        self.listeners: list[Listener] = []
        self.console_listeners: list[ConsoleListener] = []
        #: By which channels notices leave; without any none is written down.
        self.channels: tuple[str, ...] = ()
        #: How many of a hall's days stay in the database; 0 for ever.
        self.keep_days = 0
        #: The languages of visitors that files add to Chinese and English.
        self.languages = Languages()
        #: So many names and phone numbers no key here opens: the keys are another hall's, or were made anew.
        self.unopened = 0
        #: Commands that wait for a hall's lock, by its code (batch.py).
        self.pending: dict[str, list[Any]] = {}
        self._halls: dict[str, Hall] = {}
        self.reload()

    def reload(self) -> None:
        """Read the halls' configuration again, after it was changed."""
        with self.database.reading() as connection:
            self._halls = load_halls(connection)

    def refresh(self) -> None:
        """Read the configuration again if another process changed it, made a hall or removed one."""
        if not self.database.shared:
            return
        with self.database.reading() as connection:
            stored = {row.id: row.version for row in connection.execute(_VERSIONS)}
            if stored != {hall.id: hall.version for hall in self.halls}:
                self._halls = load_halls(connection)

    def current(self, connection: Connection, hall: Hall, *, version: int | None) -> Hall:
        """A hall as this transaction finds it: another process may have changed it since it was read into memory.

        version: that of its configuration here, None when it is gone. Raises Refusal `unknown_hall` then.
        """
        if version == hall.version or (version is not None and not self.database.shared):
            return hall
        found = load_halls(connection) if version is not None else {}
        if hall.code not in found:
            raise Refusal("unknown_hall", code=hall.code)
        if found[hall.code].version > hall.version:  # else this reading is older than the memory
            self._halls = found
        return found[hall.code]

    @property
    def halls(self) -> list[Hall]:
        """All halls, in the order they were made."""
        return list(self._halls.values())

    def hall(self, code: str) -> Hall:
        """The hall with that code. Raises Refusal `unknown_hall`."""
        hall = self._halls.get(code)
        if hall is None:
            raise Refusal("unknown_hall", code=code)
        return hall

    def hall_by_id(self, hall_id: int) -> Hall:
        """The hall with that row id. Raises Refusal `unknown_hall` for one that another process has just made."""
        for hall in self._halls.values():
            if hall.id == hall_id:
                return hall
        raise Refusal("unknown_hall", code=str(hall_id))

    def tell(self, events: list[Event]) -> None:
        """Hand committed events to the listeners, which must only take them (a queue) and return."""
        for listener in self.listeners:
            listener(events)

    def console_taken(self, hall: str, counter: str, client: str | None) -> None:
        """Tell that a console (named by its `client` id) went on duty at a counter, maybe in place of another."""
        for listener in self.console_listeners:
            listener(hall, counter, client)
