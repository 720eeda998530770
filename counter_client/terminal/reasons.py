"""Why a clerk does something: one of the usual reasons, or another in words."""

from __future__ import annotations

from collections.abc import Callable

from counter_client.terminal.console import Console
from counter_client.terminal.dialogs import Choice, Entry

LONGEST = 120
CALL = ("reason_priority", "reason_returned", "reason_together", "reason_asked")
REMOVE = ("take_out_left", "take_out_twice", "take_out_wrong")


def ask(console: Console, title: str, reasons: list[tuple[str, str]], then: Callable[[str], None]) -> None:
    """Ask for a reason, as (what is read, what is kept); `then` gets what is kept, or what was typed."""

    def chosen(reason: str | None) -> None:
        if reason is None:
            console.dialog = Entry(title, then, longest=LONGEST, hint="enter_hint")
        else:
            then(reason)

    console.dialog = Choice(title, [*reasons, (console.words("reason_other"), None)], chosen)


def usual(console: Console, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """These words as reasons; what is kept is what was read."""
    return [(said, said) for said in map(console.words, names)]
