"""What the counter serves otherwise than usual, until a time of today: "also B until 11:30"."""

from __future__ import annotations

from datetime import datetime

from client.board import Json
from counter_client.terminal.console import Console


def changes(console: Console) -> list[str]:
    """One text for each change at this counter."""
    counters: list[Json] = (console.board.hall or {}).get("counters", [])
    place: Json = next((one for one in counters if one["code"] == console.counter), {})
    return [_said(console, one) for one in place.get("changes", [])]


def _said(console: Console, change: Json) -> str:
    word = "serves_also" if change["gives"] else "serves_not"
    queue = _label(console, change["counter_type"])
    if change["today"]:
        return console.words(f"{word}_today", queue=queue)
    return console.words(word, queue=queue, at=f"{datetime.fromisoformat(change['until']):%H:%M}")


def _label(console: Console, code: str) -> str:
    kinds = (console.board.hall or {}).get("counter_types", [])
    return str(next((one.get("label") or one["prefix"] for one in kinds if one["code"] == code), code))
