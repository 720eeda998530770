"""One announcement, from what is to be said to what a loudspeaker is given; and what a zone has done for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from display.announcer.clips import Clip
from display.announcer.renderer import Job
from display.announcer.text import Sentence
from display.announcer.zone_queue import Call

CHIME_GAP_MS = 100
LANGUAGE_GAP_MS = 300


@dataclass(frozen=True)
class Plan:
    """One announcement. `call` None: a notice, or a `trial` of the sound.

    `reason` goes into the report when it was spoken in a lesser way.
    """

    sentences: tuple[Sentence, ...]
    captions: tuple[Sentence, ...]
    chime: Clip | None
    volume: float
    rate: float
    call: Call | None = None
    reason: str | None = None
    trial: bool = False


@dataclass(frozen=True)
class Refused:
    """An announcement that is not made at all, and why."""

    call: Call
    reason: str


@dataclass(frozen=True)
class Order:
    """What a loudspeaker is to play: clips with the pause before each in ms, as `items` of docs/protocol.md."""

    play: str
    zone: str
    call: Call | None
    items: tuple[tuple[Clip, dict[str, Any]], ...]
    volume: float

    @property
    def seconds(self) -> float:
        """How long it sounds."""
        return float(sum(clip.seconds + item["gap_ms"] / 1000 for clip, item in self.items))


class ZoneOutputs(Protocol):
    """What a zone has done for it by the conductor."""

    def plan(self, zone: str, call: Call, *, backlog: int, now: float) -> Plan | Refused:
        """How the call is said."""

    def still(self, call: Call) -> bool:
        """Whether the ticket is still called by that call."""

    def owner(self, zone: str, *, now: float) -> Any | None:
        """Who sounds in the zone."""

    def screens_may_return(self, *, now: float) -> bool:
        """Whether the line came back a moment ago, so that screens may still be on their way."""

    def interrupted(self, *, since: float) -> bool:
        """Whether the line to the server was lost and came back since then."""

    def busy(self, speaker: Any, zone: str) -> bool:
        """Whether another zone sounds through that loudspeaker now."""

    def render(self, job: Job) -> None:
        """Have clips made; answered by `Zone.rendered`."""

    def play(self, speaker: Any, order: Order) -> None:
        """Let it sound; answered by `Zone.played`."""

    def stop(self, speaker: Any, play: str) -> None:
        """Silence it."""

    def fault(self, speaker: Any, why: str, *, now: float) -> None:
        """The loudspeaker did not do what it should."""

    def caption(self, zone: str, plan: Plan, *, seconds: float) -> None:
        """Show the words on the zone's screens."""

    def report(self, zone: str, call: Call | None, *, result: str, reason: str | None, by: str | None) -> None:
        """Tell what became of a call."""

    def starting(self, calls: Sequence[Call]) -> None:
        """From here on a restart must not say these calls again."""

    def sounding(self, zone: str, order: Order | None, speaker: Any, until: float) -> None:
        """What sounds in the zone now, for a restart; `order` None: nothing."""


def items_of(plan: Plan, said: list[tuple[Sentence, Clip]]) -> tuple[tuple[Clip, dict[str, Any]], ...]:
    """The chime and the sentences whose clips there are, with the pause before each."""
    items: list[tuple[Clip, dict[str, Any]]] = []
    if plan.chime:
        items.append((plan.chime, {"role": "chime", "language": None, "text": None, "gap_ms": 0}))
    for number, (sentence, clip) in enumerate(said):
        gap = LANGUAGE_GAP_MS if number else CHIME_GAP_MS
        items.append((clip, {"role": "speech", "language": sentence.language, "text": sentence.shown, "gap_ms": gap}))
    return tuple(items)
