"""What stands on a ticket's paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kiosk.printing.ticket import PrintedTicket
from server.db import rows
from server.db.rows import Ticket
from server.domain import hours
from server.domain.states import TicketState
from server.services import visitor_view
from server.services.unit import Unit


def by_id(unit: Unit, *, ticket_id: int, base: str) -> dict[str, Any]:
    """What stands on a ticket's paper: {"ticket": PrintedTicket}. base: the public address, without a slash."""
    return {"ticket": _printed(unit, rows.ticket_by_id(unit.connection, ticket_id), base)}


def by_number(unit: Unit, *, number: str, base: str) -> dict[str, Any]:
    """The same for today's ticket of that number. Raises Refusal `unknown_ticket`."""
    return {"ticket": _printed(unit, unit.ticket(number), base)}


def _printed(unit: Unit, taken: Ticket, base: str) -> PrintedTicket:
    seen = visitor_view.visitor_ticket(unit, taken)
    wait = seen["wait"]
    return PrintedTicket(
        number=taken.number,
        hall=seen["hall_name"],
        service=seen["service_name"],
        issued_at=hours.local(taken.issued_at, unit.hall.time_zone),
        ahead=seen["ahead"],
        wait=None if wait is None else (wait["low"], wait["high"]),
        counters=tuple(seen["counters"]),
        url=base + seen["url"],
        steps=tuple(step["name"] for step in seen["steps"] if step["state"] != "dropped"),
        appointment=_moment(seen["appointment"] and seen["appointment"]["start"], unit),
        called_from=_moment(seen["due_at"] if taken.state is TicketState.SCHEDULED else None, unit),
        note=unit.hall.settings.texts.get("missed", {}),
        languages=_on_paper(unit.hall.settings.languages),
    )


def _moment(at: str | None, unit: Unit) -> datetime | None:
    return None if at is None else hours.local(hours.from_text(at), unit.hall.time_zone)


def _on_paper(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Paper is short: the traditional form, there for the Cantonese voice, only where the simplified one is not."""
    return tuple(one for one in languages if one != "zh-HK" or "zh-CN" not in languages)
