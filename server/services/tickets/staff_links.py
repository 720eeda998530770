"""Links to a visitor's own pages that staff may hand out: they do all that the visitor's own token does but rate.

Whoever gives a number at the reception reads its address from the screen. Were it the visitor's token, a clerk could
rate the work that was done for it. The token itself is on paper and in messages, where staff do not read it.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import replace

from sqlalchemy import Connection

from server.db.repositories import appointment_rows, ticket_rows
from server.db.repositories.appointment_rows import Appointment
from server.db.repositories.ticket_rows import Ticket
from server.db.tables import appointment
from server.services.notices.keys import Keys

#: Longer than any token, so that none looks like it.
_LINK = re.compile(r"s(\d{1,18})-([0-9a-f]{32})")


def is_link(token: str) -> bool:
    """Whether a token is such a link."""
    return _LINK.fullmatch(token) is not None


def shown_to_staff(keys: Keys, ticket: Ticket) -> Ticket:
    """A ticket with the link in the place of its token."""
    return replace(ticket, token=_link(keys, "ticket", ticket.id, ticket.token))


def appointment_to_staff(keys: Keys, one: Appointment) -> Appointment:
    """An appointment with the link in the place of its token."""
    return replace(one, token=_link(keys, "appointment", one.id, one.token))


def ticket_of(connection: Connection, keys: Keys, token: str) -> Ticket | None:
    """The ticket that a token or a link opens, with that as its token."""
    ticket_id = _id(token)
    if ticket_id is None:
        return ticket_rows.ticket_by_token(connection, token)
    found = ticket_rows.find_ticket(connection, ticket_id)
    return replace(found, token=token) if found and _fits(token, _link(keys, "ticket", found.id, found.token)) else None


def appointment_of(connection: Connection, keys: Keys, token: str) -> Appointment | None:
    """The same of an appointment."""
    appointment_id = _id(token)
    if appointment_id is None:
        return appointment_rows.by_token(connection, token)
    found = appointment_rows.find(connection, appointment.c.id == appointment_id)
    fits = found and _fits(token, _link(keys, "appointment", found[0].id, found[0].token))
    return replace(found[0], token=token) if fits else None


def _link(keys: Keys, kind: str, number: int, token: str) -> str:
    """By the token too: where a copy was put back, another ticket gets the same number."""
    return f"s{number}-{keys.hash('staff link', kind, str(number), token)[:32]}"


def _id(token: str) -> int | None:
    found = _LINK.fullmatch(token)
    return int(found[1]) if found else None


def _fits(given: str, link: str) -> bool:
    return hmac.compare_digest(given.encode(), link.encode())
