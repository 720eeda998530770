"""Pairing: a device shows a code, a supervisor confirms it, the device fetches its token."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from server.db.tables import device as devices
from server.db.tables import pairing as pairings
from server.domain.field_words import one_of
from server.domain.refusals import Refusal
from server.services.accounts import hash_of
from server.services.devices import KINDS, describe, insert_device, new_token
from server.services.house import House

EXPIRES = 10 * 60_000
#: Codes that may be open at a time in the whole deployment.
MOST_OPEN = 200


@dataclass(frozen=True, slots=True)
class Pairing:
    """What a device that wants to be let in holds: six digits to show, a secret to ask with, when both end (ms)."""

    code: str
    secret: str
    expires_at: int

    @property
    def shown(self) -> str:
        """The code in two groups, as a screen shows it."""
        return f"{self.code[:3]} {self.code[3:]}"


def start_pairing(house: House, *, kind: str, now: int) -> Pairing:
    """Give a code to a device of that kind. Raises Refusal `invalid`, or `too_many` while too many codes are open."""
    if kind not in KINDS:
        raise Refusal("invalid", field="kind", **one_of(KINDS))
    secret, expires_at = secrets.token_urlsafe(24), now + EXPIRES
    with house.database.transaction() as connection:
        _refuse_crowd(connection, now)
        code = _free_code(connection)
        connection.execute(
            insert(pairings).values(
                secret_hash=hash_of(secret), code=code, kind=kind, created_at=now, expires_at=expires_at
            )
        )
    return Pairing(code, secret, expires_at)


def _refuse_crowd(connection: Connection, now: int) -> None:
    still_open = (pairings.c.expires_at > now, pairings.c.device_id.is_(None))
    count, first = connection.execute(select(func.count(), func.min(pairings.c.expires_at)).where(*still_open)).one()
    if count >= MOST_OPEN:
        raise Refusal("too_many", retry_s=max(1, (first - now) // 1000))


def _free_code(connection: Connection) -> str:
    taken = set(connection.execute(select(pairings.c.code)).scalars())
    while True:
        code = f"{secrets.randbelow(1_000_000):06d}"
        if code not in taken:
            return code


def confirm_pairing(
    house: House, *, code: str, hall: str, zone: str | None, name: str | None, settings: dict[str, Any], now: int
) -> dict[str, Any]:
    """Let the device that shows `code` (blanks do not matter) into a hall; returns its description.

    The caller has checked that a supervisor asks. Raises Refusal `unknown_pairing`, `pairing_expired`,
    `already_confirmed`, `unknown_hall`, `unknown_zone`, `invalid`.
    """
    wanted = house.hall(hall)
    with house.database.transaction() as connection:
        found = select(pairings).where(pairings.c.code == "".join(code.split()))
        row = connection.execute(found).first()
        if row is None:
            raise Refusal("unknown_pairing")
        if row.device_id is not None:
            raise Refusal("already_confirmed")
        if now >= row.expires_at:
            raise Refusal("pairing_expired")
        device_id = insert_device(connection, wanted, kind=row.kind, zone=zone, name=name, settings=settings, now=now)
        connection.execute(
            update(pairings).where(pairings.c.secret_hash == row.secret_hash).values(device_id=device_id)
        )
    return describe(house, device_id=device_id)


def ask_pairing(house: House, *, secret: str, now: int) -> dict[str, Any]:
    """What became of a pairing: {"state": "waiting"}, or {"state": "confirmed", "token", "device"}.

    Until the device has used its token, asking again gives another one in its place: an answer that was lost on the
    way costs nothing. Raises Refusal `unknown_pairing` (also once the token was used), `pairing_expired`.
    """
    token = new_token()
    with house.database.transaction() as connection:
        row = connection.execute(select(pairings).where(pairings.c.secret_hash == hash_of(secret))).first()
        if row is None:
            raise Refusal("unknown_pairing")
        if now >= row.expires_at:
            raise Refusal("pairing_expired")
        if row.device_id is None:
            return {"state": "waiting"}
        unused = (devices.c.id == row.device_id, devices.c.seen_at.is_(None), devices.c.revoked_at.is_(None))
        if connection.execute(update(devices).where(*unused).values(token_hash=hash_of(token))).rowcount == 0:
            raise Refusal("unknown_pairing")
    return {"state": "confirmed", "token": token, "device": describe(house, device_id=row.device_id)}
