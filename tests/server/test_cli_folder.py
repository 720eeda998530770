"""A data folder that is not as it should be: each case is a sentence where a person looks."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from display.announcer.credentials import TokenFiles
from server.cli.traces import DatabaseHeld, holding_database
from server.data_folder.private_file import write_private
from server.data_folder.unfinished_copies import being_written, rests
from server.db.sqlite import SqliteDatabase
from server.http.app import create_app
from server.http.context import AppContext
from server.realtime.connections import Connections
from server.realtime.presence import Presence
from server.services.notices import contacts, keys
from server.services.runtime.actor import PUBLIC
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.services.tickets import issuing
from server.settings.config import Config, Limits
from server.watch.warnings import warnings
from tests.server.shell import Shell
from tests.server.small_hall import MONDAY_9, Desk
from tests.server.test_appointments import MING

pytestmark = pytest.mark.sqlite


def config_of(shell: Shell) -> Config:
    return Config.from_env({"HALLCALL_DATA": str(shell.data)})


def with_contact(office: Shell) -> None:
    """A visitor of the office left a name and a phone."""
    with closing(office.database()) as database:
        run_command(
            Deployment(database, keys.load(office.data)),
            issuing.issue_ticket,
            hall_code="small",
            actor=PUBLIC,
            now=MONDAY_9,
            service="pass",
            reach=MING,
        )


def test_keys_that_are_damaged_are_a_sentence_at_start_and_for_the_doctor(office: Shell) -> None:
    with_contact(office)
    for content in ("{", "[]", '{"sealing": ["x"], "hashing": "y"}', '{"sealing": [], "hashing": "0123456789abcdef"}'):
        (office.data / "keys.json").write_text(content, encoding="utf-8")
        with pytest.raises(keys.KeysError, match="put it back from a copy"):
            keys.load(office.data)
        said = office.run("doctor", status=1)
        assert "keys.json cannot be used: put it back from a copy" in said


def test_an_empty_file_where_a_hall_was_is_no_database_to_migrate(office: Shell) -> None:
    with_contact(office)
    (office.data / "hallcall.db").write_bytes(b"")
    said = office.run("doctor", status=1)
    assert "There is no database at" in said
    assert "hallcall migrate" not in said


def test_keys_that_are_missing_or_anothers_are_told(office: Shell) -> None:
    with_contact(office)
    file = office.data / "keys.json"
    assert "keys.json" not in office.run("doctor", status=None)
    file.unlink()
    assert "keys.json is missing: put it back" in office.run("doctor", status=1)
    made = keys.load(office.data)  # as a start does
    assert "does not open 1 of the names and phones" in office.run("doctor", status=1)
    with closing(office.database()) as database:
        deployment = Deployment(database, made)
        with database.reading() as connection:
            deployment.unopened = contacts.unopened(connection, deployment.keys)
        assert [one.code for one in warnings(deployment, Config.from_env({}))] == ["keys_foreign"]


def test_no_demo_and_no_empty_database_where_a_hall_was(office: Shell) -> None:
    office.run("backup", str(office.data / "backups") + "/")
    (office.data / "hallcall.db").unlink()
    for command in (("migrate",), ("demo", "--make"), ("serve",)):
        said = office.run(*command, status=1)
        assert "held a hall before (backups/ is there)" in said and "hallcall restore COPY" in said
        assert not (office.data / "hallcall.db").exists()
    (copy,) = (office.data / "backups").glob("*.db")
    office.run("restore", copy)
    assert "No demo hall was made: hall " in office.run("demo", "--make", status=1)
    assert "HALLCALL_DATA" in office.run("demo", "--make", "--anew", status=1)


@pytest.mark.parametrize("left", ["keys.json", "archive/small/2026/2026-01-01.jsonl.gz", "backups/replaced-1.db"])
def test_each_trace_of_a_hall_is_enough(shell: Shell, left: str) -> None:
    file = shell.data / left
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x")
    assert "held a hall before" in shell.run("demo", "--make", status=1)
    assert "was made" in shell.run("demo", "--make", "--anew")
    assert "is ready" in shell.run("demo", "--make")


def test_what_a_killed_copy_left_is_named_and_the_next_one_removes_it(office: Shell) -> None:
    folder = office.data / "backups"
    folder.mkdir()
    content = (office.data / "hallcall.db").read_bytes()
    killed, other = folder / ".hallcall-1.db.123.part", folder / ".notes.part"
    killed.write_bytes(content)
    killed.with_name(killed.name + "-journal").write_bytes(b"x")
    other.write_bytes(content)
    assert str(killed) in office.run("doctor", status=None)
    with being_written(folder / ".hallcall-2.db.124.part"):
        (folder / ".hallcall-2.db.124.part").write_bytes(content)
        assert rests(folder) == [killed]
        office.run("backup", str(folder) + "/")
        assert {part.name for part in folder.glob(".*")} == {".notes.part", ".hallcall-2.db.124.part"}
    assert rests(folder) == [folder / ".hallcall-2.db.124.part"]


def test_a_damaged_database_is_named_not_its_copy(office: Shell) -> None:
    with closing(sqlite3.connect(office.data / "hallcall.db")) as connection:
        connection.execute("UPDATE hall_head SET seq = 9")
        connection.commit()
    said = office.run("backup", office.folder / "b.db", status=1)
    assert str(office.data / "hallcall.db") in said and ".part" not in said


def test_one_database_has_one_server_whatever_its_folder(office: Shell, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(office.data)
    second = Shell(tmp_path / "second", HALLCALL_DATABASE_URL=f"sqlite:///{link}/hallcall.db")
    (tmp_path / "second").mkdir()
    with (office.data / "hallcall.db.lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for command in (("serve",), ("demo", "--make")):
            said = second.run(*command, status=1)
            assert "Another server or command works on" in said and str(office.data / "hallcall.db") in said


@pytest.mark.parametrize("named", ["link", "hard link"])
def test_a_database_has_one_server_by_whatever_name(office: Shell, tmp_path: Path, named: str) -> None:
    file, other = office.data / "hallcall.db", tmp_path / "other" / "hall.db"
    other.parent.mkdir()
    make = other.symlink_to if named == "link" else other.hardlink_to
    make(file)
    second = Shell(tmp_path / "second", HALLCALL_DATABASE_URL=f"sqlite:///{other}")
    second.folder.mkdir()
    with holding_database(config_of(office)):
        for command in (("serve",), ("demo", "--make"), ("doctor",)):
            assert "Another server or command works on" in second.run(*command, status=1)
    assert "Another server" not in second.run("doctor", status=None)


def test_a_database_with_two_names_is_said(desk: Desk, office: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    file = office.data / "hallcall.db"
    assert "look     " + str(file) not in office.run("doctor", status=None)
    office.folder.joinpath("aside.db").hardlink_to(file)
    assert f"look     {file} has a second name (a hard link)" in office.run("doctor", status=None)
    assert [one.code for one in warnings(desk.deployment, config_of(office))] == ["database_linked"]
    # a system that has no lock of the file itself
    monkeypatch.setattr("server.data_folder.lock._set_lock", lambda: None)
    with pytest.raises(DatabaseHeld, match="second name"), holding_database(config_of(office)):
        pass


def test_the_demos_limits_are_for_the_demo_alone(desk: Desk) -> None:
    config = Config.from_env({}).for_demo()
    assert config.limits.public > 1000 and config.for_halls(["demo"]) is config
    assert config.for_halls(["demo", "mine"]).limits == Limits()
    chosen = Config.from_env({"HALLCALL_LIMIT_PUBLIC": "500"}).for_demo()
    assert chosen.for_halls(["demo", "mine"]).limits.public == 500
    assert list(warnings(desk.deployment, config)) == []
    with desk.database.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO hall (id, code, name, time_zone, groups, statuses, settings) SELECT 2,"
            " 'second', name, time_zone, groups, statuses, settings FROM hall"
        )
        connection.exec_driver_sql("INSERT INTO hall_head (hall_id) VALUES (2)")
    desk.deployment.reload()
    assert [one.code for one in warnings(desk.deployment, config)] == ["demo_limits"]


@pytest.fixture
def damaged(desk: Desk, tmp_path: Path) -> Iterator[FlaskClient]:
    """A server on a database whose page of events was overwritten."""
    for _ in range(3):
        desk.take()
    file = Path(desk.database.url.removeprefix("sqlite:///"))
    desk.database.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("rb+") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\xa5" * size)
    with closing(SqliteDatabase(desk.database.url)) as database:
        deployment = Deployment(database)
        config = Config.from_env({"HALLCALL_DATA": str(tmp_path), "HALLCALL_DATABASE_URL": desk.database.url})
        with create_app(AppContext(deployment, config, Presence(deployment, Connections()))).test_client() as client:
            yield client


def test_a_damaged_page_is_no_fault_of_ours_and_readyz_says_so(damaged: FlaskClient) -> None:
    assert damaged.get("/readyz").get_json()["ok"]
    answer = damaged.get("/api/v1/halls/hall/events?since=0")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "database_away")
    ready = damaged.get("/readyz")
    assert ready.status_code == 503
    assert (ready.get_json()["troubles"], ready.get_json()["database"]) == (["database_damaged"], "SQLITE_CORRUPT")


def test_the_announcers_damaged_token_is_named_and_it_pairs_anew(
    office: Shell, caplog: pytest.LogCaptureFixture
) -> None:
    file = office.data / "announcer.token"
    files = TokenFiles(file, office.data / "paired.token")
    for content in (b"\xff\xfe\x00broken", b"two words\n", b"a\x00b"):
        file.write_bytes(content)
        caplog.clear()
        with caplog.at_level("WARNING"):
            assert TokenFiles(file, files.paired).read() is None
        assert "announcer.token is damaged" in caplog.text or "已损坏" in caplog.text
        assert "announcer.token is damaged: delete it" in office.run("doctor", status=1)
    files.keep("paired-anew")
    assert files.read() == "paired-anew"


def test_a_full_disk_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("server.data_folder.private_file.Path.replace", full)
    with pytest.raises(OSError, match=r"admin\.token") as refused:
        write_private(tmp_path / "admin.token", "x")
    assert refused.value.filename == str(tmp_path / "admin.token")


def test_strangers_with_the_same_key_are_not_one_caller(desk: Desk, tmp_path: Path) -> None:
    config = Config.from_env({"HALLCALL_DATA": str(tmp_path)})
    with create_app(
        AppContext(desk.deployment, config, Presence(desk.deployment, Connections()))
    ).test_client() as client:

        def take(address: str) -> str:
            answer = client.post(
                "/api/v1/halls/hall/tickets",
                json={"service": "pass"},
                headers={"Idempotency-Key": "1"},
                environ_base={"REMOTE_ADDR": address},
            )
            return str(answer.get_json()["token"])

        assert take("10.0.0.1") == take("10.0.0.1") != take("10.0.0.2")
