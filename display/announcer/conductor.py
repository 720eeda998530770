"""Puts the parts together: one thread in which everything happens in turn, fed by the link, the renderer, the card."""

import logging
import queue
from collections.abc import Callable, Mapping
from typing import Any

from client.language import words
from display.announcer.board import call_of
from display.announcer.follower import Follower
from display.announcer.outputs import Outputs
from display.announcer.renderer import Rendered
from display.announcer.script import Script
from display.announcer.state import AnnouncerState
from display.announcer.zone import Zone
from display.announcer.zone_queue import STALE_S

log = logging.getLogger(__name__)

SILENT_S = 15.0
IDLE_S = 1.0
CURSOR_EVERY_S = 1.0
GUESS_EVERY_S = 0.3


class Conductor:
    """Everything that the announcer decides, in one thread. `heard` and its like may be called from any thread."""

    def __init__(self, state: AnnouncerState, outputs: Outputs) -> None:
        self.state, self.outputs = state, outputs
        self.follower = Follower(board=state.board, memory=state.memory, clock=state.clock, send=self._ask, news=self)
        self._last_heard = state.clock.now()
        self._guessed = 0.0
        self._news = False

    # What may be called from any thread

    def connected(self) -> None:
        """The link is up."""
        self.state.post(self._connected)

    def lost(self) -> None:
        """The link is down."""
        self.state.post(self.outputs.offline)

    def heard(self, name: str, content: dict[str, Any]) -> None:
        """A message of the server."""
        self.state.post(lambda: self._heard(name, content))

    def rendered(self, done: Rendered) -> None:
        """A job of the renderer is done."""
        self.state.post(lambda: self._rendered(done))

    def stop(self) -> None:
        """End `run`."""
        self.state.inbox.put(None)

    # The loop

    def run(self) -> None:
        """Work until `stop`; a fault in one message is logged and ends nothing."""
        while True:
            try:
                deed = self.state.inbox.get(timeout=self._wait())
            except queue.Empty:
                deed = _nothing
            if deed is None:
                self.state.save()
                return
            self.guarded(deed)
            self.guarded(self.tick)

    def tick(self) -> None:
        """What the passing of time asks for."""
        now = self.state.clock.now()
        self.follower.tick(now=now)
        if self.outputs.online and now - self._last_heard > SILENT_S:
            self._last_heard = now
            self.outputs.reconnect()
        if self.state.caught_up and self.outputs.can_sound():
            for zone in self.state.zones.values():
                zone.step(now=now)
        self.outputs.tick(now=now)
        if (
            self.state.caught_up
            and now - self.state.saved_at >= CURSOR_EVERY_S
            and self.state.cursor() != self.state.memory.seq
        ):
            self.state.save()
        if self._news and now - self._guessed >= GUESS_EVERY_S:
            self._news, self._guessed = False, now
            self.outputs.likely(self.state.script)

    def guarded(self, deed: Callable[[], None]) -> None:
        """The voice of a hall does not stop at a message that it does not understand."""
        try:
            deed()
        except Exception:
            log.exception("a message could not be handled")

    # What the follower tells

    def called(self, ticket: Mapping[str, Any]) -> None:
        """Queue a call, unless it was handled before or was found too late to be worth a word."""
        call, code, now = call_of(ticket), self.state.board.zone_of(ticket), self.state.clock.now()
        if call is None or not self.state.ours(code):
            return
        zone = self._zone(code)
        if self.state.memory.handled(call) or (not self.state.caught_up and now - call.called_at > STALE_S):
            return
        if zone.queue.add(call) == "ignored":
            self.state.memory.handle(call)
            return
        for other in self.state.zones.values():
            other.end_trial(now=now)
        zone.step(now=now) if self.state.caught_up else None
        if zone.queue.first is call:
            self.outputs.ahead(zone)

    def device_is(self, device: Mapping[str, Any]) -> None:
        """With a zone of its own this announcer speaks there alone; another one has the rest."""
        self.state.only = device.get("zone")
        volume = (device.get("settings") or {}).get("volume")
        self.state.volume = float(volume) if isinstance(volume, int | float) else 1.0
        self.state.zones = {code: zone for code, zone in self.state.zones.items() if self.state.ours(code)}

    def undone(self, ticket: Mapping[str, Any]) -> None:
        """A call that was taken back is not said to its end."""
        for zone in self.state.zones.values():
            current = zone.queue.current
            if current and current.number == ticket["number"] and not self.state.board.still(current):
                zone.withdraw(current, now=self.state.clock.now())

    def hall_changed(self) -> None:
        """Read the settings again."""
        self.state.script = Script.of(self.state.board, self.state.chimes)
        for problem in self.state.script.settings.problems:
            log.warning(words("voice settings: %s", "语音设置：%s"), problem)
        for code in filter(self.state.ours, self.state.board.zones()):
            self._zone(code)
        self.outputs.settings_changed(self.state.script)

    def notice_changed(self) -> None:
        """Say an emergency at once, and stop saying one that is over."""
        now, notice = self.state.clock.now(), self.state.board.notice
        if not notice or notice.get("level") != "emergency":
            for zone in self.state.zones.values():
                zone.quieten(now=now)
            return
        if notice.get("at") == self.state.memory.notice:
            return
        self.state.memory.notice = notice.get("at")
        self.state.save()
        self._emergency(notice.get("text") or {}, now)

    def _emergency(self, text: Mapping[str, Any], now: float) -> None:
        """In every zone that may sound, but once through a loudspeaker that several zones share."""
        plans = {code: self.state.script.notice(code, text) for code in self.state.zones}
        for code in plans:
            self.state.zones[code].cut(now=now)
        saying = set()
        for code, plan in plans.items():
            owner = self.state.speakers.owner(code, now=now)
            if plan and (owner is None or owner not in saying):
                saying.add(owner)
                self.state.zones[code].urgent(plan, now=now)

    def caught_up(self) -> None:
        """Everything missed is in the queues: go on with what was sounding when the process ended, then speak."""
        for code, entry in filter(lambda item: self.state.ours(item[0]), self.state.memory.playing.items()):
            self.outputs.take_up(self._zone(code), entry)
        self.state.caught_up = True

    # Inside

    def _try_out(self, wanted: Any, screen: Any, now: float) -> None:
        """Let a loudspeaker be heard, unless something is said there."""
        codes = [code for code in self.state.board.zones() if self.state.ours(code)]
        code = wanted if wanted in codes else next(iter(codes), None)
        waits = any(zone.queue or zone.notices for zone in self.state.zones.values())
        if code is None or waits or not self.state.caught_up:
            return
        speaker = self.outputs.trial_speaker(code, screen, now=now)
        if speaker is not None:
            self._zone(code).try_out(self.state.script.trial(code), speaker, now=now)

    def _connected(self) -> None:
        self._last_heard = self.state.clock.now()
        self.outputs.came_online()
        self.follower.connected()

    def _heard(self, name: str, content: dict[str, Any]) -> None:
        now = self._last_heard = self.state.clock.now()
        if name == "event":
            self.follower.event(content)
            self._news = True
        elif name == "heartbeat":
            self.follower.heartbeat(content)
        elif name == "screens":
            self.outputs.screens(content["screens"], now=now)
        elif name == "played":
            self.state.played(str(content.get("play")), ok=bool(content.get("ok")), error=content.get("error"), now=now)
        elif name == "device":
            self.device_is(content)
        elif name == "test":
            self._try_out(content.get("zone"), content.get("screen"), now)
        elif name == "bye":
            self.outputs.reconnect(come_back_s=float(content.get("retry_ms") or 1000) / 1000)

    def _rendered(self, done: Rendered) -> None:
        self.outputs.rendered(done)
        for zone in self.state.zones.values():
            zone.rendered(done, now=self.state.clock.now())

    def _zone(self, code: str) -> Zone:
        if code not in self.state.zones:
            self.state.zones[code] = Zone(code, self.outputs)
        return self.state.zones[code]

    def _ask(self, name: str, content: dict[str, Any], answered: Callable[[dict[str, Any]], None]) -> bool:
        return self.outputs.send(name, content, lambda answer=None: self.state.post(lambda: answered(answer or {})))

    def _wait(self) -> float:
        if not self.outputs.can_sound():
            return IDLE_S
        now = self.state.clock.now()
        wake = [at for at in (zone.wake_at() for zone in self.state.zones.values()) if at is not None]
        return min([IDLE_S, *(max(0.01, at - now) for at in wake)])


def _nothing() -> None:
    """Time has passed."""
