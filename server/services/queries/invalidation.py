"""Which events touched what, as far as answers to the public rest on it: read from the log, once for each event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import bindparam, select

from server.db.tables import event
from server.services.queries.validity import Basis
from server.services.runtime.deployment import Deployment

#: Who missed more events than this knows nothing of what is older: that is quicker than to read them.
MOST = 200
#: What nobody of the public is shown.
SILENT = frozenset({"announcement_spoken"})
#: What changes nothing for others: the ticket stays among those at the counters, and leaves no queue.
OWN = frozenset({"ticket_recalled", "ticket_started", "rating_given"})
#: Of so many tickets that is remembered.
MOST_TICKETS = 10_000
_NEWS = (
    select(event.c.seq, event.c.kind, event.c.ticket_id, event.c.content)
    .where(event.c.hall_id == bindparam("hall_id"), event.c.seq > bindparam("seq"), event.c.seq <= bindparam("head"))
    .order_by(event.c.seq)
)


@dataclass(slots=True)
class Marks:
    """The last event of each counter type of a hall, of single tickets (by id), of the whole hall, and of any kind.

    Complete from `floor` to `known`; nothing is known of events up to `floor`.
    """

    floor: int
    known: int
    whole: int = 0
    any: int = 0
    types: dict[str, int] = field(default_factory=dict)
    tickets: dict[int, int] = field(default_factory=dict)

    def hear(self, seq: int, kind: str, ticket_id: int | None, content: dict[str, Any]) -> None:
        """An event that happened."""
        if kind in SILENT:
            return
        self.any = max(self.any, seq)
        if kind in OWN and ticket_id is not None:
            self.tickets[ticket_id] = max(self.tickets.get(ticket_id, 0), seq)
            return
        if "ticket" not in content:
            self.whole = max(self.whole, seq)
        for code in _types(content):
            self.types[code] = max(self.types.get(code, 0), seq)

    def leave(self, basis: Basis) -> bool:
        """Whether no event touched what an answer rests on."""
        if basis.types is None:
            last = self.any
        else:
            types = (self.types.get(code, 0) for code in basis.types)
            last = max(self.whole, self.tickets.get(basis.ticket or 0, 0), *types)
        return max(last, self.floor) <= basis.seq


def _types(content: dict[str, Any]) -> Iterator[str]:
    for seen in (content.get("ticket"), content.get("from")):
        if seen:
            yield seen["counter_type"]
            yield from (one["counter_type"] for one in seen["waits_for"])


class Witness:
    """Tells whether answers are still true. The database is asked each time; its log says what happened since."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._halls: dict[int, Marks] = {}

    def begin(self, basis: Basis) -> None:
        """Mind what happens from now on in the hall of an answer that was just made."""
        self._halls.setdefault(basis.hall_id, Marks(basis.seq, basis.seq))

    def public_seq(self, basis: Basis, *, now: int) -> int | None:
        """The hall's last public event when the answer is still true, None when it must be made anew.

        Raises Refusal `database_away` or sqlalchemy.exc.SQLAlchemyError.
        """
        if not basis.since <= now < basis.until:
            return None
        head = self._deployment.database.last(basis.hall_id)
        if head is None or head.version != basis.version or head.seq < basis.seq:
            return None
        return head.public_seq if self._marks(basis.hall_id, head.seq).leave(basis) else None

    def _marks(self, hall_id: int, head: int) -> Marks:
        marks = self._halls.setdefault(hall_id, Marks(head, head))
        if head - marks.known > MOST:
            marks.floor = max(marks.floor, head)
        elif head > marks.known:
            with self._deployment.database.reading() as connection:
                news = connection.execute(_NEWS, {"hall_id": hall_id, "seq": marks.known, "head": head}).all()
            for row in news:
                marks.hear(row.seq, row.kind, row.ticket_id, orjson.loads(row.content))
        marks.known = max(marks.known, head)
        if len(marks.tickets) > MOST_TICKETS:
            marks.tickets.clear()
            marks.floor = marks.known
        return marks
