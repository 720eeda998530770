"""What a clerk puts right: waiting numbers are taken out of the queue, a completed one is opened again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from client.board import Json
from counter_client.terminal import reasons
from counter_client.terminal.console import Console
from counter_client.terminal.desk import Note
from counter_client.terminal.dialogs import Choice, Entry
from counter_client.terminal.names import service_name

SHOWN = 8
"""So many numbers are named in a question; of the others their count."""
LONGEST = 200
BETWEEN = re.compile(r"[\s,;、，；]+")


def ask_to_remove(console: Console) -> None:
    """Take numbers out: typed ones, or all that wait for a service."""
    words = console.words
    counts: dict[str, int] = {}
    for row in (console.outlook or {}).get("waiting", ()):
        counts[row["service"]] = counts.get(row["service"], 0) + row["count"]
    options: list[tuple[str, str | None]] = [(words("remove_numbers"), None)]
    options += [
        (words("remove_all_of", service=service_name(console, code), count=count), code)
        for code, count in counts.items()
        if count
    ]
    console.dialog = Choice(words("ask_remove"), options, lambda code: _chosen(console, code))


def _chosen(console: Console, service: str | None) -> None:
    if service is None:
        console.dialog = Entry(
            console.words("ask_numbers"),
            lambda text: _look(console, numbers=typed(text)),
            longest=LONGEST,
            hint="enter_hint",
        )
    else:
        _look(console, services=[service])


def typed(text: str) -> list[str]:
    """The numbers of a line, however they are set apart."""
    return [one for one in BETWEEN.split(unicodedata.normalize("NFKC", text).upper()) if one]


def _look(console: Console, **what: list[str]) -> None:
    """Ask whom it would meet, then why, then for many once more."""

    def met(answer: Json) -> None:
        if not answer["removed"]:
            console.note = Note(_told(console, [], answer["skipped"]) or console.words("remove_nobody"), failed=True)
        elif len(answer["removed"]) == 1 and not answer["skipped"]:
            ask_why(console, answer["removed"][0])
        else:
            _ask_why_many(console, what, answer)

    console.ask("remove_many", {**what, "reason": "-", "check": True}, met)


def ask_why(console: Console, number: str) -> None:
    """Take one number out, with a reason."""
    title = console.words("ask_why_out", numbers=number)
    done = Note(console.words("taken_out", numbers=number))

    def send(reason: str) -> None:
        console.send("remove", then=lambda _: setattr(console, "note", done), number=number, reason=reason)

    reasons.ask(console, title, reasons.usual(console, reasons.REMOVE), send)


def _ask_why_many(console: Console, what: dict[str, list[str]], met: Json) -> None:
    def sure(reason: str) -> None:
        words = console.words
        stays = words("remove_stays", numbers=_few(console, _numbers(met["skipped"]))) if met["skipped"] else ""
        title = words("ask_sure", count=len(met["removed"]), numbers=_few(console, met["removed"])) + stays
        options = [(words("no"), None), (words("remove_yes", count=len(met["removed"])), reason)]
        console.dialog = Choice(title, options, lambda kept: _remove(console, what, kept))

    title = console.words("ask_why_out", numbers=_few(console, met["removed"]))
    reasons.ask(console, title, reasons.usual(console, reasons.REMOVE), sure)


def _remove(console: Console, what: dict[str, list[str]], reason: str | None) -> None:
    if reason is None:
        return

    def done(answer: Json) -> None:
        console.note = Note(_told(console, answer["removed"], answer["skipped"]), failed=not answer["removed"])

    console.send("remove_many", then=done, **what, reason=reason, check=False)


def _told(console: Console, removed: list[str], skipped: list[Json]) -> str:
    gone = console.words("taken_out", numbers=_few(console, removed)) if removed else ""
    return gone + (console.words("remove_stays", numbers=_few(console, _numbers(skipped))) if skipped else "")


def _few(console: Console, numbers: list[str]) -> str:
    more = console.words("and_more", count=len(numbers) - SHOWN) if len(numbers) > SHOWN else ""
    return " ".join(numbers[:SHOWN]) + more


def _numbers(skipped: list[Json]) -> list[str]:
    return [one["number"] for one in skipped]


def ask_to_reopen(console: Console) -> None:
    """Go on with a ticket that was completed: one of the last here, or another by its number."""
    if console.ticket:
        console.note = Note(console.words("reopen_busy"), failed=True)
        return
    options: list[tuple[str, Any]] = [(number, number) for number in reversed(console.completed)]
    options.append((console.words("other_number"), None))

    def chosen(number: str | None) -> None:
        if number is None:
            console.dialog = Entry(console.words("ask_reopen"), _sends(console), hint="enter_hint")
        else:
            _sends(console)(number)

    if console.completed:
        console.dialog = Choice(console.words("ask_reopen"), options, chosen)
    else:
        chosen(None)


def _sends(console: Console) -> Callable[[str], None]:
    def send(text: str) -> None:
        console.send("reopen", number=(typed(text) or [text])[0])

    return send
