"""Idempotency: the answer to a key is kept for a day, so that a repeated request does nothing twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from server.db.prepared import Prepared
from server.db.repositories.ticket_rows import Answered
from server.db.tables import answered
from server.domain.refusals import Refusal
from server.services.runtime.actor import Actor

_FIND = select(answered.c.answer).where(answered.c.caller == bindparam("caller"), answered.c.key == bindparam("key"))
_INSERT = Prepared(
    {
        "sqlite": sqlite.insert(answered).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(answered).on_conflict_do_nothing(),
    },
    keys=[column.name for column in answered.c],
)
#: How the table `answered` says whether something new came to be.
_DONE, _CREATED = 200, 201


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: a JSON body, and whether something new came to be."""

    body: dict[str, Any]
    created: bool = False


def content_hash(handler: Callable[..., Any], hall_code: str, arguments: dict[str, Any]) -> str:
    """What a request asks for, so that a key cannot be used for another one."""
    content = orjson.dumps([handler.__name__, hall_code, arguments], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()


def repeated(stored: Answered, asked: str) -> Answer:
    """The first answer again. Raises Refusal `key_reused` when that key was used for something else."""
    if stored.content_hash != asked:
        raise Refusal("key_reused")
    return Answer(orjson.loads(stored.answer), stored.status == _CREATED)


def store(connection: Connection, actor: Actor, key: str, asked: str, answer: Answer, *, now: int) -> None:
    """Keep an answer. Raises Refusal `key_reused` when the key was used meanwhile, by a command in another hall."""
    values = {
        "caller": actor.caller,
        "key": key,
        "content_hash": asked,
        "status": _CREATED if answer.created else _DONE,
        "answer": orjson.dumps(answer.body).decode(),
        "at": now,
    }
    _INSERT.write(connection, values, otherwise=Refusal("key_reused"))


def use_up(connection: Connection, caller: str, key: str, *, now: int) -> dict[str, Any]:
    """The body that was answered to a key, empty when it was not used yet: then a late request with it is refused."""
    row = connection.execute(_FIND, {"caller": caller, "key": key}).first()
    if row is not None:
        body: dict[str, Any] = orjson.loads(row.answer)
        return body
    spent = {"caller": caller, "key": key, "content_hash": "", "status": 0, "answer": "{}", "at": now}
    _INSERT.write(connection, spent, otherwise=Refusal("key_reused"))
    return {}
