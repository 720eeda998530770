"""Places in the queues: written whenever a ticket's row is, and the heads of classes read from them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Connection, bindparam, delete, insert, text

from server.db.prepared import Prepared
from server.db.repositories.ticket_rows import Ticket
from server.db.tables import place
from server.domain.states import TicketState
from server.domain.visits import StepState, read_steps

_LEAVE = Prepared(delete(place).where(place.c.ticket_id == bindparam("of_ticket")))
_JOIN = Prepared(insert(place), keys=[column.name for column in place.c if column.name != "id"])


def places_of(ticket: Ticket) -> list[tuple[int, int, int]]:
    """Where a ticket waits: (step, counter type id, service id) of each place; none while it does not wait."""
    if ticket.state is not TicketState.WAITING:
        return []
    if ticket.steps is None:
        return [(0, ticket.counter_type_id, ticket.service_id)]
    return [
        (index, step.counter_type_id, step.service_id)
        for index, step in enumerate(read_steps(ticket.steps))
        if step.state is StepState.OPEN
    ]


def write_places(connection: Connection, before: Ticket | None, after: Ticket) -> None:
    """Let a ticket's places be those of its row; nothing when it waited nowhere and waits nowhere."""
    if before is not None and before.state is TicketState.WAITING:
        _LEAVE.write(connection, {"of_ticket": before.id})
    for step, counter_type_id, service_id in places_of(after):
        _JOIN.write(
            connection,
            {
                "hall_id": after.hall_id,
                "ticket_id": after.id,
                "step": step,
                "counter_type_id": counter_type_id,
                "service_id": service_id,
                "class_code": after.class_code,
                "reference_at": after.reference_at,
                "kappa_at": after.kappa_at,
                "waiting_since": after.waiting_since,
                "target_counter_id": after.target_counter_id,
            },
        )


_WAITS = {
    # who may go to any counter that serves the queue, and who waits for this one alone
    "queue": "target_counter_id IS NULL AND counter_type_id = wanted.type_id",
    "own": "target_counter_id IS NOT NULL AND target_counter_id = :counter_id",
}
_COLUMNS = """place.ticket_id, place.step, place.counter_type_id, place.class_code, place.reference_at, place.kappa_at,
    place.target_counter_id"""
_FIRST = "FROM place WHERE {waits} AND class_code = wanted.class_code ORDER BY {key}, ticket_id LIMIT {limit}"
#: The first few of each class and queue: SQLite looks up their ids, PostgreSQL joins them sideways.
_HEADS = {
    "sqlite": """
SELECT * FROM (SELECT {columns} FROM {source} AS wanted CROSS JOIN place ON place.id IN (SELECT id {first}))""",
    "postgresql": """
SELECT {columns} FROM {source} AS wanted CROSS JOIN LATERAL (SELECT * {first}) AS place""",
}


@lru_cache(maxsize=2048)
def _heads_statement(dialect: str, types: tuple[int, ...], classes: tuple[str, ...], limit: int) -> Prepared:
    """All heads that a counter of these types may call, as one statement, built once: ids and codes are our own."""
    codes = ["'" + code.replace("'", "''").replace(":", r"\:") + "'" for code in classes]
    queues = ", ".join(f"({int(type_id)}, {code})" for type_id in types for code in codes)
    own = ", ".join(f"({code})" for code in codes)
    heads = " UNION ALL ".join(
        _HEADS[dialect].format(
            columns=_COLUMNS,
            source=source,
            first=_FIRST.format(waits=waits, key=key, limit=int(limit)),
        )
        for source, waits in _WAITS.items()
        for key in ("kappa_at", "reference_at")
    )
    return Prepared(
        text(f"WITH queue(type_id, class_code) AS (VALUES {queues}), own(class_code) AS (VALUES {own}){heads}")
    )


def heads_for(
    connection: Connection, *, types: Sequence[int], classes: Sequence[str], counter_id: int, limit: int
) -> list[tuple[int, int, int, str, int, int, int | None]]:
    """The first `limit` places of each class in each queue that a counter serves, by key and by age.

    Each is (ticket id, step, counter type id, class, reference, kappa, the counter that it waits for or None); one that
    is first by both stands there once.
    """
    statement = _heads_statement(connection.dialect.name, tuple(types), tuple(classes), limit)
    return list(dict.fromkeys(statement.rows(connection, {"counter_id": counter_id})))
