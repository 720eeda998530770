from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from server.db.tables import answered
from server.services.archive import days
from server.services.calling import calling
from server.services.runtime.actor import SYSTEM
from tests.server.small_hall import ALICE, BOB, BOSS, Desk

DAY = 24 * 3600


def test_the_day_ends_by_itself(desk: Desk) -> None:
    waiting, called, held, done = (desk.take() for _ in range(4))
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "3")
    desk.next(ALICE, "1")
    desk.do(calling.hold, ALICE, counter="1", until=None, note=None)
    desk.next(ALICE, "1")
    desk.do(calling.complete, ALICE, counter="1")
    desk.next(BOB, "3")
    desk.wait(DAY)
    desk.do(days.tick, SYSTEM)
    with desk.database.reading() as connection:
        states = sorted(row[0] for row in connection.exec_driver_sql("SELECT state FROM ticket"))
    assert states == ["completed", "expired", "expired", "expired"]
    assert {desk.at(code)["state"] for code in "123"} == {"closed"}
    kinds = [event.kind for event in desk.events]
    assert kinds[-6:] == [*["ticket_expired"] * 3, *["counter_closed"] * 2, "day_ended"]
    assert {waiting, called, held, done} == {"A001", "A002", "A003", "A004"}


def test_the_first_command_of_a_day_ends_the_day_before(desk: Desk) -> None:
    desk.take()
    desk.wait(DAY)
    assert desk.take() == "A001"
    assert [event.kind for event in desk.events] == ["ticket_issued", "ticket_expired", "day_ended", "ticket_issued"]


def test_a_hall_may_keep_its_queue_overnight(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(keep_open_tickets=True)
    kept, at_counter = desk.take(), desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.wait(DAY)
    assert desk.at("1")["ticket"]["number"] == kept
    new = desk.take()
    assert (kept, at_counter, new) == ("A001", "A002", "A003")
    assert desk.next(ALICE, "1")["ticket"]["number"] == at_counter
    assert desk.state_of(kept) == "completed"


def test_a_hall_that_opens_by_its_hours_says_so_once(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(hours={"mon": [["10:00", "12:00"]]})
    for _ in range(3):
        desk.do(days.tick, SYSTEM)
    assert desk.events == []
    desk.wait(3600)
    for _ in range(2):
        desk.do(days.tick, SYSTEM)
    desk.wait(2 * 3600)
    desk.do(days.tick, SYSTEM)
    assert [(event.kind, event.content["next_open"]) for event in desk.events] == [
        ("hall_opened", None),
        ("hall_closed", "2026-11-30T10:00:00.000+08:00"),
    ]


def test_answers_are_forgotten_after_a_day(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    desk.take()
    desk.next(ALICE, "1", key="once")

    def kept() -> int:
        with desk.database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(answered)).scalar_one())

    desk.do(days.forget, SYSTEM)
    assert kept() == 1
    desk.wait(DAY + 1)
    desk.do(days.forget, SYSTEM)
    assert kept() == 0


def test_a_forgotten_word_to_close_ends_with_the_day(desk: Desk) -> None:
    desk.do(days.set_opening, BOSS, opening=False)
    assert desk.events[-1].content == {"open": False, "next_open": None, "open_override": False}
    desk.wait(DAY)
    assert desk.take() == "A001"
