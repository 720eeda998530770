"""`hallcall backup` and `hallcall restore` while the server is stopped; tests/server/test_backup.py has the proof."""

import os
import sqlite3
from contextlib import closing
from random import Random

import pytest

from tests.server.shell import PASSWORD

pytestmark = pytest.mark.sqlite


def test_a_backup_is_restored_and_what_was_there_is_kept(office):
    folder = office.folder / "copies"
    folder.mkdir()
    assert "small: no events yet" in office.run("backup", folder)
    (copy,) = folder.iterdir()
    office.run("user", "add", "ann", "--password-stdin", stdin=PASSWORD)
    said = office.run("restore", copy)
    assert "user 0" in said
    assert office.users() == {}
    (aside,) = (office.data / "backups").iterdir()
    assert str(aside) in said
    copy.write_bytes(copy.read_bytes()[:20_000])
    assert "cannot be read as a database" in office.run("restore", copy, status=1)
    assert office.users() == {}


def test_copies_are_named_from_where_one_stands(office, monkeypatch):
    monkeypatch.chdir(office.folder)
    office.run("backup", "copy.db")
    office.run("backup", "copy.db")
    office.run("backup", f"new{os.sep}")
    (dated,) = (office.folder / "new").iterdir()
    office.run("user", "add", "ann", "--password-stdin", stdin=PASSWORD)
    for copy in ("copy.db", dated.relative_to(office.folder)):
        assert "Restored and proven" in office.run("restore", copy)
        assert office.users() == {}


def test_a_damaged_copy_replaces_nothing(office):
    office.run("user", "add", "ann", "--password-stdin", stdin=PASSWORD)
    copy = office.folder / "copy.db"
    office.run("backup", copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE hall_head SET seq = 9")
        connection.commit()
    assert "is damaged (events of small: 0" in office.run("restore", copy, status=1)
    (office.folder / "notes.txt").write_text("notes " * 200, encoding="utf-8")
    assert "cannot be read as a database" in office.run("restore", office.folder / "notes.txt", status=1)
    assert "is no backup" in office.run("backup", office.data / "hallcall.db", status=1)
    assert "cannot be read as a database" in office.run("backup", office.folder / "notes.txt", status=1)
    assert "the database itself" in office.run("restore", office.data / "hallcall.db", status=1)
    assert "ann" in office.users()
    assert not (office.data / "backups").exists()


def test_what_was_there_is_kept_beside_a_database_that_lies_elsewhere(office):
    copy, disk = office.folder / "copy.db", office.folder / "disk"
    office.run("backup", copy)
    office.environ["HALLCALL_DATABASE_URL"] = f"sqlite:///{(disk / 'hall.db').as_posix()}"
    assert "is kept" not in office.run("restore", copy)
    assert "is kept" in office.run("restore", copy)
    assert len(list((disk / "backups").iterdir())) == 1


def test_a_copy_with_flipped_bytes_is_called_damaged(office):
    copy, flipped = office.folder / "copy.db", office.folder / "flipped.db"
    office.run("backup", copy)
    whole = copy.read_bytes()
    for seed in range(4):  # so many that each hits what is used
        random, broken = Random(seed), bytearray(whole)
        for _ in range(400):
            broken[random.randrange(100, len(broken))] ^= 0xFF
        flipped.write_bytes(broken)
        said = office.run("restore", flipped, status=1)
        assert "damaged" in said or "cannot be read as a database" in said, (seed, said)
    assert not (office.data / "backups").exists()


def test_added_languages_are_copied_and_come_back(office):
    added, folder = office.data / "languages", office.folder / "copies"
    added.mkdir(parents=True)
    (added / "ug.json").write_text("{}", encoding="utf-8")
    folder.mkdir()
    assert "languages copied" in office.run("backup", folder)
    (copy,) = folder.glob("*.db")
    (added / "ug.json").unlink()
    (added / "kk.json").write_text("{}", encoding="utf-8")
    (folder / "languages" / "kk.json").write_text("older", encoding="utf-8")
    office.run("restore", copy)
    assert (added / "ug.json").read_text(encoding="utf-8") == "{}"
    assert (added / "kk.json").read_text(encoding="utf-8") == "{}", "what is there stays"
