"""A day of visits, done by the service itself, and copies of it put into a database as its past."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, select

from bench.fill import demo_file
from server.db.database import Database
from server.db.sqlite import SqliteDatabase
from server.db.tables import event, session, ticket, user
from server.domain.hours import business_day
from server.services.calling import calling, sessions
from server.services.runtime.actor import PUBLIC, Actor
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.services.tickets import issuing

#: The doors open at nine in the demo hall's time, for eight hours.
DAY_MS, OPENS_UTC_MS, DAY_OPEN_MS = 86_400_000, 3_600_000, 28_800_000
#: So many wait in the hall; one visitor in so many has a status.
WAITING, STATUS_EVERY = 40, 12
#: What is not as it was in the day that is copied.
_MOVED = {
    "ticket": {
        "id": "id + :tickets",
        "day": ":day",
        "token": "token || :day",
        "session_id": "session_id + :sessions",
        "seq": "seq + :events",
        "call_seq": "call_seq + :events",
        **{
            name: f"{name} + :later"
            for name in (
                "issued_at",
                "reference_at",
                "kappa_at",
                "waiting_since",
                "called_at",
                "last_called_at",
                "started_at",
                "ended_at",
            )
        },
    },
    "session": {
        "id": "id + :sessions",
        "opened_at": "opened_at + :later",
        "state_at": "state_at + :later",
        "closed_at": "closed_at + :later",
    },
    "event": {
        "seq": "seq + :events",
        "at": "at + :later",
        "prev_public": "prev_public + :events",
        "ticket_id": "ticket_id + :tickets",
        "prev_ticket": "prev_ticket + :events",
        "content": "replace(content, :first, :day)",
    },
}
#: Of names that stand in this file alone.
_COPIES = [
    f"INSERT INTO {table.name} ({', '.join(names)}) SELECT "  # noqa: S608 # nosec
    f"{', '.join(_MOVED[table.name].get(name, name) for name in names)} FROM played.{table.name}"
    for table in (session, ticket, event)
    for names in [table.c.keys()]
]
#: How much the numbers of tickets, sessions and events move.
_MOVES = """
SELECT (SELECT coalesce(max(id), 0) FROM main.ticket) - (SELECT min(id) FROM played.ticket) + 1,
       (SELECT coalesce(max(id), 0) FROM main.session) - (SELECT min(id) FROM played.session) + 1,
       (SELECT seq FROM main.hall_head WHERE hall_id = 1) - (SELECT min(seq) FROM played.event) + 1
"""
_HEAD = """
UPDATE hall_head SET seq = (SELECT max(seq) FROM event WHERE hall_id = 1),
                     public_seq = (SELECT max(seq) FROM event WHERE hall_id = 1 AND public)
WHERE hall_id = 1
"""


@dataclass(frozen=True)
class Played:
    """A database with one day of visits. opens: when the doors did (ms). events: how many the day has."""

    file: Path
    day: str
    opens: int
    events: int


def play(database: Path, file: Path, *, now: int, tickets: int) -> Played:
    """On a copy of a demo hall: so many visitors of all services come, are called and served; the clerks go home."""
    shutil.copyfile(database, file)
    opens = now // DAY_MS * DAY_MS + DAY_MS + OPENS_UTC_MS  # tomorrow: a day that has begun does not end sooner
    with closing(SqliteDatabase(f"sqlite:///{file.as_posix()}")) as opened:
        deployment = Deployment(opened)
        hall = deployment.halls[0]
        _play(deployment, opens=opens, tickets=tickets)
        with opened.reading() as connection:
            events = connection.execute(select(func.count()).select_from(event)).scalar_one()
    return Played(file, business_day(opens, hall.time_zone, day_ends=hall.settings.day_ends), opens, events)


def _play(deployment: Deployment, *, opens: int, tickets: int) -> None:
    hall, content, taken = deployment.halls[0].code, demo_file(), Counter[str]()
    clerks = [Actor("user", one.id, one.name, one.role, "reception") for one in _clerks(deployment.database)]
    # with one queue each, so that nobody is called out of turn
    own = {one["code"]: one["counter_types"][0] for one in content["counters"] if len(one["counter_types"]) == 1}
    at_work = dict(zip(own, clerks, strict=False))
    act = partial(run_command, deployment, hall_code=hall)
    for counter, clerk in at_work.items():
        act(sessions.sign_on, actor=clerk, now=opens, counter=counter, take_over=False, client=None)
    step = DAY_OPEN_MS // (tickets + WAITING)
    for turn in range(tickets + WAITING):
        now, come, called = opens + turn * step, turn, turn - WAITING
        if come < tickets:
            service = content["services"][come % len(content["services"])]["code"]
            status = None if come % STATUS_EVERY else content["statuses"][0]["code"]
            act(issuing.issue_ticket, actor=PUBLIC, now=now, service=service, status=status, language=None)
        if called >= 0:
            queue = content["services"][called % len(content["services"])]["counter_type"]
            counters = [counter for counter in at_work if own[counter] == queue]
            counter = counters[taken[queue] % len(counters)]
            taken[queue] += 1
            act(calling.call_next, actor=at_work[counter], now=now, counter=counter)
    for counter, clerk in at_work.items():
        act(sessions.sign_off, actor=clerk, now=opens + DAY_OPEN_MS, counter=counter)


def _clerks(database: Database) -> Sequence[Row[Any]]:
    with database.reading() as connection:
        return connection.execute(select(user).where(user.c.role == "clerk").order_by(user.c.id)).all()


def copy(played: Played, database: Path, *, opens: list[int]) -> None:
    """Put the played day into a hall's database once for each of these moments at which its doors open (ms)."""
    with closing(SqliteDatabase(f"sqlite:///{played.file.as_posix()}")) as opened:
        hall = Deployment(opened).halls[0]
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("ATTACH ? AS played", (played.file.as_posix(),))
        for moment in opens:
            day = business_day(moment, hall.time_zone, day_ends=hall.settings.day_ends)
            moves = dict(zip(("tickets", "sessions", "events"), connection.execute(_MOVES).fetchone(), strict=True))
            values = moves | {"day": day, "first": played.day, "later": moment - played.opens}
            for statement in (*_COPIES, _HEAD):
                connection.execute(statement, values)
            connection.commit()
