"""How often one address may knock at the doors that need no account, and book."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, request

from server.clock import now_ms
from server.domain.rate_limiter import RateLimiter
from server.domain.refusals import Refusal
from server.http.context import app
from server.listening.addresses import household

HOUR = 3_600_000
#: How often a holder may change one appointment in an hour: each change is told to all consoles.
MOST_CHANGES = 10
#: How often one address may search for an appointment in a minute, and one code may be searched for in an hour.
MOST_SEARCHES = 10


def refuse_too_many(door: str, *, most: int | None = None) -> None:
    """Count a request at a door. Raises Refusal `too_many` past `most` a minute, the configured number for the public.

    A door with a number of its own is counted apart.
    """
    name = "hallcall knocks" if most is None else f"hallcall knocks at {door}"
    limit = app().config.limits.public if most is None else most
    knocks: RateLimiter = current_app.extensions.setdefault(name, RateLimiter(limit))
    key, now = f"{door} {household(str(request.remote_addr))}", now_ms()
    wait = knocks.wait(key, now=now)
    if wait:
        raise Refusal("too_many", retry_s=wait)
    knocks.count(key, now=now)


def refuse_many_changes(token: str) -> None:
    """Count a change of an appointment by its holder. Raises Refusal `too_many` past the number of an hour."""
    refuse_too_many("appointment changes")
    changes: RateLimiter = current_app.extensions.setdefault("hallcall changes", RateLimiter(MOST_CHANGES, window=HOUR))
    now = now_ms()
    wait = changes.wait(token, now=now)
    if wait:
        raise Refusal("too_many", retry_s=wait)
    changes.count(token, now=now)


@contextmanager
def few_searches(hall: str, code: str) -> Iterator[None]:
    """Around a search for an appointment by its code; one that found it does not count for the code.

    Whether there is such a code makes no difference. Raises Refusal `too_many` past the number a minute of an address,
    or the number an hour of a code, from wherever the searches come.
    """
    refuse_too_many("searches for an appointment", most=MOST_SEARCHES)
    searches: RateLimiter = current_app.extensions.setdefault(
        "hallcall searches", RateLimiter(MOST_SEARCHES, window=HOUR)
    )
    key, now = f"{hall} {code}", now_ms()
    wait = searches.wait(key, now=now)
    if wait:
        raise Refusal("too_many", retry_s=wait)
    searches.count(key, now=now)
    yield
    searches.take_back(key)


@contextmanager
def few_bookings(hall: str) -> Iterator[None]:
    """Around a booking of the public; one that is refused does not count. A contact may be invented, so none helps.

    Raises Refusal `too_many_bookings` past the hall's number an hour from one address.
    """
    most = app().deployment.hall(hall).settings.booking.bookings_per_hour
    bookings: RateLimiter = current_app.extensions.setdefault(
        f"hallcall bookings in {hall}", RateLimiter(most, window=HOUR)
    )
    bookings.limit = most
    key, now = str(request.remote_addr), now_ms()
    wait = bookings.wait(key, now=now)
    if wait:
        raise Refusal("too_many_bookings", retry_s=wait, minutes=-(-wait // 60))
    bookings.count(key, now=now)
    try:
        yield
    except Refusal:
        bookings.take_back(key)
        raise
