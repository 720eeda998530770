"""A recorded day of which a part has booked: who, when, and the whole in a hall whose time runs as fast."""

from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from replay.booked import EARLIEST, LATEST, SLOT, HallTime, need_bookings, need_lifes_clock, with_booked
from replay.cli import command
from replay.day import Day, read_day
from replay.plan import PlanError
from tests import databases
from tests.browser.demo_hall import PASSWORD, free_port, hallcall
from tests.realtime.process import Process
from tools.places import ROOT, program

BEMOWO = ROOT / "replay" / "days" / "ud_bemowo_2020-01-02.csv"
#: Times faster than life, and until which minute visitors of the recorded day come.
SPEED, UNTIL = 600, 9 * 60


@pytest.fixture(scope="module")
def day() -> Day:
    return read_day(BEMOWO)


def test_the_share_is_kept_and_the_same_each_time(day: Day) -> None:
    once, again = (with_booked(day, 0.3, after=0) for _ in range(2))
    assert once == again
    assert sum(visit.slot is not None for visit in once.visits) == round(0.3 * len(day.visits))
    assert with_booked(day, 0, after=0) == day
    assert {(one.queue, one.ticket) for one in once.visits} == {(one.queue, one.ticket) for one in day.visits}


def test_they_book_near_when_they_came_and_come_near_their_slot(day: Day) -> None:
    came = {(visit.queue, visit.ticket): visit.arrives for visit in day.visits}
    booked = [visit for visit in with_booked(day, 0.3, after=0).visits if visit.slot is not None]
    for visit in booked:
        assert visit.slot is not None
        assert visit.slot % SLOT == 0
        assert abs(visit.slot - came[visit.queue, visit.ticket]) <= SLOT / 2
        assert -LATEST <= visit.slot - visit.arrives <= EARLIEST
    assert sum(visit.arrives > visit.slot for visit in booked if visit.slot) < len(booked) / 5


def test_a_slot_that_is_past_is_not_booked(day: Day) -> None:
    booked = with_booked(day, 1.0, after=600)
    assert min(visit.slot for visit in booked.visits if visit.slot is not None) > 600
    assert any(visit.slot is None for visit in booked.visits)


def shape(*, bookable: bool = True) -> dict[str, Any]:
    return {"code": "h", "time_zone": "Europe/Warsaw", "services": [{"code": "a", "bookable": bookable}]}


@pytest.mark.parametrize(
    ("hall", "time", "says"),
    [
        (shape(bookable=False), HallTime(date(2026, 11, 27), 400, 60), "no appointments for a"),
        (shape(), HallTime(date(2026, 11, 27), 400, 1), r"HALLCALL_TRIAL_CLOCK=60@2026-11-27T07:29:00\+01:00"),
        (shape(), HallTime(date(2026, 11, 27), 600, 60), "it is 10:00 in the hall and the day begins at 07:59"),
    ],
)
def test_a_hall_that_cannot_play_it_is_told_why(day: Day, hall: dict[str, Any], time: HallTime, says: str) -> None:
    with pytest.raises(PlanError, match=says):
        need_bookings(day, hall=hall, service_of={"B": "a"}, time=time, speed=60)


@pytest.fixture
def bemowo(tmp_path: Path) -> Iterator[Process]:
    """The hall of the recorded day, made from its file, in which a minute lasts a tenth of a second."""
    env = {
        **os.environ,
        "HALLCALL_DATA": str(tmp_path / "data"),
        "HALLCALL_PORT": str(free_port()),
        "HALLCALL_LIMIT_PUBLIC": "1000000",
        "HALLCALL_TRIAL_CLOCK": f"{SPEED}@2026-11-26T07:15:00+01:00",
        **databases.environment(),
    }
    hallcall("migrate", env=env)
    hallcall("init", "--from", str(ROOT / "replay" / "days" / "bemowo_hall.json"), env=env)
    add = [program("hallcall"), "user", "add", "admin", "--role", "admin", "--password-stdin"]
    subprocess.run(add, env=env, input=PASSWORD, text=True, check=True, capture_output=True, cwd=ROOT)
    process = Process(tmp_path, int(env["HALLCALL_PORT"]), env, {})
    process.start()
    yield process
    process.kill()


def test_the_morning_of_the_real_day_with_three_of_ten_booked(bemowo: Process, tmp_path: Path) -> None:
    morning = _until(UNTIL, tmp_path)
    result = CliRunner().invoke(
        command,
        [str(morning), "--speed", str(SPEED), "--booked", "0.3", "--server", bemowo.url],
        env={"HALLCALL_PASSWORD": PASSWORD},
    )
    assert result.exit_code == 0, result.output
    lines = {line.split()[0]: line.split() for line in result.output.splitlines() if line.strip()}
    number = {kind: int(lines[kind][1]) for kind in ("booked", "late", "walk-in")}
    visitors = len(read_day(morning).visits)
    assert sum(number.values()) == visitors
    assert number["booked"] + number["late"] == round(0.3 * visitors)
    assert [lines[kind][1] == lines[kind][2] for kind in number] == [True] * 3, result.output
    passed = next(line for line in result.output.splitlines() if "booked visitors were called before" in line)
    assert int(passed.split()[0]) > 0


def _until(minute: float, folder: Path) -> Path:
    """The recorded day up to a minute, as a day of its own; its counters close an hour later."""
    closes = minute + 60
    tickets = [row for row in _rows(BEMOWO) if float(row["issued_min"]) <= minute]
    opened = [row for row in _rows(BEMOWO.with_name(f"{BEMOWO.stem}_counters.csv")) if float(row["minute"]) < closes]
    ends = [row | {"minute": str(closes), "open": "0"} for row in {row["queue"]: row for row in opened}.values()]
    for name, rows in (("morning.csv", tickets), ("morning_counters.csv", opened + ends)):
        with (folder / name).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder / "morning.csv"


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_day_without_bookings_needs_lifes_clock():
    need_lifes_clock(HallTime(date(2026, 11, 23), 500.0, 1.0))
    with pytest.raises(PlanError, match="60 times faster than life"):
        need_lifes_clock(HallTime(date(2026, 11, 23), 500.0, 60.0))
