"""What a counter serves otherwise than its hall file says, until a time of today."""

from __future__ import annotations

from typing import Any

from server.clock import now_ms
from server.http.context import app
from server.http.requests import content, idempotency_key, status_of
from server.http.route_table import route
from server.http.routes.counters import COUNTER
from server.schemas import bodies
from server.services.calling import serving
from server.services.runtime.actor import Actor

_ERRORS = ("unknown_hall", "unknown_counter", "unknown_counter_type", "serves_nothing", "key_reused")


@route(
    "POST",
    f"{COUNTER}/serves",
    access="supervisor",
    body=bodies.ChangeServes,
    errors=(*_ERRORS, "serves_already", "serves_not", "invalid"),
)
def change(hall: str, counter: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Let a counter serve further queues, or some no more, until a time of today."""
    wanted = bodies.parse(bodies.ChangeServes, content())
    answer = serving.change_serves(
        app().deployment,
        hall=hall,
        who=who,
        now=now_ms(),
        key=idempotency_key(),
        counter=counter,
        **wanted.model_dump(),
    )
    return answer.body, status_of(answer)


@route(
    "POST",
    f"{COUNTER}/serves/undo",
    access="supervisor",
    body=bodies.RestoreServes,
    errors=(*_ERRORS, "serves_as_usual"),
)
def restore(hall: str, counter: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Undo what was changed of what a counter serves."""
    wanted = bodies.parse(bodies.RestoreServes, content())
    answer = serving.restore_serves(
        app().deployment,
        hall=hall,
        who=who,
        now=now_ms(),
        key=idempotency_key(),
        counter=counter,
        counter_types=wanted.counter_types,
    )
    return answer.body, status_of(answer)
