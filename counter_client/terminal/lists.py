"""Who waits, and who was put aside."""

from __future__ import annotations

from datetime import datetime

from counter_client.board import Json
from counter_client.terminal.console import Console
from counter_client.terminal.lines import Line, cut, width_of
from counter_client.terminal.names import service_name


def lists(console: Console, columns: int, room: int) -> list[Line]:
    """The two lists side by side, at most `room` lines."""
    half = columns // 2
    left, right = waiting_lines(console, half - 2), aside_lines(console)
    body = []
    for index in range(min(room, max(len(left), len(right)))):
        line = cut(left[index] if index < len(left) else [], half - 2)
        gap = half - width_of(line)
        body.append([*line, ("", " " * gap), *(right[index] if index < len(right) else [])])
    return body


def waiting_lines(console: Console, columns: int) -> list[Line]:
    """The services with people waiting, most first; a long name gives way to its figures."""
    words, now = console.words, console.server_now()
    lines: list[Line] = [[("class:title", f" {words('waiting')}  "), ("class:quiet", words("waiting_columns"))]]
    oldest = {row["service"]: row["oldest_at"] for row in (console.outlook or {}).get("waiting", ())}
    for service, count in sorted(console.board.waiting_by_service.items(), key=lambda item: -item[1]):
        if count > 0:
            at = oldest.get(service)
            span = words.span((now - datetime.fromisoformat(at)).total_seconds()) if at else ""
            figure, wait = ("class:count", f" {count:>4}  "), ("class:quiet", f"  {span}")
            name = cut([("", service_name(console, service))], columns - width_of([figure, wait]))
            lines.append([figure, *name, wait])
    if len(lines) == 1:
        lines.append([("class:quiet", f"   {words('nobody')}")])
    return lines


def aside_lines(console: Console) -> list[Line]:
    """The held and the missed tickets of the hall."""
    words = console.words
    lines: list[Line] = [[("class:title", words("aside"))]]
    for kind, tickets in (("held", console.board.held), ("parked", console.board.parked)):
        lines += [
            [
                ("class:count", f"{ticket['number']}  "),
                ("", f"{words('ticket_' + kind)} "),
                ("class:quiet", _remark(console, ticket)),
            ]
            for ticket in tickets
        ]
    if len(lines) == 1:
        lines.append([("class:quiet", words("none"))])
    return lines


def _remark(console: Console, ticket: Json) -> str:
    """When it comes back, and its note."""
    until = ticket["hold_until"]
    back = [console.words("held_until", at=f"{datetime.fromisoformat(until):%H:%M}")] if until else []
    return " · ".join([*back, *(ticket["note"] or "").splitlines()])
