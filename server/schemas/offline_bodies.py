"""The bodies of what was done while the server was away: by hand, by voice, by a ticket machine."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from server.schemas import patterns
from server.schemas.bodies import Body, Code, Note, Number, Prefix, Time, VisitorLanguage


class HandTicket(Body):
    """A number that was given by hand: the service, when it was taken, and the number if there is one."""

    service: Code
    taken: Time
    number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=8)] | None = None


#: Numbers by hand that are entered in one step.
MOST_BY_HAND = 500


class HandTickets(Body):
    """Numbers that were given by hand. `check`: only say whether they can be entered. `reason`: why so late."""

    tickets: Annotated[list[HandTicket], Field(min_length=1, max_length=MOST_BY_HAND)]
    check: bool = False
    reason: Note | None = None


#: 16 random bytes as base64url.
Random = Annotated[str, StringConstraints(pattern=patterns.RANDOM)]


class AskBlocks(Body):
    """A ticket machine asks for numbers to give while the server is away.

    `keeper`: the store of numbers in its browser. `used`: the last serial that it has given of each prefix.
    """

    keeper: Random
    used: Annotated[dict[Prefix, Annotated[int, Field(ge=1, le=99_999)]], Field(max_length=100)] = Field(default={})


class MachineTicket(Body):
    """A number that a ticket machine gave while the server was away.

    `day`: the business day of its block. `taken`: when, by the server's clock as far as the machine knew it.
    `instead_of`: the key of the request for a number that was not answered.
    """

    number: Number
    day: Annotated[str, StringConstraints(pattern=patterns.DAY)]
    token: Random
    service: Code
    taken: Time
    status: Code | None = None
    language: VisitorLanguage | None = None
    instead_of: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = None


class MachineTickets(Body):
    """Numbers that a ticket machine gave while the server was away."""

    tickets: Annotated[list[MachineTicket], Field(min_length=1, max_length=100)]


class HandCall(Body):
    """A number that was called by voice, when, and whether its visitor came."""

    number: Number
    called: Time
    came: bool


class HandCalls(Body):
    """What was called by voice while the server was away."""

    calls: Annotated[list[HandCall], Field(min_length=1, max_length=100)]
