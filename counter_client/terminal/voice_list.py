"""The list of those who come next, as it looks while the server is away."""

from __future__ import annotations

from datetime import datetime

from client.board import Json
from counter_client.terminal.console import Console
from counter_client.terminal.lines import Line, padded
from counter_client.terminal.names import service_name


def voice_keys(console: Console) -> Line:
    """The keys of the list."""
    keys = {"↑ ↓": "voice_move", "S": "voice_came", "X": "voice_not"}
    return [("", " "), *(part for key, name in keys.items() for part in _key(key, console.words(name)))]


def voice_list(console: Console, room: int) -> list[Line]:
    """Whom to call by voice, in at most `room` lines around the chosen one."""
    words, voice = console.words, console.voice
    rows = voice.shown(console.outlook)
    if not rows:
        return [[("", f" {words('offline_none')}")]]
    fit = max(1, room - 2)
    at = min(voice.at, len(rows) - 1)
    first = max(0, min(at - fit // 2, len(rows) - fit))
    lines = [_row(console, one, chosen=rows[at] is one) for one in rows[first : first + fit]]
    return [[("class:title", f" {words('offline_text')}")], *lines, [("class:quiet", f" {words('voice_hint')}")]]


def _row(console: Console, one: Json, *, chosen: bool) -> Line:
    words, call = console.words, console.voice.call_of(one["number"])
    sign = "›" if chosen else " "
    line: Line = [
        ("class:chosen" if chosen else "class:count", f" {sign} {one['number']} "),
        ("", f" {padded(service_name(console, one['service']), 30)}"),
    ]
    if call:
        at = datetime.fromisoformat(call["called"]).astimezone(console.server_now().tzinfo)
        said = f"√ {words('voice_came')}" if call["came"] else f"× {words('voice_not')}"
        line += [("class:good", f" {said}"), ("class:quiet", f" {at:%H:%M}")]
    return line


def _key(key: str, label: str) -> Line:
    return [("class:key", f" {key} "), ("", f" {label}  ")]
