import os
import shutil
import sqlite3
from contextlib import closing

import pytest

from server.db import migrate
from server.db.sqlite import SqliteDatabase
from server.services.accounts import accounts, users
from server.services.archive import backup
from server.services.hall_setup.hall_file import check_hall
from server.services.hall_setup.hall_import import import_hall
from server.services.runtime import event_log
from server.services.runtime.actor import PUBLIC, SYSTEM
from server.services.runtime.command_bus import run_command, run_query
from server.services.runtime.deployment import Deployment
from server.services.tickets import issuing
from tests.server.small_hall import MONDAY_9
from tests.server.test_hall_file import SMALL

pytestmark = pytest.mark.sqlite


@pytest.fixture
def hall(tmp_path):
    file = tmp_path / "data" / "hallcall.db"
    migrate.upgrade(file)
    deployment = Deployment(SqliteDatabase(f"sqlite:///{file}"))
    import_hall(deployment, check_hall(SMALL), actor=SYSTEM, now=1)
    users.create_user(deployment, username="ann", name="Ann", role="clerk", password="long enough", now=1)
    issue(deployment, 3)
    yield deployment, file
    deployment.database.close()


def issue(deployment, count):
    arguments = {"service": "pass", "status": None, "language": "en"}
    for _ in range(count):
        run_command(deployment, issuing.issue_ticket, hall_code="small", actor=PUBLIC, now=MONDAY_9, **arguments)


def leftovers(folder):
    return [name.name for name in folder.iterdir() if name.name.startswith(".") or name.name.endswith(("-wal", "-shm"))]


def test_a_copy_made_while_the_server_works_is_whole_and_one_file(hall, tmp_path):
    deployment, file = hall
    target = tmp_path / "copies" / "monday.db"
    proof = backup.back_up(file, target)
    assert (proof.counts["ticket"], proof.counts["user"], proof.seqs) == (3, 1, {"small": 3})
    assert proof.size == target.stat().st_size
    issue(deployment, 1)
    assert backup.prove(target).seqs == {"small": 3}
    assert backup.back_up(file, target).seqs == {"small": 4}
    assert leftovers(target.parent) == []
    if os.name != "nt":
        assert target.stat().st_mode & 0o077 == 0


def test_a_copy_inside_a_transaction_of_the_server_has_all_of_it_or_nothing(hall, tmp_path):
    deployment, file = hall
    with deployment.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM event")
        assert backup.back_up(file, tmp_path / "copy.db").seqs == {"small": 3}


def test_what_is_no_backup_is_not_overwritten(hall, tmp_path):
    _, file = hall
    notes = tmp_path / "notes.txt"
    notes.write_text("important", encoding="utf-8")
    for target in (notes, file):
        with pytest.raises(backup.BackupError):
            backup.back_up(file, target)
    assert notes.read_text(encoding="utf-8") == "important"
    with pytest.raises(backup.BackupError, match="no database at"):
        backup.back_up(tmp_path / "none.db", tmp_path / "copy.db")


def test_a_folder_that_cannot_be_written_is_said(hall, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(backup.BackupError, match="file"):
        backup.back_up(hall[1], tmp_path / "file" / "copy.db")


def test_restoring_brings_back_the_copy_and_keeps_what_was_there(hall, tmp_path):
    deployment, file = hall
    signed_in = accounts.sign_in(deployment, username="ann", password="long enough", kind="cookie", now=MONDAY_9)
    backup.back_up(file, tmp_path / "copy.db")
    issue(deployment, 2)
    # As after a kill: the last changes stand in the log beside the database only.
    crashed = tmp_path / "crashed" / "hallcall.db"
    crashed.parent.mkdir()
    for end in ("", "-wal"):
        shutil.copy(file.with_name(file.name + end), crashed.with_name(crashed.name + end))
    aside = tmp_path / "crashed" / "backups" / "replaced.db"
    proof = backup.restore(tmp_path / "copy.db", crashed, aside=aside, now=MONDAY_9)
    assert proof.seqs == {"small": 3}
    assert leftovers(crashed.parent) == []
    assert backup.prove(aside).seqs == {"small": 5}
    restored = Deployment(SqliteDatabase(f"sqlite:///{crashed}"))
    assert backup.prove(crashed).seqs == {"small": MONDAY_9}
    assert accounts.who(restored, secret=signed_in.secret, now=MONDAY_9) is None
    issue(restored, 1)
    restored.database.close()


def damage(file, how):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(how)
        connection.commit()


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("DELETE FROM event WHERE seq = 2", "events of small: 2 numbered 1 to 3, head 3"),
        ("DELETE FROM event WHERE seq = 1", "events of small: 2 numbered 2 to 3, head 3"),
        ("DELETE FROM event WHERE seq = 3", "head 3"),
        ("UPDATE hall_head SET seq = 9", "head 9"),
        ("DELETE FROM service", "refers to nothing"),
        ("DROP TABLE event", "damaged"),
        ("UPDATE alembic_version SET version_num = 'later'", "newer Hallcall"),
        ("DROP TABLE alembic_version", "is not a database of Hallcall"),
    ],
)
def test_a_copy_that_is_not_sound_replaces_nothing(hall, tmp_path, how, says):
    deployment, file = hall
    copy = tmp_path / "copy.db"
    backup.back_up(file, copy)
    damage(copy, how)
    before = file.read_bytes()
    with pytest.raises(backup.BackupError, match=says):
        backup.restore(copy, file, aside=tmp_path / "aside.db", now=MONDAY_9)
    assert file.read_bytes() == before
    assert not (tmp_path / "aside.db").exists()
    issue(deployment, 1)


def test_a_copy_cut_short_is_told(hall, tmp_path):
    _, file = hall
    copy = tmp_path / "copy.db"
    backup.back_up(file, copy)
    content = copy.read_bytes()
    copy.write_bytes(content[: len(content) // 2])
    with pytest.raises(backup.BackupError):
        backup.prove(copy)


def test_a_copy_is_not_restored_over_itself_nor_over_an_older_one_kept_aside(hall, tmp_path):
    _, file = hall
    with pytest.raises(backup.BackupError, match="the database itself"):
        backup.restore(file, file, aside=tmp_path / "aside.db", now=MONDAY_9)
    backup.back_up(file, tmp_path / "copy.db")
    (tmp_path / "aside.db").write_text("", encoding="utf-8")
    with pytest.raises(backup.BackupError, match="exists already"):
        backup.restore(tmp_path / "copy.db", file, aside=tmp_path / "aside.db", now=MONDAY_9)


def test_restoring_on_a_new_machine_needs_no_database_there(hall, tmp_path):
    backup.back_up(hall[1], tmp_path / "copy.db")
    new, aside = tmp_path / "new" / "hallcall.db", tmp_path / "aside.db"
    proof = backup.restore(tmp_path / "copy.db", new, aside=aside, now=MONDAY_9)
    assert proof.seqs == {"small": 3}
    assert not (tmp_path / "aside.db").exists()


def asks(deployment, seq, stream="public"):
    return run_query(deployment, event_log.sync, hall_code="small", actor=PUBLIC, now=MONDAY_9, stream=stream, seq=seq)


@pytest.mark.parametrize("stream", ["public", "staff"])
def test_who_was_away_over_a_restore_is_given_no_other_history(hall, tmp_path, stream):
    deployment, file = hall
    backup.back_up(file, tmp_path / "copy.db")
    issue(deployment, 4)  # a screen knows these; they are lost
    known = asks(deployment, None, stream)["seq"]
    deployment.database.close()
    backup.restore(tmp_path / "copy.db", file, aside=tmp_path / "aside.db", now=MONDAY_9)
    restored = Deployment(SqliteDatabase(f"sqlite:///{file}"))
    issue(restored, 9)  # more than were lost: the numbers would have met
    for seq in (1, known - 2, known, MONDAY_9 - 2):
        assert "snapshot" in asks(restored, seq, stream)
    told = asks(restored, MONDAY_9, stream)["events"]
    assert [one["seq"] for one in told] == [MONDAY_9 + number for number in range(1, 10)]
    assert (
        run_query(
            restored, event_log.events_since, hall_code="small", actor=PUBLIC, now=MONDAY_9, stream=stream, seq=known
        )["first"]
        == MONDAY_9
    )  # as of events that are archived: what the client knows is of no use
    backup.back_up(file, tmp_path / "later.db")
    restored.database.close()
    proof = backup.restore(tmp_path / "later.db", file, aside=tmp_path / "aside2.db", now=MONDAY_9 + 60_000)
    assert proof.counts["event"] == 3 + 1 + 9 + 1
    backup.prove(file)
    damage(file, f"DELETE FROM event WHERE seq = {MONDAY_9 + 3}")
    with pytest.raises(backup.BackupError, match="damaged"):
        backup.prove(file)
