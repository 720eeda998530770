"""What stands on a ticket's paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from printing.ticket import PrintedPlace, PrintedTicket
from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import Ticket
from server.domain import hours
from server.domain.refusals import Refusal
from server.domain.states import TicketState
from server.services.languages.languages import SPOKEN
from server.services.printing import print_jobs
from server.services.queries import visitor_view
from server.services.runtime.unit_of_work import UnitOfWork


def by_id(unit: UnitOfWork, *, ticket_id: int, base: str) -> dict[str, Any]:
    """What stands on a ticket's paper: {"ticket": PrintedTicket}. base: the public address, without a slash."""
    return {"ticket": _printed(unit, ticket_rows.ticket_by_id(unit.connection, ticket_id), base)}


def by_number(unit: UnitOfWork, *, number: str, base: str) -> dict[str, Any]:
    """The same for today's ticket of that number, to whoever asks: staff see it without the visitor's code.

    Raises Refusal `unknown_ticket`; `forbidden` for a ticket machine that did not give it, and for a print agent that
    was not sent it.
    """
    ticket = unit.ticket(number)
    if unit.actor.kind == "device" and not _is_machines(unit, ticket):
        raise Refusal("forbidden")
    printed = _printed(unit, ticket, base)
    return {"ticket": printed if unit.actor.kind == "device" else replace(printed, url=None)}


def _is_machines(unit: UnitOfWork, ticket: Ticket) -> bool:
    machine = unit.actor
    gave = machine.role == "kiosk" and ticket.device_id == machine.id
    return gave or (machine.role == "printer" and print_jobs.was_sent(unit, ticket.id, agent=machine.id))


def _printed(unit: UnitOfWork, taken: Ticket, base: str) -> PrintedTicket:
    seen = visitor_view.visitor_ticket(unit, taken)
    wait = seen["wait"]
    return PrintedTicket(
        number=taken.number,
        hall=_printable(seen["hall_name"]),
        service=_printable(seen["service_name"]),
        issued_at=hours.local(taken.issued_at, unit.hall.time_zone),
        ahead=seen["ahead"],
        wait=None if wait is None else (wait["low"], wait["high"]),
        marks=tuple(seen["tags"]),
        proof=_printable(seen["proof"]),
        counters=tuple(seen["counters"]),
        places=tuple(
            PrintedPlace(
                zone=_printable(one["zone_name"]), where=_printable(one["where"]), counters=tuple(one["counters"])
            )
            for one in seen["places"]
        ),
        url=base + seen["url"],
        steps=tuple(_printable(step["name"]) for step in seen["steps"] if step["state"] != "dropped"),
        appointment=_moment(seen["appointment"] and seen["appointment"]["start"], unit),
        called_from=_moment(seen["due_at"] if taken.state is TicketState.SCHEDULED else None, unit),
        note=_printable(unit.hall.settings.texts.get("missed")),
        lines=tuple(_printable(line) for line in unit.hall.settings.ticket.get("lines", ())),
        picture=unit.hall.settings.ticket.get("picture"),
        languages=_on_paper(unit.hall.settings.languages),
    )


def _moment(at: str | None, unit: UnitOfWork) -> datetime | None:
    return None if at is None else hours.local(hours.from_text(at), unit.hall.time_zone)


def _printable(text: Mapping[str, str] | None) -> dict[str, str]:
    """A text in the languages that paper has words in; one that the hall adds by a file is for the pages."""
    return {language: said for language, said in (text or {}).items() if language in SPOKEN}


def _on_paper(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Paper is short: the traditional form, there for the Cantonese voice, only where the simplified one is not."""
    return tuple(one for one in languages if one != "zh-HK" or "zh-CN" not in languages)
