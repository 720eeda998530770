"""What visitors are told of: each notice is put into the outbox once, in the transaction that causes it."""

from __future__ import annotations

from typing import Any

from orjson import dumps

from server.db.repositories import appointment_rows, notice_rows
from server.db.repositories.appointment_rows import Appointment
from server.db.repositories.ticket_rows import Ticket
from server.services.appointments import identity
from server.services.notices import contacts
from server.services.runtime.unit_of_work import UnitOfWork

HOUR_MS = 3_600_000
#: Notices of appointments that one address is sent by a channel within an hour.
MOST_AN_HOUR = 20
#: How long a notice is kept.
KEPT_MS = 30 * 24 * HOUR_MS
#: Events of an appointment -> the notice of it.
_OF_APPOINTMENT = {
    "appointment_booked": "booked",
    "appointment_changed": "changed",
    "appointment_cancelled": "cancelled",
    "appointment_hit": "fell_away",
    "appointment_stands": "stands",
}
#: These may come about more than once at one slot.
_AGAIN = frozenset({"changed", "fell_away", "stands"})
#: What of a contact a channel needs, any of these.
_NEEDS = {"email": ("email",), "webhook": ("phone", "email")}
#: How the key begins of a ticket's notice that its turn is near; the ticket's id follows.
NEAR = "near:"


def called(unit: UnitOfWork, ticket: Ticket) -> None:
    """The visitor of a ticket that was just called is told to come."""
    if ticket.contact_id is not None:
        key = f"called:{ticket.id}:{ticket.call_seq}"
        _order(unit, "called", key, ticket.contact_id, {"call_seq": ticket.call_seq}, ticket_id=ticket.id)


def near(unit: UnitOfWork, ticket: Ticket) -> None:
    """The visitor of a waiting ticket is told that the turn is near."""
    _order(unit, "near", f"{NEAR}{ticket.id}", ticket.contact_id, {}, ticket_id=ticket.id)


def told(unit: UnitOfWork, event: str, one: Appointment) -> None:
    """A visitor hears what became of an appointment: booked, changed, cancelled, fallen away, standing all the same."""
    kind = _OF_APPOINTMENT.get(event)
    if kind is None or one.contact_id is None or not unit.deployment.channels:
        return
    times = f":{one.start_at}:{unit.head.seq}" if kind in _AGAIN else ""
    of_appointment(unit, kind, f"{kind}:{one.id}{times}", one)
    if kind != "cancelled" and one.start_at - before(unit) <= unit.now:
        # What was just confirmed needs no reminder any more.
        appointment_rows.change(unit.connection, one, reminded_at=unit.now)


def of_appointment(unit: UnitOfWork, kind: str, key: str, one: Appointment) -> None:
    """Put a notice of an appointment into the outbox."""
    _order(unit, kind, key, one.contact_id, {"start": one.start_at}, appointment_id=one.id)


def before(unit: UnitOfWork) -> int:
    """How long before its slot an appointment's visitor is reminded (ms)."""
    return unit.hall.settings.booking.reminder_hours * HOUR_MS


def _order(
    unit: UnitOfWork,
    kind: str,
    key: str,
    contact_id: int | None,
    content: dict[str, Any],
    *,
    ticket_id: int | None = None,
    appointment_id: int | None = None,
) -> None:
    """Once per channel that the deployment has, the hall wants and the contact can be reached by."""
    if not unit.deployment.channels:
        return
    known = contacts.opened(unit.connection, unit.deployment.keys, contact_id) or {}
    common = {
        "hall_id": unit.hall.id,
        "key": key,
        "kind": kind,
        "ticket_id": ticket_id,
        "appointment_id": appointment_id,
        "created_at": unit.now,
    }
    for channel in unit.deployment.channels:
        address = next((known[need] for need in _NEEDS[channel] if need in known), None)
        if address is not None and unit.hall.settings.notices.allows(kind, channel):
            mark = _mark(unit, channel, address)
            told = common | {"channel": channel, "content": dumps(content | {"to": mark}).decode()}
            notice_rows.add(unit.connection, told | _begin(unit, told, mark))


def _mark(unit: UnitOfWork, channel: str, address: str) -> str:
    """A keyed hash by which the notices to an address are counted, however it is written."""
    key = identity.mail_key(address) if "@" in address else identity.phone_key(address, unit.hall.time_zone)
    return unit.deployment.keys.hash("address", channel, key)[:16]


def _begin(unit: UnitOfWork, told: dict[str, Any], mark: str) -> dict[str, Any]:
    """How a notice begins: queued; dropped when somebody books and cancels to fill another's mailbox."""
    if told["appointment_id"] is not None:
        hour = {"hall_id": unit.hall.id, "channel": told["channel"], "since": unit.now - HOUR_MS, "mark": mark}
        if notice_rows.count_to(unit.connection, **hour) >= MOST_AN_HOUR:
            return {"state": "dropped", "next_try_at": None, "error": "too many to this address within an hour"}
    return {"state": "queued", "next_try_at": unit.now, "error": None}


def reminds_by(unit: UnitOfWork) -> list[str]:
    """What a booker may leave so that a reminder of the appointment really comes: "email", "phone", both or none."""
    leaves = {"email": "email", "webhook": "phone"}
    rules = unit.hall.settings.notices
    allowed = [channel for channel in unit.deployment.channels if rules.allows("reminder", channel)]
    return [leaves[channel] for channel in allowed if channel in leaves]


def forget_old(unit: UnitOfWork) -> None:
    """Delete what is older than a month, sent or not."""
    notice_rows.forget(unit.connection, hall_id=unit.hall.id, before=unit.now - KEPT_MS)
