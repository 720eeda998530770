"""What the keys do while the server is away, and the question when it is back."""

from __future__ import annotations

from collections.abc import Callable

from client.board import Json
from counter_client.terminal.console import Console
from counter_client.terminal.desk import Note
from counter_client.terminal.dialogs import Choice, Page
from counter_client.terminal.keys import Action

ON_A_LINE = 5


class Return:
    """Looks whether the server is back, and asks once after each absence."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._asked = False

    def tick(self) -> None:
        """The server is back and nothing else is open: ask what becomes of the calls."""
        console = self._console
        if console.link == "lost":
            self._asked = False
        elif console.link == "live" and console.on_duty and not (self._asked or console.pending or console.dialog):
            self._asked = True
            if console.voice.calls:
                ask_to_enter(console)


def press_away(console: Console, key: str, action: Action | None, *, first: bool) -> bool:
    """Take a key of the list of those who come next; False when it is none of them."""
    voice, shown = console.voice, console.voice.shown(console.outlook)
    if not shown or not (key in {"up", "down"} or action in {Action.START, Action.NO_SHOW}):
        return False
    voice.at = min(voice.at, len(shown) - 1)
    if key in {"up", "down"}:
        voice.at = (voice.at + (1 if key == "down" else -1)) % len(shown)
    elif first:
        number = shown[voice.at]["number"]
        console.keep(lambda: voice.mark(number, came=action is Action.START, at=console.server_now()))
        if voice.call_of(number):
            voice.choose_open(console.outlook, after=voice.at)
    return True


def ask_to_enter(console: Console) -> None:
    """Enter what was called by voice, or not."""
    calls, words = console.voice.calls, console.words
    if console.link not in {"live", "stale"}:
        console.note = Note(words("offline"), failed=True)
        return
    if not calls:
        console.note = Note(words("nothing_by_voice"), failed=True)
        return
    deeds: list[tuple[str, Callable[[Console], None]]] = [
        (words("voice_enter", count=len(calls)), _enter),
        (words("voice_forget"), _ask_to_forget),
    ]
    title = f"{words('voice_done', count=len(calls))} {_numbers(calls)}"
    console.dialog = Choice(title, deeds, lambda deed: deed(console))


def _enter(console: Console) -> None:
    console.send("enter_calls", then=lambda answer: _entered(console, answer), calls=console.voice.calls)


def _entered(console: Console, answer: Json) -> None:
    skipped = [one["number"] for one in answer["skipped"]]
    lines = [*_told(console, "voice_entered", answer["entered"]), *_told(console, "voice_skipped", skipped)]
    console.dialog = Page(console.words("voice_done", count=len(console.voice.calls)), lines)
    console.keep(console.voice.forget)


def _told(console: Console, words: str, numbers: list[str]) -> list[str]:
    """The sentence with these numbers, on as many lines as a narrow terminal needs."""
    parts = [numbers[first : first + ON_A_LINE] for first in range(0, len(numbers), ON_A_LINE)]
    return [console.words(words, numbers=" ".join(part)) for part in parts]


def _ask_to_forget(console: Console) -> None:
    words = console.words
    console.dialog = Choice(
        words("ask_forget", numbers=_numbers(console.voice.calls)),
        [(words("forget_yes"), True), (words("forget_no"), False)],
        lambda sure: console.keep(console.voice.forget) if sure else None,
        at=1,
    )


def _numbers(entries: list[Json]) -> str:
    return " ".join(entry["number"] for entry in entries)
