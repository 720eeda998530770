"""The outbox: every notice leaves once, is tried again after a failure, and is put aside when it cannot leave.

A try is written down before it is made. A server that is killed between the two tries again later with the same id:
nothing is lost, and whoever takes the message can tell that it has it already. In normal running nothing is sent twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from orjson import loads

from server.db.repositories import notice_rows
from server.db.repositories.notice_rows import Notice
from server.domain.hours import to_text
from server.domain.notice import MOST_TRIES, Message, NotSent, next_try
from server.domain.refusals import Refusal
from server.services.notices.composing import Stale, compose
from server.services.runtime.actor import SYSTEM
from server.services.runtime.command_bus import run_query
from server.services.runtime.deployment import Deployment
from server.services.runtime.unit_of_work import UnitOfWork

#: How many of a channel are taken before one looks for what is more urgent; how many a supervisor sees.
BATCH, LISTED = 5, 100
#: So many failures in a row of a channel, none of them older than a day, need somebody.
FAILING, RECENT_MS = 3, 86_400_000
log = logging.getLogger(__name__)

Send = Callable[[Message], None]
Clock = Callable[[], int]


def deliver(deployment: Deployment, *, channel: str, send: Send, base: str, clock: Clock) -> bool:
    """Send what is due by a channel, each once; False when the channel itself fails and should rest."""
    while True:
        with deployment.database.reading() as connection:
            waiting = notice_rows.due(connection, channel=channel, now=clock(), most=BATCH)
        if not all(_deliver_one(deployment, one, send=send, base=base, clock=clock) for one in waiting):
            return False
        if len(waiting) < BATCH:
            return True


def _deliver_one(deployment: Deployment, notice: Notice, *, send: Send, base: str, clock: Clock) -> bool:
    now = clock()
    if notice.attempts >= MOST_TRIES:
        _put(deployment, notice, state="failed", next_try_at=None)
        return True
    tries = notice.attempts + 1
    try:
        message = _message(deployment, notice, base=base, now=now)
        if not _take(deployment, notice, next_try_at=next_try(tries, now=now)):
            return True
        send(message)
    except Stale as stale:
        _put(deployment, notice, state="dropped", next_try_at=None, error=notice.error or str(stale))
    except Refusal as refused:
        if refused.code == "database_away":
            raise  # it says nothing about this notice
        _put_aside(deployment, notice, tries, refused)
    except NotSent as wrong:
        over = wrong.for_good or tries >= MOST_TRIES
        _put(deployment, notice, error=wrong.reason, **({"state": "failed", "next_try_at": None} if over else {}))
        log.warning("a %s notice by %s was not sent: %s", notice.kind, notice.channel, wrong.reason)
        return not wrong.everybody
    except Exception as error:  # noqa: BLE001 - a poison row is put aside
        _put_aside(deployment, notice, tries, error)
    else:
        _put(deployment, notice, state="sent", next_try_at=None, sent_at=clock(), error=None)
    return True


def _message(deployment: Deployment, notice: Notice, *, base: str, now: int) -> Message:
    hall = deployment.hall_by_id(notice.hall_id)
    made: list[Message] = []

    def make(unit: UnitOfWork) -> dict[str, Any]:
        made.append(compose(unit, notice=notice, base=base))
        return {}

    run_query(deployment, make, hall_code=hall.code, actor=SYSTEM, now=now)
    return made[0]


def _put_aside(deployment: Deployment, notice: Notice, tries: int, error: Exception) -> None:
    # Only the kind of error: its text may hold what a visitor typed. It must not hold up the others.
    _put(deployment, notice, state="failed", next_try_at=None, attempts=tries, error=type(error).__name__)
    log.error("notice %s could not be made: %s", notice.id, type(error).__name__)


def _take(deployment: Deployment, notice: Notice, *, next_try_at: int) -> bool:
    """Write down a try; False when another process was faster, or the notice is not queued any more."""
    with deployment.database.transaction() as connection:
        return notice_rows.take(connection, notice, next_try_at=next_try_at)


def _put(deployment: Deployment, notice: Notice, **values: Any) -> None:
    with deployment.database.transaction() as connection:
        notice_rows.change(connection, notice, **values)


def newest(unit: UnitOfWork) -> dict[str, Any]:
    """The newest notices of a hall, with masked contacts, and the channels that the deployment has."""
    unit.actor.needs("supervisor")
    found = notice_rows.newest(unit.connection, hall_id=unit.hall.id, most=LISTED)
    return {"channels": list(unit.deployment.channels), "notices": [_seen(unit, row) for row in found]}


def _seen(unit: UnitOfWork, row: Any) -> dict[str, Any]:
    known = loads(row.masked) if row.masked else {}
    zone = unit.hall.time_zone
    return {
        "id": row.id,
        "kind": row.kind,
        "channel": row.channel,
        "to": known.get("email") if row.channel == "email" else known.get("phone") or known.get("email"),
        "number": row.number,
        "code": row.code,
        "state": row.state,
        "attempts": row.attempts,
        "created_at": to_text(row.created_at, zone),
        "next_try_at": to_text(row.next_try_at, zone),
        "sent_at": to_text(row.sent_at, zone),
        "error": row.error,
    }


def failing(unit: UnitOfWork) -> list[tuple[str, str]]:
    """The channels by which nothing of this hall has left for several tries: (channel, the last reason)."""
    tries: dict[str, int] = {}
    reasons: dict[str, str] = {}
    well = set()
    for row in notice_rows.newest(unit.connection, hall_id=unit.hall.id, most=LISTED):
        if row.state == "sent":
            well.add(row.channel)
        elif row.channel not in well and row.attempts and row.error and unit.now - row.created_at < RECENT_MS:
            tries[row.channel] = tries.get(row.channel, 0) + row.attempts
            reasons.setdefault(row.channel, row.error)
    return [(channel, reasons[channel]) for channel, count in sorted(tries.items()) if count >= FAILING]
