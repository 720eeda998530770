"""A hall whose notices leave by a channel that a test plays, and the clock that it turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update

from server.db import tables
from server.domain.hours import from_text
from server.domain.notice import Message
from server.services.appointments import appointments
from server.services.calling import near
from server.services.notices import outbox
from server.services.notices.contacts import Reach
from server.services.runtime.actor import SYSTEM
from tests.server.small_hall import ALICE, ALWAYS, Desk

MING = Reach(name="陈大文", phone="13800138000", email="ming@example.cn")
LAN = Reach(email="lan@example.cn")
MINUTE, HOUR, DAY = 60, 3600, 86_400
BASE = "https://hall.example.cn"


class Post:
    """A channel as the test plays it: takes, or fails as told."""

    def __init__(self, desk: Desk, channel: str) -> None:
        self.desk, self.channel = desk, channel
        self.fails: list[Exception] = []
        self.tried: list[Message] = []
        self.taken: list[Message] = []

    def send(self, message: Message) -> None:
        self.tried.append(message)
        if self.fails:
            raise self.fails.pop(0)
        self.taken.append(message)

    def deliver(self) -> bool:
        return outbox.deliver(
            self.desk.deployment, channel=self.channel, send=self.send, base=BASE, clock=lambda: self.desk.now
        )

    @property
    def kinds(self) -> list[str]:
        return [one.kind for one in self.taken]


def open_office(make_desk: Callable[..., Desk], **settings: Any) -> Desk:
    desk = make_desk(**settings)
    rules = {"booking": {"slot_minutes": 15, "capacity": 9, "hours": ALWAYS}}
    with desk.database.transaction() as connection:
        connection.execute(update(tables.service).where(tables.service.c.code == "pass").values(rules=rules))
    desk.deployment.reload()
    desk.deployment.channels = ("email", "webhook")
    desk.sign_on(ALICE, "1")
    return desk


def rows(desk: Desk) -> list[Any]:
    with desk.database.reading() as connection:
        return list(connection.execute(select(tables.notice).order_by(tables.notice.c.id)))


def states(desk: Desk, channel: str = "email") -> list[tuple[str, str]]:
    return [(row.kind, row.state) for row in rows(desk) if row.channel == channel]


def look(desk: Desk) -> None:
    """What the room does after events: whose turn is near in the queues that moved."""
    moved = {code for event in desk.events for code in near.moved(event)}
    desk.events.clear()
    desk.do(near.tell, SYSTEM, types=sorted(moved))


def book(desk: Desk, when: str, **more: Any) -> dict[str, Any]:
    wish = {"service": "pass", "start": from_text(f"{when}:00+08:00"), "reach": MING, "status": None, "language": None}
    return desk.do(appointments.book, **wish | more).body
