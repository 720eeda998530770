"""How long, in which order and how often the faults of one kind of hall come, and what is told of it in the end."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.faults import fault_scenario as faults
from tests.faults.clients import Clients
from tests.faults.fault_scenario import Fault, FaultScenario

MINUTES = float(os.environ.get("HALLCALL_TEST_FAULT_MINUTES", "0"))
#: The same faults in the same order come from the same seed.
SEED = int(os.environ.get("HALLCALL_TEST_FAULT_SEED") or (random.SystemRandom().randrange(10**6) if MINUTES else 4))
#: The parts of the long form among which the minutes are divided; each goes in rounds, and is looked at after each (s).
PARTS, ROUND_S = 3, 75.0
TIMES = 2
#: From so many minutes on one round has a cut of ten (s), and a kind that was never injected is a fault of the run.
WHOLE, LONGEST_CUT_S, AFTER_CUT_S = 20, 600.0, 30.0
#: How long a fault lasts, and one client's cut, in a long run and in a short one of the long form (s).
LASTS, SHORTER = (0.3, 1.0, 10.0, 30.0), (0.3, 1.0, 3.0)
CUTS = {faults.cut_a_display: "display", faults.cut_a_kiosk: "kiosk", faults.cut_a_console: "console"}
#: What takes long, or is much like another: once in the bounded form.
ONCE = {*CUTS, faults.kill_the_terminal, faults.change_daylight_saving}
#: What `check` of crowd.py looks at, and of the others where they are.
INVARIANTS, OF_HELPERS = 8, 5


@dataclass
class FaultRun:
    """The rounds of one kind of hall. `dice` decides which faults, when, and for how long."""

    name: str
    kinds: Sequence[Fault]
    has_clients: bool = False
    dice: random.Random = field(init=False)
    tally: Counter[str] = field(default_factory=Counter)
    checked: int = 0
    rounds: int = 0
    deck: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(f"{SEED} {self.name}")

    @property
    def seconds(self) -> float:
        """This part's share of the long form."""
        longest = LONGEST_CUT_S + AFTER_CUT_S + ROUND_S
        of_clients = max(MINUTES * 60 / PARTS, longest) if MINUTES >= WHOLE else MINUTES * 60 / PARTS
        return of_clients if self.has_clients else (MINUTES * 60 - of_clients) / (PARTS - 1)

    def play(self, one_round: Callable[[int], None]) -> None:
        """One round, or rounds until the time is over."""
        end = time.monotonic() + self.seconds
        while not self.rounds or time.monotonic() < end:
            self.rounds += 1
            one_round(self.rounds)

    def disturb(self, scenario: FaultScenario) -> Callable[[], None]:
        """Each fault TIMES times, or in any order until the round is over."""
        if not MINUTES:
            return lambda: self._briefly(scenario)
        if MINUTES >= WHOLE:
            scenario.lasts, scenario.cuts = LASTS, (1.0, 30.0)
        else:
            scenario.lasts = SHORTER
        if MINUTES >= WHOLE and scenario.clients and self.rounds == 1:
            return lambda: self._under_long_cuts(scenario, scenario.clients)
        return lambda: self._at_length(scenario, min(ROUND_S, self.seconds), without=())

    def _briefly(self, scenario: FaultScenario) -> None:
        for time_ in range(TIMES):
            for fault in self.kinds:
                if not (time_ and fault in ONCE):
                    scenario.inject(fault)

    def _under_long_cuts(self, scenario: FaultScenario, clients: Clients) -> None:
        """All the other faults while a display, a kiosk and a console are cut for ten minutes."""
        for fault, name in CUTS.items():
            scenario.inject(fault)
            clients.cut(name, LONGEST_CUT_S, self.dice, waits=False)
            scenario.tally[f"{fault.__name__}_for_ten_minutes"] += 1
        self._at_length(scenario, LONGEST_CUT_S + AFTER_CUT_S, without=tuple(CUTS))

    def _at_length(self, scenario: FaultScenario, seconds: float, *, without: tuple[Fault, ...]) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            fault = self._next()
            if fault not in without:
                scenario.inject(fault)

    def _next(self) -> Fault:
        """From a shuffled deck: in any order, and none is left out for long."""
        if not self.deck:
            self.deck = [*self.kinds]
            self.dice.shuffle(self.deck)
        return self.deck.pop()

    def passed(self, scenario: FaultScenario) -> None:
        """This round is over, and nothing was wrong."""
        self.tally += scenario.tally
        self.checked += INVARIANTS + scenario.readiness
        self.checked += OF_HELPERS if scenario.helpers else 0
        if scenario.clients:
            self.checked += Clients.INVARIANTS
            self.tally["numbers a cut machine gave"] += scenario.clients.kiosk.handed_in

    @property
    def never(self) -> list[str]:
        """The kinds that were not injected."""
        return [fault.__name__ for fault in self.kinds if not self.tally[fault.__name__]]

    def told(self, *, wrong: bool) -> str:
        """The tally, and how it is repeated when something was wrong."""
        gave = self.tally.pop("numbers a cut machine gave", 0)
        what = ", ".join(f"{name.replace('_', ' ')} {times}" for name, times in sorted(self.tally.items())) or "none"
        lines = [
            f"\n{self.name}, seed {SEED}: {self.tally.total()} faults ({what}), {self.rounds} rounds, "
            f"{self.checked} invariants checked, violations {int(wrong)}"
        ]
        if gave:
            lines.append(f"  the ticket machine gave {gave} numbers while it was cut, and handed them in")
        if self.never:
            lines.append(f"  NEVER INJECTED: {', '.join(self.never).replace('_', ' ')}")
        if wrong:
            lines += [
                f"  in round {self.rounds}; again with: python3 hall.py test --faults {MINUTES:g} --seed {SEED}",
                "  tmp_path above has serve.log, the announcer's and the agent's logs, and the data",
            ]
        return "\n".join(lines)
