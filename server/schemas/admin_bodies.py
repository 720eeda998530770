"""The bodies of requests about accounts and of administrators' others."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from server.domain.keeping import SHORTEST_DAYS
from server.schemas.bodies import Body, Code, Short
from server.schemas.patterns import LONGEST_PASSWORD, SHORTEST_PASSWORD

Role = Literal["clerk", "supervisor", "admin"]
Password = Annotated[str, StringConstraints(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)]


class AddUser(Body):
    """Make an account; without a name it is shown by its user name."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    name: Short | None = None
    role: Role = "clerk"
    password: Password


class ChangeUser(Body):
    """Change an account: what is left out or null stays."""

    name: Short | None = None
    role: Role | None = None
    password: Password | None = None
    disabled: bool | None = None


class OwnPassword(Body):
    """A user's own password, with the present one."""

    old_password: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PASSWORD)]
    password: Password


class ArchiveDay(Body):
    """Take the first old day out of the database that comes after `after`; `days` days stay."""

    days: Annotated[int, Field(ge=SHORTEST_DAYS, le=36_500)]
    after: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None


class AddDevice(Body):
    """Pair a device without a code."""

    kind: Literal["display", "kiosk", "announcer", "printer"]
    zone: Code | None = None
    name: Short | None = None
