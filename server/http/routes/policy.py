"""Who is next: the hall's rule, why a ticket was called when it was, and moving one up."""

from __future__ import annotations

from typing import Any

from server.clock import now_ms
from server.http.context import app
from server.http.limits import refuse_too_many
from server.http.requests import content, idempotency_key, look, run, status_of
from server.http.route_table import route
from server.schemas import bodies
from server.services.calling import why
from server.services.policy import comparison, policy
from server.services.queries import visitor_view
from server.services.runtime.actor import PUBLIC, Actor

POLICY = "/halls/{hall}/policy"
TICKET = "/halls/{hall}/tickets/{number}"
#: In a minute from one address; each takes about a second of processor time.
COMPARISONS = 20


@route("GET", POLICY, access="supervisor", errors=("unknown_hall",))
def show(hall: str, who: Actor) -> dict[str, Any]:
    """The rule that says who is next, and the ready-made ones."""
    return look(policy.show, hall=hall, who=who)


@route("PUT", POLICY, access="supervisor", body=policy.ChangePolicy, errors=("unknown_hall", "key_reused"))
def change(hall: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Change the rule, from the next call on."""
    wish = bodies.parse(policy.ChangePolicy, content())
    answer = policy.set_policy(app().deployment, hall=hall, who=who, now=now_ms(), key=idempotency_key(), change=wish)
    return answer.body, status_of(answer)


@route(
    "POST",
    f"{POLICY}/compare",
    access="supervisor",
    body=comparison.ComparePolicies,
    errors=("unknown_hall", "empty_day"),
)
def compare(hall: str, who: Actor) -> dict[str, Any]:
    """How a day of this hall would go under other rules; nothing is changed."""
    refuse_too_many("compare", most=COMPARISONS)
    wish = bodies.parse(comparison.ComparePolicies, content())
    return comparison.run(app().deployment, look(comparison.prepare, hall=hall, who=who, wish=wish)["trial"])


@route(
    "POST",
    f"{TICKET}/move-up",
    access="supervisor",
    body=policy.MoveUp,
    errors=("unknown_hall", "unknown_ticket", "wrong_state", "key_reused"),
)
def move_up(hall: str, number: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Let a waiting ticket count as if it had come earlier."""
    wish = bodies.parse(policy.MoveUp, content())
    return run(policy.move_up, hall=hall, who=who, number=number, **wish.model_dump())


@route("GET", f"{TICKET}/why", access="staff", errors=("unknown_hall", "unknown_ticket"))
def whole(hall: str, number: str, who: Actor) -> dict[str, Any]:
    """What the call of today's ticket of that number weighed, and whom it overtook."""
    return look(why.for_staff, hall=hall, who=who, number=number)


@route("GET", "/tickets/{token}/why", errors=("unknown_ticket",))
def why_mine(token: str, who: Actor) -> dict[str, Any]:
    """Why a ticket was called when it was, or who was called before it."""
    if who is PUBLIC:
        refuse_too_many("why")
    return look(why.for_visitor, hall=visitor_view.hall_of(app().deployment, token), who=who, token=token)
