"""A zone speaks: from its queue to a sound that was heard, one at a time. A state machine; time and deeds passed in."""

from dataclasses import dataclass, field
from typing import Any

from display.announcer.announcement import Order, Plan, Refused, ZoneOutputs, items_of
from display.announcer.clips import Clip
from display.announcer.loudspeakers import CARD
from display.announcer.renderer import Job, Rendered
from display.announcer.text import Sentence
from display.announcer.zone_queue import Call, ZoneQueue

BETWEEN_S = 0.7
RENDER_S = 4.0
GRACE_S = 3.0
SHORTEST_CAPTION_S = 6.0
LONGEST_S = 900.0
MOST_TRIES = 3
UNHEARD = ("blocked", "muted", "off", "silent", "clip", "unknown_device", "offline", "card")


@dataclass
class _Task:
    plan: Plan
    job: str = ""
    until: float = 0.0
    speaker: Any = None
    order: Order | None = None
    tries: int = 0


@dataclass
class Zone:
    """One zone's voice. Idle, rendering (a task without order), sounding (with one), or resting until a time."""

    code: str
    deeds: ZoneOutputs
    queue: ZoneQueue = field(default_factory=ZoneQueue)
    notices: list[Plan] = field(default_factory=list)
    _task: _Task | None = None
    _rest_until: float = 0.0
    _count: int = 0

    @property
    def speaker(self) -> Any:
        """The loudspeaker that this zone uses at the moment, None when it is quiet."""
        return self._task.speaker if self._task else None

    def wake_at(self) -> float | None:
        """When `step` has something to do again; None: when something happens."""
        if self._task:
            return self._task.until
        return self._rest_until if self.queue or self.notices else None

    def step(self, *, now: float) -> None:
        """Give up what takes too long, begin what is next."""
        if self._task and not now < self._task.until < now + LONGEST_S:  # far ahead: the server's clock was set back
            self._overdue(self._task, now)
        self._rest_until = min(self._rest_until, now + BETWEEN_S)
        while self._task is None and now >= self._rest_until and (self.queue or self.notices):
            speaker = self.deeds.owner(self.code, now=now)
            if speaker is None and not self.notices and self.deeds.screens_may_return(now=now):
                self._rest_until = now + 0.5
                return
            if speaker is not None and self.deeds.busy(speaker, self.code):
                self._rest_until = now + 0.2
                return
            self._begin(speaker, now)

    def rendered(self, done: Rendered, *, now: float) -> None:
        """The clips of a job are made, as far as they could be; jobs that were given up are passed over."""
        task = self._task
        if task is None or task.order or task.job != done.job.id:
            return
        lacking = done.job.upload and not done.uploaded
        said = [(sentence, clip) for sentence, clip in zip(done.job.sentences, done.clips, strict=True) if clip]
        self._sound(task, [] if lacking else said, now)

    def played(self, play: str, *, ok: bool, error: str | None, now: float) -> None:
        """A loudspeaker says how it went; answers to other plays are passed over."""
        task = self._task
        if task is None or task.order is None or task.order.play != play:
            return
        if ok:
            self._end(task, "spoken" if self._said(task) else "failed", None, now)
            return
        if error != "stopped":
            self.deeds.fault(task.speaker, error or "not_played", now=now)
        other = self.deeds.owner(self.code, now=now)
        again = error in UNHEARD and self._may_repeat(task) and other is not None
        if again and not self.deeds.busy(other, self.code):
            self._render(task, other, now)  # the new owner may need the clips uploaded; they are kept, so this is quick
        else:
            self._end(task, "failed", error, now)

    def lost(self, speaker: Any, *, now: float) -> None:
        """The loudspeaker's page was loaded anew in the middle of a sentence: say it once more, now."""
        task = self._task
        if task is None or task.order is None or task.speaker != speaker:
            return
        other = self.deeds.owner(self.code, now=now)
        called = task.order.call is None or self.deeds.still(task.order.call)
        again = self._may_repeat(task) and called and other is not None
        if again and not self.deeds.busy(other, self.code):
            self._render(task, other, now)
        else:
            self._end(task, "failed", "no_answer", now)

    def urgent(self, plan: Plan, *, now: float) -> None:
        """An emergency notice: cut what sounds and say it first."""
        self.cut(now=now)
        self.notices = [plan]
        self.step(now=now)

    def try_out(self, plan: Plan, speaker: Any, *, now: float) -> bool:
        """Say a trial of the sound, where nothing is said or waits; whether it begins."""
        if self._task or self.queue or self.notices or now < self._rest_until or self.deeds.busy(speaker, self.code):
            return False
        self._prepare(plan, speaker, now)
        return True

    def end_trial(self, *, now: float) -> None:
        """A call has come: it goes first."""
        task = self._task
        if task and task.plan.trial:
            if task.order:
                self.deeds.stop(task.speaker, task.order.play)
            self._end(task, "dropped", None, now)
            self._rest_until = now

    def cut(self, *, now: float) -> None:
        """Be silent at once; the call that was sounding comes again, a notice does not."""
        self.notices = []
        task, self._task = self._task, None
        if task:
            if task.order:
                self.deeds.stop(task.speaker, task.order.play)
            self.deeds.sounding(self.code, None, None, now)
            self.queue.put_back()
        self._rest_until = now

    def withdraw(self, call: Call, *, now: float) -> None:
        """The call was undone: do not go on saying it."""
        task = self._task
        if task and task.plan.call and task.plan.call.key == call.key:
            if task.order:
                self.deeds.stop(task.speaker, task.order.play)
            self._end(task, "dropped", "no_longer_called", now)

    def quieten(self, *, now: float) -> None:
        """The emergency is over: do not go on saying it."""
        self.notices = []
        if self._task and self._task.plan.call is None:
            if self._task.order:
                self.deeds.stop(self._task.speaker, self._task.order.play)
            self._end(self._task, "dropped", None, now)

    def resume(self, order: Order, plan: Plan, speaker: Any, *, until: float) -> None:
        """After a restart: this was being played; wait for its answer."""
        self.queue.current = order.call
        self._task = _Task(plan, until=until, speaker=speaker, order=order, tries=MOST_TRIES)

    def _begin(self, speaker: Any, now: float) -> None:
        if self.notices:
            self._prepare(self.notices.pop(0), speaker, now)
            return
        call, dropped = self.queue.next(now=now, still=self.deeds.still)
        self.deeds.starting([*(drop.call for drop in dropped), *([call] if call else [])])
        for drop in dropped:
            self.deeds.report(self.code, drop.call, result="dropped", reason=drop.reason, by=None)
        if call is None:
            return
        plan = self.deeds.plan(self.code, call, backlog=len(self.queue) + 1, now=now)
        if isinstance(plan, Refused):
            self.queue.finish()
            self.deeds.report(self.code, call, result="dropped", reason=plan.reason, by=None)
            return
        self._prepare(plan, speaker, now)

    def _prepare(self, plan: Plan, speaker: Any, now: float) -> None:
        self._task = _Task(plan)
        if speaker is None:
            self.deeds.caption(self.code, plan, seconds=SHORTEST_CAPTION_S)
            self._end(self._task, "failed", "no_loudspeaker", now)
        else:
            self._render(self._task, speaker, now)

    def _render(self, task: _Task, speaker: Any, now: float) -> None:
        self._count += 1
        task.job, task.order, task.speaker, task.until = f"{self.code} {self._count}", None, speaker, now + RENDER_S
        task.tries += 1
        ready = (task.plan.chime,) if task.plan.chime else ()
        self.deeds.render(Job(task.job, task.plan.sentences, task.plan.rate, upload=speaker != CARD, ready=ready))

    def _sound(self, task: _Task, said: list[tuple[Sentence, Clip]], now: float) -> None:
        items = items_of(task.plan, said)
        order = Order(
            f"{self.code}.{round(now * 1000)}.{self._count}", self.code, task.plan.call, items, task.plan.volume
        )
        self.deeds.caption(self.code, task.plan, seconds=max(order.seconds, SHORTEST_CAPTION_S))
        if not items:
            self._end(task, "failed" if task.plan.sentences else "dropped", None, now)
            return
        task.order, task.until = order, now + order.seconds + GRACE_S
        self.deeds.sounding(self.code, order, task.speaker, task.until)
        self.deeds.play(task.speaker, order)

    def _overdue(self, task: _Task, now: float) -> None:
        if task.order is None:
            self._sound(task, [], now)
            return
        other = self.deeds.owner(self.code, now=now)
        if other is not None and self._was_cut_off(task, task.order) and not self.deeds.busy(other, self.code):
            self._render(task, other, now)
            return
        self.deeds.fault(task.speaker, "no_answer", now=now)
        self._end(task, "failed", "no_answer", now)

    def _was_cut_off(self, task: _Task, order: Order) -> bool:
        """Whether the server restarted under an order: then the screen may never have had it, and it is said anew.

        A screen that did play it says so as soon as it is back.
        """
        began = task.until - order.seconds - GRACE_S
        called = order.call is None or self.deeds.still(order.call)
        return self._may_repeat(task) and called and self.deeds.interrupted(since=began)

    def _may_repeat(self, task: _Task) -> bool:
        """Whether it may be said once more, by whoever sounds then; a trial is of one loudspeaker alone."""
        return task.tries < MOST_TRIES and not task.plan.trial

    def _said(self, task: _Task) -> bool:
        """Whether what was wanted was heard: speech, where speech was planned."""
        assert task.order
        return not task.plan.sentences or any(item["role"] == "speech" for _, item in task.order.items)

    def _end(self, task: _Task, result: str, reason: str | None, now: float) -> None:
        self._task = None
        self.queue.finish()
        self._rest_until = now + (BETWEEN_S if task.order else 0)
        by = None if not task.order else "card" if task.speaker == CARD else "screen"
        why = reason or ("no_voice" if result == "failed" else task.plan.reason)
        self.deeds.sounding(self.code, None, None, now)
        self.deeds.report(self.code, task.plan.call, result=result, reason=why, by=by)
