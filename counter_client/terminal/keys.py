"""The keys of the console: letters as on the page, and the number pad."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What a key does."""

    NEXT = "next"
    START = "start"
    RECALL = "recall"
    NO_SHOW = "no_show"
    HOLD = "hold"
    TRANSFER = "transfer"
    COMPLETE = "complete"
    GO_ON = "go_on"
    VISIT = "visit"
    QUANTITY = "quantity"
    NOTE = "note"
    TIMELINE = "timeline"
    PAUSE = "pause"
    UNDO = "undo"
    TAKE_BACK = "take_back"
    REMOVE = "remove"
    REOPEN = "reopen"
    SEARCH = "search"
    VOICE = "voice"
    HELP = "help"
    SIGN_OFF = "sign_off"


LETTERS: dict[str, Action] = {
    "n": Action.NEXT,
    "s": Action.START,
    "r": Action.RECALL,
    "x": Action.NO_SHOW,
    "h": Action.HOLD,
    "t": Action.TRANSFER,
    "c": Action.COMPLETE,
    "g": Action.GO_ON,
    "a": Action.VISIT,
    "u": Action.QUANTITY,
    "w": Action.NOTE,
    "l": Action.TIMELINE,
    "p": Action.PAUSE,
    "z": Action.UNDO,
    "b": Action.TAKE_BACK,
    "d": Action.REMOVE,
    "o": Action.REOPEN,
    "f": Action.SEARCH,
    "v": Action.VOICE,
    "?": Action.HELP,
    "q": Action.SIGN_OFF,
}

NUMBER_PAD: dict[str, Action] = {
    "enter": Action.NEXT,
    "+": Action.RECALL,
    "-": Action.NO_SHOW,
    "*": Action.HOLD,
    "0": Action.COMPLETE,
    "insert": Action.COMPLETE,  # the pad's 0 without Num Lock
    ".": Action.PAUSE,
    "delete": Action.PAUSE,  # the pad's . without Num Lock
    "5": Action.START,
    "7": Action.TAKE_BACK,
    "9": Action.UNDO,
}


def action_of(key: str, *, slash_transfers: bool = False) -> Action | None:
    """What `key` does ("a", "enter", "insert", ...); capitals count as small letters.

    A terminal cannot tell the slash of the number pad (transfer) from the other one (search): `slash_transfers` says
    which is meant.
    """
    if key == "/":
        return Action.TRANSFER if slash_transfers else Action.SEARCH
    return LETTERS.get(key.lower()) or NUMBER_PAD.get(key)
