"""The thread that makes clips and uploads them, so that the conductor never waits for a voice or the network."""

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Protocol, TypeVar

from display.announcer.clips import Clip
from display.announcer.text import Sentence
from display.announcer.voice_fallback import VoiceFallback

log = logging.getLogger(__name__)

PROBE_S = 30.0
T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """Sentences to be made into clips. `ready`: clips that are to be uploaded with them. `upload`: for a screen."""

    id: str
    sentences: tuple[Sentence, ...]
    rate: float
    upload: bool
    ready: tuple[Clip, ...] = ()


@dataclass(frozen=True)
class Rendered:
    """What became of a job: a clip or None for each sentence; `uploaded` is False when the server has not all."""

    job: Job
    clips: tuple[Clip | None, ...]
    uploaded: bool


class Signal(Enum):
    """What the renderer's queue carries beside jobs."""

    END = "end"
    LOOK = "look"  # there are likely sentences


class Uploads(Protocol):
    """Where clips go so that screens can fetch them."""

    def put(self, clip: Clip) -> bool:
        """True when the server has it."""


@dataclass
class Renderer:
    """Jobs in their order; likely sentences while there is nothing else; probes of dead voices."""

    ladder: VoiceFallback
    uploads: Uploads
    done: Callable[[Rendered], None]
    _jobs: "queue.Queue[Job | Signal]" = field(default_factory=queue.Queue)
    _likely: deque[tuple[Sentence, float]] = field(default_factory=deque)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work."""
        self._thread = threading.Thread(target=self._run, name="renderer", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Have a job done; `done` is called in the renderer's thread."""
        self._jobs.put(job)

    def likely(self, sentences: Iterable[Sentence], *, rate: float) -> None:
        """Make these when idle, in place of those named before."""
        self._likely = deque((sentence, rate) for sentence in sentences)
        self._jobs.put(Signal.LOOK)

    def close(self) -> None:
        """End after the present job."""
        self._jobs.put(Signal.END)
        if self._thread:
            self._thread.join(timeout=5)
        self.ladder.close()

    def work(self, job: Job) -> Rendered:
        """Do one job now."""
        clips = tuple(self.ladder.clip(sentence, rate=job.rate) for sentence in job.sentences)
        uploaded = job.upload and all(self.uploads.put(clip) for clip in (*job.ready, *clips) if clip)
        return Rendered(job, clips, uploaded)

    def idle(self) -> None:
        """Make one likely sentence."""
        sentence, rate = self._likely.popleft()
        self.ladder.clip(sentence, rate=rate)

    def _run(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=0.02 if self._likely else PROBE_S)
            except queue.Empty:
                self._guarded(self.idle if self._likely else self.ladder.probe)
                continue
            if job is Signal.END:
                return
            if job is Signal.LOOK:
                continue
            rendered = self._guarded(partial(self.work, job))
            self.done(rendered or Rendered(job, (None,) * len(job.sentences), uploaded=False))

    def _guarded(self, do: Callable[[], T]) -> T | None:
        """A fault of one sentence must not end the voice of the hall."""
        try:
            return do()
        except Exception:
            log.exception("making a sound failed")
            return None
