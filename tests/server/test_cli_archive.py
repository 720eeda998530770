"""`hallcall archive` as a person uses it: alone, and beside a running server."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from typing import Any

import pytest

from server.clock import now_ms
from server.services.archive import days
from server.services.runtime.actor import PUBLIC, SYSTEM
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.services.tickets import issuing
from tests.server.shell import Serving

DAY = 86_400_000


@pytest.fixture
def old(office: Any) -> Any:
    """The office with three days of a year ago, which end on a fourth, and today."""
    with closing(office.database()) as database:
        deployment = Deployment(database)
        for ago in (400, 399, 398, 0):
            for _ in range(3):
                run_command(
                    deployment,
                    issuing.issue_ticket,
                    hall_code="small",
                    actor=PUBLIC,
                    now=now_ms() - ago * DAY,
                    service="pass",
                    status=None,
                    language="en",
                )
            run_command(deployment, days.tick, hall_code="small", actor=SYSTEM, now=now_ms() - max(ago - 1, 0) * DAY)
    return office


def files(office: Any) -> list[Any]:
    return sorted((office.data / "archive").rglob("*.gz"))


def test_old_days_are_taken_out_shown_and_checked(old: Any) -> None:
    assert "No day has left" in old.run("archive", "list")
    would = old.run("archive", "--dry-run")
    assert "tickets 9" in would
    assert "small: days 4, from " in would
    assert files(old) == []
    said = old.run("archive")
    assert "small: days taken out: 4" in said
    assert len(files(old)) == 4
    said = old.run("archive")
    assert "days taken out: 0" in said
    assert "The files are in" not in said
    day = files(old)[0].name.removesuffix(".jsonl.gz")
    assert day in old.run("archive", "list")
    table = list(csv.DictReader(io.StringIO(old.run("archive", "show", "small", day, "--csv"))))
    assert [(row["number"], row["state"], row["service"]) for row in table] == [
        (f"A00{number}", "expired", "pass") for number in (1, 2, 3)
    ]
    lines = [json.loads(line) for line in old.run("archive", "show", "small", day).splitlines()]
    assert (lines[0]["hall"], lines[0]["day"], lines[-1]["end"]["counts"]["ticket"]) == ("small", day, 3)
    assert "no archive of small of 2020-01-01" in old.run("archive", "show", "small", "2020-01-01", status=1)
    assert "Files: 4. All are sound" in old.run("archive", "check")
    assert "The archive has 4 files" in old.run("doctor", status=None)
    files(old)[0].write_bytes(files(old)[0].read_bytes()[:100])
    files(old)[1].unlink()
    assert "Files: 4. Not sound: 2" in old.run("archive", "check", status=1)
    said = old.run("doctor", status=1)
    assert "1 file of the archive lacking in" in said
    assert "cannot be read" in said
    assert "MISSING" in old.run("archive", "list")


def test_what_stays_for_ever_is_not_taken_out(old: Any) -> None:
    old.environ["HALLCALL_KEEP_DAYS"] = "0"
    assert "everything stays" in old.run("archive", status=1)
    assert "days taken out: 4" in old.run("archive", "--older-than", "30")
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
        assert "Files: 4. All are sound" in old.run("archive", "check")
    finally:
        server.stop()


@pytest.mark.sqlite
def test_a_backup_has_the_archive_and_a_restore_brings_it_back(old: Any) -> None:
    old.run("archive")
    copies = old.folder / "copies"
    copies.mkdir()
    assert "new: 4" in old.run("backup", copies)
    (copy,) = copies.glob("*.db")
    assert "new: 0" in old.run("backup", copies / "second.db")
    for file in files(old):
        file.unlink()
    said = old.run("restore", copy)
    assert "without a hole" in said
    assert "Files: 4. All are sound" in old.run("archive", "check")


@pytest.mark.sqlite
def test_a_damaged_file_is_named_and_neither_copied_nor_put_back(old: Any) -> None:
    old.run("archive")
    copies = old.folder / "copies"
    copies.mkdir()
    old.run("backup", copies / "first.db")
    ours = files(old)[0]
    theirs = next(file for file in (copies / "archive").rglob("*.gz") if file.name == ours.name)
    whole = theirs.read_bytes()
    theirs.write_bytes(whole[:-40])
    assert f"{theirs} " in old.run("backup", copies / "second.db", status=1)
    before = (old.data / "hallcall.db").read_bytes()
    assert f"{theirs} " in old.run("restore", copies / "first.db", status=1)
    assert (old.data / "hallcall.db").read_bytes() == before
    theirs.write_bytes(whole)
    ours.write_bytes(whole[:-40])
    assert f"{ours} " in old.run("backup", copies / "third.db", status=1)
    assert f"{ours} " in old.run("backup", old.folder / "elsewhere" / "fourth.db", status=1)
    assert theirs.read_bytes() == whole
    said = old.run("restore", copies / "first.db", status=1)
    assert "What was there is kept" in said
    assert f"{ours} " in said
    ours.unlink()
    old.run("restore", copies / "first.db")
    assert ours.read_bytes() == whole


def test_a_file_in_the_wrong_place_and_one_nobody_wrote_down_are_told(old: Any) -> None:
    old.run("archive")
    first, second = files(old)[:2]
    day = second.name.removesuffix(".jsonl.gz")
    stranger = second.with_name(f"{day}.2.jsonl.gz")
    stranger.write_bytes(first.read_bytes())
    shown = old.run("archive", "show", "small", day, "--csv", status=1)
    assert shown.count("A00") == 3, "the sound part is shown"
    assert "is of another place: small, " in shown
    assert f"{stranger} was not written down" in old.run("archive", "check", status=1)
    assert f"{stranger} was not written down" in old.run("doctor", status=1)


def test_the_archive_that_cannot_be_written_to_is_a_finding(old: Any) -> None:
    (old.folder / "in-the-way").write_text("a file")
    old.environ["HALLCALL_ARCHIVE"] = str(old.folder / "in-the-way" / "archive")
    assert "Old days cannot leave the database" in old.run("doctor", status=1)


def test_its_folders_are_for_nobody_else(old: Any) -> None:
    old.run("archive")
    folders = [old.data / "archive", *(one for one in (old.data / "archive").rglob("*") if one.is_dir())]
    assert {one.stat().st_mode & 0o777 for one in folders} == {0o700}
    assert len(folders) >= 3


@pytest.mark.sqlite
def test_the_room_is_given_back(old: Any) -> None:
    old.run("archive")
    assert "bytes before" in old.run("archive", "compact")
    assert "is sound" in old.run("doctor", status=None)


def test_what_is_wrong_is_said_in_the_terminals_language(old: Any) -> None:
    old.run("archive")
    old.environ["LC_ALL"] = "zh_CN.UTF-8"
    cut, strange, gone = files(old)[:3]
    cut.write_bytes(cut.read_bytes()[:100])
    strange.write_bytes(files(old)[3].read_bytes())
    gone.unlink()
    said = old.run("archive", "check", status=1)
    assert f"{cut} 已损坏，无法读取" in said
    assert f"{strange} 已被改动" in said
    assert f"缺少 {gone}" in said
    shown = old.run("archive", "show", "small", strange.name.removesuffix(".jsonl.gz"), status=1)
    assert f"{strange} 是别处的归档" in shown
    assert f"归档文件异常：{cut} 已损坏" in old.run("doctor", status=1)
