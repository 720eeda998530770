"""SQLite when it cannot be written: the command is refused, nothing is half done, and the next one goes through."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from server.db import database as module
from server.db.database import SqliteDatabase
from server.db.tables import metadata, user
from server.domain.refusals import Refusal

pytestmark = pytest.mark.sqlite


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




def test_who_asks_after_the_end_is_told_to_ask_again(database: SqliteDatabase) -> None:
    database.close()
    for use in (database.transaction, database.reading):
        with pytest.raises(Refusal) as refused, use():
            pass
        assert (refused.value.code, refused.value.status) == ("stopping", 503)
    with pytest.raises(Refusal):
        database.last(1)
