"""Ticket numbers: the prefix of the counter type and a serial of its range."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import combinations

from server.domain.hall import CounterType

#: The most letters before the digits. There may be none.
MOST_LETTERS = 3
PREFIX_LETTERS = string.ascii_uppercase
#: Letters that are taken for a digit on a screen, on paper or by ear.
LIKE_DIGITS = {"I": "1", "O": "0", "Q": "0", "Z": "2"}

#: Serials that ticket machines give while the server is away; the ordinary numbering passes over them.
RESERVED = range(9001, 10_000)
#: The largest first and last serial that a hall may set: below the reserved ones.
MOST_SERIAL = RESERVED.start - 1


def ticket_number(prefix: str, serial: int, *, digits: int = 3) -> str:
    """The number on the ticket, e.g. A012; past 999 it becomes A1000."""
    return f"{prefix}{serial:0{digits}d}"


def taken_apart(number: str) -> tuple[str, int] | None:
    """Prefix and serial of a number however it is typed (`a 12`, `Ａ０１２`); None when it is no number."""
    plain = unicodedata.normalize("NFKC", number).upper().replace(" ", "").replace("-", "")
    found = re.fullmatch(rf"([A-Z]{{0,{MOST_LETTERS}}})([0-9]{{1,8}})", plain)
    return (found[1], int(found[2])) if found else None


def ways_to_write(number: str, kinds: Iterable[CounterType], *, digits: int) -> list[str]:
    """The numbers that tickets may have whose prefix and serial were typed, with the zeros of each counter type."""
    apart = taken_apart(number)
    if apart is None:
        return []
    written = [ticket_number(*apart, digits=kind.digits or digits) for kind in kinds]
    return list(dict.fromkeys([*written, ticket_number(*apart, digits=digits)]))


def spoken(number: str) -> str:
    """A number without its zeros: `A012` and `A12` are one to whoever hears them."""
    apart = taken_apart(number)
    return f"{apart[0]}{apart[1]}" if apart else number


def is_reserved(number: str) -> bool:
    """Whether only a ticket machine gives this number, while the server is away."""
    apart = taken_apart(number)
    return apart is not None and apart[1] in RESERVED


def is_prefix(text: str) -> bool:
    """Whether `text` may stand before the digits: up to three capital letters."""
    return len(text) <= MOST_LETTERS and all(letter in PREFIX_LETTERS for letter in text)


def counted_under(prefix: str, first: int) -> str:
    """The name under which the serials of a range are counted; ranges of one prefix never begin alike."""
    return prefix if first == 1 else f"{prefix}{first}"


def is_given(kind: CounterType, serial: int) -> bool:
    """Whether the counter type gives that serial."""
    return kind.first <= serial and (kind.last is None or serial <= kind.last)


def label_of(kind: CounterType, others: Iterable[CounterType]) -> str:
    """How pages name a queue by its numbers: its prefix, or its range where it has none or shares it."""
    if kind.prefix and all(one.prefix != kind.prefix for one in others if one.code != kind.code):
        return kind.prefix
    if kind.last is None:
        return kind.prefix if kind.first == 1 else f"{kind.prefix}{kind.first}+"
    return f"{kind.prefix}{kind.first}–{kind.last}"


def shared(ranges: Sequence[tuple[str, int, int | None]]) -> list[tuple[int, int]]:
    """Which two of the ranges (prefix, first, last or None) have a number in common, by their places."""
    return [
        (one, other)
        for one, other in combinations(range(len(ranges)), 2)
        if ranges[one][0] == ranges[other][0] and _meet(ranges[one], ranges[other])
    ]


def _meet(one: tuple[str, int, int | None], other: tuple[str, int, int | None]) -> bool:
    ends = [last if last is not None else float("inf") for _, _, last in (one, other)]
    return one[1] <= ends[1] and other[1] <= ends[0]
