"""Tickets that were open when a business day ended and were kept (`keep_open_tickets`): theirs stay their numbers.

Which they are is written down when a day begins (table number_kept), for that day: one that is done in its course may
be opened again, so its number is given to nobody else before the next.
"""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import Ticket
from server.db.tables import number_kept, ticket
from server.domain.numbers import RESERVED, spoken, taken_apart
from server.domain.states import OPEN
from server.services.runtime.unit_of_work import UnitOfWork

_K = number_kept.c


def write_down(unit: UnitOfWork) -> None:
    """The open tickets of earlier days, at the beginning of this one."""
    unit.connection.execute(delete(number_kept).where(_K.hall_id == unit.hall.id))
    left = ticket_rows.tickets_where(
        unit.connection,
        ticket.c.hall_id == unit.hall.id,
        ticket.c.day < unit.day,
        ticket.c.state.in_(sorted(OPEN)),
        order=ticket.c.id,
    )
    kept = {spoken(one.number): one.id for one in left}
    if kept:
        values = [{"hall_id": unit.hall.id, "number": number, "ticket_id": id_} for number, id_ in kept.items()]
        unit.connection.execute(insert(number_kept), values)


def all_of(unit: UnitOfWork) -> list[Ticket]:
    """Those of this day, also where they are done."""
    ids = select(_K.ticket_id).where(_K.hall_id == unit.hall.id)
    return ticket_rows.tickets_where(unit.connection, ticket.c.id.in_(ids), order=ticket.c.id)


def is_kept(unit: UnitOfWork, number: str) -> bool:
    """Whether an earlier day's ticket has that number."""
    return unit.kept_ticket(number) is not None


def reserved_serials(unit: UnitOfWork, prefix: str) -> list[int]:
    """The serials of those that a ticket machine gave while the server was away."""
    numbers = unit.connection.execute(select(_K.number).where(_K.hall_id == unit.hall.id)).scalars()
    parted = [one for one in map(taken_apart, numbers) if one]
    return sorted(serial for one, serial in parted if one == prefix and serial in RESERVED)
