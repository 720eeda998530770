"""What can go wrong between sending a statement and reading its end. On PostgreSQL, whatever --database says."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from select import select as select_ready
from typing import Any

import psycopg
import pytest
from psycopg.pq import PipelineStatus
from psycopg.waiting import Ready
from sqlalchemy import Connection, bindparam, insert, select, text, update
from sqlalchemy.exc import DBAPIError, ProgrammingError

from server.db.database import Database
from server.db.open import open_database
from server.db.postgres import pipeline
from server.db.prepared import Prepared
from server.db.tables import user
from server.domain.refusals import Refusal

RENAME = Prepared(update(user).where(user.c.username == bindparam("known")).values(name=bindparam("new")))
NAMES = Prepared(select(user.c.name).where(user.c.username == bindparam("known")))
SLOW = Prepared(text("SELECT pg_sleep(0.5)"))
BAD = Prepared(text("UPDATE missing SET name = :new"))


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with closing(open_database(url)) as opened:
        yield opened


def rename(connection: Connection, new: str) -> None:
    RENAME.write(connection, {"known": "alice", "new": new}, otherwise=Refusal("unknown_user"))


def alice(connection: Connection) -> str:
    return str(NAMES.rows(connection, {"known": "alice"})[0][0])


def cut(database: Database, connection: Connection) -> None:
    """End a connection from outside, as an administrator or a restart does."""
    driver: Any = connection.connection.driver_connection
    with closing(psycopg.connect(database.url.replace("+psycopg", ""))) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (driver.info.backend_pid,))


@pytest.mark.parametrize("what", ["question", "write", "any other", "commit"])
def test_a_connection_that_is_cut_leaves_nothing_and_the_next_one_serves(database: Database, what: str) -> None:
    with pytest.raises(Refusal) as refused, database.transaction() as connection:
        rename(connection, "sent before")
        cut(database, connection)
        if what == "question":
            alice(connection)
        elif what == "write":
            # The first may still be taken by the system.
            for _ in range(3):
                rename(connection, "sent after")
        elif what == "any other":
            connection.execute(select(user.c.name))
    assert refused.value.code == "database_away"
    with database.transaction() as connection:
        assert alice(connection) == "Alice"
        rename(connection, "Alicia")
    with database.reading() as connection:
        assert alice(connection) == "Alicia"


def test_a_statement_that_cannot_be_planned_is_tried_anew_and_skipped_ones_too(database: Database) -> None:
    for _ in range(2):
        with pytest.raises(ProgrammingError, match="missing"), database.transaction() as connection:
            BAD.write(connection, {"new": "x"})
            # Not planned yet on this connection: PostgreSQL skips it after the error.
            rename(connection, "skipped")
            alice(connection)
    with database.transaction() as connection:
        assert alice(connection) == "Alice"
        connection.execute(text("CREATE TABLE missing (name text)"))
    with database.transaction() as connection:
        BAD.write(connection, {"new": "x"})
        rename(connection, "Alicia")
        assert alice(connection) == "Alicia"


@pytest.mark.parametrize("change", ['ALTER TABLE "user" ALTER name TYPE text', "DEALLOCATE ALL"])
def test_a_plan_that_holds_no_more_is_made_anew(database: Database, change: str) -> None:
    with database.transaction() as connection:
        rename(connection, "planned")
        assert alice(connection) == "planned"
        connection.exec_driver_sql(change)
    for _ in range(2):
        with suppress(DBAPIError), database.transaction() as connection:
            alice(connection)
            rename(connection, "not yet")
    with database.transaction() as connection:
        rename(connection, "Alicia")
        assert alice(connection) == "Alicia"


def test_the_first_of_several_faults_is_told(database: Database) -> None:
    with pytest.raises(Refusal) as refused, database.transaction() as connection:
        RENAME.write(connection, {"known": "nobody", "new": "x"}, otherwise=Refusal("unknown_user"))
        BAD.write(connection, {"new": "x"})
    assert refused.value.code == "unknown_user"


def test_a_reading_that_was_broken_off_spoils_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(*_: Any) -> Generator[Any, Any, Any]:
        raise RuntimeError("the command's thread was ended")
        yield

    with pytest.raises(RuntimeError), database.transaction() as connection:
        rename(connection, "changed")
        with monkeypatch.context() as patched:
            patched.setattr(pipeline.Connection, "_results", broken_off)
            alice(connection)
    with database.transaction() as connection:
        assert alice(connection) == "Alice"


def test_a_reading_that_was_broken_off_in_the_middle_is_read_to_its_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(driver: Any, waits: Any) -> None:
        next(waits)
        select_ready([driver.pgconn.socket], [], [], 10)
        waits.send(Ready.R)
        raise RuntimeError("the command's thread was ended")

    with pytest.raises(RuntimeError), database.transaction() as connection:
        rename(connection, "changed")
        SLOW.write(connection, {})
        with monkeypatch.context() as patched:
            patched.setattr(pipeline.Connection, "wait", broken_off)
            alice(connection)
    with database.transaction() as connection:
        assert alice(connection) == "Alice"


def test_a_process_that_hangs_after_a_write_does_not_hold_the_lock_for_ever(database: Database) -> None:
    with pytest.raises(Refusal) as refused, database.transaction(1) as connection:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 100")
        rename(connection, "never")
        # A server on another machine, while this one is as if it were stopped.
        with closing(open_database(database.url)) as other, other.transaction(1) as taken:
            assert alice(taken) == "Alice"
            rename(taken, "Alicia")
    assert refused.value.code == "database_away"
    with database.reading() as connection:
        assert alice(connection) == "Alicia"


def test_more_is_sent_at_once_than_any_buffer_holds(database: Database) -> None:
    with database.transaction() as connection:
        for index in range(100):
            rename(connection, f"{index} " + "x" * 100_000)
        assert alice(connection).startswith("99 ")
        rename(connection, "Alice again")
    with database.reading() as connection:
        assert alice(connection) == "Alice again"


def test_another_statement_and_the_end_find_the_driver_as_ever(database: Database) -> None:
    with database.transaction() as connection:
        driver: Any = connection.connection.driver_connection
        rename(connection, "first")
        assert driver.pgconn.pipeline_status == PipelineStatus.ON
        connection.execute(insert(user).values(username="x", name="X", role="clerk", password_hash="-", created_at=0))
        assert driver.pgconn.pipeline_status == PipelineStatus.OFF
        rename(connection, "second")
    assert driver.pgconn.pipeline_status == PipelineStatus.OFF
    with database.reading() as connection:
        assert alice(connection) == "second"


def test_plans_make_room_in_the_middle_of_a_command(database: Database) -> None:
    many = [
        Prepared(text(f'UPDATE "user" SET name = :new WHERE id < {1000 + number}'))
        for number in range(pipeline.MOST_PLANNED + 5)
    ]
    with database.transaction() as connection:
        for each in (*many, many[0], many[-1]):
            each.write(connection, {"new": "renamed"})
        assert alice(connection) == "renamed"
        kept = connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar_one()
    assert kept == pipeline.MOST_PLANNED
