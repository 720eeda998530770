"""How often one address may knock at the doors that need no account."""

from __future__ import annotations

from flask import current_app, request

from server.api.requests import app
from server.clock import now_ms
from server.domain.refusals import Refusal
from server.services.guesses import Guesses


def refuse_too_many(door: str) -> None:
    """Count a request at a public door. Raises Refusal `too_many` past the configured number a minute."""
    knocks: Guesses = current_app.extensions.setdefault("hallcall knocks", Guesses(app().config.limits.public))
    key, now = f"{door} {request.remote_addr}", now_ms()
    wait = knocks.wait(key, now=now)
    if wait:
        raise Refusal("too_many", retry_s=wait)
    knocks.count(key, now=now)
