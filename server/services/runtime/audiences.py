"""Who sees what of an event, decided here and nowhere else.

Three streams leave the log: "staff" (consoles and supervisors: everything), "public" (displays, kiosks, announcers:
numbers and places), and each ticket's own (its visitor, who also hears the hall's notice). What is not listed stays
inside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.domain.hours import to_text
from server.services.queries import views
from server.services.runtime.deployment import Event

STREAM_OF_NAMESPACE = {
    "/display": "public",
    "/kiosk": "public",
    "/announcer": "public",
    "/counter": "staff",
    "/supervisor": "staff",
    "/visitor": "visitor",
}

#: The fields of an event that a device may see, and how it sees them.
_PUBLIC_FIELDS: dict[str, Callable[[Any], Any]] = {
    "ticket": views.public_ticket,
    "from": lambda place: place and {name: value for name, value in place.items() if name != "confirmed"},
    "counter": views.public_counter,
    "notice": lambda notice: notice,
    "open": lambda opening: opening,
    "next_open": lambda moment: moment,
    "hall_config": lambda hall: hall,
    "to": lambda code: code,
    "day": lambda day: day,
}

#: What concerns every visitor of the hall, and all that a phone may see of it.
_EVERY_VISITOR = {"notice_set": "notice"}

#: What the log keeps and no stream carries: `GET tickets/.../why` tells it.
_ON_DEMAND = ("why",)


def for_staff(event: Event) -> dict[str, Any]:
    """An event as staff see it: all but what a call weighed, which is asked for when somebody wants to know."""
    return {**pushed(event.content), **_frame(event, prev=event.seq - 1)}


def pushed(content: dict[str, Any]) -> dict[str, Any]:
    """What of an event's content may go into any stream."""
    return {name: value for name, value in content.items() if name not in _ON_DEMAND}


def for_public(event: Event) -> dict[str, Any] | None:
    """An event as devices see it, None when it is not for them."""
    if not event.public:
        return None
    shown = {name: see(event.content[name]) for name, see in _PUBLIC_FIELDS.items() if name in event.content}
    return {**shown, **_frame(event, prev=event.prev_public)}


def for_visitor(event: Event, ticket: dict[str, Any]) -> dict[str, Any]:
    """An event of a visitor's own ticket; `ticket` is the visitor's view of it."""
    return {"ticket": ticket, **_frame(event, prev=event.prev_ticket or 0)}


def for_every_visitor(event: Event) -> dict[str, Any] | None:
    """An event of the hall as each phone in it sees it, None when it is not for them."""
    name = _EVERY_VISITOR.get(event.kind)
    return {name: event.content[name], **_frame(event, prev=event.prev_public)} if name else None


def _frame(event: Event, *, prev: int) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "prev": prev,
        "hall": event.hall.code,
        "at": to_text(event.at, event.hall.time_zone),
        "kind": event.kind,
    }
