"""A channel that leads nowhere, to see in the outbox what would be sent."""

from __future__ import annotations

import logging

from server.domain.notice import Message

log = logging.getLogger(__name__)


class NullSender:
    """Takes every message and sends none."""

    def send(self, message: Message) -> None:
        """Say in the log that a message of that kind would have left."""
        log.info("a %s notice of hall %s would have been sent", message.kind, message.hall)

    def check(self) -> str:
        """There is nothing to reach."""
        return "null:"
