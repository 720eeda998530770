"""What a command answers when something new came to be: a ticket, an appointment, a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Created:
    """An answer that tells of something new; each interface says "created" in its own way (REST: 201)."""

    body: dict[str, Any]
