"""When old days leave the database by themselves, what stays longer, and what is deleted in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from server.db import tables
from server.domain.keeping import Keeping
from server.services.archive import archiving, days
from server.services.archive.archive_file import ArchiveError
from server.services.archive.archiving import Archiver
from server.services.queries import live
from server.services.runtime.actor import SYSTEM
from server.workers import archive_worker as archivist_module
from server.workers.archive_worker import ArchiveWorker
from tests.server.archives import DAY, KEEP, both, kept, take_all, work_a_day
from tests.server.small_hall import BOSS, MONDAY_9, Desk


def test_it_goes_by_itself_when_nobody_is_there_and_says_when_it_cannot(
    desk: Desk, archiver: Archiver, tmp_path: Path
) -> None:
    archivist = ArchiveWorker(archiver, sleep=lambda _seconds: None)
    for _ in range(KEEP + 1):
        work_a_day(desk)
    assert not archivist.look(now=desk.now), "the hall is open around the clock, it is nine"
    desk.wait(-6 * 3600)
    desk.wait(24 * 3600)
    assert archivist.look(now=desk.now), "it is three in the night"
    while archivist.look(now=desk.now):
        pass
    desk.wait(6 * 3600)
    for _ in range(9):
        work_a_day(desk)
    shutil_in_the_way = tmp_path / "archive" / "hall" / "2026"
    for file in shutil_in_the_way.iterdir():
        file.unlink()
    shutil_in_the_way.rmdir()
    shutil_in_the_way.write_text("in the way")
    with pytest.raises(ArchiveError):
        archivist.look(now=desk.now)
    alerts = [one["code"] for one in desk.see(live.live, BOSS, devices=[])["alerts"]]
    assert "archive_late" in alerts
    shutil_in_the_way.unlink()
    while archivist.look(now=desk.now):
        pass
    assert "archive_late" not in [one["code"] for one in desk.see(live.live, BOSS, devices=[])["alerts"]]


def test_only_the_server_that_leads_does_it_and_a_failure_is_said_once(
    desk: Desk, archiver: Archiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(KEEP + 10):
        work_a_day(desk)
    archivist, before = ArchiveWorker(archiver, sleep=lambda _seconds: None), desk.everything()
    with monkeypatch.context() as patch:
        patch.setattr(desk.database, "leads", lambda: False)
        assert archivist.turn(now=desk.now) == archivist_module.LOOK_S
    assert desk.everything() == before
    archiver.folder.write_text("in the way")
    for _ in range(3):
        assert archivist.turn(now=desk.now) == archivist_module.REST_S
    assert desk.everything() == before
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    archiver.folder.unlink()
    assert archivist.turn(now=desk.now) == 0
    assert "leave the database again" in caplog.text


def test_archives_are_deleted_when_their_years_are_over(desk: Desk, tmp_path: Path) -> None:
    archiver = Archiver(desk.deployment, folder=tmp_path / "archive", keeping=Keeping(days=KEEP, years=1))
    for _ in range(KEEP + 3):
        work_a_day(desk)
    take_all(archiver, desk)
    assert len(list(archiver.folder.rglob("*.gz"))) == 3
    desk.now = MONDAY_9 + 366 * DAY * 1000
    take_all(archiver, desk)
    assert sorted(file.name for file in archiver.folder.rglob("*.gz"))[0] == "2026-11-24.jsonl.gz"


def test_zero_days_keeps_everything(desk: Desk, tmp_path: Path) -> None:
    archiver = Archiver(desk.deployment, folder=tmp_path / "archive", keeping=Keeping())
    for _ in range(3):
        work_a_day(desk)
    desk.wait(4000 * DAY)
    before = kept(desk.database)
    assert not ArchiveWorker(archiver, sleep=lambda _seconds: None).look(now=desk.now)
    assert kept(desk.database) == before
    assert "archive_late" not in [one["code"] for one in desk.see(live.live, BOSS, devices=[])["alerts"]]


def test_missed_appointments_stay_as_long_as_the_hall_remembers_them(tmp_path: Path) -> None:
    booking = {"ban_after": 2, "ban_days": 60}
    desk = Desk(tmp_path, booking=booking)
    archiver = Archiver(desk.deployment, folder=tmp_path / "archive", keeping=Keeping(days=KEEP))
    row = {
        "hall_id": 1,
        "service_id": 1,
        "day": "2026-11-23",
        "start_at": desk.now,
        "end_at": desk.now + 60_000,
        "language": "en",
        "channel": "web",
        "booked_at": desk.now - DAY * 1000,
    }
    with desk.database.transaction() as connection:
        for number, state in enumerate(("missed", "cancelled", "booked", "missed")):
            more = {"token": f"t{number}", "code": f"c{number}", "state": state}
            connection.execute(insert(tables.appointment).values(**row, **more))
    desk.take()
    desk.wait(DAY)
    desk.do(days.tick, SYSTEM)
    for wait, left in ((30, 4), (40, 1)):
        desk.wait(wait * DAY)
        desk.take()
        before = both(desk, archiver.folder)
        take_all(archiver, desk)
        assert both(desk, archiver.folder) == before
        assert len(kept(desk.database)["appointment"]) == left, "the last one stays"
    with desk.database.reading() as connection:
        assert not connection.execute(select(tables.ticket.c.id).where(tables.ticket.c.day == "2026-11-23")).all()
    desk.database.close()


def test_what_prints_and_numbers_leave_is_swept_in_small_steps(
    desk: Desk, archiver: Archiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving.archive_rows, "MOST", 2)
    for _ in range(KEEP + 4):
        work_a_day(desk)
    with desk.database.transaction() as connection:
        connection.execute(
            insert(tables.device).values(
                id=1, hall_id=1, kind="kiosk", name="K", settings={}, paired_at=0, status={}, token_hash="x"
            )
        )
        tickets_there = connection.execute(select(tables.ticket.c.id, tables.ticket.c.issued_at)).all()
        for ticket, at in tickets_there:
            connection.execute(
                insert(tables.print_job).values(
                    hall_id=1, device_id=1, ticket_id=ticket, state="printed", created_at=at, updated_at=at
                )
            )
    take_all(archiver, desk)
    with desk.database.reading() as connection:
        jobs = connection.execute(select(tables.print_job.c.created_at)).scalars().all()
        numbers = connection.execute(select(func.min(tables.number_given.c.day))).scalar_one()
    assert min(jobs) >= desk.now - 7 * DAY * 1000
    assert len(jobs) == 7 * 3
    assert numbers == archiver.limit(desk.deployment.hall("hall"), now=desk.now, days=KEEP)


@pytest.mark.sqlite
def test_to_take_a_day_out_of_a_full_hall_is_no_more_work(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    work = Counter[int]()
    for stay in (10, 3000):
        desk = make_desk()
        for _ in range(KEEP + 1):
            work_a_day(desk)
        _let_stay(desk, stay)
        archiver = Archiver(desk.deployment, folder=tmp_path / str(stay), keeping=Keeping(days=KEEP))
        driver = desk.database._writing.connection.driver_connection
        driver.set_progress_handler(partial(work.update, [stay]), 10)
        assert [one.rows["ticket"] for one in take_all(archiver, desk)] == [3]
    assert work[3000] < 1.5 * work[10]


def _let_stay(desk: Desk, count: int) -> None:
    """Visits of the last day that are over."""
    with desk.database.transaction() as connection:
        row = connection.execute(select(tables.ticket).order_by(tables.ticket.c.id.desc()).limit(1)).one()
        common = row._asdict() | {"state": "completed"}
        copies = [{"id": row.id + n, "number": f"Z{n}", "token": f"copy-{n}"} for n in range(1, count + 1)]
        connection.execute(insert(tables.ticket), [common | own for own in copies])
