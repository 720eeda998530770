"""Old days leave the database for files: nothing is lost, nothing is done twice, and who asks for them is answered."""

from __future__ import annotations

import gzip
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from server.db import tables
from server.domain.keeping import Keeping
from server.domain.refusals import Refusal
from server.services.archive import archive_file, archiving, days
from server.services.archive.archive_file import ArchiveError
from server.services.archive.archiving import Archiver
from server.services.calling import calling
from server.services.queries import visitor_view
from server.services.runtime import event_log
from server.services.runtime.actor import SYSTEM
from server.services.tickets import issuing, tickets
from tests.server.archives import DAY, KEEP, archived, both, kept, take_all, work_a_day
from tests.server.small_hall import ALICE, Desk


def test_archive_and_database_together_are_what_was(desk: Desk, archiver: Archiver) -> None:
    for _ in range(20):
        work_a_day(desk)
    before = kept(desk.database)
    taken = take_all(archiver, desk)
    assert [one.day for one in taken] == [f"2026-11-{day}" for day in range(23, 29)]
    assert both(desk, archiver.folder) == before
    assert taken[0].rows["ticket"] == 3
    assert sorted(file.relative_to(archiver.folder).as_posix() for file in archiver.folder.rglob("*.gz")) == [
        f"hall/2026/2026-11-{day}.jsonl.gz" for day in range(23, 29)
    ]
    assert take_all(archiver, desk) == [], "nothing is left to do"


def test_what_is_kept_names_no_visitor_and_opens_nothing(desk: Desk, archiver: Archiver) -> None:
    with desk.database.transaction() as connection:
        connection.execute(update(tables.hall).values(settings={"hours": {}}))
    desk.sign_on(ALICE, "1")
    desk.do(issuing.issue_ticket, service="pass", status=None, language=None)
    desk.next(ALICE, "1")
    desk.do(calling.transfer, ALICE, counter="1", to="B", place="keep", note="Mrs Wang, 13800001111")
    desk.wait(DAY)
    desk.do(days.tick, SYSTEM)
    desk.wait(40 * DAY)
    desk.take()
    take_all(archiver, desk)
    with desk.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tables.ticket)).scalar_one() == 1
    said = "".join(gzip.decompress(file.read_bytes()).decode() for file in archiver.folder.rglob("*.gz"))
    assert '"kind":"ticket_transferred"' in said
    for secret in ("Wang", "13800001111", "token", "person", "contact_id"):
        assert secret not in said, secret


def test_who_asks_for_what_is_archived_is_given_a_snapshot(desk: Desk, archiver: Archiver) -> None:
    for _ in range(KEEP + 3):
        work_a_day(desk)
    take_all(archiver, desk)
    with desk.database.reading() as connection:
        first = connection.execute(select(func.min(tables.event.c.seq))).scalar_one()
    assert first > 1
    for stream in ("staff", "public"):
        for seq in (0, 1, first - 2):
            assert "snapshot" in desk.see(event_log.sync, stream=stream, seq=seq), (stream, seq)
        told = desk.see(event_log.sync, stream=stream, seq=first - 1)
        assert told["events"][0]["seq"] >= first
        head = told["seq"]
        assert desk.see(event_log.sync, stream=stream, seq=head)["events"] == []
    whole = desk.see(event_log.events_since, stream="staff", seq=0)
    assert (whole["first"], whole["events"][0]["seq"]) == (first, first)
    assert desk.see(event_log.between, after=first - 2, before=first + 2)["events"] == [], "a part is no answer"
    assert [one.seq for one in desk.see(event_log.between, after=first - 1, before=first + 2)["events"]] == [
        first,
        first + 1,
    ]


def test_a_hall_that_slept_goes_on_with_its_numbers(desk: Desk, archiver: Archiver) -> None:
    work_a_day(desk)
    head = desk.events[-1].seq
    desk.wait(100 * DAY)
    take_all(archiver, desk)
    with desk.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tables.event)).scalar_one() == 0
    for stream in ("staff", "public"):
        assert "snapshot" in desk.see(event_log.sync, stream=stream, seq=1)
        assert desk.see(event_log.sync, stream=stream, seq=head) == {"seq": head, "events": []}
    ids = {one["id"] for one in archived(archiver.folder)["ticket"].values()}
    assert desk.take() == "A001"
    assert desk.events[-1].seq > head
    assert desk.events[-1].content["ticket"]["id"] > max(ids), "a number of a row given twice"


def test_an_old_ticket_is_an_unknown_ticket(desk: Desk, archiver: Archiver) -> None:
    token = desk.do(issuing.issue_ticket, service="pass", status=None, language=None).body["token"]
    work_a_day(desk)
    desk.see(visitor_view.view, token=token)
    desk.wait(60 * DAY)
    take_all(archiver, desk)
    assert desk.refused(tickets.rate, token=token, stars=5) == "unknown_ticket"


def test_an_open_ticket_stays_and_goes_later_under_its_own_day(tmp_path: Path) -> None:
    with closing((desk := Desk(tmp_path, keep_open_tickets=True)).database):
        archiver = Archiver(desk.deployment, folder=tmp_path / "archive", keeping=Keeping(days=KEEP))
        numbers = work_a_day(desk)
        for _ in range(KEEP + 8):
            work_a_day(desk, 1)
        before = kept(desk.database)
        take_all(archiver, desk)
        assert both(desk, archiver.folder) == before
        waits = [row for row in kept(desk.database)["ticket"].values() if row["day"] == "2026-11-23"]
        assert [(row["number"], row["state"]) for row in waits] == [(numbers[-1], "waiting")]
        desk.sign_on(ALICE, "1", take_over=True)
        while desk.next(ALICE, "1")["ticket"]["number"] != numbers[-1]:
            pass
        desk.do(calling.complete, ALICE, counter="1")
        for _ in range(KEEP + 8):
            work_a_day(desk, 1)
        before = both(desk, archiver.folder)
        take_all(archiver, desk)
        assert both(desk, archiver.folder) == before
        assert (archiver.folder / "hall/2026/2026-11-23.2.jsonl.gz").exists()


def test_rows_that_a_file_has_but_that_were_not_deleted_go_with_the_next_run(
    desk: Desk, archiver: Archiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(KEEP + 3):
        work_a_day(desk, 4)
    before = kept(desk.database)
    monkeypatch.setattr(archiving.archive_rows, "MOST", 2)  # many small steps
    steps, stops = 0, 0

    def stop(_seconds: float) -> None:
        nonlocal steps
        steps += 1
        if steps > stops:
            raise KeyboardInterrupt

    archiver.pause = stop
    while True:
        try:
            take_all(archiver, desk)
            break
        except KeyboardInterrupt:
            steps, stops = 0, stops + 1
            out, here = archived(archiver.folder), kept(desk.database)
            assert {kind: out[kind] | here[kind] for kind in before} == before, "lost"
    assert stops > 10
    assert both(desk, archiver.folder) == before
    assert not list(archiver.folder.rglob("*.2.jsonl.gz")), "one file a day"
    assert not list(archiver.folder.rglob("*.part"))


def test_the_first_name_of_a_file_goes_where_a_kill_came_just_after_the_second(
    desk: Desk, archiver: Archiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(KEEP + 2):
        work_a_day(desk, 2)

    def killed(*_anything: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(archiver, "_delete", killed)
        with pytest.raises(KeyboardInterrupt):
            take_all(archiver, desk)
    [file] = archiver.folder.rglob("*.jsonl.gz")
    file.with_name(f".{file.name}.4711.part").hardlink_to(file)
    take_all(archiver, desk)
    assert not list(archiver.folder.rglob("*.part"))
    assert len(list(archiver.folder.rglob("*.jsonl.gz"))) > 1


@pytest.mark.parametrize("harm", ["cut", "changed", "foreign", "empty"])
def test_a_file_that_is_not_sound_deletes_nothing_and_stays(
    desk: Desk, archiver: Archiver, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(KEEP + 2):
        work_a_day(desk)
    before = kept(desk.database)
    file = archiver.folder / "hall/2026/2026-11-23.jsonl.gz"

    def stop(*_arguments: Any) -> bool:
        raise KeyboardInterrupt  # the file has its name, nothing is deleted yet

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(archiving.archive_rows, "write_down", stop)
        take_all(archiver, desk)
    whole = file.read_bytes()
    file.write_bytes(
        {
            "cut": whole[: len(whole) // 2],
            "changed": gzip.compress(gzip.decompress(whole).replace(b'"A002"', b'"A009"')),
            "foreign": gzip.compress(gzip.decompress(whole).replace(b'"hall":"hall"', b'"hall":"hell"')),
            "empty": b"",
        }[harm]
    )
    harmed = file.read_bytes()
    with pytest.raises(ArchiveError):
        archive_file.check(file) if harm != "foreign" else archiver._go_on(
            desk.deployment.hall("hall"),
            archiver._cut(desk.deployment.hall("hall"), "2026-11-23", now=desk.now, days=KEEP),
            1,
            file,
            archiving.Taken("hall", "2026-11-23"),
        )
    assert kept(desk.database) == before
    take_all(archiver, desk)
    assert file.read_bytes() == harmed, "it is for a person to look at"
    file.unlink()
    assert both(desk, archiver.folder) == before


def test_the_disk_is_full_and_nothing_is_deleted(desk: Desk, archiver: Archiver, tmp_path: Path) -> None:
    for _ in range(KEEP + 2):
        work_a_day(desk)
    before = desk.everything()
    (tmp_path / "archive").write_text("in the way")
    with pytest.raises(ArchiveError, match="cannot be written"):
        take_all(archiver, desk)
    assert desk.everything() == before
    (tmp_path / "archive").unlink()
    assert take_all(archiver, desk)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hours=st.lists(st.integers(-30, 40), min_size=5, max_size=60),
    visits=st.lists(st.integers(0, 2), min_size=5),
    keep_open=st.booleans(),
)
def test_whatever_happened_archive_and_database_are_what_was(
    tmp_path_factory: pytest.TempPathFactory, hours: list[int], visits: list[int], keep_open: bool
) -> None:
    """Also with a clock that is set back and forward."""
    folder = tmp_path_factory.mktemp("days")
    desk = Desk(folder, keep_open_tickets=keep_open)
    archiver = Archiver(desk.deployment, folder=folder / "archive", keeping=Keeping(days=KEEP))
    for hour, visit in zip(hours, visits * 12, strict=False):
        desk.wait(hour * 3600)
        desk.sign_on(ALICE, "1", take_over=True)
        for _ in range(visit):
            desk.take()
        with suppress(Refusal):
            desk.next(ALICE, "1")
        before = both(desk, archiver.folder)
        take_all(archiver, desk)
        assert both(desk, archiver.folder) == before
    for _ in range(3):
        desk.wait(20 * DAY)
        desk.do(days.tick, SYSTEM)
        before = both(desk, archiver.folder)
        take_all(archiver, desk)
        assert both(desk, archiver.folder) == before
        with desk.database.reading() as connection:
            seqs = connection.execute(select(tables.event.c.seq).order_by(tables.event.c.seq)).scalars().all()
        assert seqs == list(range(seqs[0], desk.events[-1].seq + 1)), "a hole"
    desk.database.close()
