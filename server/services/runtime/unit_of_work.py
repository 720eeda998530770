"""One unit of work: a transaction in one hall, and the events it gives birth to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from typing import Any

from orjson import dumps
from sqlalchemy import Connection, bindparam, insert, select

from server.db.prepared import Prepared
from server.db.repositories import place_rows, ticket_rows
from server.db.repositories.hall_rows import load_halls
from server.db.repositories.ticket_rows import Head, Ticket
from server.db.tables import event, number_kept
from server.domain.hall import Hall
from server.domain.hours import day_at
from server.domain.numbers import spoken, ways_to_write
from server.domain.refusals import Refusal
from server.domain.states import OPEN, Action, TicketState, after
from server.services.queries import views
from server.services.runtime.actor import SYSTEM, Actor
from server.services.runtime.deployment import Deployment, Event

_KEPT = select(number_kept.c.ticket_id).where(
    number_kept.c.hall_id == bindparam("hall_id"), number_kept.c.number == bindparam("number")
)
_INSERT_EVENT = Prepared(insert(event), keys=[column.name for column in event.c])


class UnitOfWork:
    """What a command works with: the connection, the hall and its head, the time, who asks.

    Made by the command bus, which opens and ends the transaction.
    """

    def __init__(
        self, deployment: Deployment, connection: Connection, hall: Hall, *, head: Head, actor: Actor, now: int
    ) -> None:
        self.deployment, self.connection, self.hall, self.actor, self.now = (
            deployment,
            connection,
            hall.at(now),
            actor,
            now,
        )
        self.head = head
        self.events: list[Event] = []
        settings = hall.settings
        self.day = day_at(now, hall.time_zone, day_ends=settings.day_ends, begun=self.head.day)

    def reread(self) -> None:
        """Work on with the hall as this transaction has changed it."""
        self.hall = load_halls(self.connection)[self.hall.code].at(self.now)

    def ticket(self, number: str) -> Ticket:
        """Today's ticket with that number, also typed without its zeros, or one that was kept from an earlier day.

        Raises Refusal `unknown_ticket`.
        """
        typed = number.upper()
        others = (one for one in self._ways_to_write(typed) if one != typed)
        for written in chain((typed,), others):
            found = ticket_rows.ticket_by_number(self.connection, hall_id=self.hall.id, day=self.day, number=written)
            if found is not None:
                return found
        if kept := self.kept_ticket(typed):
            return kept
        raise Refusal("unknown_ticket", number=number)

    def kept_ticket(self, number: str) -> Ticket | None:
        """The ticket of an earlier day that the hall kept, with that number."""
        row = self.connection.execute(_KEPT, {"hall_id": self.hall.id, "number": spoken(number)}).scalar()
        return None if row is None else ticket_rows.find_ticket(self.connection, row)

    def _ways_to_write(self, typed: str) -> Iterator[str]:
        """Looked for only when the number as typed is none."""
        yield from ways_to_write(typed, self.hall.counter_types.values(), digits=self.hall.settings.digits)

    @contextmanager
    def by_itself(self) -> Iterator[None]:
        """What happens in here nobody asked for: its events are the system's, whoever's command it is part of."""
        asks, self.actor = self.actor, SYSTEM
        try:
            yield
        finally:
            self.actor = asks

    def add_ticket(self, new: Ticket, *, told: dict[str, Any] | None = None) -> Ticket:
        """Store a new ticket with its place and record that it was issued; its id and `seq` are given here.

        One of an earlier business day, which has ended, is told of as expired, to staff alone: the screens' numbers are
        today's. told: what the event says besides.
        """
        ticket = replace(new, seq=self.head.seq + 1)
        ticket = replace(ticket, id=ticket_rows.insert_ticket(self.connection, ticket))
        place_rows.write_places(self.connection, None, ticket)
        today = ticket.day >= self.day
        kind = "ticket_issued" if today else "ticket_expired"
        self.record_ticket(kind, ticket, before=None, details=told, public=today)
        return ticket

    def change(
        self, ticket: Ticket, action: Action | None, kind: str, *, details: dict[str, Any] | None = None, **changes: Any
    ) -> Ticket:
        """Change a ticket by an action of the life cycle and record the event of that kind.

        `action` None keeps the state, or restores columns as they were (undo). `changes` are columns; what would
        bring a ticket back by itself (`due_at`, `return_after`) ends with its state. Raises Refusal `wrong_state`
        when the life cycle has no such change, or when the row was changed since it was read.
        """
        if action is not None:
            changes["state"] = after(ticket.state, action, number=ticket.number)
            self._refuse_past(ticket, changes["state"])
        changes.setdefault("state", ticket.state)
        if changes["state"] is not ticket.state:
            changes = {"due_at": None, "return_after": None, "removed": False} | changes
        changed = replace(ticket, **changes, seq=self.head.seq + 1)
        ticket_rows.write_ticket(self.connection, ticket, changed)
        place_rows.write_places(self.connection, ticket, changed)
        self.record_ticket(kind, changed, before=ticket, details=details)
        return changed

    def _refuse_past(self, ticket: Ticket, state: TicketState) -> None:
        """What ended on an earlier day stays so: its number may be another's by now."""
        if ticket.day < self.day and ticket.state not in OPEN and state in OPEN:
            kept = self.kept_ticket(ticket.number)
            if kept is None or kept.id != ticket.id:
                raise Refusal("wrong_state", number=ticket.number, state=str(ticket.state))

    def record_ticket(
        self,
        kind: str,
        ticket: Ticket,
        *,
        before: Ticket | None,
        details: dict[str, Any] | None = None,
        public: bool = True,
    ) -> None:
        """Record what happened to a ticket, whose `seq` is the number of this event."""
        content = {
            "ticket": views.staff_ticket(ticket, self.hall, self.head),
            "from": views.ticket_place(before, self.hall) if before else None,
            "by": self.actor.name,
            **(details or {}),
        }
        prev = before.seq if before else None
        self.record(kind, content, public=public, ticket=ticket, prev_ticket=prev)

    def record(
        self,
        kind: str,
        content: dict[str, Any],
        *,
        public: bool = True,
        ticket: Ticket | None = None,
        prev_ticket: int | None = None,
    ) -> None:
        """An event with the hall's next number. `public`: whether devices see it too."""
        seq = self.head.seq + 1
        happened = Event(
            self.hall,
            seq,
            self.now,
            kind,
            public,
            self.head.public_seq,
            ticket.id if ticket else None,
            prev_ticket,
            content,
        )
        self.head = replace(self.head, seq=seq, public_seq=seq if public else self.head.public_seq)
        self.events.append(happened)

    def write_events(self) -> None:
        """Write what was recorded."""
        for one in self.events:
            _INSERT_EVENT.write(self.connection, _row(one))


def _row(happened: Event) -> dict[str, Any]:
    return {
        "hall_id": happened.hall.id,
        "seq": happened.seq,
        "at": happened.at,
        "kind": happened.kind,
        "public": happened.public,
        "prev_public": happened.prev_public,
        "ticket_id": happened.ticket_id,
        "prev_ticket": happened.prev_ticket,
        "content": dumps(happened.content).decode(),
    }
