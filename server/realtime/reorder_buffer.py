"""Events in the order of their numbers, whichever server of several made them and however they came here.

A server pushes its own events at once and hears of the others' a moment later. An event that comes before its turn is
kept until those before it have come; what has not come after a moment is looked up in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from server.domain.hall import Hall
from server.services.runtime.deployment import Event

#: So long an event may be on its way between two servers before it is looked up (s).
PATIENCE_S = 0.3


@dataclass(frozen=True, slots=True)
class Gap:
    """Events of a hall that were not heard of: those after `after` and before `before`."""

    hall: Hall
    after: int
    before: int


@dataclass(slots=True)
class _Line:
    """A hall's events: the last one pushed, the last one known of, what waits, and the time of the last step."""

    pushed: int
    moved: float
    hall: Hall | None = None
    head: int = 0
    waiting: dict[int, Event] = field(default_factory=dict)


class InOrder:
    """What was pushed of each hall, and what waits for its turn.

    heads: the number of each hall's last event, by the hall's id, when this server began; a hall that is not there
    begins at 0. Times are seconds of any clock that does not go back.
    """

    def __init__(self, heads: Mapping[int, int], *, now: float = 0.0) -> None:
        self._lines = {hall_id: _Line(head, now) for hall_id, head in heads.items()}

    def take(self, events: Iterable[Event], *, now: float) -> list[Event]:
        """Hear of events; those whose turn it is, in order. What was pushed before is left out."""
        ready = []
        for event in events:
            line = self._know(event.hall, event.seq, now)
            if event.seq > line.pushed:
                line.waiting[event.seq] = event
                ready += _turn(line, now)
        return ready

    def know(self, hall: Hall, head: int, *, now: float) -> None:
        """Learn that a hall's last event has this number."""
        self._know(hall, head, now)

    @property
    def complete(self) -> bool:
        """Whether nothing is lacking."""
        return all(line.pushed >= line.head for line in self._lines.values())

    def gaps(self, *, now: float) -> list[Gap]:
        """What has been lacking for too long; each is named again after another while."""
        found = []
        for line in self._lines.values():
            if line.hall and line.pushed < line.head and now - line.moved >= PATIENCE_S:
                found.append(Gap(line.hall, line.pushed, min(line.waiting, default=line.head + 1)))
                line.moved = now
        return found

    def pass_over(self, gap: Gap, *, now: float) -> list[Event]:
        """Give up what is lacking: clients ask for it by themselves. The events whose turn it is then."""
        line = self._know(gap.hall, gap.before - 1, now)
        line.pushed = max(line.pushed, gap.before - 1)
        return _turn(line, now)

    def _know(self, hall: Hall, head: int, now: float) -> _Line:
        line = self._lines.setdefault(hall.id, _Line(0, now))
        if line.pushed >= line.head:
            line.moved = now
        line.hall, line.head = hall, max(line.head, head)
        return line


def _turn(line: _Line, now: float) -> list[Event]:
    ready = []
    while (event := line.waiting.pop(line.pushed + 1, None)) is not None:
        line.pushed, line.moved = event.seq, now
        ready.append(event)
    return ready
