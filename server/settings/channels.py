"""By which channels notices leave: what the environment says of the mail server and the gateway.

Nothing here may import what the asynchronous library has to patch first (server/bootstrap.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from server.settings.environment import ConfigError, Reader

#: As an address that leads nowhere: notices are written to the outbox and not sent.
NULL = "null:"
#: For a relay on this machine whose certificate nobody signed.
NO_STARTTLS = "starttls=off"
PORTS = {"smtp": 587, "smtps": 465}
SHORTEST_SECRET = 16
_ADDRESS = re.compile(r"(?:[^<>\r\n]*<)?([^\s<>@,;\"]+@([A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9])?))>?")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail server. tls: encrypted from the first byte; starttls: else, where the server offers it."""

    host: str
    port: int
    tls: bool
    starttls: bool
    user: str | None
    password: str | None = field(repr=False)
    sender: str
    domain: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """A gateway and the secret that signs what it is sent."""

    url: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Channels:
    """What is set; `null` names the channels that lead nowhere."""

    mail: Mail | None = None
    webhook: Webhook | None = None
    null: tuple[str, ...] = ()

    @classmethod
    def read(cls, read: Reader) -> Channels:
        """The channels of an environment. Raises ConfigError."""
        smtp, hook = read.secret("HALLCALL_SMTP_URL"), read.text("HALLCALL_WEBHOOK_URL")
        return cls(
            mail=_mail(read, smtp) if smtp not in (None, NULL) else None,
            webhook=_webhook(read, hook) if hook not in (None, NULL) else None,
            null=tuple(name for name, url in (("email", smtp), ("webhook", hook)) if url == NULL),
        )


def _mail(read: Reader, url: str | None) -> Mail:
    parts = _parts(url or "")
    # The address may hold a password: it is not repeated.
    if parts is None or parts.scheme not in PORTS or parts.path.strip("/") or parts.fragment:
        raise ConfigError(
            "HALLCALL_SMTP_URL must be an address such as smtp://user:password@mail.example.cn:587, smtps:// or null:."
        )
    if parts.query not in ("", NO_STARTTLS):
        raise ConfigError(f"HALLCALL_SMTP_URL may end in ?{NO_STARTTLS}, and in no other option.")
    if (parts.username is None) != (parts.password is None):
        raise ConfigError("HALLCALL_SMTP_URL must name both user and password, or neither.")
    sender = read.text("HALLCALL_MAIL_FROM")
    found = _ADDRESS.fullmatch(sender or "")
    if sender is None or found is None or sender.count("<") != sender.count(">"):
        raise ConfigError(
            f"HALLCALL_MAIL_FROM must be the sender of notices, such as 'Hall <hall@example.cn>', not {sender or ''!r}."
        )
    return Mail(
        host=parts.hostname or "",
        port=parts.port or PORTS[parts.scheme],
        tls=parts.scheme == "smtps",
        starttls=parts.query != NO_STARTTLS,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        sender=sender,
        domain=found[2],
    )


def _webhook(read: Reader, url: str | None) -> Webhook:
    parts = _parts(url or "")
    # The path may hold a token: it is not repeated.
    if parts is None or parts.scheme not in ("http", "https") or parts.fragment or parts.username:
        raise ConfigError("HALLCALL_WEBHOOK_URL must be an address such as https://gateway.example.cn/in or null:.")
    secret = read.secret("HALLCALL_WEBHOOK_SECRET")
    if secret is None or len(secret) < SHORTEST_SECRET:
        raise ConfigError(
            f"HALLCALL_WEBHOOK_SECRET must be a secret of at least {SHORTEST_SECRET} characters: it signs what is sent."
        )
    return Webhook(url or "", secret)


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0 and not any(letter.isspace() for letter in url)
    except ValueError:
        return None
    return parts if usable else None
