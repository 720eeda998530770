"""A clock that is set back, set forward, or changes to summer time: nothing is lost, and the order stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from server.db import tables
from server.domain.booking import ServiceBooking, slots
from server.domain.hours import from_text
from server.domain.rate_limiter import RateLimiter
from server.services.calling import calling
from server.services.queries import snapshots
from server.services.runtime import audiences
from tests.server.reduce import reduce_public
from tests.server.small_hall import ALICE, Desk

HOUR = 3600
WARSAW = ZoneInfo("Europe/Warsaw")
#: The nights in which Warsaw's clocks go back and forward.
BACK, FORWARD = date(2026, 10, 25), date(2027, 3, 28)
WHOLE_DAY = {day: [("00:00", "24:00")] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    with made.database.transaction() as connection:
        connection.execute(update(tables.hall).values(time_zone="Europe/Warsaw"))
    made.deployment.reload()
    yield made
    made.database.close()


def work(desk: Desk, jumps: list[float]) -> None:
    """Visitors come and are called while the clock jumps; then everything is looked at."""
    desk.sign_on(ALICE, "1")
    before = desk.see(snapshots.public_snapshot)
    seq, issued, called = desk.events[-1].seq, [], []
    for jump in jumps:
        issued += [desk.take() for _ in range(3)]
        called.append(desk.next(ALICE, "1")["ticket"]["number"])
        desk.wait(jump)
    while len(called) < len(issued):
        desk.wait(60)
        called.append(desk.next(ALICE, "1")["ticket"]["number"])
    assert len(set(issued)) == len(issued)
    assert sorted(called) == sorted(issued), "somebody was not called, or twice"
    assert [event.seq for event in desk.events] == list(range(1, len(desk.events) + 1))
    board = before
    for event in desk.events[seq:]:
        if shown := audiences.for_public(event):
            board = reduce_public(board, shown)
    after = desk.see(snapshots.public_snapshot)
    assert {name: board[name] for name in ("calls", "waiting")} == {name: after[name] for name in ("calls", "waiting")}


def test_an_hour_back_and_forth(desk: Desk) -> None:
    work(desk, [60, -HOUR, 60, HOUR, 5, -HOUR, HOUR])


def test_a_wait_is_never_negative(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    for _ in range(4):
        desk.take()
    desk.next(ALICE, "1")
    desk.wait(-HOUR)
    ticket = desk.next(ALICE, "1")["ticket"]
    assert ticket["called_at"] <= ticket["issued_at"]  # the clock was set back between the two
    view = desk.see(snapshots.staff_snapshot)
    assert all(counter["since"] is None or counter["since"] > "2026" for counter in view["counters"])
    desk.do(calling.complete, ALICE, counter="1")


@pytest.mark.parametrize("night", [BACK, FORWARD])
def test_the_night_of_the_change(desk: Desk, night: date) -> None:
    at = datetime(night.year, night.month, night.day, 1, 30, tzinfo=WARSAW)
    desk.now = int(at.timestamp() * 1000)
    work(desk, [HOUR / 6] * 7)


@pytest.mark.parametrize(("day", "hours"), [(BACK, 25), (FORWARD, 23), (date(2026, 11, 2), 24)])
def test_a_day_of_the_change_has_its_own_number_of_slots(day: date, hours: int) -> None:
    made = list(slots(day, ServiceBooking(slot_minutes=30), WARSAW, hours=WHOLE_DAY, holidays=()))
    assert [one.end - one.start for one in made] == [30 * 60_000] * len(made)
    assert all(one.end == other.start for one, other in pairwise(made))
    assert len(made) == 2 * hours


def test_the_business_day_of_a_change_ends_once(desk: Desk) -> None:
    desk.now = from_text("2026-10-24T20:00:00+02:00")
    first = desk.take()
    days = []
    for _ in range(70):
        desk.wait(HOUR / 2)
        number = desk.take()
        days += [event.kind for event in desk.events if event.kind == "day_ended"][len(days) :]
        assert number
    assert first == "A001"
    assert len(days) == 2  # the nights to the 25th and to the 26th


def test_a_clock_set_back_past_the_end_of_a_day_does_not_bring_the_day_back(desk: Desk) -> None:
    desk.now = from_text("2026-11-24T04:20:00+01:00")
    work(desk, [60, -HOUR, HOUR / 6, HOUR / 6, HOUR, -HOUR, HOUR])
    assert [event.kind for event in desk.events if event.kind in ("day_ended", "ticket_expired")] == []
    assert desk.take() == "A022"


def test_a_clock_that_was_wrong_by_a_day_is_believed_when_it_is_put_right(desk: Desk) -> None:
    desk.now = from_text("2026-11-24T12:00:00+01:00")
    assert [desk.take(), desk.take()] == ["A001", "A002"]
    desk.wait(24 * HOUR)
    assert desk.take() == "A001"
    desk.wait(-24 * HOUR)
    assert desk.take() == "A003"


def test_a_lock_on_a_door_does_not_last_as_long_as_the_clock_was_set_back() -> None:
    knocks = RateLimiter(2)
    for _ in range(2):
        knocks.count("door", now=HOUR * 1000)
    assert knocks.wait("door", now=HOUR * 1000) == 60
    assert knocks.wait("door", now=0) == 0
    for _ in range(2):
        knocks.count("door", now=0)
    assert knocks.wait("door", now=1000) == 59
