"""What every channel can do."""

from __future__ import annotations

from typing import Protocol

from server.domain.notice import Message

#: Seconds that one step of a conversation with a mail server or a gateway may take.
PATIENCE_S = 15.0


class Sender(Protocol):
    """A channel. Its calls may take seconds; they let others run."""

    def send(self, message: Message) -> None:
        """Hand a message over. Raises NotSent."""

    def check(self) -> str:
        """Reach the other side without sending; where it is, for people. Raises NotSent."""
