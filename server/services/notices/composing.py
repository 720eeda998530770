"""A notice as the message that is sent: made when it leaves, of what is so then."""

from __future__ import annotations

from typing import Any

import orjson

from server.db.repositories import appointment_rows, ticket_rows
from server.db.repositories.appointment_rows import Appointment
from server.db.repositories.notice_rows import Notice
from server.db.repositories.ticket_rows import Ticket
from server.db.tables import appointment
from server.domain import hours, notice_words
from server.domain.booking import AppointmentState
from server.domain.hall import Hall
from server.domain.notice import GOOD_FOR, Message
from server.domain.states import TicketState
from server.services.appointments import appointment_views, calendar_file
from server.services.notices import contacts
from server.services.queries import waiting
from server.services.runtime.unit_of_work import UnitOfWork

DAY_MS = 86_400_000


class Stale(Exception):
    """A notice that would mislead by now; the message says why, for people."""


def compose(unit: UnitOfWork, *, notice: Notice, base: str) -> Message:
    """The message of a notice; `base` is the server's public address. Raises Stale."""
    age = unit.now - notice.created_at
    if age > GOOD_FOR.get(notice.kind, DAY_MS if notice.kind == "cancelled" else age):
        raise Stale("too late")
    if notice.ticket_id is not None:
        return _of_ticket(unit, notice, ticket_rows.ticket_by_id(unit.connection, notice.ticket_id), base)
    one = appointment_rows.find(unit.connection, appointment.c.id == notice.appointment_id)[0]
    return _of_appointment(unit, notice, one, base)


def _of_ticket(unit: UnitOfWork, notice: Notice, ticket: Ticket, base: str) -> Message:
    hall, language = unit.hall, notice_words.spoken(ticket.language)
    facts: dict[str, Any] = {
        "number": ticket.number,
        "hall": notice_words.pick(hall.name, language),
        "service": notice_words.pick(hall.services_by_id[ticket.service_id].name, language),
    }
    if notice.kind == "called":
        told = orjson.loads(notice.content)["call_seq"]
        if ticket.state is not TicketState.CALLED or ticket.call_seq != told or ticket.counter_id is None:
            raise Stale("no longer called")
        facts["counter"] = notice_words.pick(hall.counters_by_id[ticket.counter_id].name, language)
    else:
        before = waiting.ahead(unit, ticket)
        if before is None:
            raise Stale("no longer waiting")
        facts["ahead"] = before
    return _message(unit, notice, ticket.contact_id, language, facts, link=f"{base}/t/{ticket.token}")


def _of_appointment(unit: UnitOfWork, notice: Notice, one: Appointment, base: str) -> Message:
    hall, language = unit.hall, notice_words.spoken(one.language)
    state = AppointmentState.CANCELLED if notice.kind == "cancelled" else AppointmentState.BOOKED
    if one.state is not state or one.start_at != orjson.loads(notice.content)["start"]:
        raise Stale("the appointment has changed")
    fell = appointment_views.fallen(unit, one) is not None
    if state is AppointmentState.BOOKED and fell is not (notice.kind == "fell_away"):
        raise Stale("the hall has changed its hours" if fell else "the appointment stands again")
    if one.start_at <= unit.now:
        raise Stale("too late")
    start, today = hours.local(one.start_at, hall.time_zone), hours.local(unit.now, hall.time_zone)
    facts = {
        "code": one.code,
        "hall": notice_words.pick(hall.name, language),
        "service": notice_words.pick(hall.services_by_id[one.service_id].name, language),
        "when": notice_words.when(start, language),
        "day": notice_words.day(start, today=today, language=language),
        "start": hours.to_text(one.start_at, hall.time_zone),
        **_place(hall, one, language),
    }
    seen = appointment_views.holders_view(unit, one)
    file = None if fell else calendar_file.of(seen | {"url": base + seen["url"]}, now=unit.now)
    return _message(unit, notice, one.contact_id, language, facts, link=f"{base}/a/{one.token}", calendar=file)


def _place(hall: Hall, one: Appointment, language: str) -> dict[str, str]:
    """Where to come and what to bring, as far as the hall says it."""
    said = {}
    if hall.settings.address:
        said["address"] = notice_words.pick(hall.settings.address, language)
    if papers := hall.services_by_id[one.service_id].rules.bring:
        between = "; " if language == "en" else "；"
        said["bring"] = between.join(notice_words.pick(paper, language) for paper in papers)
    return said


def _message(
    unit: UnitOfWork,
    notice: Notice,
    contact_id: int | None,
    language: str,
    facts: dict[str, Any],
    *,
    link: str,
    calendar: bytes | None = None,
) -> Message:
    reach = contacts.opened(unit.connection, unit.deployment.keys, contact_id)
    if reach is None:
        raise Stale("the contact is deleted")
    subject, text = notice_words.say(notice.kind, language, facts)
    made_at = hours.to_text(notice.created_at, unit.hall.time_zone)
    return Message(
        # Of its own, not the row's number: stable, and nothing can be counted by it.
        id=unit.deployment.keys.hash("notice", unit.hall.code, notice.key, notice.channel)[:32],
        kind=notice.kind,
        hall=unit.hall.code,
        language=language,
        to=reach,
        subject=subject,
        text=text,
        link=link,
        made_at=made_at or "",
        facts=facts,
        calendar=calendar,
    )
