"""How to reach a visitor: kept sealed, shown masked, deleted after the hall's number of days."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, bindparam, insert, select

from server.db.pruning import forget_some
from server.db.tables import contact
from server.domain import masks
from server.services.notices.keys import Keys
from server.services.runtime.unit_of_work import UnitOfWork

DAY_MS = 86_400_000
TRIED = 3
_BY_ID = select(contact.c.sealed, contact.c.masked).where(contact.c.id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class Reach:
    """What a visitor gave of themselves; the ID is for counting alone and is never kept."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    id_number: str | None = None


def keep(unit: UnitOfWork, reach: Reach, *, from_moment: int) -> int | None:
    """Store what is needed to reach a visitor; its id, None when nothing was given.

    It is deleted `contact_days` after `from_moment` (ms), the day of the visit.
    """
    given = {name: value for name in ("name", "phone", "email") if (value := getattr(reach, name))}
    if not given:
        return None
    values = {
        "hall_id": unit.hall.id,
        "sealed": unit.deployment.keys.seal(orjson.dumps(given)),
        "masked": orjson.dumps({name: getattr(masks, name)(value) for name, value in given.items()}).decode(),
        "delete_at": max(from_moment, unit.now) + unit.hall.settings.limits.contact_days * DAY_MS,
    }
    key = unit.connection.execute(insert(contact), values).inserted_primary_key
    assert key is not None
    return int(key[0])


def masked(connection: Connection, contact_id: int | None) -> dict[str, str] | None:
    """What people may read of a contact; None when there is none (any more)."""
    row = connection.execute(_BY_ID, {"id": contact_id}).first() if contact_id else None
    return dict(orjson.loads(row.masked)) if row else None


def opened(connection: Connection, keys: Keys, contact_id: int | None) -> dict[str, str] | None:
    """A contact in the clear, for sending; None when it is gone or its key is."""
    row = connection.execute(_BY_ID, {"id": contact_id}).first() if contact_id else None
    content = keys.open(row.sealed) if row else None
    return dict(orjson.loads(content)) if content else None


def unopened(connection: Connection, keys: Keys) -> int:
    """How many contacts these keys do not open; all are tried only where one of the first and last does not open."""
    sealed = select(contact.c.sealed)
    some = [
        one
        for order in (contact.c.id, contact.c.id.desc())
        for one in connection.execute(sealed.order_by(order).limit(TRIED)).scalars()
    ]
    if all(keys.open(one) is not None for one in some):
        return 0
    return sum(keys.open(one) is None for one in connection.execute(sealed).scalars())


def name_in(keys: Keys, sealed: bytes) -> str:
    """The name of a sealed contact, empty without one."""
    content = keys.open(sealed)
    return str(orjson.loads(content).get("name", "")) if content else ""


def forget_old(unit: UnitOfWork) -> None:
    """Delete the contacts whose time is over; tickets and appointments stay without them."""
    forget_some(unit.connection, contact, contact.c.delete_at < unit.now)
