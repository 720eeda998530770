import re
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import create_engine

from server.db import migrate
from server.db.migrations import HEAD
from server.db.schema import MigrationError, revision_of
from server.db.tables import metadata

pytestmark = pytest.mark.sqlite


def schema(file):
    """Every table and index as SQLite keeps it, whatever the spacing and the order of constraints."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    squeezed = {name: re.sub(r'\s+|"', "", sql) for name, sql in rows if name != "alembic_version"}
    # A table that was copied has its defaults in brackets.
    plain = {name: re.sub(r"DEFAULT\('(.*?)'\)", r"DEFAULT'\1'", sql).rpartition(")") for name, sql in squeezed.items()}
    return {name: (sorted(parts.split(",")), end) for name, (parts, _, end) in plain.items()}


def test_head_is_the_newest_file():
    assert migrate.known_revisions()[-1] == HEAD
    for revision in migrate.known_revisions():
        assert re.fullmatch(r"\d{4}_\d\d_\d\d_\w+", revision)
        assert (migrate.FOLDER / "versions" / f"{revision}.py").is_file()


def test_migrations_lead_to_the_tables_of_the_code(tmp_path):
    migrated, made = tmp_path / "migrated.db", tmp_path / "made.db"
    migrate.upgrade(migrated)
    engine = create_engine(f"sqlite:///{made}")
    metadata.create_all(engine)
    engine.dispose()
    assert migrate.differences(migrated) == []
    assert schema(migrated) == schema(made)


def test_every_step_leads_up_and_down(tmp_path):
    file = tmp_path / "hall.db"
    before = {}
    for revision in migrate.known_revisions():
        before[revision] = schema(file) if file.exists() else {}
        migrate.upgrade(file, to=revision)
        assert revision_of(file) == revision
    newest_first = migrate.known_revisions()[::-1]
    for revision, last in zip(newest_first, [*newest_first[1:], "base"], strict=True):
        migrate.downgrade(file, to=last)
        assert schema(file) == before[revision]
    assert revision_of(file) is None
    migrate.upgrade(file)
    assert revision_of(file) == HEAD


def test_a_second_upgrade_changes_nothing(tmp_path):
    file = tmp_path / "folder" / "hall.db"
    migrate.upgrade(file)
    before = schema(file)
    migrate.upgrade(file)
    assert schema(file) == before


def test_a_failed_step_leaves_the_database_as_it_was(tmp_path):
    file = tmp_path / "hall.db"
    migrate.upgrade(file)
    before = schema(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO hall_head (hall_id) VALUES (99)")
        connection.execute("UPDATE alembic_version SET version_num = version_num")
        connection.commit()
    with pytest.raises(MigrationError, match="rows of hall_head would refer to nothing"):
        migrate.upgrade(file)
    assert schema(file) == before


def test_a_newer_or_foreign_database_is_refused(tmp_path):
    file = tmp_path / "hall.db"
    migrate.upgrade(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '2031_01_01_later'")
        connection.commit()
    with pytest.raises(MigrationError, match="made by a newer Hallcall"):
        migrate.upgrade(file)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE photo (id INTEGER)")
    with pytest.raises(MigrationError, match="is not a database of Hallcall"):
        migrate.upgrade(other)
    text = tmp_path / "notes.txt"
    text.write_text("not a database, but long enough to look like a header of one" * 40, encoding="utf-8")
    with pytest.raises(MigrationError, match="cannot be read as a database"):
        revision_of(text)
