"""Who waits, and who was put aside."""

from __future__ import annotations

from datetime import datetime

from client.board import Json
from counter_client.terminal.console import Console
from counter_client.terminal.lines import Line, cut, width_of
from counter_client.terminal.names import service_name


def lists(console: Console, columns: int, room: int) -> list[Line]:
    """The two lists side by side, at most `room` lines."""
    half = columns // 2
    left, right = (_fitted(console, one, room) for one in (waiting_lines(console, half - 2), aside_lines(console)))
    body = []
    for index in range(min(room, max(len(left), len(right)))):
        line = cut(left[index] if index < len(left) else [], half - 2)
        gap = half - width_of(line)
        body.append([*line, ("", " " * gap), *(right[index] if index < len(right) else [])])
    return body


def _fitted(console: Console, lines: list[Line], room: int) -> list[Line]:
    """The lines that fit; the last one says how many more there are."""
    if len(lines) <= room or room < 1:
        return lines
    return [*lines[: room - 1], [("class:quiet", f" {console.words('more', count=len(lines) - room + 1)}")]]


def waiting_lines(console: Console, columns: int) -> list[Line]:
    """Who waits: the sums, then this counter's services in the hall's order. A long name gives way to its figures."""
    words, rows = console.words, (console.outlook or {}).get("waiting", [])
    lines: list[Line] = [[("class:title", f" {words('waiting')}  "), ("class:quiet", words("waiting_columns"))]]
    mine = [row for row in rows if _is_mine(console, row)]
    others = [row for row in rows if row not in mine]
    for name, of_name in (("mine", mine), ("others", others)):
        if of_name or name == "mine":
            lines.append(_waiting_line(console, columns, words(name), of_name))
    for code in [service["code"] for service in (console.board.hall or {}).get("services", [])]:
        if found := [row for row in mine if row["service"] == code]:
            lines.append(_waiting_line(console, columns, f"  {service_name(console, code)}", found))
    return lines


def _waiting_line(console: Console, columns: int, name: str, rows: list[Json]) -> Line:
    """How many wait in these rows, and since when the first of them."""
    since = [datetime.fromisoformat(row["oldest_at"]) for row in rows if row["oldest_at"]]
    span = console.words.span((console.server_now() - min(since)).total_seconds()) if since else ""
    figure, wait = ("class:count", f" {sum(row['count'] for row in rows):>4}  "), ("class:quiet", f"  {span}")
    return [figure, *cut([("", name)], columns - width_of([figure, wait])), wait]


def _is_mine(console: Console, row: Json) -> bool:
    """Whether this counter serves a row of the outlook, as its own or as a fallback."""
    if row["counter"] is not None:
        return bool(row["counter"] == console.counter)
    counters = (console.board.hall or {}).get("counters", [])
    own = next((one for one in counters if one["code"] == console.counter), None)
    return own is not None and row["counter_type"] in [*own["counter_types"], *own["fallbacks"]]


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
