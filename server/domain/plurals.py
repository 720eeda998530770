"""Numbers of things in English sentences."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """As in "1 ticket" and "1,200 tickets"; for words whose plural has an s."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
