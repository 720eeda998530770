"""The hall's devices: displays, kiosks, announcers and printers, each with a token and only that device's rights."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, bindparam, func, insert, select, update

from server.db.prepared import Prepared
from server.db.tables import device as devices
from server.db.tables import hall as halls
from server.db.tables import zone as zones
from server.domain.field_words import characters, one_of
from server.domain.hall import Hall
from server.domain.languages import BUILT_IN
from server.domain.plain_text import REASON, REASON_ZH, has_control
from server.domain.refusals import Refusal
from server.services.accounts.accounts import hash_of
from server.services.devices.device_settings import check_settings, known
from server.services.devices.device_status import known_status
from server.services.runtime.actor import PUBLIC, Actor
from server.services.runtime.deployment import Deployment

KINDS = ("display", "kiosk", "announcer", "printer")
LONGEST_NAME = 120
#: That a device lives is written down at most this often.
SEEN_EVERY = 60_000
MOST_REMEMBERED = 5_000

_COLUMNS = (
    select(
        devices.c.id,
        devices.c.kind,
        halls.c.code.label("hall"),
        zones.c.code.label("zone"),
        devices.c.name,
        devices.c.settings,
        devices.c.paired_at,
        devices.c.seen_at,
        devices.c.status,
    )
    .join(halls, halls.c.id == devices.c.hall_id)
    .outerjoin(zones, zones.c.id == devices.c.zone_id)
    .where(devices.c.revoked_at.is_(None))
)
# Asked by each device that comes, and after a cut network all come at once.
_ONE = Prepared(_COLUMNS.where(devices.c.id == bindparam("id")))
_NAMES = tuple(_COLUMNS.selected_columns.keys())


class _Memory:
    """Tokens known to be good (by their hash), and when each device was last written down as seen."""

    def __init__(self) -> None:
        self.actors: OrderedDict[str, Actor] = OrderedDict()
        self.seen: dict[int, int] = {}


_memories: WeakKeyDictionary[Deployment, _Memory] = WeakKeyDictionary()


def _memory(deployment: Deployment) -> _Memory:
    return _memories.setdefault(deployment, _Memory())


def by_token(deployment: Deployment, *, token: str, now: int) -> Actor | None:
    """The device whose token this is, which is thereby seen; None when there is none or it was revoked."""
    actor = find_by_token(deployment, token=token)
    if actor is not None:
        _mark(deployment, actor.id, {}, now)
    return actor


def find_by_token(deployment: Deployment, *, token: str) -> Actor | None:
    """The device whose token this is, without it being seen."""
    memory, key = _memory(deployment), hash_of(token)
    return memory.actors.get(key) or _stored(deployment, memory, key)


def _stored(deployment: Deployment, memory: _Memory, key: str) -> Actor | None:
    # Under the lock of whoever revokes, or a token that was just revoked could be remembered.
    with deployment.database.write_lock, deployment.database.reading() as connection:
        found = select(devices).where(devices.c.token_hash == key, devices.c.revoked_at.is_(None))
        row = connection.execute(found).first()
        if row is None:
            return None
        # Only a ticket machine gives numbers as one; any other device is no more than the public.
        channel = "kiosk" if row.kind == "kiosk" else PUBLIC.channel
        actor = Actor("device", row.id, row.name, row.kind, channel, row.hall_id)
        memory.actors[key] = actor
        if len(memory.actors) > MOST_REMEMBERED:
            memory.actors.popitem(last=False)
        return actor


def forget(deployment: Deployment) -> None:
    """Forget the remembered tokens; the next request looks them up."""
    _memory(deployment).actors.clear()


def seen(deployment: Deployment, *, device_id: int, status: dict[str, Any], now: int) -> None:
    """A device lives and says how it is; written down once a minute at most."""
    _mark(deployment, device_id, {"status": status}, now)


def _mark(deployment: Deployment, device_id: int, values: dict[str, Any], now: int) -> None:
    memory = _memory(deployment)
    if now - memory.seen.get(device_id, -SEEN_EVERY) < SEEN_EVERY:
        return
    memory.seen[device_id] = now
    with deployment.database.transaction() as connection:
        connection.execute(update(devices).where(devices.c.id == device_id).values(seen_at=now, **values))


def list_devices(deployment: Deployment, *, hall: str) -> list[dict[str, Any]]:
    """The hall's paired devices: id, kind, hall, zone (code or None), name, settings, paired_at, seen_at, status."""
    code = deployment.hall(hall).code
    with deployment.database.reading() as connection:
        query = _COLUMNS.where(halls.c.code == code).order_by(devices.c.id)
        return [_device(dict(row._mapping)) for row in connection.execute(query)]


def describe(deployment: Deployment, *, device_id: int) -> dict[str, Any]:
    """One device as it sees itself: id, kind, hall, zone, name, settings. Raises Refusal `unknown_device`."""
    with deployment.database.reading() as connection:
        found = _find(connection, device_id)
    return {name: found[name] for name in ("id", "kind", "hall", "zone", "name", "settings")}


def make_device(
    deployment: Deployment,
    *,
    hall: str,
    kind: str,
    zone: str | None = None,
    name: str | None = None,
    settings: dict[str, Any] | None = None,
    now: int,
) -> tuple[dict[str, Any], str]:
    """Pair a device at once: its description and its token, which is told only now.

    Raises Refusal `unknown_hall`, `unknown_zone`, `invalid`.
    """
    token = new_token()
    speaks_here(deployment, settings or {})
    with deployment.database.transaction() as connection:
        device_id = insert_device(
            connection, deployment.hall(hall), kind=kind, zone=zone, name=name, settings=settings or {}, now=now
        )
        connection.execute(update(devices).where(devices.c.id == device_id).values(token_hash=hash_of(token)))
    return describe(deployment, device_id=device_id), token


def new_token() -> str:
    """A token for a device."""
    return secrets.token_urlsafe(32)


def insert_device(
    connection: Connection,
    hall: Hall,
    *,
    kind: str,
    zone: str | None,
    name: str | None,
    settings: dict[str, Any],
    now: int,
) -> int:
    """Store a device that has no token yet and return its id. Raises Refusal `unknown_zone`, `invalid`."""
    if kind not in KINDS:
        raise Refusal("invalid", field="kind", **one_of(KINDS))
    same = select(func.count()).where(devices.c.hall_id == hall.id, devices.c.kind == kind)
    number = connection.execute(same).scalar_one() + 1
    values = {
        "hall_id": hall.id,
        "kind": kind,
        "zone_id": hall.zone(zone).id if zone is not None else None,
        "name": _name(name) if name is not None else f"{kind} {number}",
        "settings": check_settings(settings, hall),
        "paired_at": now,
        "status": {},
    }
    key = connection.execute(insert(devices).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def change(deployment: Deployment, *, device_id: int, changes: dict[str, Any]) -> dict[str, Any]:
    """Give a device another `name`, `zone` (None: the whole hall) or `settings`; only the keys given change.

    Returns its description. Raises Refusal `unknown_device`, `unknown_zone`, `invalid`.
    """
    with deployment.database.transaction() as connection:
        hall = deployment.hall(_find(connection, device_id)["hall"])
        values: dict[str, Any] = {}
        if "zone" in changes:
            values["zone_id"] = hall.zone(changes["zone"]).id if changes["zone"] is not None else None
        if "name" in changes:
            values["name"] = _name(changes["name"] or "")
        if "settings" in changes:
            values["settings"] = speaks_here(deployment, check_settings(changes["settings"] or {}, hall))
        if values:
            connection.execute(update(devices).where(devices.c.id == device_id).values(values))
    _forget(deployment, device_id)
    return describe(deployment, device_id=device_id)


def speaks_here(deployment: Deployment, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings, if a screen's language is one of the pages'. Raises Refusal `invalid`."""
    offered = (*BUILT_IN, *deployment.languages.added)
    if settings.get("language") not in (None, *offered):
        raise Refusal("invalid", field="settings.language", **one_of(offered))
    return settings


def revoke(deployment: Deployment, *, device_id: int, now: int) -> None:
    """End a device's rights; it must be paired again. Raises Refusal `unknown_device`."""
    with deployment.database.write_lock:
        with deployment.database.transaction() as connection:
            _find(connection, device_id)
            ended = {"revoked_at": now, "token_hash": None}
            connection.execute(update(devices).where(devices.c.id == device_id).values(ended))
        _forget(deployment, device_id)


def _forget(deployment: Deployment, device_id: int) -> None:
    actors = _memory(deployment).actors
    for key in [key for key, actor in actors.items() if actor.id == device_id]:
        del actors[key]


def _find(connection: Connection, device_id: int) -> dict[str, Any]:
    # Beyond SQLite's integers there is no device.
    rows = _ONE.rows(connection, {"id": device_id}) if 0 < device_id < 2**63 else []
    if not rows:
        raise Refusal("unknown_device", id=device_id)
    return _device(dict(zip(_NAMES, rows[0], strict=True)))


def _device(stored: dict[str, Any]) -> dict[str, Any]:
    # Settings that an older version kept and nobody reads any more would make every change of the device a wrong one.
    status = known_status(stored["kind"], stored["status"])
    return stored | {"settings": known(stored["settings"]), "status": status}


def _name(name: str) -> str:
    stripped = name.strip()
    if not 1 <= len(stripped) <= LONGEST_NAME:
        raise Refusal("invalid", field="name", **characters(1, LONGEST_NAME))
    if has_control(stripped):
        raise Refusal("invalid", field="name", reason=REASON, reason_zh=REASON_ZH)
    return stripped
