"""Puts the parts together: one thread in which everything happens in turn, fed by the link, the renderer, the card."""

import logging
import queue
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from display.announcer.board import Board, call_of
from display.announcer.clips import Clip
from display.announcer.clock import ServerClock
from display.announcer.follower import Follower
from display.announcer.hands import Hands
from display.announcer.loudspeakers import Loudspeakers
from display.announcer.memory import Memory
from display.announcer.renderer import Rendered
from display.announcer.script import Script
from display.announcer.words import words
from display.announcer.zone import Zone
from display.announcer.zone_queue import STALE_S, Call

log = logging.getLogger(__name__)

SILENT_S = 15.0
IDLE_S = 1.0
CURSOR_EVERY_S = 1.0
GUESS_EVERY_S = 0.3


class Conductor:
    """Everything that the announcer decides, in one thread. `heard` and its like may be called from any thread."""

    def __init__(
        self, *, memory: Memory, clock: ServerClock, chimes: Mapping[str, Clip], hands: Callable[["Conductor"], Hands]
    ) -> None:
        self.board, self.memory, self.clock, self.chimes = Board(), memory, clock, chimes
        self.script = Script.of(self.board, chimes)
        self.speakers = Loudspeakers()
        self.zones: dict[str, Zone] = {}
        # not a Queue: a signal's handler may put into it at any moment
        self._inbox: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self.hands = hands(self)
        self.follower = Follower(board=self.board, memory=memory, clock=clock, send=self._ask, news=self)
        self._last_heard = clock.now()
        self._saved = self._guessed = 0.0
        self._news = False
        self._caught_up = False
        self.only: str | None = None

    # What may be called from any thread

    def post(self, deed: Callable[[], None]) -> None:
        """Have something done in the conductor's thread."""
        self._inbox.put(deed)

    def connected(self) -> None:
        """The link is up."""
        self.post(self._connected)

    def lost(self) -> None:
        """The link is down."""
        self.post(self.hands.offline)

    def heard(self, name: str, content: dict[str, Any]) -> None:
        """A message of the server."""
        self.post(lambda: self._heard(name, content))

    def rendered(self, done: Rendered) -> None:
        """A job of the renderer is done."""
        self.post(lambda: self._rendered(done))

    def stop(self) -> None:
        """End `run`."""
        self._inbox.put(None)

    # The loop

    def run(self) -> None:
        """Work until `stop`; a fault in one message is logged and ends nothing."""
        while True:
            try:
                deed = self._inbox.get(timeout=self._wait())
            except queue.Empty:
                deed = _nothing
            if deed is None:
                self.save()
                return
            self.guarded(deed)
            self.guarded(self.tick)

    def tick(self) -> None:
        """What the passing of time asks for."""
        now = self.clock.now()
        self.follower.tick(now=now)
        if self.hands.online and now - self._last_heard > SILENT_S:
            self._last_heard = now
            self.hands.reconnect()
        if self._caught_up and self.hands.can_sound():
            for zone in self.zones.values():
                zone.step(now=now)
        self.hands.tick(now=now)
        if self._caught_up and now - self._saved >= CURSOR_EVERY_S and self._cursor() != self.memory.seq:
            self.save()
        if self._news and now - self._guessed >= GUESS_EVERY_S:
            self._news, self._guessed = False, now
            self.hands.likely(self.script)

    def guarded(self, deed: Callable[[], None]) -> None:
        """The voice of a hall does not stop at a message that it does not understand."""
        try:
            deed()
        except Exception:
            log.exception("a message could not be handled")

    # What the follower tells

    def called(self, ticket: Mapping[str, Any]) -> None:
        """Queue a call, unless it was handled before or was found too late to be worth a word."""
        call, code, now = call_of(ticket), self.board.zone_of(ticket), self.clock.now()
        if call is None or not self._ours(code):
            return
        zone = self._zone(code)
        if self.memory.handled(call) or (not self._caught_up and now - call.called_at > STALE_S):
            return
        if zone.queue.add(call) == "ignored":
            self.memory.handle(call)
            return
        zone.step(now=now) if self._caught_up else None
        if zone.queue.first is call:
            self.hands.ahead(zone)

    def device_is(self, device: Mapping[str, Any]) -> None:
        """With a zone of its own this announcer speaks there alone; another one has the rest."""
        self.only = device.get("zone")
        self.zones = {code: zone for code, zone in self.zones.items() if self._ours(code)}

    def undone(self, ticket: Mapping[str, Any]) -> None:
        """A call that was taken back is not said to its end."""
        for zone in self.zones.values():
            current = zone.queue.current
            if current and current.number == ticket["number"] and not self.board.still(current):
                zone.withdraw(current, now=self.clock.now())

    def hall_changed(self) -> None:
        """Read the settings again."""
        self.script = Script.of(self.board, self.chimes)
        for problem in self.script.settings.problems:
            log.warning(words("voice settings: %s", "语音设置：%s"), problem)
        for code in filter(self._ours, self.board.zones()):
            self._zone(code)
        self.hands.settings_changed(self.script)

    def notice_changed(self) -> None:
        """Say an emergency at once, and stop saying one that is over."""
        now, notice = self.clock.now(), self.board.notice
        if not notice or notice.get("level") != "emergency":
            for zone in self.zones.values():
                zone.quieten(now=now)
            return
        if notice.get("at") == self.memory.notice:
            return
        self.memory.notice = notice.get("at")
        self.save()
        self._emergency(notice.get("text") or {}, now)

    def _emergency(self, text: Mapping[str, Any], now: float) -> None:
        """In every zone that may sound, but once through a loudspeaker that several zones share."""
        plans = {code: self.script.notice(code, text) for code in self.zones}
        for code in plans:
            self.zones[code].cut(now=now)
        saying = set()
        for code, plan in plans.items():
            owner = self.speakers.owner(code, now=now)
            if plan and (owner is None or owner not in saying):
                saying.add(owner)
                self.zones[code].urgent(plan, now=now)

    def caught_up(self) -> None:
        """Everything missed is in the queues: go on with what was sounding when the process ended, then speak."""
        for code, entry in filter(lambda item: self._ours(item[0]), self.memory.playing.items()):
            self.hands.take_up(self._zone(code), entry)
        self._caught_up = True

    # Inside

    def starting(self, calls: Sequence[Call]) -> None:
        """Written down before they sound: a restart must not say them again."""
        for call in calls:
            self.memory.handle(call)
        self.save()

    def _connected(self) -> None:
        self._last_heard = self.clock.now()
        self.hands.came_online()
        self.follower.connected()

    def _heard(self, name: str, content: dict[str, Any]) -> None:
        now = self._last_heard = self.clock.now()
        if name == "event":
            self.follower.event(content)
            self._news = True
        elif name == "heartbeat":
            self.follower.heartbeat(content)
        elif name == "screens":
            self.hands.screens(content["screens"], now=now)
        elif name == "played":
            self.played(str(content.get("play")), ok=bool(content.get("ok")), error=content.get("error"), now=now)
        elif name == "bye":
            self.hands.reconnect(come_back_s=float(content.get("retry_ms") or 1000) / 1000)

    def played(self, play: str, *, ok: bool, error: str | None, now: float) -> None:
        """A loudspeaker's answer: the zone whose play it is knows it."""
        for zone in self.zones.values():
            zone.played(play, ok=ok, error=error, now=now)

    def _rendered(self, done: Rendered) -> None:
        self.hands.rendered(done)
        for zone in self.zones.values():
            zone.rendered(done, now=self.clock.now())

    def _ours(self, zone: str) -> bool:
        return self.only in (None, zone)

    def _zone(self, code: str) -> Zone:
        if code not in self.zones:
            self.zones[code] = Zone(code, self.hands)
        return self.zones[code]

    def _ask(self, name: str, content: dict[str, Any], answered: Callable[[dict[str, Any]], None]) -> bool:
        return self.hands.send(name, content, lambda answer=None: self.post(lambda: answered(answer or {})))

    def _wait(self) -> float:
        if not self.hands.can_sound():
            return IDLE_S
        now = self.clock.now()
        wake = [at for at in (zone.wake_at() for zone in self.zones.values()) if at is not None]
        return min([IDLE_S, *(max(0.01, at - now) for at in wake)])

    def _cursor(self) -> int | None:
        """Where a restart must begin to read: before the oldest call that still waits."""
        seqs = [call.call_seq - 1 for zone in self.zones.values() for call in zone.queue.waiting]
        return None if self.board.seq is None else min([self.board.seq, *seqs])

    def save(self) -> None:
        """Write down what a restart must know; a disk that refuses does not stop the voice."""
        self._saved = self.clock.now()
        if self._caught_up:  # before, the stored cursor still tells what was missed
            self.memory.seq = self._cursor()
        try:
            self.memory.save()
        except OSError as error:
            log.warning(words("the announcer cannot remember where it is: %s", "播报程序无法保存进度：%s"), error)


def _nothing() -> None:
    """Time has passed."""
