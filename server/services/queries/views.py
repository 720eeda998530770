"""What each audience sees of a ticket, a counter and a hall. Nothing leaves the server in another shape.

Devices (displays, kiosks, announcers) see numbers and places, never notes, statuses or clerks; staff see all but the
visitor's token; a visitor sees one ticket.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from server.db.repositories.place_rows import places_of
from server.db.repositories.ticket_rows import Head, Session, Ticket
from server.domain import hours
from server.domain.hall import Counter, Hall, ServesChange, Service, Settings
from server.domain.numbers import is_reserved, label_of
from server.domain.policy import APPOINTMENT, ORDINARY, title_of
from server.domain.visits import read_steps
from server.services.hall_setup import search_keys

PUBLIC_TICKET = (
    "number",
    "service",
    "counter_type",
    "state",
    "counter",
    "zone",
    "call_seq",
    "called_at",
    "last_called_at",
    "calls",
    "tags",
    "language",
    "waits_for",
)
PUBLIC_COUNTER = ("code", "name", "zone", "state", "since")


def staff_ticket(ticket: Ticket, hall: Hall, head: Head) -> dict[str, Any]:
    """The staff's view of a ticket (docs/protocol.md, "Staff ticket").

    Never what the visitor left to be reached by: events keep this view for good, a contact is deleted after a time.
    """
    counter = hall.counters_by_id[ticket.counter_id] if ticket.counter_id else None
    zone = hall.time_zone
    return {
        "id": ticket.id,
        "number": ticket.number,
        "service": hall.services_by_id[ticket.service_id].code,
        "counter_type": hall.types_by_id[ticket.counter_type_id].code,
        "class": ticket.class_code,
        "state": str(ticket.state),
        "counter": counter.code if counter else None,
        "zone": counter.zone if counter else None,
        "call_seq": ticket.call_seq,
        "called_at": hours.to_text(ticket.called_at, zone),
        "last_called_at": hours.to_text(ticket.last_called_at, zone),
        "calls": ticket.calls,
        "tags": tags(ticket),
        "language": ticket.language,
        "status": ticket.status_code,
        "channel": ticket.channel,
        "away": is_reserved(ticket.number),
        "issued_at": hours.to_text(ticket.issued_at, zone),
        "waiting_since": hours.to_text(ticket.waiting_since, zone),
        "started_at": hours.to_text(ticket.started_at, zone),
        "ended_at": hours.to_text(ticket.ended_at, zone),
        "note": ticket.note,
        "told": ticket.told,
        "removed": ticket.removed,
        "hold_until": hours.to_text(ticket.hold_until, zone),
        "came_from": hall.types_by_id[ticket.came_from_id].code if ticket.came_from_id else None,
        "no_shows": ticket.no_shows,
        "asides": ticket.asides,
        "quantity": ticket.quantity,
        "steps": [
            {
                "service": hall.services_by_id[step.service_id].code,
                "counter_type": hall.types_by_id[step.counter_type_id].code,
                "state": str(step.state),
                "counter": hall.counters_by_id[step.counter_id].code if step.counter_id else None,
            }
            for step in read_steps(ticket.steps)
        ],
        "waits_for": waits_for(ticket, hall),
        "due_at": hours.to_text(ticket.due_at, zone),
        "slot": hours.to_text(ticket.reference_at, zone) if ticket.class_code == APPOINTMENT else None,
        "rating": ticket.rating,
        "reachable": ticket.contact_id is not None,
        "returns_after": calls_left(ticket, head),
    }


def calls_left(ticket: Ticket, head: Head) -> int | None:
    """After how many further calls of its counter type a parked ticket waits again; None when it does not."""
    return None if ticket.return_after is None else max(ticket.return_after - head.calls_of(ticket.counter_type_id), 0)


def waits_for(ticket: Ticket, hall: Hall) -> list[dict[str, str]]:
    """The queues in which a ticket waits: one, several for a visit in parallel, none while it does not wait."""
    return [
        {"counter_type": hall.types_by_id[type_id].code, "service": hall.services_by_id[service_id].code}
        for _, type_id, service_id in places_of(ticket)
    ]


def public_ticket(staff: dict[str, Any]) -> dict[str, Any]:
    """What a device may see of a staff ticket."""
    return {name: staff[name] for name in PUBLIC_TICKET}


def tags(ticket: Ticket) -> list[str]:
    """What a screen may say of the ticket's class."""
    return (["appointment"] if ticket.class_code == APPOINTMENT else []) + (["priority"] if ticket.status_code else [])


def ticket_place(ticket: Ticket, hall: Hall) -> dict[str, Any]:
    """Where a ticket was before an event."""
    counter = hall.counters_by_id[ticket.counter_id] if ticket.counter_id else None
    return {
        "state": str(ticket.state),
        "counter_type": hall.types_by_id[ticket.counter_type_id].code,
        "service": hall.services_by_id[ticket.service_id].code,
        "counter": counter.code if counter else None,
        "zone": counter.zone if counter else None,
        "waits_for": waits_for(ticket, hall),
        "confirmed": ticket.started_at is not None,
        "removed": ticket.removed,
    }


def staff_counter(
    counter: Counter, hall: Hall, session: Session | None, clerk: tuple[str, str] | None, ticket: dict[str, Any] | None
) -> dict[str, Any]:
    """The staff's view of a counter. `clerk` is (username, name) of whoever is on duty."""
    return {
        "code": counter.code,
        "name": counter.name,
        "zone": counter.zone,
        "state": session.state if session else "closed",
        "reason": session.reason if session else None,
        "clerk": {"username": clerk[0], "name": clerk[1]} if clerk else None,
        "ticket": ticket,
        "since": hours.to_text(session.state_at, hall.time_zone) if session else None,
    }


def public_counter(staff: dict[str, Any]) -> dict[str, Any]:
    """What a device may see of a counter."""
    return {name: staff[name] for name in PUBLIC_COUNTER}


def is_open(hall: Hall, head: Head, *, now: int) -> bool:
    """Whether the hall gives tickets: by its hours, unless a supervisor said otherwise."""
    if head.open_override is not None:
        return head.open_override
    return hours.is_open(now, hall.time_zone, hall.settings.hours, hall.settings.holidays)


def hall_view(hall: Hall, head: Head, *, now: int) -> dict[str, Any]:
    """The public view of a hall (docs/protocol.md, "Hall")."""
    settings = hall.settings
    opening = is_open(hall, head, now=now)
    rule = settings.policy_name
    return {
        "code": hall.code,
        "name": hall.name,
        "address": settings.address,
        "getting_there": settings.getting_there,
        "time_zone": hall.time_zone.key,
        "open": opening,
        "next_open": opens_next(hall, head, now=now),
        "hours": settings.hours,
        "zones": [
            {"code": part.code, "name": part.name, "where": part.where, "directions": part.directions}
            for part in hall.zones.values()
        ],
        "groups": [{"code": code, "name": name} for code, name in hall.groups.items()],
        "counter_types": [
            {
                "code": part.code,
                "prefix": part.prefix,
                "label": label_of(part, hall.counter_types.values()),
                "first": part.first,
                "last": part.last,
                "name": part.name,
            }
            for part in hall.counter_types.values()
        ],
        "services": [
            {
                "code": part.code,
                "name": part.name,
                "counter_type": part.counter_type,
                "group": part.group,
                "open": part.gives(now),
                "stopped": stopped(hall, part, now=now),
                "bookable": part.rules.booking is not None,
                "slot_minutes": part.rules.booking.slot_minutes if part.rules.booking else None,
                "bring": list(part.rules.bring),
                "search": search_keys.written(part.name["zh-CN"]),
            }
            for part in hall.services.values()
        ],
        "statuses": [
            {"code": part.code, "name": part.name, "proof": part.proof, "proof_rule": part.proof_rule}
            for part in hall.statuses.values()
        ],
        "counters": [
            {
                "code": part.code,
                "name": part.name,
                "zone": part.zone,
                "where": part.where,
                "counter_types": list(part.own),
                "fallbacks": list(part.fallbacks),
                "changes": [serves_change(hall, one, now=now) for one in part.changes],
            }
            for part in hall.counters.values()
        ],
        "languages": list(settings.languages),
        "channels": list(settings.channels),
        "texts": settings.texts,
        "voice": settings.voice,
        "display": settings.display,
        "rules": {
            "on_next": settings.on_next,
            "next_guard_s": settings.next_guard_s,
            "undo_s": settings.undo_s,
            "recall_gap_s": settings.recall_gap_s,
            "recall_limit": settings.recall_limit,
        },
        "pause_reasons": [asdict(one) for one in settings.pause_reasons],
        "booking": {
            "days_ahead": settings.booking.days_ahead,
            "cancel_minutes": settings.booking.cancel_minutes,
            "early_minutes": settings.booking.early_minutes,
            "grace_minutes": settings.booking.grace_minutes,
        },
        "limits": {"identify": settings.limits.identify, "phone_metres": settings.limits.phone_metres},
        "policy": {"name": rule, "title": title_of(rule), "target": _target(settings)},
        "version": hall.version,
    }


def _target(settings: Settings) -> float | None:
    """Within how many minutes the hall means to call whoever has no appointment; None when it says nothing."""
    ordinary = settings.classes.get(ORDINARY)
    return ordinary.target if ordinary else None


def stopped(hall: Hall, service: Service, *, now: int) -> dict[str, Any] | None:
    """Whether a service is stopped by hand, until when (None: until somebody lets it go on), and whether that is today.

    None for one that is open, or that the hall's file closes.
    """
    stop = service.stop
    if stop is None or service.gives(now):
        return None
    return _until(hall, stop.until, now=now)


def serves_change(hall: Hall, change: ServesChange, *, now: int) -> dict[str, Any]:
    """A counter type that a counter serves (`gives`) or not, other than usual; until when, and whether for the day."""
    return {"counter_type": change.counter_type, "gives": change.gives, **_until(hall, change.until, now=now)}


def _until(hall: Hall, until: int | None, *, now: int) -> dict[str, Any]:
    """A moment at which something ends (None: it does not by itself), and whether that is when the day ends."""
    ends = hours.day_end(
        hours.business_day(now, hall.time_zone, day_ends=hall.settings.day_ends),
        hall.time_zone,
        day_ends=hall.settings.day_ends,
    )
    return {"until": hours.to_text(until, hall.time_zone), "today": until is not None and until == ends}


def opens_next(hall: Hall, head: Head, *, now: int) -> str | None:
    """When a closed hall opens; None while it is open, and while a supervisor's word keeps it closed."""
    if head.open_override is not None or is_open(hall, head, now=now):
        return None
    return next_open(hall, now=now)


def next_open(hall: Hall, *, now: int) -> str | None:
    """When the hall opens next by its hours."""
    moment = hours.next_opening(now, hall.time_zone, hall.settings.hours, hall.settings.holidays)
    return hours.to_text(moment, hall.time_zone)
