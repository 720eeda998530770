"""`hallcall migrate-to`: everything arrives, or nothing changes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.db.database import Database
from server.db.open import open_database
from server.db.schema import revision_of
from server.db.tables import metadata
from server.services.calling import calling, sessions
from server.services.notices.contacts import Reach
from server.services.runtime.actor import PUBLIC, Actor
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.services.tickets import issuing
from tests import databases
from tests.server.shell import PASSWORD, Shell
from tests.server.small_hall import MONDAY_9

ANN = Actor("user", 1, "ann", "clerk", "reception")
pytestmark = pytest.mark.sqlite


@pytest.fixture
def busy(office: Shell) -> Shell:
    """A stopped hall that had visitors, with contacts and notices."""
    office.run("user", "add", "ann", "--password-stdin", stdin=PASSWORD)
    office.run("device", "add", "display", "--hall", "small")
    with closing(office.database()) as database:
        deployment = Deployment(database)
        deployment.channels = ("email",)
        do(deployment, sessions.sign_on, ANN, counter="1", take_over=False, client=None)
        for visitor in range(1, 6):
            take(deployment, visitor)
        do(deployment, calling.call_next, ANN, counter="1")
    return office


def do(deployment: Deployment, act: Any, who: Actor, **arguments: Any) -> dict[str, Any]:
    return run_command(
        deployment, act, hall_code="small", actor=who, now=MONDAY_9, key=f"{len(arguments)}", **arguments
    ).body


def take(deployment: Deployment, visitor: int = 0) -> str:
    reach = Reach(name="陈大文", phone=f"1380013800{visitor}", email=f"v{visitor}@example.cn")
    arguments = {"service": "pass", "language": None, "reach": reach}
    body = run_command(
        deployment, issuing.issue_ticket, hall_code="small", actor=PUBLIC, now=MONDAY_9, **arguments
    ).body
    return str(body["number"])


def everything(database: Database) -> dict[str, list[Any]]:
    with database.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def spoil(shell: Shell, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(shell.data / "hallcall.db")) as connection:
        connection.execute(statement, values)
        connection.commit()


def test_a_hall_moves_whole_and_goes_on(busy: Shell) -> None:
    file: Path = busy.data / "hallcall.db"
    url = databases.server().empty()
    before = file.read_bytes()
    said = busy.run("migrate-to", url)
    assert "Moved and proven" in said
    assert "ticket                 5" in said
    assert databases.server().password not in said
    with closing(busy.database()) as old, closing(open_database(url)) as new:
        moved = everything(new)
        assert everything(old) == moved
        assert all(
            moved[name] for name in ("hall", "ticket", "place", "event", "contact", "notice", "answered", "user")
        )
    assert file.read_bytes() == before

    busy.environ["HALLCALL_DATABASE_URL"] = url
    assert "PostgreSQL 1" in busy.run("doctor", status=None)
    assert "ann" in busy.run("user", "list")
    busy.run("user", "add", "bob", "--password-stdin", stdin=PASSWORD)
    with closing(open_database(url)) as database:
        assert take(Deployment(database)).endswith("6")


def test_a_database_that_is_not_empty_is_refused(busy: Shell) -> None:
    url = databases.server().fresh()
    busy.run("migrate-to", url)
    with closing(open_database(url)) as database:
        before = everything(database)
        assert "is not empty" in busy.run("migrate-to", url, status=1)
        assert everything(database) == before


@pytest.mark.parametrize(
    ("statement", "value", "says"),
    [
        ("UPDATE ticket SET note = ?", "a\x00b", "Table ticket cannot be moved"),
        ("UPDATE ticket SET issued_at = ?", 1.5, "Table ticket"),
        ("UPDATE hall SET version = ?", 2**40, "Table hall cannot be moved"),
    ],
)
def test_what_cannot_arrive_as_it_is_changes_nothing(busy: Shell, statement: str, value: Any, says: str) -> None:
    spoil(busy, statement, value)
    url = databases.server().empty()
    said = busy.run("migrate-to", url, status=1)
    assert says in said
    assert "nothing was changed" in said
    assert revision_of(url) is None


def test_a_running_hall_and_a_wrong_address_are_refused(busy: Shell) -> None:
    from server.data_folder.lock import lock

    assert "must begin with" in busy.run("migrate-to", "sqlite:///other.db", status=1)
    gone = databases.server().url("no_such_database")
    said = busy.run("migrate-to", gone, status=1)
    assert "does not exist" in said
    assert databases.server().password not in said
    with lock(busy.data / "serve.lock"):
        assert "The server is running" in busy.run("migrate-to", databases.server().empty(), status=1)
