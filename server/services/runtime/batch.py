"""Batching with a leader and followers: commands that arrive while another commits share the next transaction.

    leader    | transaction 1: A        | answers A
    followers |   B, C, D arrive        | transaction 2: B, C, D (B leads)  | answers B, C, D

The first pending command of a hall is the leader: it alone waits for the write lock and runs the others with it. A
commit costs the same for one command and for eight, so many clerks wait less (docs/adr/0023-together.md).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from typing import Any

from server.services.runtime.actor import Actor
from server.services.runtime.created import Created
from server.services.runtime.idempotency import Answer

Handler = Callable[..., dict[str, Any] | Created]
#: So many commands share one transaction at most: the first waits for the last.
LARGEST_BATCH = 8


@dataclass(slots=True, eq=False)
class PendingCommand:
    """A command that somebody waits for, and its result."""

    handler: Handler
    arguments: dict[str, Any]
    actor: Actor
    now: int
    key: str | None
    content_hash: str
    answer: Answer | None = None
    error: Exception | None = None
    #: Set when there is a result, or when this command has become the leader.
    turn: threading.Event = field(default_factory=threading.Event)

    @property
    def pending(self) -> bool:
        """Whether there is no result yet."""
        return self.answer is None and self.error is None


def join_batch(
    queue: list[PendingCommand],
    command: PendingCommand,
    *,
    lock: AbstractContextManager[Any],
    run: Callable[[Sequence[PendingCommand]], None],
) -> None:
    """Put a command into the hall's queue and return when it has a result.

    lock: the write lock, taken by the leader alone. Were every command to take it in turn, the next commit would begin
    only after all answers of the last one have left. run: runs commands in one transaction and sets their results.
    """
    queue.append(command)
    try:
        if queue[:1] != [command]:
            command.turn.wait()
        if command.pending:
            with lock:
                while command.pending:
                    _lead(queue, run)
    finally:
        if command in queue:
            _leave(queue, [command])


def _lead(queue: list[PendingCommand], run: Callable[[Sequence[PendingCommand]], None]) -> None:
    members = queue[:LARGEST_BATCH]
    try:
        run(members)
    finally:
        _leave(queue, [command for command in members if not command.pending])


def _leave(queue: list[PendingCommand], finished: Sequence[PendingCommand]) -> None:
    """Wake the new leader before the finished commands.

    So the next transaction starts while their answers are still being sent.
    """
    for command in finished:
        with suppress(ValueError):  # it was ended meanwhile, and left by itself
            queue.remove(command)
    for command in (*queue[:1], *finished):
        command.turn.set()
