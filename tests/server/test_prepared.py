"""Statements that the driver runs itself store and find what SQLAlchemy would."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from server.db.prepared import Prepared
from server.db.repositories import ticket_rows
from server.db.tables import answered, hall_head, service, user
from server.domain.refusals import Refusal
from server.services.runtime.command_bus import run_command
from server.services.runtime.unit_of_work import UnitOfWork
from tests.databases import on_postgres
from tests.server.small_hall import ALICE, Desk

RENAME = Prepared(update(user).where(user.c.username == bindparam("known")).values(name=bindparam("new")))
NAMES = Prepared(select(user.c.name).where(user.c.username == bindparam("known")))
ADD = Prepared(insert(user), keys=["username", "name", "role", "password_hash", "created_at"])
#: What an SQL text would be broken by.
HOSTILE = ("it's", 'say "no"', "back\\slash", "100 %", "%(known)s", "%%s", "$1", "'; DROP TABLE place; --", "深圳 🎫")


def name_of(desk: Desk, username: str) -> str:
    with desk.database.reading() as connection:
        return str(connection.execute(select(user.c.name).where(user.c.username == username)).scalar_one())


@pytest.mark.parametrize("said", HOSTILE)
def test_any_text_comes_back_as_it_was(desk: Desk, said: str) -> None:
    with desk.database.transaction() as connection:
        RENAME.write(connection, {"known": "alice", "new": said})
        assert NAMES.rows(connection, {"known": "alice"}) == [(said,)]
        RENAME.write(connection, {"known": "bob", "new": said})
    assert name_of(desk, "bob") == said
    with desk.database.reading() as connection:
        assert NAMES.rows(connection, {"known": "bob"}) == [(said,)]
        assert NAMES.rows(connection, {"known": said}) == []


def test_values_are_of_the_types_that_sqlalchemy_gives(desk: Desk) -> None:
    notice, lanes, calls = {"zh-CN": "午休"}, {"A,B": {"x": -1}}, {"1": {"calls": 3}}
    head = ticket_rows.Head(1, 7, 6, 2, "2026-11-23", True, False, notice, lanes, calls, None)
    every = Prepared(select(hall_head).where(hall_head.c.hall_id == bindparam("hall_id")))
    opens = Prepared(select(service.c.open).where(service.c.id == bindparam("id")))
    with desk.database.transaction(1) as connection:
        ticket_rows.write_head(connection, head)
        found = every.rows(connection, {"hall_id": 1})
        assert found == [tuple(row) for row in connection.execute(select(hall_head))]
        assert opens.rows(connection, {"id": 1})[0][0] is True
        read = ticket_rows.read_opening(connection, 1)
    assert read and read.head == head and read.head.was_open is False
    with desk.database.transaction(1) as connection:
        ticket_rows.write_head(connection, replace(head, notice=None, open_override=None))
    with desk.database.reading() as connection:
        read = ticket_rows.read_opening(connection, 1)
    assert read and read.head.notice is None and read.head.open_override is None


def test_any_other_statement_sees_what_was_written_before_it(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        RENAME.write(connection, {"known": "alice", "new": "first"})
        RENAME.write(connection, {"known": "alice", "new": "second"})
        assert connection.execute(select(user.c.name).where(user.c.username == "alice")).scalar_one() == "second"
        RENAME.write(connection, {"known": "alice", "new": "third"})
        connection.execute(update(user).where(user.c.name == "third").values(name="fourth"))
    assert name_of(desk, "alice") == "fourth"


def test_what_was_to_change_a_row_and_did_not_is_refused_and_nothing_stays(desk: Desk) -> None:
    with pytest.raises(Refusal) as refused, desk.database.transaction() as connection:
        RENAME.write(connection, {"known": "alice", "new": "changed"})
        RENAME.write(connection, {"known": "nobody", "new": "x"}, otherwise=Refusal("unknown_user", username="nobody"))
        RENAME.write(connection, {"known": "bob", "new": "changed"})
    assert refused.value.code == "unknown_user"
    assert (name_of(desk, "alice"), name_of(desk, "bob")) == ("Alice", "Bob")
    with desk.database.transaction() as connection:
        RENAME.write(connection, {"known": "nobody", "new": "x"})


def test_a_fault_forgets_what_waited(desk: Desk) -> None:
    with pytest.raises(RuntimeError), desk.database.transaction() as connection:
        RENAME.write(connection, {"known": "alice", "new": "changed"})
        raise RuntimeError("power cut")
    with desk.database.transaction() as connection:
        RENAME.write(connection, {"known": "bob", "new": "Robert"})
    assert (name_of(desk, "alice"), name_of(desk, "bob")) == ("Alice", "Robert")


def test_a_rule_of_the_database_is_broken_as_with_sqlalchemy(desk: Desk) -> None:
    row = {"username": "alice", "name": "again", "role": "clerk", "password_hash": "-", "created_at": 0}
    with pytest.raises(IntegrityError), desk.database.transaction() as connection:
        ADD.write(connection, row)
        connection.execute(select(user.c.id))
    with desk.database.transaction() as connection:
        ADD.write(connection, row | {"username": "dora"})
    assert name_of(desk, "dora") == "again"


def test_a_ticket_that_has_moved_on_is_not_written(desk: Desk) -> None:
    number = desk.take()
    with desk.database.reading() as connection:
        held = ticket_rows.ticket_by_number(connection, hall_id=1, day="2026-11-23", number=number)
    assert held
    before = desk.everything()
    with pytest.raises(Refusal) as refused, desk.database.transaction(1) as connection:
        ticket_rows.write_ticket(connection, replace(held, seq=held.seq - 1), replace(held, calls=5))
    assert refused.value.code == "wrong_state"
    assert desk.everything() == before


def test_a_key_that_another_hall_used_meanwhile_is_refused(desk: Desk) -> None:
    def slow(unit: UnitOfWork) -> dict[str, object]:
        taken = insert(answered).values(
            caller=ALICE.caller, key="k", content_hash="other", status=200, answer="{}", at=desk.now
        )
        unit.connection.execute(taken)
        return {}

    before = desk.everything()
    with pytest.raises(Refusal) as refused:
        run_command(desk.deployment, slow, hall_code="hall", actor=ALICE, now=desk.now, key="k")
    assert refused.value.code == "key_reused"
    assert desk.everything() == before


def test_a_text_that_cannot_be_stored_is_refused(desk: Desk) -> None:
    if not on_postgres():
        with desk.database.transaction() as connection:
            RENAME.write(connection, {"known": "alice", "new": "a\0b"})
        assert name_of(desk, "alice") == "a\0b"
        return
    with pytest.raises(Refusal) as refused, desk.database.transaction() as connection:
        RENAME.write(connection, {"known": "alice", "new": "a\0b"})
    assert refused.value.code == "invalid"
    assert name_of(desk, "alice") == "Alice"


def test_plans_outlive_a_refusal(desk: Desk) -> None:
    for new in ("first", "second"):
        with desk.database.transaction() as connection:
            RENAME.write(connection, {"known": "alice", "new": new})
        with pytest.raises(Refusal), desk.database.transaction() as connection:
            RENAME.write(connection, {"known": "nobody", "new": new}, otherwise=Refusal("unknown_user"))
        assert name_of(desk, "alice") == new
    if on_postgres():
        with desk.database.transaction() as connection:
            planned = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%UPDATE \"user\"%%'"
            assert connection.exec_driver_sql(planned).scalar_one() == 1
