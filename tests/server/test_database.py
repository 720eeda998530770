"""SQLite when it cannot be written: the command is refused, nothing is half done, and the next one goes through."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from server.db import sqlite as module
from server.db.sqlite import SqliteDatabase
from server.db.tables import metadata, user
from server.domain.refusals import Refusal

pytestmark = pytest.mark.sqlite
NOBODY = 65534


def count(database: SqliteDatabase) -> int:
    with database.reading() as connection:
        return len(connection.execute(select(user.c.id)).all())


def add(database: SqliteDatabase, name: str) -> None:
    values = {"username": name, "name": name, "role": "clerk", "password_hash": "x" * 200, "created_at": 0}
    with database.transaction() as connection:
        connection.execute(insert(user).values(values))


@pytest.fixture
def database(tmp_path: Path) -> SqliteDatabase:
    made = SqliteDatabase(f"sqlite:///{tmp_path / 'hall.db'}")
    metadata.create_all(made.engine)
    return made


def open_files() -> int:
    """How many this process has open, where the system tells."""
    told = Path("/proc/self/fd")
    return len(list(told.iterdir())) if told.exists() else 0


def test_a_full_disk_refuses_and_keeps_what_was_there(
    database: SqliteDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    add(database, "first")
    with database.transaction() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    database._writing.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    database._writing.rollback()
    before, refused = 1, 0
    for number in range(300):
        try:
            add(database, f"user{number}")
            before += 1
        except Refusal as refusal:
            assert refusal.code == "database_away"
            refused += 1
    assert refused > 0
    assert count(database) == before
    assert caplog.text.count("cannot be written") == 1
    database._writing.exec_driver_sql("PRAGMA max_page_count = 100000")
    database._writing.rollback()
    add(database, "last")
    assert count(database) == before + 1
    assert "can be written again" in caplog.text


def test_a_lock_that_another_program_holds_is_waited_for(database: SqliteDatabase, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "hall.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.4, other.execute, ["COMMIT"]).start()
    add(database, "patient")
    assert count(database) == 1


def test_a_lock_that_is_held_for_long_refuses(
    database: SqliteDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.3)
    other = sqlite3.connect(tmp_path / "hall.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Refusal) as refused:
        add(database, "unlucky")
    assert refused.value.code == "database_away"
    looks: list[float] = []
    monkeypatch.setattr(module.time, "sleep", looks.append)
    with pytest.raises(Refusal):
        add(database, "does not wait as long again, or the last of many would wait for all")
    assert looks == []
    other.execute("ROLLBACK")
    add(database, "lucky")
    assert count(database) == 1
    other.close()


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """A folder of somebody whom the rights of files bind, who runs the test: they do not bind root."""
    folder = Path(tempfile.mkdtemp())
    if os.getuid() != 0:
        yield folder
    else:
        os.chown(folder, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, 0)
        try:
            yield folder
        finally:
            os.setresuid(0, 0, 0)
    shutil.rmtree(folder)


@pytest.mark.parametrize("what", ["hall.db", "hall.db*"])
def test_a_file_that_may_be_written_again_is_written_without_a_restart(
    own_folder: Path, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{own_folder / 'hall.db'}"
    made = SqliteDatabase(url)
    metadata.create_all(made.engine)
    add(made, "before")
    made.close()
    (own_folder / "hall.db").chmod(0o444)
    database = SqliteDatabase(url)
    for _ in range(3):
        with pytest.raises(Refusal) as refused:
            add(database, "refused")
        assert refused.value.code == "database_away"
        with database.transaction():
            pass  # nothing is written, which goes through
    assert [one.levelname for one in caplog.records] == ["ERROR"]
    opened = open_files()
    with pytest.raises(Refusal):
        add(database, "refused")
    assert open_files() == opened, "a try in vain leaves nothing open"
    assert count(database) == 1
    for file in own_folder.glob(what):
        file.chmod(0o644)
    add(database, "after")
    assert count(database) == 2
    assert [one.levelname for one in caplog.records] == ["ERROR", "WARNING"]
    database.close()


@pytest.mark.parametrize("there", [False, True], ids=["new", "there"])
def test_the_database_is_its_owners_alone(tmp_path: Path, there: bool) -> None:
    tmp_path.chmod(0o755)
    file, before = tmp_path / "hall.db", os.umask(0)
    try:
        if there:
            sqlite3.connect(file).execute("PRAGMA journal_mode = WAL").close()
            assert file.stat().st_mode & 0o077
        database = SqliteDatabase(f"sqlite:///{file}")
        metadata.create_all(database.engine)
        add(database, "somebody")
        modes = {one.name: one.stat().st_mode & 0o777 for one in tmp_path.iterdir()}
        database.close()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("hall.db", "hall.db-wal", "hall.db-shm"), 0o600)


def test_who_asks_after_the_end_is_told_to_ask_again(database: SqliteDatabase) -> None:
    database.close()
    for use in (database.transaction, database.reading):
        with pytest.raises(Refusal) as refused, use():
            pass
        assert (refused.value.code, refused.value.status) == ("stopping", 503)
    with pytest.raises(Refusal):
        database.last(1)
