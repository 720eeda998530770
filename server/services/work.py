"""The one path of every command: a transaction, once per key, its events told after the commit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from server.db import rows
from server.db.prepared import Prepared
from server.db.rows import Answered
from server.db.tables import answered
from server.domain.refusals import Refusal
from server.services import days, due
from server.services.actor import Actor
from server.services.house import House
from server.services.unit import Unit

Act = Callable[..., dict[str, Any]]

_FIND = select(answered.c.answer).where(
    answered.c.caller == bindparam("caller"), answered.c.key == bindparam("key")
)
_KEEP = Prepared(
    {
        "sqlite": sqlite.insert(answered).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(answered).on_conflict_do_nothing(),
    },
    keys=[column.name for column in answered.c],
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: an HTTP status and a JSON body."""

    status: int
    body: dict[str, Any]


def perform(
    house: House, act: Act, *, hall_code: str, actor: Actor, now: int, key: str | None = None, **arguments: Any
) -> Answer:
    """Run `act(unit, **arguments)` in one transaction of that hall and tell its events after the commit.

    The same `key` from the same caller gives the first answer again for a day. The body may carry `status`, which
    becomes the HTTP status. Raises Refusal; then nothing has changed.
    """
    content_hash = _hash(act, hall_code, arguments) if key else ""
    # The publisher's queue must be filled in the order of commits, hence the lock around both; and a hall that is
    # being imported again is read when that is done.
    with house.database.write_lock:
        hall = house.hall(hall_code)
        with house.database.transaction(hall.id) as connection:
            opening = rows.read_opening(connection, hall.id, caller=actor.caller, key=key)
            hall = house.current(connection, hall, version=opening.version if opening else None)
            assert opening
            if opening.answered:
                return _again(opening.answered, content_hash)
            head = opening.head
            unit = Unit(house, connection, hall, head=head, actor=actor, now=now)
            days.roll_over(unit)
            due.settle(unit)
            body = act(unit, **arguments)
            body.setdefault("seq", unit.head.seq)
            answer = Answer(body.pop("status", 200), body)
            unit.write_events()
            if unit.head != head:
                rows.write_head(connection, unit.head)
            if key:
                _keep(connection, actor, key, content_hash, answer, now=now)
        if unit.events:
            house.tell(unit.events)
    return answer


def _hash(act: Act, hall_code: str, arguments: dict[str, Any]) -> str:
    content = orjson.dumps([act.__name__, hall_code, arguments], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()


def _again(kept: Answered, content_hash: str) -> Answer:
    if kept.content_hash != content_hash:
        raise Refusal("key_reused")
    return Answer(kept.status, orjson.loads(kept.answer))


def _keep(connection: Connection, actor: Actor, key: str, content_hash: str, answer: Answer, *, now: int) -> None:
    values = {
        "caller": actor.caller,
        "key": key,
        "content_hash": content_hash,
        "status": answer.status,
        "answer": orjson.dumps(answer.body).decode(),
        "at": now,
    }
    # Taken since: by a command in another hall, which has a lock of its own.
    _KEEP.write(connection, values, otherwise=Refusal("key_reused"))


def use_up(connection: Connection, caller: str, key: str, *, now: int) -> dict[str, Any]:
    """The body that was answered to a key, empty when it was not used yet: then a late request with it is refused."""
    row = connection.execute(_FIND, {"caller": caller, "key": key}).first()
    if row is not None:
        body: dict[str, Any] = orjson.loads(row.answer)
        return body
    spent = {"caller": caller, "key": key, "content_hash": "", "status": 0, "answer": "{}", "at": now}
    _KEEP.write(connection, spent, otherwise=Refusal("key_reused"))
    return {}


def read(house: House, act: Act, *, hall_code: str, actor: Actor, now: int, **arguments: Any) -> dict[str, Any]:
    """Run `act(unit, **arguments)`, which only reads, on a consistent view of that hall. Raises Refusal."""
    hall = house.hall(hall_code)
    with house.database.reading() as connection:
        opening = rows.read_opening(connection, hall.id)
        hall = house.current(connection, hall, version=opening.version if opening else None)
        assert opening
        return act(Unit(house, connection, hall, head=opening.head, actor=actor, now=now), **arguments)
