"""Why a counter pauses, since when, and how long it is meant to."""

from __future__ import annotations

from datetime import datetime

from client.board import Json
from counter_client.terminal.console import Console


def reasons(console: Console) -> list[tuple[str, str]]:
    """The hall's reasons as (what is read, code), with the minutes that each usually takes."""
    return [(_with_minutes(console, one), one["code"]) for one in _known(console)]


def paused(console: Console, counter: Json) -> str:
    """Reason and time of a counter's pause: "Meal 12:05 · 33 min left"."""
    known = next((one for one in _known(console) if one["code"] == counter["reason"]), None)
    name = console.words.text(known["name"]) if known else (counter["reason"] or "")
    seconds = _seconds(console, counter)
    parts = [f"{name} {seconds // 60}:{seconds % 60:02}".strip()]
    if known and known["minutes"] is not None:
        left = known["minutes"] * 60 - seconds
        word = "pause_left" if left >= 0 else "pause_over"
        parts.append(console.words(word, count=-(-abs(left) // 60)))
    return " · ".join(parts)


def _seconds(console: Console, counter: Json) -> int:
    since = counter["since"]
    if since is None:
        return 0
    return max(0, int((console.server_now() - datetime.fromisoformat(since)).total_seconds()))


def _known(console: Console) -> list[Json]:
    known: list[Json] = (console.board.hall or {}).get("pause_reasons", [])
    return known


def _with_minutes(console: Console, reason: Json) -> str:
    name = console.words.text(reason["name"])
    return name if reason["minutes"] is None else f"{name} ({console.words('minutes', count=reason['minutes'])})"
