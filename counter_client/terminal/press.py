"""What each key does at a counter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from client.board import Json
from counter_client.terminal import corrections, pauses, reasons, visit, voice_keys
from counter_client.terminal.console import Console
from counter_client.terminal.desk import Note
from counter_client.terminal.dialogs import Choice, Entry, KeyList
from counter_client.terminal.keys import Action, action_of
from counter_client.terminal.words import Words

REMOVABLE = {"waiting", "scheduled", "held", "parked"}
"""The states of a ticket that nobody is with."""


def press(console: Console, key: str, *, slash_transfers: bool = False) -> None:
    """Take one key: it belongs to the open question, or to an action of the counter. A held key acts once."""
    first = console.first_of_a_row(key)
    if (dialog := console.dialog) is not None:
        if (first or dialog.may_repeat(key)) and dialog.press(key) and console.dialog is dialog:
            console.dialog = None
        return
    action = action_of(key, slash_transfers=slash_transfers)
    if console.away and voice_keys.press_away(console, key, action, first=first):
        return
    if action is None or not first:
        return
    if action is Action.HELP:
        console.dialog = KeyList()
    elif action is Action.SIGN_OFF:
        _ask_to_leave(console)
    elif not console.on_duty:
        if action is Action.NEXT:
            console.sign_on()
    else:
        DEEDS[action](console)


def _plain(name: str) -> Callable[[Console], None]:
    return lambda console: console.send(name)


def _with_ticket(name: str) -> Callable[[Console], None]:
    def deed(console: Console) -> None:
        if console.ticket is None:
            console.note = Note(console.words("no_ticket"), failed=True)
        else:
            console.send(name)

    return deed


def _next(console: Console) -> None:
    """What the page's main button does: open again, start who was called, call the next, or complete the present one.

    A press in the breath after a call or a start does nothing: it would speak for a visitor who is not here yet, or
    send away one who is.
    """
    ticket = console.ticket
    if console.paused:
        console.send("resume")
    elif ticket and console.just_called(ticket):
        console.note = Note(console.words("just_called", number=ticket["number"]))
    elif ticket and console.just_started(ticket):
        console.note = Note(console.words("just_started", number=ticket["number"]))
    elif ticket and console.starts_first(ticket):
        console.send("start")
    elif ticket and console.outlook and console.outlook["next"] is None:
        console.send("complete")
    else:
        console.send("call_next")


def _pause(console: Console) -> None:
    if console.paused:
        console.send("resume")
        return
    title = console.words("ask_pause")
    reasons.ask(console, title, pauses.reasons(console), lambda reason: console.send("pause", reason=reason))


def _undo(console: Console) -> None:
    if console.undo_left():
        console.send("undo")
    else:
        console.note = Note(console.words("too_late_undo"), failed=True)


def _transfer(console: Console) -> None:
    if console.ticket is None:
        console.note = Note(console.words("no_ticket"), failed=True)
        return
    hall = console.board.hall or {}
    words = console.words
    on_duty = [code for code, counter in console.board.counters.items() if counter["state"] != "closed"]
    served = {
        code
        for counter in hall["counters"]
        if counter["code"] in on_duty
        for code in counter["counter_types"] + counter["fallbacks"]
    }
    types = [
        (_manned(words, words.text(kind["name"]), manned=kind["code"] in served), kind["code"])
        for kind in hall["counter_types"]
    ]
    counters = [
        (
            _manned(words, words("counter_option", code=counter["code"]), manned=counter["code"] in on_duty),
            counter["code"],
        )
        for counter in hall["counters"]
        if counter["code"] != console.counter
    ]
    _choose(console, "ask_transfer", types + counters, lambda to: _ask_place(console, to))


def _manned(words: Words, name: str, *, manned: bool) -> str:
    """A destination, with a warning where nobody is on duty."""
    return name if manned else words("unmanned", name=name)


def _ask_place(console: Console, to: str, note: str = "") -> None:
    """Where it waits there; a note may go with it."""

    def chosen(place: str | None) -> None:
        if place is None:
            visit.ask_text(console, "note_for_staff", note, lambda text: _ask_place(console, to, text))
        else:
            along: dict[str, Any] = {"note": note} if note else {}
            console.send("transfer", to=to, place=place, **along)

    places: list[tuple[str, str | None]] = [(console.words(f"place_{place}"), place) for place in ("keep", "front")]
    _choose(console, "ask_place", [*places, (visit.with_text(console, "note_for_staff", note), None)], chosen)


def _take_back(console: Console) -> None:
    aside = [
        (f"{ticket['number']}  {console.words('ticket_' + ticket['state'])}", ticket["number"])
        for ticket in [*console.board.held, *console.board.parked]
    ]
    if aside:
        _choose(console, "ask_take_back", aside, lambda number: console.send("take_back", number=number))
    else:
        console.note = Note(console.words("nothing_aside"), failed=True)


def _search(console: Console) -> None:
    def found(answer: Json) -> None:
        rows = [(f"{each['number']}  {console.words('ticket_' + each['state'])}", each) for each in answer["tickets"]]
        if rows:
            _choose(console, "ask_search", rows, lambda each: _offer(console, each))
        else:
            console.note = Note(console.words("nothing_found"), failed=True)

    console.dialog = Entry(console.words("ask_search"), lambda text: console.ask("search", {"q": text}, found))


def _offer(console: Console, ticket: Json) -> None:
    """A found ticket: call it, take it back, or go on serving what this counter completed."""
    number, words = ticket["number"], console.words
    deeds: dict[str, Callable[[], None]] = {
        "waiting": lambda: _call(console, number),
        "scheduled": lambda: _call(console, number),
        "held": lambda: console.send("take_back", number=number),
        "parked": lambda: console.send("take_back", number=number),
        "no_show": lambda: console.send("take_back", number=number),
        "cancelled": lambda: console.send("return", number=number),
    }
    deed = deeds.get(ticket["state"])
    call = {"cancelled": "return_it"}.get(ticket["state"], "call_it")
    if ticket["state"] == "completed" and ticket["counter"] == console.counter:
        call, deed = "reopen_it", lambda: console.send("reopen", number=number)
    look: tuple[str, Callable[[], None]] = (words("action_timeline"), lambda: visit.show_timeline(console, number))
    calls = [(words(call), deed)] if deed else []
    out: tuple[str, Callable[[], None]] = (words("remove_it"), lambda: corrections.ask_why(console, number))
    removes = [out] if ticket["state"] in REMOVABLE else []
    state = words(f"ticket_{ticket['state']}")
    console.dialog = Choice(f"{number}  {state}", [*calls, *removes, look], lambda chosen: chosen())


def _call(console: Console, number: str) -> None:
    """Call a number out of its turn, with a reason."""
    title = console.words("ask_why_called", number=number)
    usual = reasons.usual(console, reasons.CALL)
    reasons.ask(console, title, usual, lambda reason: console.send("call", number=number, reason=reason))


def _ask_to_leave(console: Console) -> None:
    def decide(wish: dict[str, str] | None) -> None:
        if wish is not None and console.on_duty:
            console.send("sign_off", then=lambda _: console.leave(), **wish)
        else:
            console.leave()

    words, ticket = console.words, console.ticket
    options: list[tuple[str, dict[str, str] | None]] = [(words("leave_sign_off"), {})]
    if ticket and ticket["state"] == "called":
        options = [
            (words("leave_return", number=ticket["number"]), {"present": "return"}),
            (words("leave_served", number=ticket["number"]), {"present": "complete"}),
        ]
    options.append((words("leave_only"), None))
    _choose(console, "ask_sign_off", options, decide)


def _choose(console: Console, title: str, options: list[tuple[str, Any]], then: Callable[[Any], None]) -> None:
    console.dialog = Choice(console.words(title), options, then)


DEEDS: dict[Action, Callable[[Console], None]] = {
    Action.NEXT: _next,
    Action.START: _with_ticket("start"),
    Action.RECALL: _with_ticket("recall"),
    Action.NO_SHOW: _with_ticket("no_show"),
    Action.HOLD: visit.hold,
    Action.TRANSFER: _transfer,
    Action.COMPLETE: _with_ticket("complete"),
    Action.GO_ON: _with_ticket("go_on"),
    Action.VISIT: visit.services,
    Action.QUANTITY: visit.quantity,
    Action.NOTE: visit.note,
    Action.TIMELINE: visit.timeline,
    Action.PAUSE: _pause,
    Action.UNDO: _undo,
    Action.TAKE_BACK: _take_back,
    Action.REMOVE: corrections.ask_to_remove,
    Action.REOPEN: corrections.ask_to_reopen,
    Action.SEARCH: _search,
    Action.VOICE: voice_keys.ask_to_enter,
}
