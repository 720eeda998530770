"""Notices to visitors: their kinds, a hall's switches, when one is tried again and when it comes too late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MINUTE = 60_000
#: How long after a failure a notice is tried again; after the last of these it has failed.
WAITS = (MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE)
MOST_TRIES = len(WAITS) + 1
#: A notice that leaves later than this after its cause would mislead; those of appointments are good until the slot.
GOOD_FOR = {"called": 5 * MINUTE, "near": 10 * MINUTE}
#: Each kind -> the hall's switch for it.
SWITCH = {
    "near": "near",
    "called": "called",
    "reminder": "reminder",
    "booked": "booked",
    "changed": "booked",
    "cancelled": "booked",
    "fell_away": "booked",
    "stands": "booked",
}
CHANNELS = ("email", "webhook")


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """What a hall sends: by which channels, on which occasions. `booked` stands for changed and cancelled too."""

    email: bool = True
    webhook: bool = True
    near: bool = True
    called: bool = True
    reminder: bool = True
    booked: bool = True

    def allows(self, kind: str, channel: str) -> bool:
        """Whether a notice of that kind may leave by that channel."""
        return bool(getattr(self, SWITCH[kind]) and getattr(self, channel))


@dataclass(frozen=True, slots=True)
class Message:
    """A notice ready to be sent.

    id: stable for a notice and a channel, so that whoever gets it twice can tell. to: "name", "phone", "email" as far
    as known. facts: what the text is made of, for gateways with texts of their own. made_at: RFC 3339, stable too.
    """

    id: str
    kind: str
    hall: str
    language: str
    to: Mapping[str, str] = field(repr=False)
    subject: str
    text: str
    link: str | None
    made_at: str
    facts: Mapping[str, Any]
    calendar: bytes | None = field(default=None, repr=False)


class NotSent(Exception):
    """A message that was not taken.

    reason: one short sentence without a contact in it. for_good: trying again is of no use. everybody: the channel as a
    whole is at fault, so that others need not be tried now.
    """

    def __init__(self, reason: str, *, for_good: bool = False, everybody: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.for_good, self.everybody = reason, for_good, everybody


def next_try(tries: int, *, now: int) -> int:
    """When (ms) a notice is tried again that has been tried so often, 1 or more."""
    return now + WAITS[min(tries, len(WAITS)) - 1]
