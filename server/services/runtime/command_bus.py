"""The one path of every command: a transaction, once per key, its events told after the commit."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from server.db.prepared import Prepared
from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import Answered
from server.db.tables import answered
from server.domain.refusals import Refusal
from server.services.archive import days
from server.services.calling import due
from server.services.runtime.actor import Actor
from server.services.runtime.created import Created
from server.services.runtime.deployment import Deployment, Event
from server.services.runtime.unit_of_work import UnitOfWork

Handler = Callable[..., dict[str, Any] | Created]
Look = Callable[..., dict[str, Any]]

_FIND = select(answered.c.answer).where(answered.c.caller == bindparam("caller"), answered.c.key == bindparam("key"))
_KEEP = Prepared(
    {
        "sqlite": sqlite.insert(answered).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(answered).on_conflict_do_nothing(),
    },
    keys=[column.name for column in answered.c],
)

#: How the table `answered` says whether something new came to be.
_DONE, _MADE = 200, 201
#: So many commands share one transaction at most: the first waits for the last.
MOST_TOGETHER = 8
#: What would meet each of them alone as well.
_OF_ALL = {"database_away", "stopping", "unknown_hall"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: a JSON body, and whether something new came to be."""

    body: dict[str, Any]
    made: bool = False


@dataclass(slots=True, eq=False)
class PendingCommand:
    """A command that somebody waits for, and what came of it."""

    act: Handler
    arguments: dict[str, Any]
    actor: Actor
    now: int
    key: str | None
    content_hash: str
    answer: Answer | None = None
    error: Exception | None = None
    #: Set when something came of it, or when it is the first in the line.
    turn: threading.Event = field(default_factory=threading.Event)

    @property
    def open(self) -> bool:
        """Whether nothing came of it yet."""
        return self.answer is None and self.error is None


def perform(
    deployment: Deployment,
    act: Handler,
    *,
    hall_code: str,
    actor: Actor,
    now: int,
    key: str | None = None,
    joins: bool = False,
    **arguments: Any,
) -> Answer:
    """Run `act(unit, **arguments)` in a transaction of that hall and tell its events after the commit.

    The same `key` from the same caller gives the first answer again for a day. An act that makes something new answers
    `Made`. `joins`: commands that come while another is committed may share the next transaction, one
    after the other as they came; only for what is all in the hall's rows. Raises Refusal; then nothing has changed.
    """
    asked = PendingCommand(act, arguments, actor, now, key, _hash(act, hall_code, arguments) if key else "")
    # The publisher's queue must be filled in the order of commits, hence the lock around both; and a hall that is
    # being imported again is read when that is done.
    if joins:
        _in_line(deployment, hall_code, asked)
    else:
        with deployment.database.write_lock:
            _serve(deployment, hall_code, [asked])
    if asked.error:
        raise asked.error
    assert asked.answer
    return asked.answer


def _in_line(deployment: Deployment, hall_code: str, asked: PendingCommand) -> None:
    """The first in the line serves those behind it too; the others wait until that is done or until they are first.

    Only the first waits for the lock. Were all to take it in turn, the next commit would begin after all answers of
    the last one have left; so it begins before.
    """
    line: list[PendingCommand] = deployment.lines.setdefault(deployment.hall(hall_code).code, [])
    line.append(asked)
    try:
        if line[:1] != [asked]:
            asked.turn.wait()
        if asked.open:
            with deployment.database.write_lock:
                while asked.open:
                    _serve_first(deployment, hall_code, line)
    finally:
        if asked in line:
            _leave(line, [asked])


def _serve_first(deployment: Deployment, hall_code: str, line: list[PendingCommand]) -> None:
    members = line[:MOST_TOGETHER]
    try:
        _serve(deployment, hall_code, members)
    finally:
        _leave(line, [one for one in members if not one.open])


def _leave(line: list[PendingCommand], members: list[PendingCommand]) -> None:
    """The one that is first now is told before those that are done: it begins while they answer."""
    for one in members:
        with suppress(ValueError):  # it was ended meanwhile, and left by itself
            line.remove(one)
    for one in line[:1] + members:
        one.turn.set()


def _serve(deployment: Deployment, hall_code: str, members: list[PendingCommand]) -> None:
    """Do commands in one transaction; when one of them cannot be done, each in its own, as if it were alone."""
    try:
        answers, events = _commit(deployment, hall_code, members)
    except Exception as error:  # noqa: BLE001 - each of them raises it again
        if len(members) > 1 and not (isinstance(error, Refusal) and error.code in _OF_ALL):
            for one in members:
                _serve(deployment, hall_code, [one])
        else:
            for one in members:
                one.error = error
        return
    for one, answer in zip(members, answers, strict=True):
        one.answer = answer
    if events:
        deployment.tell(events)


def _commit(deployment: Deployment, hall_code: str, members: list[PendingCommand]) -> tuple[list[Answer], list[Event]]:
    """What each answers, and all events. Only the first one's key is looked up: another's that was used is refused."""
    hall, first = deployment.hall(hall_code), members[0]
    answers: list[Answer] = []
    events: list[Event] = []
    with deployment.database.transaction(hall.id) as connection:
        opening = ticket_rows.read_opening(connection, hall.id, caller=first.actor.caller, key=first.key)
        hall = deployment.current(connection, hall, version=opening.version if opening else None)
        assert opening
        head = opening.head
        for one in members:
            if one is first and opening.answered:
                answers.append(_again(opening.answered, one.content_hash))
                continue
            unit = UnitOfWork(deployment, connection, hall, head=head, actor=one.actor, now=one.now)
            answers.append(_do(unit, one))
            head = unit.head
            events += unit.events
        if head != opening.head:
            ticket_rows.write_head(connection, head)
    return answers, events


def _do(unit: UnitOfWork, asked: PendingCommand) -> Answer:
    days.roll_over(unit)
    due.settle(unit)
    outcome = asked.act(unit, **asked.arguments)
    made = isinstance(outcome, Created)
    body = outcome.body if isinstance(outcome, Created) else outcome
    body.setdefault("seq", unit.head.seq)
    answer = Answer(body, made)
    unit.write_events()
    if asked.key:
        _keep(unit.connection, asked.actor, asked.key, asked.content_hash, answer, now=asked.now)
    return answer


def _hash(act: Handler, hall_code: str, arguments: dict[str, Any]) -> str:
    content = orjson.dumps([act.__name__, hall_code, arguments], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()


def _again(kept: Answered, content_hash: str) -> Answer:
    if kept.content_hash != content_hash:
        raise Refusal("key_reused")
    return Answer(orjson.loads(kept.answer), kept.status == _MADE)


def _keep(connection: Connection, actor: Actor, key: str, content_hash: str, answer: Answer, *, now: int) -> None:
    values = {
        "caller": actor.caller,
        "key": key,
        "content_hash": content_hash,
        "status": _MADE if answer.made else _DONE,
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


def read(
    deployment: Deployment, act: Look, *, hall_code: str, actor: Actor, now: int, **arguments: Any
) -> dict[str, Any]:
    """Run `act(unit, **arguments)`, which only reads, on a consistent view of that hall. Raises Refusal."""
    hall = deployment.hall(hall_code)
    with deployment.database.reading() as connection:
        opening = ticket_rows.read_opening(connection, hall.id)
        hall = deployment.current(connection, hall, version=opening.version if opening else None)
        assert opening
        return act(UnitOfWork(deployment, connection, hall, head=opening.head, actor=actor, now=now), **arguments)
