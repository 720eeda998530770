"""What a zone says next: one queue a zone, pure rules, the time passed in. docs/voice.md numbers the rules."""

from collections.abc import Callable
from dataclasses import dataclass, field

STALE_S = 60.0
ONE_LANGUAGE_LESS = 3
FIRST_LANGUAGE_ONLY = 5
CHIME_ONLY = 8


@dataclass(frozen=True)
class Call:
    """A called ticket. `called_at`: its last call or recall, seconds of the server's clock; `calls`: with recalls."""

    number: str
    call_seq: int
    counter: str
    calls: int
    called_at: float

    @property
    def key(self) -> tuple[str, int]:
        """What makes two calls the same one: the ticket and the call's place in the log."""
        return self.number, self.call_seq


@dataclass(frozen=True)
class Dropped:
    """A call that is not spoken, and why: `no_longer_called` or `stale`."""

    call: Call
    reason: str


@dataclass
class ZoneQueue:
    """The calls of a zone in the order in which they are spoken; `current` is the one that is being spoken."""

    current: Call | None = None
    _waiting: dict[str, Call] = field(default_factory=dict)  # by number; a dict keeps a replaced entry's place

    @property
    def waiting(self) -> list[Call]:
        """Who waits, the next one first."""
        return list(self._waiting.values())

    @property
    def first(self) -> Call | None:
        """Who is next, None when nobody waits."""
        return next(iter(self._waiting.values()), None)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, call: Call) -> str:
        """Take a call or recall in; returns `queued`, `merged`, `replaced` or `ignored` (it is being spoken)."""
        if self.current and self.current.key == call.key and self.current.counter == call.counter:
            return "ignored"
        queued = self._waiting.get(call.number)
        self._waiting[call.number] = call
        if queued is None:
            return "queued"
        return "merged" if queued.key == call.key and queued.counter == call.counter else "replaced"

    def next(self, *, now: float, still: Callable[[Call], bool]) -> tuple[Call | None, list[Dropped]]:
        """Start the next call that is still worth saying, and name those before it that are not.

        still: whether the ticket is called to that counter by that very call.
        """
        dropped: list[Dropped] = []
        while self._waiting:
            call = self._waiting.pop(next(iter(self._waiting)))
            reason = "no_longer_called" if not still(call) else "stale" if now - call.called_at > STALE_S else None
            if reason is None:
                self.current = call
                return call, dropped
            dropped.append(Dropped(call, reason))
        return None, dropped

    def finish(self) -> None:
        """The current call was spoken, or failed for good."""
        self.current = None

    def put_back(self) -> None:
        """The current call was cut off by an emergency: it comes first again."""
        if self.current:
            self._waiting = {self.current.number: self.current} | self._waiting
            self.current = None


def languages_for(languages: tuple[str, ...], *, backlog: int) -> tuple[str, ...]:
    """The languages in which a call is said when `backlog` calls wait, this one included; none: chime and screen."""
    if backlog >= CHIME_ONLY:
        return ()
    if backlog >= FIRST_LANGUAGE_ONLY:
        return languages[:1]
    if backlog >= ONE_LANGUAGE_LESS:
        return languages[: max(1, len(languages) - 1)]
    return languages
