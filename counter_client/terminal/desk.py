"""How a console's commands leave, and the line that it shows the clerk."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from client.board import Json
from client.rest import Refused, Unreachable

Then = Callable[[Json | Refused | Unreachable], None]


class Note(NamedTuple):
    """A line for the clerk: the text, and whether something failed."""

    text: str
    failed: bool = False


class Desk(Protocol):
    """How commands leave: each answer comes back later, on the caller's thread."""

    def command(self, name: str, payload: Json, then: Then) -> None:
        """Do something once, also over a lost connection."""

    def ask(self, name: str, payload: Json, then: Then) -> None:
        """Ask something."""

    def leave(self) -> None:
        """End the program."""
