"""How late the play was: an honest account of what was done after its time."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from replay.clock import PlayClock


@dataclass
class Lateness:
    """Seconds on the wall by which each action came after its planned minute."""

    clock: PlayClock
    seconds: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, planned: float) -> None:
        """An action planned for this minute is done now."""
        with self._lock:
            self.seconds.append(max(0.0, -self.clock.seconds_until(planned)))

    def sentence(self) -> str:
        """What to print."""
        if not self.seconds:
            return "no action was due"
        minute = 60 / self.clock.speed
        late = sum(second > minute for second in self.seconds)
        share = late / len(self.seconds)
        return (
            f"{len(self.seconds)} actions; {late} ({share:.1%}) more than a minute of the day late"
            f" ({minute:.2f} s); the latest by {max(self.seconds):.2f} s"
        )
