"""Passwords: what may be one, and how it is kept.

argon2id with about 25 ms and 16 MiB on the machines measured; the library's defaults take 117 ms, during which a
server on one loop would stand.
"""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.domain.field_words import characters
from server.domain.refusals import Refusal
from server.schemas.patterns import LONGEST_PASSWORD, SHORTEST_PASSWORD

#: Without letters and digits that are mistaken for each other when read from paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher(time_cost=3, memory_cost=16 * 1024, parallelism=1)
#: Verified against when there is no such user, so that the answer takes as long.
NOBODY = _hasher.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """What is stored of a password. Takes about 25 ms without holding Python's lock."""
    return _hasher.hash(password)


def is_password(stored: str, password: str) -> bool:
    """Whether `password` is the one that was stored. Takes about 25 ms."""
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def check_password(password: str, *, shortest: int = SHORTEST_PASSWORD) -> str:
    """The password, if it may be one. Raises Refusal `invalid` for one that is too short, too long, or blank."""
    if not shortest <= len(password) <= LONGEST_PASSWORD:
        raise Refusal("invalid", field="password", **characters(shortest, LONGEST_PASSWORD))
    if not password.strip():
        raise Refusal("invalid", field="password", reason="must not be blank", reason_zh="不能全为空格")
    return password


def random_password() -> str:
    """A password for paper: 12 letters and digits, about 59 bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))
