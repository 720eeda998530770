"""A copy of the database while it is used, the proof that a copy is sound, and putting it back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from server.data_folder.durable import BESIDE, keep_private, make_private, settle, settle_folder
from server.data_folder.unfinished_copies import being_written, remove_rests
from server.db.database import is_postgres
from server.db.migrate import known_revisions, upgrade
from server.db.migrations import HEAD
from server.db.repositories.streams import SKIPPED, begin_streams, counted
from server.db.schema import MigrationError, revision_of

#: What a person would count to know that it is the right copy.
COUNTED = ("hall", "ticket", "event", "user", "device")


class BackupError(RuntimeError):
    """A copy could not be made, or is not sound; the message is a sentence, and nothing was replaced."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proven of a database.

    counts: rows by table. seqs, firsts: the numbers of the last event by hall code, and of the first that is there.
    """

    revision: str
    counts: dict[str, int]
    seqs: dict[str, int]
    size: int
    firsts: dict[str, int]


def back_up(database: Path, target: Path) -> Proof:
    """Write a consistent copy to `target` and prove it; works while the server runs.

    The copy is one file, on the disk before it gets its name. A backup of that name is replaced, any other file is
    not. Raises BackupError.
    """
    if revision_of_copy(database) is None:
        raise BackupError(f"There is no database at {database}.")
    if target.exists() and (target.samefile(database) or revision_of_copy(target) is None):
        raise BackupError(f"{target} exists and is no backup: choose another name.")
    with _staged(target) as staged:
        _copy(database, staged)
        try:
            return prove(staged)
        except BackupError as wrong:  # the copy is as the database is, and gone in a moment
            raise BackupError(str(wrong).replace(str(staged), str(database))) from wrong


def revision_of_copy(file: Path) -> str | None:
    """The schema of a database, None when there is none in the file. Raises BackupError for any other file."""
    try:
        return revision_of(file)
    except MigrationError as error:
        raise BackupError(str(error)) from error


def prove(file: Path) -> Proof:
    """Check a database: SQLite's integrity, references, schema, and that no event number is missing.

    Raises BackupError saying what is wrong.
    """
    try:
        revision = revision_of_copy(file)
    except UnicodeError as error:
        raise BackupError(f"{file} is damaged ({error}).") from error
    if revision is None:
        raise BackupError(f"{file} is no database of Hallcall.")
    if revision not in known_revisions():
        raise BackupError(f"{file} was made by a newer Hallcall (schema {revision}; this program knows {HEAD}).")
    try:
        with closing(_open_to_read(file)) as connection:
            _check_pages(connection, file)
            seqs, firsts = _check_events(connection, file)
            counts = {
                name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # own names # noqa: S608 # nosec B608
                for name in COUNTED
            }
    except (sqlite3.DatabaseError, UnicodeError) as error:
        raise BackupError(f"{file} is damaged ({error}).") from error
    return Proof(revision, counts, seqs, file.stat().st_size, firsts)


def restore(copy: Path, database: Path, *, aside: Path, now: int) -> Proof:
    """Put a proven copy in the database's place; the caller holds the lock of the data folder.

    What was there is moved to `aside` with its companions. An older schema is brought up to date, and all sign-ins
    are ended. Its events go on in a new stream (db/repositories/streams.py). now: ms. Raises BackupError before
    anything was replaced.
    """
    if database.exists() and copy.exists() and copy.samefile(database):
        raise BackupError(f"{copy} is the database itself.")
    if aside.exists():
        raise BackupError(f"{aside} exists already.")
    known = prove(copy)
    with _staged(database, replaced_to=aside) as staged:
        _copy(copy, staged)
        upgrade(staged)
        with closing(sqlite3.connect(staged)) as connection:
            connection.execute("DELETE FROM sign_in")
            connection.commit()
        new_streams(f"sqlite:///{staged.absolute().as_posix()}", now=now)
        return replace(prove(staged), seqs=known.seqs)  # of what was put back, not of the stream that begins


def new_streams(url: str, *, now: int) -> dict[str, int]:
    """Begin a new stream in each hall of a database that was put back: first numbers by the hall's code."""
    if is_postgres(url):
        from server.db.postgres.database import engine_for

        with engine_for(url) as engine, engine.begin() as connection:
            return begin_streams(connection, now=now)
    with create_engine(url, poolclass=NullPool).begin() as connection:
        return begin_streams(connection, now=now)


def compact(database: Path) -> tuple[int, int]:
    """Give unused room of a database, which nobody else may have open, back to the disk: its size before and after."""
    before = database.stat().st_size
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return before, database.stat().st_size


@contextmanager
def _staged(target: Path, *, replaced_to: Path | None = None) -> Iterator[Path]:
    """A file beside `target` that gets its name at the end, once it is on the disk; removed when anything fails."""
    staged = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        make_private(target.parent)
        remove_rests(target.parent)
        # Nobody else may read the passwords' hashes and the tickets' tokens in it.
        with being_written(staged):
            yield staged
            settle(staged)
        if replaced_to is not None:
            _move_aside(target, replaced_to)
        staged.replace(target)
        settle_folder(target.parent)
    except OSError as error:
        raise BackupError(f"{error.filename or target}: {error.strerror or error}.") from error
    except (MigrationError, sqlite3.Error) as error:
        raise BackupError(f"{target}: {error}") from error
    finally:
        for name in (staged, *(staged.with_name(staged.name + end) for end in BESIDE)):
            with suppress(OSError):  # what went wrong is being told already
                name.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    with closing(_open_to_read(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)
        # One file without companions, that can be moved about.
        written.execute("PRAGMA journal_mode = DELETE")


def _open_to_read(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=10)


def _check_pages(connection: sqlite3.Connection, file: Path) -> None:
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise BackupError(f"{file} is damaged ({'; '.join(found)}).")
    lost = connection.execute("PRAGMA foreign_key_check").fetchone()
    if lost:
        raise BackupError(f"{file} is damaged (a row of {lost[0]} refers to nothing).")


def _check_events(connection: sqlite3.Connection, file: Path) -> tuple[dict[str, int], dict[str, int]]:
    # A copy of an older schema has no archive: all its events are there.
    known = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'archive'").fetchone()[0]
    out = "(SELECT max(last_seq) FROM archive WHERE archive.hall_id = hall.id)" if known else "0"
    query = f"""SELECT hall.id, hall.code, hall_head.seq,
        count(event.seq), min(event.seq), max(event.seq), coalesce({out}, 0)
        FROM hall JOIN hall_head ON hall_head.hall_id = hall.id LEFT JOIN event ON event.hall_id = hall.id
        GROUP BY hall.id"""  # our own words # noqa: S608 # nosec B608
    seqs, firsts = {}, {}
    for code, events in counted(connection.execute(query), connection.execute(SKIPPED)).items():
        if not events.whole:
            numbered = f"{events.count} numbered {events.first} to {events.last}, head {events.head}"
            raise BackupError(f"{file} is damaged (events of {code}: {numbered}).")
        seqs[code], firsts[code] = events.head, events.head + 1 if events.first is None else events.first
    return seqs, firsts


def _move_aside(database: Path, aside: Path) -> None:
    make_private(aside.parent)
    if database.exists():
        keep_private(database)
    # The log first: left beside the restored database it would be played into it.
    for end in (*BESIDE, ""):
        part = database.with_name(database.name + end)
        if part.exists():
            part.replace(aside.with_name(aside.name + end))
