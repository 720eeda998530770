"""Links to a visitor's own pages that staff may hand out: they do all that the visitor's own token does but rate.

Whoever gives a number at the reception reads its address from the screen. Were it the visitor's token, a clerk could
rate the work that was done for it. The token itself is on paper and in messages, where staff do not read it.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import replace

from sqlalchemy import Connection

from server.db import appointments, rows
from server.db.appointments import Appointment
from server.db.rows import Ticket
from server.db.tables import appointment
from server.services.keys import Keys

#: Longer than any token, so that none looks like it.
_LINK = re.compile(r"s(\d{1,18})-([0-9a-f]{32})")


def is_link(token: str) -> bool:
    """Whether a token is such a link."""
    return _LINK.fullmatch(token) is not None


def shown_to_staff(keys: Keys, ticket: Ticket) -> Ticket:
    """A ticket with the link in the place of its token."""
    return replace(ticket, token=_link(keys, "ticket", ticket.id))


def appointment_to_staff(keys: Keys, one: Appointment) -> Appointment:
    """An appointment with the link in the place of its token."""
    return replace(one, token=_link(keys, "appointment", one.id))


def ticket_of(connection: Connection, keys: Keys, token: str) -> Ticket | None:
    """The ticket that a token or a link opens, with that as its token."""
    ticket_id = _id(keys, "ticket", token)
    if ticket_id is None:
        return rows.ticket_by_token(connection, token)
    found = rows.find_ticket(connection, ticket_id)
    return replace(found, token=token) if found else None


def appointment_of(connection: Connection, keys: Keys, token: str) -> Appointment | None:
    """The same of an appointment."""
    appointment_id = _id(keys, "appointment", token)
    if appointment_id is None:
        return appointments.by_token(connection, token)
    found = appointments.find(connection, appointment.c.id == appointment_id)
    return replace(found[0], token=token) if found else None


def _link(keys: Keys, kind: str, number: int) -> str:
    return f"s{number}-{keys.hash('staff link', kind, str(number))[:32]}"


def _id(keys: Keys, kind: str, token: str) -> int | None:
    found = _LINK.fullmatch(token)
    if found is None or not hmac.compare_digest(_link(keys, kind, int(found[1])), token):
        return None
    return int(found[1])
