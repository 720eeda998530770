"""How often one address may knock at the doors that need no account."""

from __future__ import annotations

from flask import current_app, request

from server.api.requests import app
from server.clock import now_ms
from server.domain.refusals import Refusal
from server.services.guesses import Guesses


def refuse_too_many(door: str, *, most: int | None = None) -> None:
    """Count a request at a door. Raises Refusal `too_many` past `most` a minute, the configured number for the public.

    A door with a number of its own is counted apart.
    """
    name = "hallcall knocks" if most is None else f"hallcall knocks at {door}"
    limit = app().config.limits.public if most is None else most
    knocks: Guesses = current_app.extensions.setdefault(name, Guesses(limit))
    key, now = f"{door} {request.remote_addr}", now_ms()
    wait = knocks.wait(key, now=now)
    if wait:
        raise Refusal("too_many", retry_s=wait)
    knocks.count(key, now=now)
