"""What must survive a kill: the cursor, what was handled, and what is being played. One small JSON file."""

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from display.announcer.zone_queue import Call

MOST_HANDLED = 500
#: What comes of a file that this did not write.
UNUSABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


class Memory:
    """Written before a sound starts, so that a restart neither repeats nor forgets; read once at the start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.hall: str | None = None
        self.seq: int | None = None
        self.notice: str | None = None
        self.playing: dict[str, dict[str, Any]] = {}
        self._handled: dict[str, tuple[int, int]] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(*UNUSABLE):  # or none there
            self._read(json.loads(path.read_text(encoding="utf-8")))

    def for_hall(self, hall: str) -> None:
        """Forget what belongs to another hall."""
        if hall != self.hall:
            self.forget()
            self.hall = hall

    def forget(self) -> None:
        """The log was set back: what was known of it is not true any more."""
        self.seq, self.notice, self.playing, self._handled = None, None, {}, {}

    def handled(self, call: Call) -> bool:
        """Whether this call, with as many recalls, was spoken or dropped already."""
        return self._handled.get(call.number, (-1, 0)) >= (call.call_seq, call.calls)

    def handle(self, call: Call) -> None:
        """Note that the call was spoken, is being spoken, or was dropped."""
        self._handled.pop(call.number, None)
        self._handled[call.number] = (call.call_seq, call.calls)
        while len(self._handled) > MOST_HANDLED:
            self._handled.pop(next(iter(self._handled)))

    def save(self) -> None:
        """Write it all; a kill in the middle leaves the file before it. OSError when the disk refuses."""
        state: dict[str, Any] = {"hall": self.hall, "seq": self.seq, "notice": self.notice}
        state |= {"handled": self._handled, "playing": self.playing}
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(state), encoding="utf-8")
        part.replace(self._path)

    def _read(self, state: Mapping[str, Any]) -> None:
        handled = {str(number): (int(seq), int(calls)) for number, (seq, calls) in state["handled"].items()}
        playing = {str(zone): dict(entry) for zone, entry in state["playing"].items()}
        self.hall, self.seq, self.notice = state["hall"], state["seq"], state["notice"]
        self._handled, self.playing = handled, playing
