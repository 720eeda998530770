"""Pairing: a device shows a code, a supervisor confirms it, the device fetches its token."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, delete, insert, select, update

from server.db.tables import device as devices
from server.db.tables import pairing as pairings
from server.domain.field_words import one_of
from server.domain.refusals import Refusal
from server.services.accounts.accounts import hash_of
from server.services.devices.devices import KINDS, describe, insert_device, new_token, speaks_here
from server.services.runtime.deployment import Deployment

EXPIRES = 10 * 60_000
#: Codes that may be open at a time in the whole deployment; past them the address that has most loses its oldest.
MOST_OPEN = 200
#: From which address each code was asked for, by the hash of its secret: by this process, for as long as it is open.
_asked_by: WeakKeyDictionary[Deployment, dict[str, str]] = WeakKeyDictionary()


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


def start_pairing(deployment: Deployment, *, kind: str, now: int, address: str = "") -> Pairing:
    """Give a code to a device of that kind, which asks from that address. Raises Refusal `invalid`."""
    if kind not in KINDS:
        raise Refusal("invalid", field="kind", **one_of(KINDS))
    secret, expires_at = secrets.token_urlsafe(24), now + EXPIRES
    with deployment.database.transaction() as connection:
        asked_by = _asked_by.setdefault(deployment, {})
        _make_room(connection, asked_by, now)
        code = _free_code(connection)
        connection.execute(
            insert(pairings).values(
                secret_hash=hash_of(secret), code=code, kind=kind, created_at=now, expires_at=expires_at
            )
        )
        asked_by[hash_of(secret)] = address
    return Pairing(code, secret, expires_at)


def _make_room(connection: Connection, asked_by: dict[str, str], now: int) -> None:
    """Nobody can keep screens from being paired by asking for codes: the oldest of whoever asked most is dropped."""
    still_open = (pairings.c.expires_at > now, pairings.c.device_id.is_(None))
    rows = connection.execute(select(pairings.c.secret_hash).where(*still_open).order_by(pairings.c.created_at))
    waiting = list(rows.scalars())
    for key in asked_by.keys() - set(waiting):
        del asked_by[key]
    while len(waiting) >= MOST_OPEN:
        [(crowd, _)] = Counter(asked_by.get(key, "") for key in waiting).most_common(1)
        oldest = next(key for key in waiting if asked_by.get(key, "") == crowd)
        connection.execute(delete(pairings).where(pairings.c.secret_hash == oldest))
        waiting.remove(oldest)
        asked_by.pop(oldest, None)


def _free_code(connection: Connection) -> str:
    taken = set(connection.execute(select(pairings.c.code)).scalars())
    while True:
        code = f"{secrets.randbelow(1_000_000):06d}"
        if code not in taken:
            return code


def confirm_pairing(
    deployment: Deployment,
    *,
    code: str,
    hall: str,
    zone: str | None,
    name: str | None,
    settings: dict[str, Any],
    now: int,
) -> dict[str, Any]:
    """Let the device that shows `code` (blanks do not matter) into a hall; returns its description.

    The caller has checked that a supervisor asks. Raises Refusal `unknown_pairing`, `pairing_expired`,
    `already_confirmed`, `unknown_hall`, `unknown_zone`, `invalid`.
    """
    wanted = deployment.hall(hall)
    speaks_here(deployment, settings or {})
    with deployment.database.transaction() as connection:
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
    return describe(deployment, device_id=device_id)


def ask_pairing(deployment: Deployment, *, secret: str, now: int) -> dict[str, Any]:
    """What became of a pairing: {"state": "waiting"}, or {"state": "confirmed", "token", "device"}.

    Until the device has used its token, asking again gives another one in its place: an answer that was lost on the
    way costs nothing. Raises Refusal `unknown_pairing` (also once the token was used), `pairing_expired`.
    """
    token = new_token()
    with deployment.database.transaction() as connection:
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
    return {"state": "confirmed", "token": token, "device": describe(deployment, device_id=row.device_id)}
