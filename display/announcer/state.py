"""What the announcer knows: the board, the zones, the loudspeakers, and what a restart must remember."""

import logging
import queue
from collections.abc import Callable, Mapping, Sequence

from client.language import words
from display.announcer.board import Board
from display.announcer.clips import Clip
from display.announcer.clock import ServerClock
from display.announcer.loudspeakers import Loudspeakers
from display.announcer.memory import Memory
from display.announcer.script import Script
from display.announcer.zone import Zone
from display.announcer.zone_queue import Call

log = logging.getLogger(__name__)


class AnnouncerState:
    """Shared by the conductor, which decides, and the outputs, which act. Used in the conductor's thread alone.

    `only`: the one zone that this announcer speaks in, None for every zone. `volume`: of its sound card, 0 to 1.
    `caught_up`: everything missed is queued.
    """

    def __init__(self, *, memory: Memory, clock: ServerClock, chimes: Mapping[str, Clip]) -> None:
        self.board, self.memory, self.clock, self.chimes = Board(), memory, clock, chimes
        self.script = Script.of(self.board, chimes)
        self.speakers = Loudspeakers()
        self.zones: dict[str, Zone] = {}
        self.only: str | None = None
        self.volume = 1.0
        self.caught_up = False
        self.saved_at = 0.0
        # not a Queue: a signal's handler may put into it at any moment
        self.inbox: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    def post(self, deed: Callable[[], None]) -> None:
        """Have something done in the conductor's thread; may be called from any thread."""
        self.inbox.put(deed)

    def ours(self, zone: str) -> bool:
        """Whether this announcer speaks in that zone."""
        return self.only in (None, zone)

    def played(self, play: str, *, ok: bool, error: str | None, now: float) -> None:
        """A loudspeaker's answer: the zone whose play it is knows it."""
        for zone in self.zones.values():
            zone.played(play, ok=ok, error=error, now=now)

    def starting(self, calls: Sequence[Call]) -> None:
        """Written down before they sound: a restart must not say them again."""
        for call in calls:
            self.memory.handle(call)
        self.save()

    def cursor(self) -> int | None:
        """Where a restart must begin to read: before the oldest call that still waits."""
        seqs = [call.call_seq - 1 for zone in self.zones.values() for call in zone.queue.waiting]
        return None if self.board.seq is None else min([self.board.seq, *seqs])

    def save(self) -> None:
        """Write down what a restart must know; a disk that refuses does not stop the voice."""
        self.saved_at = self.clock.now()
        if self.caught_up:  # before, the stored cursor still tells what was missed
            self.memory.seq = self.cursor()
        try:
            self.memory.save()
        except OSError as error:
            log.warning(words("the announcer cannot remember where it is: %s", "播报程序无法保存进度：%s"), error)
