"""ZoneOutputs for zones in tests: everything is written down, clips have set lengths, nothing sounds."""

from pathlib import Path

from display.announcer.announcement import Plan, Refused
from display.announcer.clips import Clip
from display.announcer.renderer import Rendered
from display.announcer.text import call_sentence
from display.announcer.zone import Zone
from display.announcer.zone_queue import languages_for

CHIME = Clip(Path("chime.wav"), "chime", 1.1)
SECONDS = {"zh-CN": 3.4, "zh-HK": 2.8, "en": 3.9}


class FakeOutputs:
    """One zone, `zone`, with its deeds. Render and play are answered by the test, or by `act`."""

    def __init__(self, *, languages=("zh-CN", "en")):
        self.zone = Zone("A", self)
        self.languages = languages
        self.speakers = ["screen 7", "screen 8"]
        self.taken = set()
        self.returning = False
        self.online_since = 0.0
        self.gone = set()
        self.refuse = None
        self.jobs, self.orders, self.stopped, self.faults, self.captions, self.reports, self.started = (
            [] for _ in range(7)
        )
        self.now_sounding = None

    # ZoneOutputs

    def plan(self, zone, call, *, backlog, now):
        if self.refuse:
            return Refused(call, self.refuse)
        shown = tuple(call_sentence(language=lang, number=call.number, counter=call.counter) for lang in self.languages)
        said = shown[: len(languages_for(self.languages, backlog=backlog))]
        reason = "backlog" if len(said) < len(shown) else None
        return Plan(said, shown, CHIME, volume=1.0, rate=1.0, call=call, reason=reason)

    def still(self, call):
        return call.number not in self.gone

    def owner(self, zone, *, now):
        return self.speakers[0] if self.speakers else None

    def screens_may_return(self, *, now):
        return self.returning

    def interrupted(self, *, since):
        return self.online_since > since

    def busy(self, speaker, zone):
        return speaker in self.taken

    def render(self, job):
        self.jobs.append(job)

    def play(self, speaker, order):
        self.orders.append((speaker, order))

    def stop(self, speaker, play):
        self.stopped.append((speaker, play))

    def fault(self, speaker, why, *, now):
        self.faults.append((speaker, why))
        if why != "clip" and speaker in self.speakers:
            self.speakers.remove(speaker)

    def caption(self, zone, plan, *, seconds):
        self.captions.append(([sentence.shown for sentence in plan.captions], seconds))

    def report(self, zone, call, *, result, reason, by):
        self.reports.append((call and call.number, result, reason, by))

    def starting(self, calls):
        self.started += calls

    def sounding(self, zone, order, speaker, until):
        self.now_sounding = order

    # Answers

    def rendered(self, now, *, lacking=(), uploaded=True):
        """The last job is done, but for the languages in `lacking`."""
        job = self.jobs[-1]
        clips = tuple(
            None if sentence.language in lacking else Clip(Path("x.wav"), sentence.spoken, SECONDS[sentence.language])
            for sentence in job.sentences
        )
        self.zone.rendered(Rendered(job, clips, uploaded and job.upload), now=now)

    def played(self, now, *, ok=True, error=None):
        """The last order was played, or not."""
        self.zone.played(self.orders[-1][1].play, ok=ok, error=error, now=now)

    def say(self, call, now):
        """Queue a call and have its clips made."""
        self.zone.queue.add(call)
        self.zone.step(now=now)
        self.rendered(now)
