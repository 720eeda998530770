"""The command bus: the one path of every command and every query.

A command runs in one transaction of its hall, at most once for each idempotency key, and its events are told after the
commit. A query reads a consistent view. Both take a handler, a function whose first argument is the unit of work:

    run_command(deployment, calling.call_next, hall_code="nanshan", actor=clerk, now=now_ms(), counter="3")
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from server.db.repositories import ticket_rows
from server.domain.refusals import Refusal
from server.services.archive import days
from server.services.calling import due
from server.services.runtime import idempotency
from server.services.runtime.actor import Actor
from server.services.runtime.batch import Handler, PendingCommand, join_batch
from server.services.runtime.created import Created
from server.services.runtime.deployment import Deployment, Event
from server.services.runtime.idempotency import Answer
from server.services.runtime.unit_of_work import UnitOfWork

Result = TypeVar("Result")
#: Refusals that every command of a batch would meet alone as well.
_OF_ALL = {"database_away", "stopping", "unknown_hall"}


def run_command(
    deployment: Deployment,
    handler: Handler,
    *,
    hall_code: str,
    actor: Actor,
    now: int,
    key: str | None = None,
    joins: bool = False,
    **arguments: Any,
) -> Answer:
    """Run `handler(unit, **arguments)` in a transaction of that hall and tell its events after the commit.

    key: the same key from the same caller gives the first answer again for a day. A handler that makes something new
    returns `Created`. joins: whether commands that arrive while another commits may share the next transaction, one
    after the other as they came; only for what is all in the hall's rows. Raises Refusal; then nothing has changed.
    """
    asked = idempotency.content_hash(handler, hall_code, arguments) if key else ""
    command = PendingCommand(handler, arguments, actor, now, key, asked)
    lock, run = deployment.database.write_lock, partial(_run_batch, deployment, hall_code)
    # The publisher's queue must be filled in the order of commits, hence the lock around both; and a hall that is
    # being imported again is read when that is done.
    if joins:
        queue = deployment.pending.setdefault(deployment.hall(hall_code).code, [])
        join_batch(queue, command, lock=lock, run=run)
    else:
        with lock:
            run([command])
    if command.error:
        raise command.error
    assert command.answer
    return command.answer


def run_query(
    deployment: Deployment, handler: Callable[..., Result], *, hall_code: str, actor: Actor, now: int, **arguments: Any
) -> Result:
    """Run `handler(unit, **arguments)`, which only reads, on a consistent view of that hall. Raises Refusal."""
    hall = deployment.hall(hall_code)
    with deployment.database.reading() as connection:
        opening = ticket_rows.read_opening(connection, hall.id)
        hall = deployment.current(connection, hall, version=opening.version if opening else None)
        assert opening
        return handler(UnitOfWork(deployment, connection, hall, head=opening.head, actor=actor, now=now), **arguments)


def _run_batch(deployment: Deployment, hall_code: str, batch: Sequence[PendingCommand]) -> None:
    """Run commands in one transaction; when one of them fails, each in its own, as if it were alone."""
    try:
        answers, events = _commit(deployment, hall_code, batch)
    except Exception as error:  # noqa: BLE001 - each of them raises it again
        if len(batch) > 1 and not (isinstance(error, Refusal) and error.code in _OF_ALL):
            for command in batch:
                _run_batch(deployment, hall_code, [command])
        else:
            for command in batch:
                command.error = error
        return
    for command, answer in zip(batch, answers, strict=True):
        command.answer = answer
    if events:
        deployment.tell(events)


def _commit(
    deployment: Deployment, hall_code: str, batch: Sequence[PendingCommand]
) -> tuple[list[Answer], list[Event]]:
    """What each answers, and all events. Only the first one's key is looked up: another's that was used is refused."""
    hall, first = deployment.hall(hall_code), batch[0]
    answers: list[Answer] = []
    events: list[Event] = []
    with deployment.database.transaction(hall.id) as connection:
        opening = ticket_rows.read_opening(connection, hall.id, caller=first.actor.caller, key=first.key)
        hall = deployment.current(connection, hall, version=opening.version if opening else None)
        assert opening
        head = opening.head
        for command in batch:
            if command is first and opening.answered:
                answers.append(idempotency.repeated(opening.answered, command.content_hash))
                continue
            unit = UnitOfWork(deployment, connection, hall, head=head, actor=command.actor, now=command.now)
            answers.append(_run(unit, command))
            head = unit.head
            events += unit.events
        if head != opening.head:
            ticket_rows.write_head(connection, head)
    return answers, events


def _run(unit: UnitOfWork, command: PendingCommand) -> Answer:
    days.roll_over(unit)
    due.settle(unit)
    outcome = command.handler(unit, **command.arguments)
    created = isinstance(outcome, Created)
    body = outcome.body if isinstance(outcome, Created) else outcome
    body.setdefault("seq", unit.head.seq)
    answer = Answer(body, created)
    unit.write_events()
    if command.key:
        idempotency.store(unit.connection, command.actor, command.key, command.content_hash, answer, now=command.now)
    return answer
