"""What a hall file says of who is next, for a day that is tried under other rules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from server.domain.booking import BookingRules
from server.domain.hall import DEFAULT_CLASSES
from server.domain.order import ClassParameters, Lane, Policy
from server.domain.policy import NAMED, named
from server.domain.trial import MissedRules, TrialCounter
from server.services.hall_setup.hall_model import HallFile

HALL = "hall"
"""The name of a hall file's own rule."""


@dataclass(frozen=True)
class Rules:
    """The classes and rules to try, and the hall's counters when it is known. `file` is None without a hall file."""

    own: Policy = field(default_factory=lambda: Policy(DEFAULT_CLASSES))
    booking: BookingRules = field(default_factory=BookingRules)
    missed: MissedRules = field(default_factory=MissedRules)
    counters: tuple[TrialCounter, ...] = ()
    file: HallFile | None = None

    @property
    def names(self) -> list[str]:
        """The rules that can be tried."""
        return [*([HALL] if self.file else []), *NAMED]

    def policy(self, name: str) -> Policy:
        """The rule of one of these names."""
        if name == HALL:
            return self.own
        return replace(named(name, self.own.classes), fallbacks_rank_last=self.own.fallbacks_rank_last)


def rules_of(file: HallFile | None) -> Rules:
    """What a hall file says; the usual without one."""
    if file is None:
        return Rules()
    own = Policy(
        {code: ClassParameters(**one.model_dump()) for code, one in file.classes.items()},
        tuple(Lane(one.code, one.share, tuple(one.classes)) for one in file.lanes),
        file.policy.guard_every,
        file.policy.fallbacks_rank_last,
    )
    return Rules(
        own=own,
        booking=BookingRules(**file.booking.model_dump()),
        missed=MissedRules(return_after=file.policy.return_after, limit=file.policy.no_show_limit),
        counters=tuple(TrialCounter(one.code, tuple(one.counter_types), tuple(one.fallbacks)) for one in file.counters),
        file=file,
    )
