"""What a visitor's code or link looks like when it was scanned, pasted or typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import category, normalize

#: The address of a ticket's (t) or an appointment's (a) page, whatever stands before and after it.
_LINK = re.compile(r"/([at])/([A-Za-z0-9_-]{10,60})")


@dataclass(frozen=True, slots=True)
class Link:
    """A page's kind, "t" or "a", and its token."""

    kind: str
    token: str


def plain(text: str) -> str:
    """A text as it was meant: full width folded, without spaces and signs that nobody sees."""
    return "".join(sign for sign in normalize("NFKC", text) if category(sign)[0] not in "CZ")


def link_in(text: str) -> Link | None:
    """The link of a visitor's page that a text is, also with what a browser, a messenger or a person adds to it."""
    found = _LINK.search(plain(text))
    return Link(found[1], found[2]) if found else None


def code_in(text: str) -> str:
    """An appointment's code: Latin letters and digits alone, in capitals ("预约码：k7m2p9" is K7M2P9)."""
    return "".join(sign for sign in plain(text) if sign.isascii() and sign.isalnum()).upper()
