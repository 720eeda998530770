"""A visit at a terminal's counter: its services, quantity, notes, a hold with a time, the timeline."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from client.board import Json
from counter_client.terminal.console import Console
from counter_client.terminal.desk import Note
from counter_client.terminal.dialogs import Choice, Entry, Page
from counter_client.terminal.names import service_name
from counter_client.terminal.words import WORDS

LONGEST_NOTE = 300
MOST = 99
MINUTES = (10, 20, 30, 60)
CLOCK = "clock"
#: What goes along with a hold, and the name of its words.
ALONG = {"tell": "tell_visitor", "note": "note_for_staff"}


def steps_of(ticket: Json) -> list[Json]:
    """The services of a visit that still count; none for a ticket with one service."""
    return [step for step in ticket.get("steps", ()) if step["state"] != "dropped"]


def left_of(ticket: Json) -> list[Json]:
    """What is not done yet beside the present service."""
    return [step for step in steps_of(ticket) if step["state"] != "done" and step["service"] != ticket["service"]]


def onward(console: Console, ticket: Json) -> str:
    """Where a ticket waits once the present service is done ("A013 goes on to Tax"); "" when nothing is left."""
    left = left_of(ticket)
    following = [step for step in left if step["state"] == "open"] or left[:1]
    names = console.words("or").join(service_name(console, step["service"]) for step in following)
    return console.words("goes_on", number=ticket["number"], services=names) if names else ""


def services(console: Console) -> None:
    """Add a service to the present visit, or take one away."""
    if (ticket := _present(console)) is None:
        return
    words = console.words
    has = {ticket["service"], *(step["service"] for step in left_of(ticket))}
    options: list[tuple[str, tuple[str, str]]] = [
        (words("drop_service", service=service_name(console, step["service"])), ("drop", step["service"]))
        for step in left_of(ticket)
    ]
    options += [
        (words.text(one["name"]), ("add", one["code"]))
        for one in (console.board.hall or {}).get("services", ())
        if one.get("open", True) and one["code"] not in has
    ]
    if options:
        title = words("ask_visit", number=ticket["number"])
        console.dialog = Choice(title, options, lambda one: _chosen(console, *one))
    else:
        console.note = Note(words("nothing_to_add"))


def _chosen(console: Console, what: str, service: str) -> None:
    if what == "drop":
        console.send("drop_service", service=service)
        return
    modes = [(console.words(f"mode_{mode}"), mode) for mode in ("sequence", "parallel")]
    title = console.words("ask_mode", service=service_name(console, service))
    console.dialog = Choice(title, modes, lambda mode: console.send("add_service", service=service, mode=mode))


def quantity(console: Console) -> None:
    """How many matters the present visitor brings."""
    if _present(console) is None:
        return

    def send(text: str) -> None:
        if text.isdecimal() and 1 <= int(text) <= MOST:
            console.send("quantity", quantity=int(text))
        else:
            console.note = Note(console.words("quantity_bounds", most=MOST), failed=True)

    console.dialog = Entry(console.words("ask_quantity"), send, hint="enter_hint")


def note(console: Console) -> None:
    """A note that goes with the present visitor."""
    if _present(console) is not None:
        console.dialog = Entry(
            console.words("ask_note"),
            lambda text: console.send("note", note=text),
            longest=LONGEST_NOTE,
            hint="enter_hint",
        )


def hold(console: Console) -> None:
    """Put the present ticket aside: without a time, for some minutes, or until a time of day."""
    if _present(console) is not None:
        _ask_hold(console, {})


def _ask_hold(console: Console, said: dict[str, str]) -> None:
    """Until when; `said` goes along: `tell` to the visitor's phone, `note` to staff."""
    words, now = console.words, console.server_now()
    options: list[tuple[str, int | str | None]] = [(words("hold_no_time"), None)]
    options += [
        (words("hold_minutes", count=minutes, at=f"{now + timedelta(minutes=minutes):%H:%M}"), minutes)
        for minutes in MINUTES
    ]
    options.append((words("hold_clock"), CLOCK))
    options += [(with_text(console, name, said.get(field, "")), field) for field, name in ALONG.items()]
    console.dialog = Choice(words("ask_hold"), options, lambda chosen: _hold(console, chosen, said))


def _hold(console: Console, chosen: int | str | None, said: dict[str, str]) -> None:
    along: dict[str, Any] = {field: text for field, text in said.items() if text}
    if chosen == CLOCK:
        title = console.words("ask_clock")
        console.dialog = Entry(title, lambda text: _hold_until(console, text, said), hint="enter_hint")
    elif isinstance(chosen, int):
        console.send("hold", until=_text(console.server_now() + timedelta(minutes=chosen)), **along)
    elif chosen is None:
        console.send("hold", **along)
    else:
        ask_text(console, ALONG[chosen], said.get(chosen, ""), lambda text: _ask_hold(console, {**said, chosen: text}))


def _hold_until(console: Console, text: str, said: dict[str, str]) -> None:
    """The next time that the hall's clock shows "14:30", or 1430 as a number pad types it."""
    digits = unicodedata.normalize("NFKC", text).replace(":", "").replace(".", "").rjust(4, "0")
    now = console.server_now()
    try:
        until = now.replace(hour=int(digits[:-2]), minute=int(digits[-2:]), second=0, microsecond=0)
    except ValueError:
        console.note = Note(console.words("not_a_time"), failed=True)
        _ask_hold(console, said)
        return
    along: dict[str, Any] = {field: words for field, words in said.items() if words}
    console.send("hold", until=_text(until if until > now else until + timedelta(days=1)), **along)


def ask_text(console: Console, name: str, text: str, then: Callable[[str], None]) -> None:
    """Ask for words that may be left out; `then` gets "" for none."""
    console.dialog = Entry(
        console.words(name), then, text=text, longest=LONGEST_NOTE, hint="enter_hint", may_be_empty=True
    )


def with_text(console: Console, name: str, text: str) -> str:
    """An option that asks for words, with what they are now."""
    return f"{console.words(name)}: {text}" if text else f"{console.words(name)}…"


def timeline(console: Console) -> None:
    """What happened to the present ticket."""
    if (ticket := _present(console)) is not None:
        show_timeline(console, ticket["number"])


def show_timeline(console: Console, number: str) -> None:
    """Ask what happened to a ticket of today, and let it be read."""

    def told(answer: Json) -> None:
        lines = [_line(console, one) for one in answer["timeline"]]
        console.dialog = Page(console.words("timeline_of", number=number), lines)

    console.ask("timeline", {"number": number}, told)


def _line(console: Console, entry: Json) -> str:
    words, details = console.words, entry["details"]
    kind = f"changed_{details.get('what')}" if entry["kind"] == "ticket_changed" else f"line_{entry['kind']}"
    kind = "line_next_here" if details.get("here") else kind
    service = service_name(console, details.get("service") or entry["service"] or "")
    amount = details.get("quantity") or details.get("minutes") or details.get("stars") or ""
    values: dict[str, Any] = {
        "counter": entry["counter"] or "–",
        "service": service,
        "to": details.get("to", ""),
        "n": amount,
    }
    said = words(kind, **values) if kind in WORDS else entry["kind"]
    remarks = [str(details[name]) for name in ("manual", "reason", "note") if details.get(name)]
    if details.get("entered"):
        times = {"at": (details.get("taken") or details["called"])[11:16], "entered": details["entered"][11:16]}
        remarks.append(words("both_times_called" if details.get("called") else "both_times", **times))
    at = datetime.fromisoformat(entry["at"]).astimezone(console.server_now().tzinfo)
    who = f"({entry.get('by_name') or entry['by']})" if entry["by"] else ""
    return "  ".join([f"{at:%H:%M:%S}", said, *remarks, who]).rstrip()


def _present(console: Console) -> Json | None:
    if console.ticket is None:
        console.note = Note(console.words("no_ticket"), failed=True)
    return console.ticket


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
