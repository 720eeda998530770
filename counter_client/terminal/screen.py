"""The picture of the console: lines of styled text from what the console knows. Draws only, changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from client.board import Json
from counter_client.terminal import pauses
from counter_client.terminal.console import Console
from counter_client.terminal.keys import LETTERS, Action
from counter_client.terminal.lines import Line, apart, cut, rule, width_of
from counter_client.terminal.lists import lists
from counter_client.terminal.names import waited
from counter_client.terminal.present import present_ticket
from counter_client.terminal.questions import question
from counter_client.terminal.serves import changes
from counter_client.terminal.visit import onward
from counter_client.terminal.voice_list import voice_keys, voice_list

SMALLEST = 50
"""Columns below which nothing useful can be drawn."""

#: After so many calls the console says that a no-show may be marked.
CALLS_ENOUGH = 3
RECALL_WAIT = timedelta(seconds=5)


def draw(console: Console, *, columns: int, rows: int) -> list[Line]:
    """The whole screen, at most `rows` lines of `columns` columns."""
    if columns < SMALLEST:
        return [[("class:failed", console.words("small_window"))]]
    lines = [_head(console, columns), rule(columns), *present_ticket(console), _main(console)]
    # A question has the room of the keys, which do nothing until it is answered.
    lines += [[]] if console.dialog else [*_deeds(console, columns), []]
    foot = [_note(console), _today(console)]
    room = rows - len(lines) - len(foot)
    body = _body(console, columns, room)
    lines += body[: max(0, room)]
    lines += [[]] * max(0, room - len(body))
    return [cut(line, columns) for line in lines + foot][:rows]


def _body(console: Console, columns: int, room: int) -> list[Line]:
    if console.dialog:
        return question(console, room)
    return voice_list(console, room) if console.away else lists(console, columns, room)


def _head(console: Console, columns: int) -> Line:
    words, own = console.words, console.own
    hall = words.text((console.board.hall or {}).get("name"))
    clerk = (own or {}).get("clerk") or {}
    left: Line = [
        ("class:hall", f" {hall} " if hall else " "),
        ("class:counter", words("counter", code=console.counter)),
        ("", "  " + clerk.get("name", "")),
    ]
    if own:
        left.append((f"class:{own['state']}", "  " + words(f"state_{own['state']}")))
    left += [("class:notice", f"  {text}") for text in changes(console)]
    clock = f"{console.server_now():%H:%M:%S} "
    right: Line = [(f"class:link.{console.link}", f"● {words('link_' + console.link)}"), ("", f"  {clock}")]
    return apart(left, right, columns)


def _main(console: Console) -> Line:
    """What the main key will do now, or why it cannot."""
    words = console.words
    if console.link in {"lost", "denied", "connecting"}:
        if not console.away:
            return [("class:failed", f" {words(f'link_{console.link}')} ")]
        as_of = words("as_of", at=f"{console.heard_at:%H:%M:%S}")
        return [("class:failed", f" {words('offline_title')} "), ("class:quiet", as_of)]
    if taken_by := console.taken_by:
        return [("class:failed", f" {words('taken_over', who=taken_by)} ")]
    if not console.on_duty:
        return [("class:main", f" {words('closed_now')} ")]
    if console.own and console.own["state"] == "paused":
        return [("class:paused", f" {words('paused_now', reason=pauses.paused(console, console.own))} ")]
    return [("class:key", " Enter "), ("class:main", f" {_promise(console)} "), *_then(console)]


def _promise(console: Console) -> str:
    words, outlook, ticket = console.words, console.outlook, console.ticket
    if ticket and console.starts_first(ticket):
        return words("start_here", number=ticket["number"])
    if outlook is None:
        return words("call_next_plain")
    goes_on = onward(console, ticket) if ticket else ""
    done = words("done_here", onward=goes_on) if goes_on else ""
    if chosen := outlook["next"]:
        call = words("call_next", number=chosen["number"], span=words.span(waited(console, chosen)))
        if ticket and not done:
            return words("complete_then", call=call, number=ticket["number"])
        return f"{done} · {call}" if done else call
    if ticket:
        return done or words("complete_it", number=ticket["number"])
    return words("nobody_for_you", count=outlook["others"]) if outlook["others"] else words("nobody")


def _then(console: Console) -> Line:
    numbers = " ".join(each["number"] for each in _upcoming(console.outlook)[1:])
    return [("class:quiet", "  " + console.words("then", numbers=numbers))] if numbers else []


def _upcoming(outlook: Json | None) -> list[Json]:
    return outlook["upcoming"] if outlook else []


def _deeds(console: Console, columns: int) -> list[Line]:
    """The other keys, on as many lines as they need."""
    if console.away:
        return [voice_keys(console)]
    style = "class:key" if console.usable() and console.on_duty else "class:key.off"
    lines: list[Line] = [[("", " ")]]
    for letter, action in LETTERS.items():
        if action is Action.NEXT or (action is Action.VOICE and not console.voice.calls):
            continue
        deed = [(style, f" {letter.upper()} "), ("", f"{_label(console, action)} ")]
        if width_of(lines[-1]) + width_of(deed) > columns:
            lines.append([("", " ")])
        lines[-1] += deed
    return lines


def _label(console: Console, action: Action) -> str:
    words = console.words
    if action is Action.UNDO and (left := console.undo_left()):
        return words("undo_left", seconds=left)
    if action is Action.RECALL and (left := _recall_wait(console)):
        return f"{words('action_recall')} {left}s"
    if action is Action.PAUSE and console.own and console.own["state"] == "paused":
        return words("action_resume")
    return words(f"action_{action}")


def _recall_wait(console: Console) -> int:
    """Seconds until the present ticket may be recalled."""
    called = console.ticket["last_called_at"] if console.ticket else None
    if not called:
        return 0
    left = datetime.fromisoformat(called) + RECALL_WAIT - console.server_now()
    return max(0, min(5, round(left.total_seconds())))


def _note(console: Console) -> Line:
    words = console.words
    if console.pending:
        return [("class:pending", " " + words("sending", action=_deed_name(console, console.pending)))]
    if console.note:
        return [("class:failed" if console.note.failed else "class:good", f" {console.note.text} ")]
    if console.voice.calls and not console.away:
        return [("class:failed", f" {words('voice_waits', count=len(console.voice.calls))}")]
    ticket = console.ticket
    if ticket and ticket["state"] == "called" and ticket["calls"] >= CALLS_ENOUGH:
        return [("class:failed", f" {words('called_enough', count=ticket['calls'])}")]
    notice = console.board.notice
    return [("class:notice", " " + words.text(notice["text"]))] if notice and notice.get("text") else []


def _deed_name(console: Console, command: str) -> str:
    name = {"call_next": "next", "session": "sign_on"}.get(command, command)
    return console.words(f"action_{name}")


def _today(console: Console) -> Line:
    today = {name: console.board.today.get(name, 0) for name in ("issued", "completed", "unconfirmed", "no_show")}
    told = console.words("today", **today)
    unconfirmed = console.words("today_unconfirmed", **today) if today["unconfirmed"] else ""
    own = console.own_day
    if own is None:
        return [("class:quiet", f" {told}{unconfirmed}")]
    mean = own["minutes"]
    word = "own_day" if mean is None else "own_day_mean"
    mine = console.words(word, served=own["served"], minutes=max(1, round(mean or 0)))
    return [("class:title", f" {mine}"), ("class:quiet", f" · {told}{unconfirmed}")]
