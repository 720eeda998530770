"""The ticket at the counter, large, with what the clerk wants to know of it."""

from __future__ import annotations

from datetime import datetime

from prompt_toolkit.utils import get_cwidth

from client.board import Json
from counter_client.terminal import visit as visits
from counter_client.terminal.console import Console
from counter_client.terminal.large import enlarge
from counter_client.terminal.lines import Line
from counter_client.terminal.names import service_name, type_name, waited


def present_ticket(console: Console) -> list[Line]:
    """The number and beside it its state and service, the services of a visit with several, the note."""
    words, ticket = console.words, console.ticket
    if not ticket:
        return [[], [("class:quiet", "   " + words("no_ticket"))], [], []]
    now = console.server_now()
    beside = [_state(console, ticket, now), _kind(console, ticket), _remarks(console, ticket)]
    pieces = zip(enlarge(ticket["number"]), beside, strict=True)
    width = max(get_cwidth(piece) for piece in enlarge(ticket["number"]))
    lines: list[Line] = [[("class:number", f"   {piece:<{width}}   "), *line] for piece, line in pieces]
    note = words("note", text=ticket["note"].replace("\n", " · ")) if ticket["note"] else ""
    visit = [_visit(console, ticket)] if visits.steps_of(ticket) else []
    return [*lines, *visit, [("class:note", f"   {note}")]]


def _visit(console: Console, ticket: Json) -> Line:
    """The services of a visit: done, here, to come."""
    line: Line = [("", "   ")]
    for step in visits.steps_of(ticket):
        here = step["state"] == "open" and step["service"] == ticket["service"]
        kind = "here" if here else step["state"]
        name = service_name(console, step["service"])
        said = console.words(f"step_{kind}", service=name, counter=step["counter"] or "–")
        line.append(("class:service" if here else "class:quiet", said + "   "))
    return line


def _state(console: Console, ticket: Json, now: datetime) -> Line:
    words = console.words
    since = ticket["started_at"] or ticket["called_at"]
    line: Line = [(f"class:{ticket['state']}", words(f"ticket_{ticket['state']}"))]
    if since:
        line.append(("", "  " + words("since", span=words.span((now - datetime.fromisoformat(since)).total_seconds()))))
    line.append(("", "  " + words("calls", count=ticket["calls"])))
    return line


def _kind(console: Console, ticket: Json) -> Line:
    words = console.words
    parts = [service_name(console, ticket["service"]), words(f"language_{ticket['language']}")]
    parts += [words(f"tag_{tag}") for tag in ticket["tags"]]
    return [("class:service", " · ".join(parts))]


def _remarks(console: Console, ticket: Json) -> Line:
    words = console.words
    remarks = [words("waited", span=words.span(waited(console, ticket)))]
    if ticket.get("quantity", 1) > 1:
        remarks.append(words("quantity_is", count=ticket["quantity"]))
    if appointment := ticket.get("appointment"):
        remarks.append(words("slot_at", at=f"{datetime.fromisoformat(appointment['start']):%H:%M}"))
    if (contact := ticket.get("contact")) and contact.get("name"):
        remarks.append(contact["name"])
    if ticket["came_from"]:
        remarks.append(words("came_from", name=type_name(console, ticket["came_from"])))
    return [("", "  ".join(remarks))]
