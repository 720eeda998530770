"""Names and spans that several parts of the screen say."""

from __future__ import annotations

from datetime import datetime

from client.board import Json
from counter_client.terminal.console import Console


def waited(console: Console, ticket: Json) -> float:
    """Seconds from taking the number to the call, or to now."""
    until = datetime.fromisoformat(ticket["called_at"]) if ticket["called_at"] else console.server_now()
    return (until - datetime.fromisoformat(ticket["issued_at"])).total_seconds()


def service_name(console: Console, code: str) -> str:
    """What the service is called."""
    return _named(console, "services", code)


def type_name(console: Console, code: str) -> str:
    """What the counter type is called."""
    return _named(console, "counter_types", code)


def _named(console: Console, kind: str, code: str) -> str:
    entries = (console.board.hall or {}).get(kind, ())
    return next((console.words.text(entry["name"]) for entry in entries if entry["code"] == code), code)
