"""A signed webhook: a message as JSON, which a gateway for SMS or WeChat can take (docs/notices.md)."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import socket
import time
from urllib.parse import urlsplit

import requests

from server.domain.notice import Message, NotSent
from server.notices.sender import PATIENCE_S
from server.settings.channels import Webhook

#: Answers of the 4xx kind that say "later".
LATER = (408, 429)


class WebhookSender:
    """Posts messages to one address."""

    def __init__(self, webhook: Webhook) -> None:
        self.webhook = webhook

    def send(self, message: Message) -> None:
        """Post a message; 2xx is sent, 4xx (but 408 and 429) is refused for good. Raises NotSent."""
        content = body(message)
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Hallcall",
            "Hallcall-Id": message.id,
            "Hallcall-Timestamp": stamp,
            "Hallcall-Signature": f"v1={signature(self.webhook.secret, stamp, content)}",
        }
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy, no .netrc: straight to the gateway
                session.verify = os.environ.get("SSL_CERT_FILE") or True  # the same as for the mail server
                with session.post(
                    self.webhook.url,
                    data=content,
                    headers=headers,
                    timeout=PATIENCE_S,
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    status = answer.status_code
        except (requests.RequestException, OSError) as error:
            kind = "did not answer in time" if isinstance(error, requests.Timeout) else "cannot be reached"
            raise NotSent(f"the gateway {kind}", everybody=True) from None
        if not 200 <= status < 300:
            raise NotSent(f"the gateway answered {status}", for_good=400 <= status < 500 and status not in LATER)

    def check(self) -> str:
        """Connect, and say nothing: a gateway has no request that means nothing."""
        parts = urlsplit(self.webhook.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            socket.create_connection((parts.hostname or "", port), timeout=PATIENCE_S).close()
        except OSError:
            raise NotSent("the gateway cannot be reached", everybody=True) from None
        return f"{parts.hostname}:{port}"


def body(message: Message) -> bytes:
    """The JSON of a message, UTF-8."""
    content = {
        "id": message.id,
        "kind": message.kind,
        "hall": message.hall,
        "language": message.language,
        "to": dict(message.to),
        "subject": message.subject,
        "text": message.text,
        "link": message.link,
        "made_at": message.made_at,
        "facts": dict(message.facts),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def signature(secret: str, stamp: str, content: bytes) -> str:
    """HMAC-SHA256 over the timestamp, a dot and the body, in hex."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + content, hashlib.sha256).hexdigest()
