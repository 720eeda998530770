"""Taking back the last command of a counter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import MUTABLE, Session, Ticket
from server.domain.hours import to_text
from server.domain.refusals import Refusal
from server.domain.states import TicketState
from server.services.calling import due, returns, sessions
from server.services.runtime.unit_of_work import UnitOfWork

_RESTORED = tuple(name for name in MUTABLE if name != "seq")


def remember(unit: UnitOfWork, session: Session, *changes: tuple[Ticket, Ticket]) -> str:
    """What `undo` needs of a command, as the session keeps it: what was otherwise in each ticket (before, after)."""
    kept = {
        "at": unit.now,
        "present": session.ticket_id,
        "tickets": [
            {"id": before.id, "seq": after.seq, "before": _changed(before, after)} for before, after in changes
        ],
    }
    return orjson.dumps(kept).decode()


def _changed(before: Ticket, after: Ticket) -> dict[str, Any]:
    """The columns that a command changed as they were, and the state."""
    found = {name: value for name in _RESTORED if (value := getattr(before, name)) != getattr(after, name)}
    return found | {"state": before.state}


def until(unit: UnitOfWork) -> str | None:
    """Until when a command of now can be undone."""
    return to_text(unit.now + unit.hall.settings.undo_s * 1000, unit.hall.time_zone)


def undo(unit: UnitOfWork, *, counter: str) -> dict[str, Any]:
    """Put back every ticket that the counter's last command changed.

    Raises Refusal `nothing_to_undo`, `undo_expired`, or `undo_conflict` when a ticket has changed since.
    """
    place = unit.hall.counter(counter)
    session = sessions.on_duty(unit, place)
    if session.undo is None:
        raise Refusal("nothing_to_undo")
    kept = orjson.loads(session.undo)
    if unit.now - kept["at"] > unit.hall.settings.undo_s * 1000:
        raise Refusal("undo_expired")
    for entry in reversed(kept["tickets"]):
        ticket = ticket_rows.ticket_by_id(unit.connection, entry["id"])
        if ticket.seq != entry["seq"]:
            raise Refusal("undo_conflict", number=ticket.number)
        before = entry["before"] | {"state": TicketState(entry["before"]["state"])}
        restored_ticket = unit.change(ticket, None, "ticket_undone", **before)
        due.expect(unit, restored_ticket.due_at)
        if restored_ticket.return_after is not None:
            returns.expect(unit, restored_ticket.counter_type_id, restored_ticket.return_after)
    restored = replace(session, ticket_id=kept["present"], undo=None)
    ticket_rows.write_session(unit.connection, restored)
    answer = sessions.counter_state(unit, place, restored, sessions.present_ticket(unit, restored))
    return answer | {"undo_until": None}
