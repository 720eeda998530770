"""What the announcer says it did with a call."""

from __future__ import annotations

from typing import Any

from server.services.runtime.unit_of_work import UnitOfWork


def report(
    unit: UnitOfWork, *, number: str, call_seq: int, zone: str, result: str, reason: str | None, by: str | None
) -> dict[str, Any]:
    """Record that a call was spoken, dropped or failed, for the clerk and the supervisor."""
    spoken = {"number": number, "call_seq": call_seq, "zone": zone, "result": result, "reason": reason, "by": by}
    unit.record("announcement_spoken", spoken, public=False)
    return {}
