"""The table of commands, wrong usage, bad settings, and what is said when something stands in the way."""

import sqlite3
import sys
from contextlib import closing
from importlib import import_module

import click
import pytest

from server import cli
from server.data_folder.lock import Held, is_held, lock
from server.data_folder.private_file import write_private
from server.db.migrations import HEAD


def test_every_command_of_the_table_is_there():
    for name, entry in cli.COMMANDS.items():
        module, _, attribute = entry.place.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command), name
        assert command.name == name


def test_help_lists_the_commands_in_the_terminals_language(shell):
    assert "Look for what is not well." in shell.run("--help")
    shell.environ |= {"LC_ALL": "zh_CN.UTF-8"}
    assert "检查运行状况。" in shell.run("--help")
    assert HEAD in shell.run("version")


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["init"],
        ["init", "--from", "missing.json"],
        ["user", "add"],
        ["user", "add", "ann", "--role", "boss"],
        ["device", "revoke", "one"],
        ["demo"],
        ["demo", "--show", "more"],
        ["restore", "missing.db"],
    ],
)
def test_wrong_usage_ends_with_status_2(shell, arguments):
    shell.run(*arguments, status=2)
    assert not shell.data.exists()


@pytest.mark.sqlite
def test_a_server_that_cannot_start_has_patched_nothing(shell):
    """These tests run commands in their own process: its sockets and threads must stay what they are."""
    shell.run("serve", status=1)
    patcher = sys.modules.get("eventlet.patcher")  # importing it here would do what this test fears
    assert patcher is None or not patcher.is_monkey_patched("socket")


@pytest.mark.sqlite
@pytest.mark.parametrize("arguments", [["serve"], ["export"], ["user", "list"], ["device", "list"], ["demo", "--show"]])
def test_commands_say_what_to_do_first_when_there_is_no_database(shell, arguments):
    assert "There is no database" in shell.run(*arguments, status=1)
    assert shell.run("backup", shell.folder / "copy.db", status=1).startswith("Error: There is no database")


def test_a_bad_setting_is_one_sentence_and_status_1(shell):
    shell.environ["HALLCALL_PORT"] = "eighty"
    assert shell.run("serve", status=1) == (
        "Error: HALLCALL_PORT must be a whole number from 1 to 65535, not 'eighty'.\n"
    )


def age(file):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'older'")
        connection.commit()


@pytest.mark.sqlite
def test_migrate_makes_checks_and_keeps_a_copy_of_what_was_older(shell, monkeypatch):
    assert "schema none" in shell.run("migrate", "--check", status=1)
    shell.run("migrate")
    assert "up to date" in shell.run("migrate", "--check")
    file = shell.data / "hallcall.db"
    age(file)
    assert "run `hallcall migrate`" in shell.run("serve", status=1)
    monkeypatch.setattr("server.services.archive.backup.known_revisions", lambda: ["older", HEAD])
    monkeypatch.setattr("server.db.migrate.upgrade", lambda _file: None)
    assert "A copy was kept" in shell.run("migrate")
    (copy,) = (shell.data / "backups").iterdir()
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("older",)


@pytest.mark.sqlite
def test_a_newer_database_is_left_alone(shell):
    shell.run("migrate")
    age(shell.data / "hallcall.db")
    assert "newer Hallcall" in shell.run("migrate", status=1)
    assert "newer Hallcall" in shell.run("backup", shell.folder / "copy.db", status=1)


@pytest.mark.sqlite
def test_the_doctor_says_that_a_database_is_missing_and_nothing_of_migrating_it(office):
    (office.data / "hallcall.db").unlink()
    said = office.run("doctor", status=1)
    assert f"There is no database at {office.data / 'hallcall.db'}: put it back" in said
    assert "migrate" not in said


@pytest.mark.sqlite
def test_the_doctor_tells_what_is_broken_and_what_to_look_at(office, monkeypatch):
    monkeypatch.setattr("server.cli.symptoms.PAGES", office.folder)
    said = office.run("doctor", status=1)
    assert "BROKEN   Pages are not built: home" in said
    assert "look     No administrator can sign in" in said
    assert "look     Hall small has no paired display" in said
    for name in ("home", "login", "counter", "display", "kiosk", "supervisor", "visitor"):
        (office.folder / name).mkdir()
        (office.folder / name / "index.html").write_text("", encoding="utf-8")
    assert "BROKEN" not in office.run("doctor")
    (office.data / "hallcall.db").write_bytes(b"not a database at all, though long enough to be looked at" * 10)
    assert "cannot be read as a database" in office.run("doctor", status=1)


def test_the_lock_is_held_by_one_process_and_released_with_it(tmp_path):
    file = tmp_path / "folder" / "serve.lock"
    with lock(file):
        assert is_held(file)
        with pytest.raises(Held), lock(file):
            raise AssertionError("two hold it")
    assert not is_held(file)


def test_a_private_file_replaces_and_leaves_no_part(tmp_path):
    file = tmp_path / "folder" / "token"
    write_private(file, "one")
    write_private(file, "two")
    assert file.read_text(encoding="utf-8") == "two"
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.sqlite
def test_a_folder_held_by_another_command_is_said(office):
    with lock(office.data / "serve.lock"):
        assert "try again" in office.run("user", "disable", "ann", status=1)
        for arguments in (["serve"], ["restore", office.data / "hallcall.db"], ["demo", "--make"]):
            assert "The server is running" in office.run(*arguments, status=1)


def test_a_file_in_the_data_folders_place_is_said(shell):
    shell.data.write_text("", encoding="utf-8")
    for arguments in (["serve"], ["user", "list"], ["doctor"], ["demo", "--make"]):
        assert f"HALLCALL_DATA is {shell.data}, no folder." in shell.run(*arguments, status=1)
