"""What a terminal console asks: choose one of a list, type a line; and the pages that it lets one read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

LONGEST_ENTRY = 20


@dataclass
class Choice:
    """A list to choose from by digit, arrows and Enter; `then` gets the chosen value."""

    title: str
    options: list[tuple[str, Any]]
    then: Callable[[Any], None]
    at: int = 0

    def press(self, key: str) -> bool:
        """Take a key; True when the question is over."""
        if key in {"up", "down"}:
            self.at = (self.at + (1 if key == "down" else -1)) % len(self.options)
        elif key.isdecimal() and 1 <= int(key) <= min(9, len(self.options)):
            return self._choose(int(key) - 1)
        elif key == "enter":
            return self._choose(self.at)
        return key == "escape"

    def _choose(self, index: int) -> bool:
        self.then(self.options[index][1])
        return True


@dataclass
class Entry:
    """A line to type in; `then` gets the text, unless it is empty. `hint`: the name of the words below it."""

    title: str
    then: Callable[[str], None]
    text: str = field(default="")
    longest: int = LONGEST_ENTRY
    hint: str = "entry_hint"

    def press(self, key: str) -> bool:
        """Take a key; True when the question is over."""
        if key == "enter":
            if self.text.strip():
                self.then(self.text.strip())
            return True
        if key == "backspace":
            self.text = self.text[:-1]
        elif len(key) == 1 and key.isprintable() and len(self.text) < self.longest:
            self.text += key
        return key == "escape"


@dataclass
class KeyList:
    """The page of keys; any key closes it."""

    def press(self, key: str) -> bool:
        """Any key ends it."""
        return bool(key)


@dataclass
class Page:
    """Lines to read, with the arrows; any other key closes them."""

    title: str
    lines: list[str]
    at: int = 0

    def press(self, key: str) -> bool:
        """The arrows move, any other key ends it."""
        if key not in {"up", "down"}:
            return bool(key)
        self.at = max(0, min(len(self.lines) - 1, self.at + (1 if key == "down" else -1)))
        return False


Dialog = Choice | Entry | KeyList | Page
