"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.refusals import Refusal

ROLES = ("clerk", "supervisor", "admin")


@dataclass(frozen=True, slots=True)
class Actor:
    """The person, device or visitor behind a request.

    kind: "user", "device", "public" or "system". role: of a user, one of ROLES; of a device its kind; else "".
    channel: where a ticket that it asks for is said to come from. scope: what tells one of the public from another.
    """

    kind: str
    id: int
    name: str
    role: str
    channel: str
    hall_id: int | None = None
    scope: str = ""

    @property
    def caller(self) -> str:
        """Whose idempotency keys these are."""
        return f"{self.kind}:{self.id}" + (f":{self.scope}" if self.scope else "")

    def may(self, role: str) -> bool:
        """Whether this is a user with at least that role."""
        return self.role in ROLES and ROLES.index(self.role) >= ROLES.index(role)

    def needs(self, role: str) -> None:
        """Refuse (`not_signed_in`, `forbidden`) unless this is a user with at least that role."""
        if self.kind == "public":
            raise Refusal("not_signed_in")
        if not self.may(role):
            raise Refusal("forbidden")


PUBLIC = Actor("public", 0, "visitor", "", "phone")
#: Whoever has the command line on the server's machine.
HERE = Actor("system", 0, "hallcall", "admin", "api")
SYSTEM = Actor("system", 0, "system", "", "api")
