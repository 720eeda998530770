"""Ticket numbers: the prefix of the counter type and a serial that grows a digit rather than fail."""

from __future__ import annotations

#: Letters that cannot be taken for a digit or another letter on a screen or in speech.
PREFIX_LETTERS = "ABCDEFGHJKLMNPRSTUVWXY"


#: Serials that ticket machines give while the server is away; the ordinary numbering passes over them.
RESERVED = range(9001, 10_000)


def ticket_number(prefix: str, serial: int, *, digits: int = 3) -> str:
    """The number on the ticket, e.g. A012; past 999 it becomes A1000."""
    return f"{prefix}{serial:0{digits}d}"


def is_reserved(number: str) -> bool:
    """Whether only a ticket machine gives this number, while the server is away."""
    digits = number.lstrip(PREFIX_LETTERS)
    return digits.isdigit() and int(digits) in RESERVED


def is_prefix(text: str) -> bool:
    """Whether `text` may stand before the digits: one or two letters, none of I, O, Q, Z."""
    return 1 <= len(text) <= 2 and all(letter in PREFIX_LETTERS for letter in text)
