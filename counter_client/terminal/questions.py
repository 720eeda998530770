"""How an open question looks."""

from __future__ import annotations

from counter_client.terminal.console import Console
from counter_client.terminal.dialogs import PAGE, Choice, Entry, KeyList, Page
from counter_client.terminal.keys import LETTERS, NUMBER_PAD, Action
from counter_client.terminal.lines import Line, padded


def question(console: Console, room: int) -> list[Line]:
    """The open question in at most `room` lines."""
    dialog, words = console.dialog, console.words
    if isinstance(dialog, Entry):
        text: Line = [("class:title", f" {dialog.title}: "), ("class:entry", f"{dialog.text}▏")]
        return [text, [("class:quiet", f" {words(dialog.hint)}")]]
    if isinstance(dialog, Choice):
        return _choice(console, dialog, room)
    if isinstance(dialog, Page):
        shown = max(1, room - 2)
        first = max(0, min(dialog.at, len(dialog.lines) - shown))
        body: list[Line] = [[("", f"  {text}")] for text in dialog.lines[first : first + shown]]
        title = _title(console, dialog.title, first, shown, len(dialog.lines))
        return [title, *body, [("class:quiet", f" {words('page_hint')}")]]
    return _keys(console) if isinstance(dialog, KeyList) else []


def _choice(console: Console, dialog: Choice, room: int) -> list[Line]:
    """The page of the list on which the chosen option is; in a low window a part of it."""
    page = dialog.options[dialog.first : dialog.first + PAGE]
    shown = max(1, min(len(page), room - 2))
    at = dialog.at - dialog.first
    top = max(0, min(at - shown // 2, len(page) - shown))
    body: list[Line] = [
        [("class:chosen" if index == at else "", f"  {index + 1}  {label} ")]
        for index, (label, _) in list(enumerate(page))[top : top + shown]
    ]
    title = _title(console, dialog.title, dialog.first + top, shown, len(dialog.options))
    return [title, *body, [("class:quiet", f" {console.words('pages_hint' if dialog.paged else 'dialog_hint')}")]]


def _title(console: Console, title: str, first: int, shown: int, count: int) -> Line:
    """The question, and which part of a longer list is seen."""
    line: Line = [("class:title", f" {title}")]
    if shown >= count:
        return line
    part = console.words("part", first=first + 1, last=min(first + shown, count), count=count)
    return [*line, ("class:quiet", f"  {part}")]


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
