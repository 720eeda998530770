"""How an open question looks."""

from __future__ import annotations

from counter_client.terminal.console import Console
from counter_client.terminal.dialogs import Choice, Entry, KeyList, Page
from counter_client.terminal.keys import LETTERS, NUMBER_PAD, Action
from counter_client.terminal.lines import Line, padded

SHOWN_OPTIONS = 9


def question(console: Console, room: int) -> list[Line]:
    """The open question in at most `room` lines."""
    dialog, words = console.dialog, console.words
    if isinstance(dialog, Entry):
        text: Line = [("class:title", f" {dialog.title}: "), ("class:entry", f"{dialog.text}▏")]
        return [text, [("class:quiet", f" {words(dialog.hint)}")]]
    if isinstance(dialog, Choice):
        shown = max(1, min(SHOWN_OPTIONS, room - 2))
        first = max(0, min(dialog.at - shown // 2, len(dialog.options) - shown))
        lines: list[Line] = [[("class:title", f" {dialog.title}")]]
        for index, (label, _) in list(enumerate(dialog.options))[first : first + shown]:
            digit = str(index + 1) if index < SHOWN_OPTIONS else " "
            lines.append([("class:chosen" if index == dialog.at else "", f"  {digit}  {label} ")])
        return [*lines, [("class:quiet", f" {words('dialog_hint')}")]]
    if isinstance(dialog, Page):
        shown = max(1, room - 2)
        first = max(0, min(dialog.at, len(dialog.lines) - shown))
        body: list[Line] = [[("", f"  {text}")] for text in dialog.lines[first : first + shown]]
        return [[("class:title", f" {dialog.title}")], *body, [("class:quiet", f" {words('page_hint')}")]]
    return _keys(console) if isinstance(dialog, KeyList) else []


def _keys(console: Console) -> list[Line]:
    words = console.words
    pad = {action: key for key, action in NUMBER_PAD.items() if len(key) == 1 or key == "enter"} | {
        Action.TRANSFER: "/"
    }
    lines: list[Line] = [[("class:title", f" {words('keys_title')}"), ("class:quiet", f"   ({words('keys_pad')})")]]
    rows = [
        f" {letter.upper()}  {words('action_' + action)}" + (f"  ({pad[action]})" if action in pad else "")
        for letter, action in LETTERS.items()
    ]
    for left, right in zip(rows[::2], [*rows[1::2], ""], strict=False):
        lines.append([("", f"  {padded(left, 32)}{right}")])
    return [*lines, [("class:quiet", f" {words('keys_close')}")]]
