"""`hallcall archive` as a person uses it: alone, and beside a running server."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from typing import Any

import pytest

from server.clock import now_ms
from server.services import days, issuing
from server.services.actor import PUBLIC, SYSTEM
from server.services.house import House
from server.services.work import perform
from tests.server.shell import Serving

DAY = 86_400_000


@pytest.fixture
def old(office: Any) -> Any:
    """The office with three days of a year ago, which end on a fourth, and today."""
    with closing(office.database()) as database:
        house = House(database)
        for ago in (400, 399, 398, 0):
            for _ in range(3):
                perform(house, issuing.issue_ticket, hall_code="small", actor=PUBLIC, now=now_ms() - ago * DAY,
                        service="pass", status=None, language="en")  # fmt: skip
            perform(house, days.tick, hall_code="small", actor=SYSTEM, now=now_ms() - max(ago - 1, 0) * DAY)
    return office


def files(office: Any) -> list[Any]:
    return sorted((office.data / "archive").rglob("*.gz"))


def test_old_days_are_taken_out_shown_and_checked(old: Any) -> None:
    assert "ticket 9" in old.run("archive", "--dry-run")
    assert files(old) == []
    said = old.run("archive")
    assert "small: 4 days taken out" in said
    assert len(files(old)) == 4
    assert "0 days" in old.run("archive")
    day = files(old)[0].name.removesuffix(".jsonl.gz")
    assert day in old.run("archive", "list")
    table = list(csv.DictReader(io.StringIO(old.run("archive", "show", "small", day, "--csv"))))
    assert [(row["number"], row["state"], row["service"]) for row in table] == [
        (f"A00{number}", "expired", "pass") for number in (1, 2, 3)
    ]
    lines = [json.loads(line) for line in old.run("archive", "show", "small", day).splitlines()]
    assert (lines[0]["hall"], lines[0]["day"], lines[-1]["end"]["counts"]["ticket"]) == ("small", day, 3)
    assert "no archive of small of 2020-01-01" in old.run("archive", "show", "small", "2020-01-01", status=1)
    assert "4 files are sound" in old.run("archive", "check")
    assert "The archive has 4 files" in old.run("doctor", status=None)
    files(old)[0].write_bytes(files(old)[0].read_bytes()[:100])
    files(old)[1].unlink()
    assert "2 of 4 files are not sound" in old.run("archive", "check", status=1)
    said = old.run("doctor", status=1)
    assert "1 files of the archive are not in" in said
    assert "cannot be read" in said
    assert "MISSING" in old.run("archive", "list")


def test_what_stays_for_ever_is_not_taken_out(old: Any) -> None:
    old.environ["HALLCALL_KEEP_DAYS"] = "0"
    assert "everything stays" in old.run("archive", status=1)
    assert "4 days taken out" in old.run("archive", "--older-than", "30")
    old.run("archive", "--older-than", "3", status=2)
    old.environ["HALLCALL_KEEP_DAYS"] = "3"
    assert "must be 0 or a whole number from 14" in old.run("archive", status=1)


def test_it_goes_through_the_running_server(old: Any) -> None:
    old.environ["HALLCALL_ARCHIVE"] = str(old.folder / "elsewhere")
    server = Serving(old)
    try:
        said = old.run("archive", "--older-than", "20")
        assert "small: " in said
        assert len(list((old.folder / "elsewhere").rglob("*.gz"))) == 4
        assert "4 files are sound" in old.run("archive", "check")
    finally:
        server.stop()


@pytest.mark.sqlite
def test_a_backup_has_the_archive_and_a_restore_brings_it_back(old: Any) -> None:
    old.run("archive")
    copies = old.folder / "copies"
    copies.mkdir()
    assert "4 of them new" in old.run("backup", copies)
    (copy,) = copies.glob("*.db")
    assert "0 of them new" in old.run("backup", copies / "second.db")
    for file in files(old):
        file.unlink()
    said = old.run("restore", copy)
    assert "without a hole" in said
    assert "4 files are sound" in old.run("archive", "check")
    next((copies / "archive").rglob("*.gz")).write_bytes(b"another")
    assert "choose another folder" in old.run("backup", copies / "third.db", status=1)


@pytest.mark.sqlite
def test_the_room_is_given_back(old: Any) -> None:
    old.run("archive")
    assert "bytes before" in old.run("archive", "compact")
    assert "is sound" in old.run("doctor", status=None)
