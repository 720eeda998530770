"""The clock of the machine on which a test's server runs, which a fault may set: its programs ask libfaketime.

The hall's own clock only: the time since the machine was started goes on, as where a clock is really set.
"""

from __future__ import annotations

import importlib.util
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

#: The nights in which Warsaw's clocks go back and forward; the moment of the change.
ZONE = "Europe/Warsaw"
CHANGES = ("2026-10-25T03:00:00+02:00", "2027-03-28T02:00:00+01:00")
#: How long before the change of its night a hall's machine begins (s).
BEFORE_S = 1200.0
#: A process reads the file once a second.
READ_S = 1.1


@dataclass
class MachineClock:
    """`file` is read by everything that runs with `env`. `ahead`: of this process's clock (s), when nobody sets it."""

    file: Path
    ahead: float = 0.0

    def __post_init__(self) -> None:
        self._write(0)

    @property
    def env(self) -> dict[str, str]:
        """What a process is started with, so that this is its clock."""
        return {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, by: float) -> None:
        """Set it wrong by so many seconds; every process knows it when this returns."""
        self._write(by)
        time.sleep(READ_S)

    def right(self) -> None:
        """Set it right."""
        self.set(0)

    def _write(self, by: float) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{self.ahead + by:+.3f}\n", encoding="ascii")
        fresh.replace(self.file)

    def until(self, moment: float) -> float:
        """How far away a moment is (s since the epoch) for a clock that is right."""
        return moment - time.time() - self.ahead


def night_before(change: str, file: Path) -> MachineClock:
    """The clock of a machine that begins a little before a change of daylight saving."""
    return MachineClock(file, ahead=moment_of(change) - BEFORE_S - time.time())


def moment_of(change: str) -> float:
    """Seconds since the epoch."""
    return datetime.fromisoformat(change).timestamp()


def without(env: dict[str, Any]) -> dict[str, Any]:
    """The same for a process on another machine."""
    return {name: value for name, value in env.items() if name != "LD_PRELOAD" and not name.startswith("FAKETIME")}


def _library() -> Path:
    """Found without importing it: its import patches nothing, but needs what only it needs."""
    spec = importlib.util.find_spec("libfaketime")
    if spec is None or spec.origin is None:
        raise LookupError("libfaketime is not installed: pip install -c constraints.txt -e '.[test]'")
    return Path(spec.origin).parent / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"
