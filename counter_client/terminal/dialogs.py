"""What a terminal console asks: choose one of a list, type a line; and the pages that it lets one read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LONGEST_ENTRY = 20
PAGE = 9
"""So many options have a digit at a time; 0 turns to the next page."""
LINES = 8
"""So far the page keys move in a text."""
STEPS = {"up": -1, "down": 1}
TURNS = {"left": -1, "pageup": -1, "right": 1, "pagedown": 1}


@dataclass
class Choice:
    """A list to choose from by digit, arrows and Enter; `then` gets the chosen value. A long list has pages."""

    title: str
    options: list[tuple[str, Any]]
    then: Callable[[Any], None]
    at: int = 0

    @property
    def first(self) -> int:
        """The index of the option that has the digit 1."""
        return self.at // PAGE * PAGE

    @property
    def paged(self) -> bool:
        """Whether there are more options than digits."""
        return len(self.options) > PAGE

    def press(self, key: str) -> bool:
        """Take a key; True when the question is over."""
        if key in STEPS:
            self.at = (self.at + STEPS[key]) % len(self.options)
        elif self.paged and (key in TURNS or key == "0"):
            self._turn(TURNS.get(key, 1))
        elif key in tuple("123456789") and self.first + int(key) <= len(self.options):
            return self._choose(self.first + int(key) - 1)
        elif key == "enter":
            return self._choose(self.at)
        return key == "escape"

    def may_repeat(self, key: str) -> bool:
        """Whether a held key may go on: it only moves."""
        return key in STEPS or key in TURNS

    def _turn(self, step: int) -> None:
        pages = -(-len(self.options) // PAGE)
        self.at = (self.at // PAGE + step) % pages * PAGE

    def _choose(self, index: int) -> bool:
        self.then(self.options[index][1])
        return True


@dataclass
class Entry:
    """A line to type in; `then` gets the text, an empty one only where it `may_be_empty`.

    hint: the name of the words below it.
    """

    title: str
    then: Callable[[str], None]
    text: str = ""
    longest: int = LONGEST_ENTRY
    hint: str = "entry_hint"
    may_be_empty: bool = False

    def press(self, key: str) -> bool:
        """Take a key; True when the question is over."""
        if key == "enter":
            if self.text.strip() or self.may_be_empty:
                self.then(self.text.strip())
            return True
        if key == "backspace":
            self.text = self.text[:-1]
        elif len(key) == 1 and key.isprintable() and len(self.text) < self.longest:
            self.text += key
        return key == "escape"

    def may_repeat(self, key: str) -> bool:
        """Whether a held key may go on: in a text, but not from the key that opened this question."""
        return key == "backspace" or (len(key) == 1 and self.text != "")


@dataclass
class KeyList:
    """The page of keys; any key closes it."""

    def press(self, key: str) -> bool:
        """Any key ends it."""
        return bool(key)

    def may_repeat(self, key: str) -> bool:
        """Whether a held key may go on: the one that opened this page is no key to close it."""
        return not key


@dataclass
class Page:
    """Lines to read, with the arrows; any other key closes them."""

    title: str
    lines: list[str]
    at: int = 0

    def press(self, key: str) -> bool:
        """The arrows and page keys move, any other key ends it."""
        step = STEPS.get(key, TURNS.get(key, 0) * LINES)
        if not step:
            return bool(key)
        self.at = max(0, min(len(self.lines) - 1, self.at + step))
        return False

    def may_repeat(self, key: str) -> bool:
        """Whether a held key may go on: it only moves."""
        return key in STEPS or key in TURNS


Dialog = Choice | Entry | KeyList | Page
