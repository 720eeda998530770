"""What a check of `hallcall doctor` says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """level: "well", "look" (somebody should look at it) or "broken"."""

    level: str
    en: str
    zh: str
