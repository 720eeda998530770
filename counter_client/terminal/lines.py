"""Lines of styled text: how wide they are, and how they are cut and set."""

from __future__ import annotations

from prompt_toolkit.utils import get_cwidth

Line = list[tuple[str, str]]
"""Pieces of one line: style class and text."""


def rule(columns: int) -> Line:
    """A line across."""
    return [("class:rule", "─" * columns)]


def apart(left: Line, right: Line, columns: int) -> Line:
    """Left and right on one line; the left gives way."""
    room = columns - width_of(right)
    left = cut(left, room - 1)
    return [*left, ("", " " * (room - width_of(left))), *right]


def width_of(line: Line) -> int:
    """Columns that the line takes; a Chinese sign takes two."""
    return sum(get_cwidth(text) for _, text in line)


def padded(text: str, columns: int) -> str:
    """The text and spaces up to `columns`."""
    return text + " " * max(0, columns - get_cwidth(text))


def cut(line: Line, columns: int) -> Line:
    """The line, without what goes past `columns`; a wide sign is never cut in half."""
    kept: Line = []
    for style, text in line:
        room = columns - width_of(kept)
        end = len(text)
        while get_cwidth(text[:end]) > room:
            end -= 1
        kept.append((style, text[:end]))
    return kept
