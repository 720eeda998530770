"""User names: one spelling for each."""

from __future__ import annotations

import unicodedata

from server.domain.refusals import Refusal

LONGEST = 60
_MARKS = "._-@"


def plain_username(text: str) -> str:
    """The spelling under which a name is kept: without blanks around it, small letters, one form of each character."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def check_username(text: str) -> str:
    """The kept spelling of a name for a new user. Raises Refusal `invalid` when it may not be one."""
    name = plain_username(text)
    if not 1 <= len(name) <= LONGEST or not all(letter.isalnum() or letter in _MARKS for letter in name):
        marks = " ".join(_MARKS)
        raise Refusal(
            "invalid",
            field="username",
            reason=f"1 to {LONGEST} letters, digits or {marks}",
            reason_zh=f"须为 1 至 {LONGEST} 个文字、数字或 {marks}",
        )
    return name
