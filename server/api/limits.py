"""How often one address may knock at the doors that need no account."""

from __future__ import annotations

from flask import request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from server.api.requests import app
from server.clock import now_ms
from server.domain.refusals import Refusal

_limiter = FixedWindowRateLimiter(MemoryStorage())


def refuse_too_many(door: str) -> None:
    """Count a request at a public door, a field of config.Limits. Raises Refusal `too_many` past its number a minute."""
    allowed = getattr(app().config.limits, door)
    if not allowed:
        return
    limit = RateLimitItemPerMinute(allowed)
    address = request.remote_addr or "unknown"
    if not _limiter.hit(limit, door, address):
        resets = _limiter.get_window_stats(limit, door, address).reset_time
        raise Refusal("too_many", retry_s=max(1, int(resets - now_ms() / 1000)))
