"""Calling by voice while the server is away: the last known line, and who was called; both kept on this computer."""

from __future__ import annotations

from datetime import datetime

from client.board import Json
from counter_client.terminal.kept import Kept


class ByVoice:
    """One counter's line and calls. A call is {"number", "called": time, "came": bool}."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self.line, self.calls = kept.read()
        self.at = 0
        """Which of the shown numbers is chosen."""

    def call_of(self, number: str) -> Json | None:
        """The call of that number, if it was called."""
        return next((call for call in self.calls if call["number"] == number), None)

    def shown(self, outlook: Json | None) -> list[Json]:
        """Whom to call, in order. The line may be some seconds old; the outlook is newer and shorter."""
        first: list[Json] = outlook["upcoming"] if outlook else []
        numbers = [one["number"] for one in self.line]
        gone = numbers.index(first[0]["number"]) if first and first[0]["number"] in numbers else -1
        shown = list(first)
        for one in [*self.line[gone + 1 :], *({"service": "", **call} for call in self.calls)]:
            if all(one["number"] != other["number"] for other in shown):
                shown.append(one)
        return shown

    def choose_open(self, outlook: Json | None, *, after: int = -1) -> None:
        """Choose the next one who was not called yet, from the top when nobody is left below."""
        shown = self.shown(outlook)
        left = [index for index, one in enumerate(shown) if self.call_of(one["number"]) is None]
        self.at = next((index for index in left if index > after), left[0] if left else max(0, after))

    def know(self, line: list[Json]) -> None:
        """The line as the server just told it. Raises OSError when it cannot be kept."""
        if line != self.line:
            self.line = line
            self._keep()

    def mark(self, number: str, *, came: bool, at: datetime) -> None:
        """The visitor of a number came, or did not; the same again takes it back. Raises OSError."""
        before = self.call_of(number)
        others = [call for call in self.calls if call is not before]
        called = before["called"] if before else at.isoformat(timespec="milliseconds")
        taken_back = before is not None and before["came"] is came
        self.calls = others if taken_back else [*others, {"number": number, "called": called, "came": came}]
        self._keep()

    def forget(self) -> None:
        """They are entered, or shall not be. Raises OSError."""
        self.calls = []
        self._keep()

    def _keep(self) -> None:
        self._kept.write(line=self.line, calls=self.calls)
