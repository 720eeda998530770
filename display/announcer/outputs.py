"""What the conductor does to the outside: lets sound be made and played, shows captions, reports."""

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from client.language import words
from display.announcer.announcement import Order, Plan, Refused
from display.announcer.clips import Clip
from display.announcer.link import Link, Uploader
from display.announcer.loudspeakers import CARD
from display.announcer.providers import RecordedVoice
from display.announcer.renderer import Job, Rendered, Renderer
from display.announcer.script import Script
from display.announcer.sound_card import SoundCard
from display.announcer.state import AnnouncerState
from display.announcer.status_report import StatusReport
from display.announcer.zone import Zone
from display.announcer.zone_queue import Call

log = logging.getLogger(__name__)

MOST_REPORTS = 100
RETURN_S = 12.0
SETTLING_S = 20.0
AHEAD = "ahead"


class Outputs:
    """The deeds of the zones (see announcement.ZoneOutputs), done through the link, the renderer and the card."""

    def __init__(
        self,
        state: AnnouncerState,
        *,
        link: Link,
        uploader: Uploader,
        renderer: Renderer,
        recorded: RecordedVoice,
        card: list[str] | None,
    ) -> None:
        self._state, self._link, self._uploader, self._renderer = state, link, uploader, renderer
        self._recorded = recorded
        self._card = SoundCard(card, done=self._card_done) if card else None
        self.online = False
        self._online_since = self._gone_since = 0.0
        self._reports: deque[dict[str, Any]] = deque(maxlen=MOST_REPORTS)
        self._condition = StatusReport(began=state.clock.now())
        self._ahead: dict[str, Any] = {}
        self._greeted: set[tuple[Any, Clip]] = set()
        self._lacking: dict[str, list[str]] = {}

    # The link

    def send(self, name: str, content: dict[str, Any], answer: Callable[..., None] | None = None) -> bool:
        """Emit a message; False when offline."""
        return self._link.emit(name, content, answer)

    def came_online(self) -> None:
        """The link is up: the server may have lost our clips, and is told how we are."""
        self.online, self._online_since = True, self._state.clock.now()
        self._uploader.forget()
        self._greeted = set()
        self._condition.forget()
        while self._reports:
            self.send("report", self._reports.popleft())

    def offline(self) -> None:
        """The link is down; screens cannot be reached, the card can."""
        self.online = False
        self._state.speakers.out_of_reach()

    def reconnect(self, *, come_back_s: float | None = None) -> None:
        """Give this connection up."""
        self._link.drop(come_back_s=come_back_s)

    def can_sound(self) -> bool:
        """Whether it makes sense to begin: after a lost connection the screens come back in a moment."""
        return self.online or self._card is not None

    def screens(self, told: Sequence[Mapping[str, Any]], *, now: float) -> None:
        """Who can sound; what a page that was loaded anew was saying is not waited for."""
        speakers = self._state.speakers
        before = set(speakers.gone)
        for speaker in speakers.update(told):
            for zone in self._state.zones.values():
                zone.lost(speaker, now=now)
        if speakers.gone - before:
            self._gone_since = now
        self.greet_screens(self._state.script)

    # ZoneOutputs

    def plan(self, zone: str, call: Call, *, backlog: int, now: float) -> Plan | Refused:
        """By the hall's settings."""
        return self._state.script.call(zone, call, backlog=backlog, now=now, apart=self._apart(zone))

    def _apart(self, zone: str) -> bool:
        """An announcer that was given one zone stands there, with its card."""
        state = self._state
        return state.only is None and state.speakers.apart(zone, now=state.clock.now())

    def still(self, call: Call) -> bool:
        """By what the board shows now."""
        return self._state.board.still(call)

    def owner(self, zone: str, *, now: float) -> Any | None:
        """By the lease over the zone's screens."""
        return self._state.speakers.owner(zone, now=now)

    def screens_may_return(self, *, now: float) -> bool:
        """Screens come back later than we do after a restart of the server, and soon after a page is loaded anew.

        A fresh call waits for them.
        """
        return self.online and now - max(self._online_since, self._gone_since) < RETURN_S

    def interrupted(self, *, since: float) -> bool:
        """By when the link came up last."""
        return self.online and self._online_since > since

    def busy(self, speaker: Any, zone: str) -> bool:
        """One loudspeaker says one thing at a time."""
        others = (other for code, other in self._state.zones.items() if code != zone)
        return any(other.speaker == speaker for other in others)

    def render(self, job: Job) -> None:
        """In the renderer's thread."""
        self._renderer.submit(job)

    def play(self, speaker: Any, order: Order) -> None:
        """By the card, or by the screen that owns the zone."""
        self._condition.sounds(order.zone, at=self._state.clock.now(), seconds=order.seconds)
        if speaker == CARD and self._card:
            self._card.play(
                order.play,
                [(clip, item["gap_ms"]) for clip, item in order.items],
                volume=order.volume * self._state.volume,
            )
            return
        call = order.call
        content = {
            "hall": self._hall(),
            "screen": speaker,
            "play": order.play,
            "zone": order.zone,
            "call_seq": call.call_seq if call else None,
            "number": call.number if call else None,
            "counter": call.counter if call else None,
            "items": [{"url": clip.url, **item} for clip, item in order.items],
            "volume": order.volume,
        }

        def answered(answer: Any = None) -> None:
            if not (isinstance(answer, dict) and answer.get("ok")):
                self._not_played(order.play, error_code(answer))

        if not self.send("play", content, answered):
            self._not_played(order.play, "offline")
        self.ahead(self._state.zones[order.zone])

    def trial_speaker(self, zone: str, screen: Any, *, now: float) -> Any | None:
        """The screen that is to be tried; without one the card, else whoever sounds in the zone."""
        if screen is not None:
            return screen
        return CARD if self._card else self.owner(zone, now=now)

    def stop(self, speaker: Any, play: str) -> None:
        """Wherever it sounds."""
        if speaker == CARD and self._card:
            self._card.stop(play)
        else:
            self.send("stop", {"hall": self._hall(), "screen": speaker, "play": play})

    def fault(self, speaker: Any, why: str, *, now: float) -> None:
        """Leave the loudspeaker alone for a while, unless it was not its fault."""
        log.info("loudspeaker %s: %s", speaker, why)
        if why == "clip":
            self._uploader.forget()
        elif why != "no_answer" or now - self._online_since > SETTLING_S:
            self._state.speakers.failed(speaker, now=now)

    def caption(self, zone: str, plan: Plan, *, seconds: float) -> None:
        """On all screens of the zone; a trial shows nothing."""
        if plan.trial:
            return
        lines = [{"language": sentence.language, "text": sentence.shown} for sentence in plan.captions]
        call_seq = plan.call.call_seq if plan.call else None
        until_ms = round(seconds * 1000)
        self.send(
            "caption", {"hall": self._hall(), "zone": zone, "call_seq": call_seq, "lines": lines, "until_ms": until_ms}
        )

    def report(self, zone: str, call: Call | None, *, result: str, reason: str | None, by: str | None) -> None:
        """To the server, now or when it is back; notices are not in the log."""
        if call is None:
            return
        log.info("%s at counter %s: %s %s", call.number, call.counter, result, reason or "")
        content = {"hall": self._hall(), "call_seq": call.call_seq, "number": call.number, "zone": zone}
        content |= {"result": result, "reason": reason, "by": by}
        if not self.send("report", content):
            self._reports.append(content)

    def starting(self, calls: Sequence[Call]) -> None:
        """Remembered before it sounds."""
        self._state.starting(calls)

    def sounding(self, zone: str, order: Order | None, speaker: Any, until: float) -> None:
        """Remembered while it sounds; written with the next save, which the start of a call has just made anyway."""
        playing = self._state.memory.playing
        playing.pop(zone, None)
        if order and order.call:
            playing[zone] = {"play": order.play, "speaker": speaker, "until": until, "call": vars(order.call)}
        self._state.save()

    def take_up(self, zone: Zone, entry: Mapping[str, Any]) -> None:
        """After a restart: wait for the answer to what was sounding."""
        call = Call(**entry["call"])
        order = Order(entry["play"], zone.code, call, (), 0.0)
        plan = Plan((), (), None, volume=0.0, rate=1.0, call=call)
        zone.resume(order, plan, entry["speaker"], until=float(entry["until"]))

    # Beforehand

    def settings_changed(self, script: Script) -> None:
        """Say which recorded pieces are missing; make what is likely to be needed; give the screens the chimes."""
        lacking = self._recorded.missing(script.pieces())
        for language, pieces in lacking.items() if lacking != self._lacking else ():
            log.warning(
                words("the recorded voice %s is not used, it lacks: %s", "未使用 %s 录音，缺少：%s"),
                language,
                " ".join(pieces),
            )
        self._lacking = lacking
        self.likely(script)
        self.greet_screens(script)

    def likely(self, script: Script) -> None:
        """Have the next calls' sentences made while there is nothing else to do."""
        self._renderer.likely(script.likely(self._apart), rate=script.settings.rate)

    def greet_screens(self, script: Script) -> None:
        """The owner of each zone fetches the chime before it needs it."""
        chime, now = script.chime(), self._state.clock.now()
        owners = {self.owner(zone, now=now) for zone in self._state.zones} - {None, CARD}
        wanted = {(owner, chime) for owner in owners} if chime else set()
        for owner, clip in wanted - self._greeted:
            self._submit_ahead(owner, Job("", (), 1.0, upload=True, ready=(clip,)))
        self._greeted = wanted

    def ahead(self, zone: Zone) -> None:
        """A call waits while another sounds: have its clips on the screen when its turn comes."""
        owner, call = zone.speaker, zone.queue.first
        if owner in (None, CARD) or call is None:
            return
        plan = self.plan(zone.code, call, backlog=len(zone.queue), now=self._state.clock.now())
        if isinstance(plan, Plan):
            self._submit_ahead(owner, Job("", plan.sentences, plan.rate, upload=True))

    def rendered(self, done: Rendered) -> None:
        """What was made ahead is announced to the screen."""
        screen = self._ahead.pop(done.job.id, None)
        clips: list[Clip] = [clip for clip in (*done.job.ready, *done.clips) if clip]
        if screen is not None and done.uploaded and clips:
            self.send("prepare", {"hall": self._hall(), "screen": screen, "clips": [clip.url for clip in clips]})

    def _submit_ahead(self, screen: Any, job: Job) -> None:
        name = f"{AHEAD} {id(job)} {self._state.clock.now()}"
        self._ahead[name] = screen
        self._renderer.submit(Job(name, job.sentences, job.rate, upload=True, ready=job.ready))

    def tick(self, *, now: float) -> None:
        """Tell the server how we are."""
        state = self._state
        state.speakers.card = self._card is not None
        waiting = {code: len(zone.queue) for code, zone in state.zones.items()}
        status = self._condition.due(
            now=now,
            ladder=self._renderer.ladder,
            languages=state.script.settings.languages,
            waiting=waiting,
            card=self._card is not None,
            volume=state.volume,
        )
        if status and self.online:
            self.send("status", status)

    # Inside

    def _hall(self) -> str:
        return str(self._state.board.hall.get("code"))

    def _not_played(self, play: str, error: str | None) -> None:
        state = self._state
        state.post(lambda: state.played(play, ok=error is None, error=error, now=state.clock.now()))

    def _card_done(self, play: str, error: str | None) -> None:
        self._not_played(play, error)


def error_code(answer: Any) -> str:
    """The code in a refusal, which is a word or the envelope of docs/protocol.md."""
    error = answer.get("error") if isinstance(answer, dict) else None
    return str(error.get("code") if isinstance(error, dict) else error or "not_played")
