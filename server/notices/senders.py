"""The channels that a deployment has."""

from __future__ import annotations

from server.notices.mail import MailSender
from server.notices.null import NullSender
from server.notices.sender import Sender
from server.notices.webhook import WebhookSender
from server.settings.channels import Channels


def senders(channels: Channels) -> dict[str, Sender]:
    """A sender for each channel that is set, by its name."""
    found: dict[str, Sender] = dict.fromkeys(channels.null, NullSender())
    if channels.mail:
        found["email"] = MailSender(channels.mail)
    if channels.webhook:
        found["webhook"] = WebhookSender(channels.webhook)
    return found
