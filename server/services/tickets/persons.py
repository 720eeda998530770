"""Who takes how many tickets. A person is a keyed hash of an ID or phone number; the number itself is never stored."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select

from server.db.tables import ticket
from server.domain.refusals import Refusal
from server.domain.states import OPEN
from server.services.appointments import identity
from server.services.notices.contacts import Reach
from server.services.runtime.actor import ROLES
from server.services.runtime.unit_of_work import UnitOfWork

_LIVE = sorted(str(state) for state in OPEN)
_OF_PERSON = (
    ticket.c.hall_id == bindparam("hall_id"),
    ticket.c.day == bindparam("day"),
    ticket.c.person == bindparam("person"),
)
_LIVE_FOR_SERVICE = select(ticket.c.number).where(
    *_OF_PERSON, ticket.c.service_id == bindparam("service_id"), ticket.c.state.in_(_LIVE)
)
_TODAY = select(func.count()).where(*_OF_PERSON)


def person_of(unit: UnitOfWork, reach: Reach) -> str | None:
    """The keyed hash of whoever this is, by ID before phone; None for an unknown person.

    Raises Refusal `phone_needed` or `id_needed` when the hall asks for what was not given, `invalid` for a phone number
    that nobody can have.
    """
    _refuse_no_phone(unit, reach)
    wanted = unit.hall.settings.limits.identify
    if (wanted == "id" and not reach.id_number) or (wanted == "phone" and not (reach.phone or reach.id_number)):
        raise Refusal(f"{wanted}_needed")
    if reach.id_number:
        return unit.deployment.keys.hash("id", identity.id_key(reach.id_number))
    if reach.phone:
        return unit.deployment.keys.hash("phone", identity.phone_key(reach.phone, unit.hall.time_zone))
    return None


def _refuse_no_phone(unit: UnitOfWork, reach: Reach) -> None:
    zone = unit.hall.time_zone
    if reach.phone and not identity.is_phone(reach.phone, zone):
        like = identity.phone_example(zone)
        raise Refusal(
            "invalid",
            field="phone",
            reason=f"no phone number is like this; it should look like {like}, or begin with + and its country's code",
            reason_zh=f"没有这样的号码，应像 {like}；其他地区的号码请以 + 和区号开头",
        )


def shown_to_staff(unit: UnitOfWork, **params: Any) -> dict[str, Any]:
    """What a refusal says of what somebody else has: to staff alone, for a number or an ID is no proof of a person."""
    return params if unit.actor.role in ROLES else {}


def refuse_more(unit: UnitOfWork, person: str | None, *, service_id: int) -> None:
    """Raises Refusal `live_ticket` or `person_limit` when this person may take no more."""
    limits = unit.hall.settings.limits
    if person is None:
        return
    who = {"hall_id": unit.hall.id, "day": unit.day, "person": person}
    if limits.live_per_service:
        live = unit.connection.execute(_LIVE_FOR_SERVICE, who | {"service_id": service_id}).scalar()
        if live:
            raise Refusal("live_ticket", **shown_to_staff(unit, number=live))
    if limits.per_day is not None:
        taken = unit.connection.execute(_TODAY, who).scalar_one()
        if taken >= limits.per_day:
            raise Refusal("person_limit", limit=limits.per_day)


def persons(unit: UnitOfWork) -> dict[str, Any]:
    """The persons with many tickets today, the most first; `person` tells them apart and nothing else."""
    unit.actor.needs("supervisor")
    counted = (
        select(ticket.c.person, func.count().label("taken"))
        .where(ticket.c.hall_id == unit.hall.id, ticket.c.day == unit.day, ticket.c.person.is_not(None))
        .group_by(ticket.c.person)
        .having(func.count() >= unit.hall.settings.limits.many)
        .order_by(func.count().desc())
        .limit(100)
    )
    found = []
    for row in unit.connection.execute(counted).all():
        of_person = select(ticket.c.number, ticket.c.state).where(*_OF_PERSON).order_by(ticket.c.id)
        values = {"hall_id": unit.hall.id, "day": unit.day, "person": row.person}
        tickets = unit.connection.execute(of_person, values).all()
        found.append(
            {
                "person": row.person[:8],
                "count": row.taken,
                "live": sum(one.state in _LIVE for one in tickets),
                "tickets": [one.number for one in tickets],
            }
        )
    return {"persons": found, "many": unit.hall.settings.limits.many}
