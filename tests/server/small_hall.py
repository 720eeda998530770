"""A small hall for the tests, and the clock that they turn by hand.

Types A (services pass, permit) and B (tax); counter 1 serves A, counter 2 serves B and falls back to A, counter 3 both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from server.db import tables
from server.db.postgres.sequences import count_on
from server.domain.refusals import Refusal
from server.services.calling import calling, outlook, sessions
from server.services.runtime.actor import PUBLIC, Actor
from server.services.runtime.batch import Handler
from server.services.runtime.command_bus import run_command, run_query
from server.services.runtime.deployment import Deployment
from server.services.runtime.idempotency import Answer
from server.services.tickets import issuing
from tests.databases import new_database

MONDAY_9 = 1_795_395_600_000  # 2026-11-23 09:00 in Shanghai
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
ALICE = Actor("user", 1, "alice", "clerk", "reception")
BOB = Actor("user", 2, "bob", "clerk", "reception")
BOSS = Actor("user", 9, "boss", "supervisor", "reception")
#: Charlie is on duty nowhere and must get nothing.
CHARLIE = Actor("user", 3, "charlie", "clerk", "reception")


def text(name: str) -> dict[str, str]:
    return {"zh-CN": name, "en": name}


def make_hall(connection: Connection, **settings: Any) -> None:
    connection.execute(
        insert(tables.hall).values(
            id=1,
            code="hall",
            name=text("Hall"),
            time_zone="Asia/Shanghai",
            groups={},
            statuses={"elderly": {"name": text("Elderly"), "proof": text("ID"), "class": "priority"}},
            settings={"hours": ALWAYS, **settings},
        )
    )
    connection.execute(insert(tables.hall_head).values(hall_id=1))
    connection.execute(insert(tables.zone).values(id=1, hall_id=1, code="main", name=text("Main"), position=1))
    for id_, code in ((1, "A"), (2, "B")):
        connection.execute(
            insert(tables.counter_type).values(
                id=id_, hall_id=1, code=code, prefix=code, name=text(code), guess_minutes=5.0, position=id_
            )
        )
    for id_, code, kind in ((1, "pass", 1), (2, "permit", 1), (3, "tax", 2)):
        connection.execute(
            insert(tables.service).values(
                id=id_, hall_id=1, code=code, name=text(code), counter_type_id=kind, open=True, position=id_
            )
        )
    for id_ in (1, 2, 3):
        connection.execute(
            insert(tables.counter).values(
                id=id_, hall_id=1, code=str(id_), name=text(str(id_)), zone_id=1, position=id_
            )
        )
    for counter, kind, rank in ((1, 1, 1), (2, 2, 1), (2, 1, 2), (3, 1, 1), (3, 2, 1)):
        connection.execute(
            insert(tables.counter_serves).values(counter_id=counter, counter_type_id=kind, rank=rank, position=rank)
        )
    for id_, name in ((1, "alice"), (2, "bob"), (3, "charlie")):
        connection.execute(
            insert(tables.user).values(
                id=id_, username=name, name=name.title(), role="clerk", password_hash="-", created_at=0
            )
        )
    count_on(connection)


class Desk:
    """A house with the small hall, a clock, and short ways to do what people do."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.database = new_database(folder / "hall.db")
        with self.database.transaction() as connection:
            make_hall(connection, **settings)
        self.deployment = Deployment(self.database)
        self.now = MONDAY_9
        self.events: list[Any] = []
        self.deployment.listeners.append(self.events.extend)

    def wait(self, seconds: float) -> None:
        self.now += int(seconds * 1000)

    def do(self, act: Handler, who: Actor = PUBLIC, *, key: str | None = None, **arguments: Any) -> Answer:
        return run_command(self.deployment, act, hall_code="hall", actor=who, now=self.now, key=key, **arguments)

    def see(self, act: Handler, who: Actor = PUBLIC, **arguments: Any) -> dict[str, Any]:
        return run_query(self.deployment, act, hall_code="hall", actor=who, now=self.now, **arguments)

    # What people do, in a word each.

    def take(self, service: str = "pass", **more: Any) -> str:
        fields = {"status": None, "language": None} | more
        return str(self.do(issuing.issue_ticket, service=service, **fields).body["number"])

    def sign_on(self, who: Actor, counter: str, *, take_over: bool = False) -> Answer:
        return self.do(sessions.sign_on, who, counter=counter, take_over=take_over, client=None)

    def next(self, who: Actor, counter: str, **more: Any) -> dict[str, Any]:
        """Call the next visitor; whoever is at the counter came, and is done."""
        body = self.do(calling.call_next, who, counter=counter, **more).body
        return self.do(calling.call_next, who, counter=counter).body if body["ticket"]["state"] == "serving" else body

    def at(self, counter: str) -> dict[str, Any]:
        """The counter's state as staff see it."""
        return self.see(outlook.look, ALICE, counter=counter)["counter"]

    def state_of(self, number: str) -> str:
        return str(self.see(outlook.search, ALICE, q=number)["tickets"][0]["state"])

    def refused(self, act: Handler, who: Actor = PUBLIC, **arguments: Any) -> str:
        """The code of the refusal of a command, which must change nothing."""
        before = self.everything()
        with pytest.raises(Refusal) as refusal:
            self.do(act, who, **arguments)
        assert self.everything() == before
        return refusal.value.code

    def everything(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        with self.database.reading() as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(select(table))]
                for table in tables.metadata.sorted_tables
            }
