"""How the announcer is: voices, queues, load; told to the server when it changes. Pure; the time passed in."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from client.language import words
from display.announcer.load import WARN_ABOVE, Load
from display.announcer.voice_fallback import VoiceFallback

log = logging.getLogger(__name__)

EVERY_S = 30.0
AT_MOST_EVERY_S = 1.0
LOAD_STEP = 0.05


class StatusReport:
    """What was told last, and the load of each zone's loudspeaker."""

    def __init__(self, *, began: float) -> None:
        self._began = began
        self._loads: dict[str, Load] = {}
        self._overloaded: set[str] = set()
        self._told: dict[str, Any] = {}
        self._told_at = float("-inf")

    def sounds(self, zone: str, *, at: float, seconds: float) -> None:
        """Something sounds in a zone from `at` for so long."""
        self._loads.setdefault(zone, Load(began=self._began)).add(at=at, seconds=seconds)

    def forget(self) -> None:
        """Nobody knows how we are: the connection is new."""
        self._told, self._told_at = {}, float("-inf")

    def due(
        self,
        *,
        now: float,
        ladder: VoiceFallback,
        languages: Iterable[str],
        waiting: Mapping[str, int],
        card: bool,
        volume: float = 1.0,
    ) -> dict[str, Any] | None:
        """The `status` message when it is time for one: something changed, or 30 s have passed; else None."""
        if now - self._told_at < AT_MOST_EVERY_S:
            return None
        loads = {zone: self._loads[zone].figure(now=now) for zone in self._loads}
        speaking, languages = ladder.speaking(), list(languages)
        status = {
            "engine": next((name for name in speaking.values() if name), None),
            "voices": [language for language in languages if speaking.get(language, "") is not None],
            "queue": dict(waiting),
            "state": ladder.state(languages),
            "card": card,
            "volume": volume,
            "load": {zone: round(round(load / LOAD_STEP) * LOAD_STEP, 2) for zone, load in loads.items()},
            "overloaded": self._note_overload(loads),
        }
        if status == self._told and now - self._told_at < EVERY_S:
            return None
        self._told, self._told_at = status, now
        return status

    def _note_overload(self, loads: Mapping[str, float]) -> list[str]:
        """The zones above 60 %, each named once in the log."""
        over = {zone for zone, load in loads.items() if load > WARN_ABOVE}
        for zone in sorted(over - self._overloaded):
            said = words("zone %s: its loudspeaker sounds %.0f %% of the time", "区域 %s：扬声器 %.0f %% 的时间在响")
            log.warning(said, zone, loads[zone] * 100)
        self._overloaded = over
        return sorted(over)
