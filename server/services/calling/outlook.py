"""What a clerk looks at between calls: who is next, who waits where, and a search."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, select

from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import Ticket
from server.db.tables import contact, ticket
from server.domain.hall import Counter
from server.domain.hours import to_text
from server.domain.numbers import ways_to_write
from server.services.appointments.identity import name_key
from server.services.calling import sessions
from server.services.calling.next_ticket import next_tickets
from server.services.notices import contacts
from server.services.queries import views, waiting
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import carried_over, links, staff_links
from server.services.tickets.links import Link

SEARCH_LIMIT = 20
#: So many of those who come next are kept by a console.
LINE = 20
#: The letters that a name is looked for by, and among how many of today's.
SHORTEST_NAME, MOST_NAMES = 2, 3_000
#: So many of a phone number are known of a masked one.
DIGITS = 4


def outlook(unit: UnitOfWork, *, counter: str) -> dict[str, Any]:
    """Whom call-next would call now, who comes after, and every queue of the hall."""
    unit.actor.needs("clerk")
    place = unit.hall.counter(counter)
    choices = next_tickets(unit, place, count=3)
    upcoming = [ticket_rows.ticket_by_id(unit.connection, choice.head.ticket) for choice in choices]
    found = waiting.queues(unit)
    mine = sum(queue.count for queue in found if _is_mine(queue, place))
    return {
        "next": views.staff_ticket(upcoming[0], unit.hall, unit.head) if upcoming else None,
        "upcoming": [_short(unit, one) for one in upcoming],
        "waiting": [
            {
                "counter_type": queue.counter_type,
                "service": queue.service,
                "counter": unit.hall.counters_by_id[queue.target].code if queue.target else None,
                "count": queue.count,
                "oldest_at": to_text(queue.oldest_at, unit.hall.time_zone),
            }
            for queue in found
        ],
        "mine": mine,
        "others": sum(queue.count for queue in found) - mine,
    }


def line(unit: UnitOfWork, *, counter: str) -> dict[str, Any]:
    """Whom this counter would call one after the other, for calling by voice when the server is away."""
    unit.actor.needs("clerk")
    choices = next_tickets(unit, unit.hall.counter(counter), count=LINE)
    tickets = [ticket_rows.ticket_by_id(unit.connection, choice.head.ticket) for choice in choices]
    return {"tickets": [_short(unit, one) for one in tickets]}


def _short(unit: UnitOfWork, one: Ticket) -> dict[str, Any]:
    """What is shown of somebody in a line."""
    return {
        "number": one.number,
        "service": unit.hall.services_by_id[one.service_id].code,
        "waiting_since": to_text(one.waiting_since, unit.hall.time_zone),
    }


def _is_mine(queue: waiting.Queue, counter: Counter) -> bool:
    return queue.target == counter.id if queue.target else queue.counter_type in counter.serves


def look(unit: UnitOfWork, *, counter: str) -> dict[str, Any]:
    """A counter's state with its outlook."""
    unit.actor.needs("clerk")
    return {"counter": counter_now(unit, unit.hall.counter(counter)), "outlook": outlook(unit, counter=counter)}


def counter_now(unit: UnitOfWork, counter: Counter) -> dict[str, Any]:
    """The staff's view of a counter, read from the database."""
    session = ticket_rows.open_session(unit.connection, counter.id)
    present = sessions.present_ticket(unit, session) if session else None
    state: dict[str, Any] = sessions.counter_state(unit, counter, session, present)["counter"]
    return state


def search(unit: UnitOfWork, *, q: str) -> dict[str, Any]:
    """Today's tickets whose number contains `q`, or whose visitor's phone ends with these four digits.

    The number itself comes first, then the newest. It is found with and without its zeros; a visitor who left a name by
    that, however it is typed. The link of a visitor's page finds its ticket.
    """
    unit.actor.needs("clerk")
    link = links.link_in(q)
    if link:
        return {"tickets": [views.staff_ticket(row, unit.hall, unit.head) for row in _of_link(unit, link)]}
    wanted = links.plain(q).upper()
    ways = ways_to_write(wanted, unit.hall.counter_types.values(), digits=unit.hall.settings.digits)
    by_number = ticket.c.number.contains(wanted, autoescape=True) | ticket.c.number.in_(ways)
    by_phone = ticket.c.contact_id.in_(select(contact.c.id).where(contact.c.masked.like(f'%*{wanted}"%')))
    found = ticket_rows.tickets_where(
        unit.connection,
        ticket.c.hall_id == unit.hall.id,
        _today(unit),
        by_number | by_phone
        if wanted.isascii() and wanted.isdigit() and len(wanted) == DIGITS
        else by_number | ticket.c.id.in_(_named(unit, q)),
        order=(case((ticket.c.number.in_(ways), 0), else_=1), ticket.c.id.desc()),
        limit=SEARCH_LIMIT,
    )
    return {"tickets": [views.staff_ticket(row, unit.hall, unit.head) for row in found]}


def _today(unit: UnitOfWork) -> ColumnElement[bool]:
    """Tickets of this business day, and those that were kept over the end of an earlier one."""
    return (ticket.c.day == unit.day) | ticket.c.id.in_([one.id for one in carried_over.all_of(unit)])


def _of_link(unit: UnitOfWork, link: Link) -> list[Ticket]:
    """The ticket of a visitor's page, whatever its day; that of an appointment once it is checked in."""
    if link.kind == "t":
        found = staff_links.ticket_of(unit.connection, unit.deployment.keys, link.token)
    else:
        one = staff_links.appointment_of(unit.connection, unit.deployment.keys, link.token)
        found = ticket_rows.find_ticket(unit.connection, one.ticket_id) if one and one.ticket_id else None
    return [found] if found and found.hall_id == unit.hall.id else []


def _named(unit: UnitOfWork, q: str) -> list[int]:
    """The ids of today's tickets whose visitor left a name of which `q` is a part; names are sealed: each is opened."""
    wanted = name_key(q)
    if len(wanted) < SHORTEST_NAME or any(sign.isdigit() for sign in wanted):
        return []
    left = select(ticket.c.id, contact.c.sealed).join(contact, contact.c.id == ticket.c.contact_id)
    today = left.where(ticket.c.hall_id == unit.hall.id, _today(unit)).order_by(ticket.c.id.desc())
    return [
        row.id
        for row in unit.connection.execute(today.limit(MOST_NAMES))
        if wanted in name_key(contacts.name_in(unit.deployment.keys, row.sealed))
    ]
