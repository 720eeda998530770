"""Ending early: a signal asks for it, and what was begun at the counters is closed before the program goes."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterable
from types import FrameType, TracebackType
from typing import Any, Self

#: Ctrl-C, what a service manager sends, and Ctrl-Break of Windows.
SIGNALS = ("SIGINT", "SIGTERM", "SIGBREAK")
#: So long the clerks may take to sign off, all together (s).
PATIENCE_S = 20.0


class Ending:
    """While the block runs a signal only sets `asked`; a second one changes nothing."""

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Signals are for the main thread; in another one nothing is changed."""
        if threading.current_thread() is threading.main_thread():
            for number in (getattr(signal, name) for name in SIGNALS if hasattr(signal, name)):
                self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Signals mean what they meant before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def wait_for(people: Iterable[threading.Thread], *, seconds: float = PATIENCE_S) -> None:
    """Wait until all are done, no longer than so many seconds in all."""
    end = time.monotonic() + seconds
    for person in people:
        person.join(timeout=max(0.0, end - time.monotonic()))
