import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from importlib import import_module
from pathlib import Path

import click
import pytest
import requests
from click.testing import CliRunner

from server import cli
from server.cli.halls import written
from server.db.migrations import HEAD
from server.lock import Held, is_held, lock
from server.private_file import write_private
from server.services.hall_file import read_hall_file
from tests.server.test_hall_file import SMALL, changed

PASSWORD = "a long pass phrase"


class Shell:
    """Runs commands in this process with a data folder of their own, like a person at a terminal."""

    def __init__(self, folder, **environ):
        self.folder, self.data = folder, folder / "data"
        self.environ = {name: None for name in os.environ if name.startswith("HALLCALL_")}
        self.environ |= {"HALLCALL_DATA": str(self.data), "LANG": "C", "LC_ALL": "C", "HALLCALL_PORT": "8189"} | environ

    def run(self, *arguments, stdin=None, status=0):
        result = CliRunner(env=self.environ).invoke(cli.group, [str(one) for one in arguments], input=stdin)
        said = result.output
        if status is not None:
            assert result.exit_code == status, said + (repr(result.exception) if result.exception else "")
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return said

    def file(self, content, name="hall.json"):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    def users(self):
        return {line.split()[0]: line for line in self.run("user", "list").splitlines()}


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)


@pytest.fixture
def hall(shell):
    shell.run("init", "--from", shell.file(SMALL))
    return shell


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


@pytest.mark.parametrize(
    "arguments", [["serve"], ["export"], ["user", "list"], ["device", "list"], ["demo", "--show"]]
)
def test_commands_say_what_to_do_first_when_there_is_no_database(shell, arguments):
    assert "There is no database" in shell.run(*arguments, status=1)
    assert shell.run("backup", shell.folder / "copy.db", status=1).startswith("Error: There is no database")


def test_a_bad_setting_is_one_sentence_and_status_1(shell):
    shell.environ["HALLCALL_PORT"] = "eighty"
    assert shell.run("serve", status=1) == (
        "Error: HALLCALL_PORT must be a whole number from 1 to 65535, not 'eighty'.\n"
    )


def test_a_hall_is_made_changed_and_exported(hall):
    assert "small was changed" in hall.run("init", "--from", hall.file(changed(("name", "zh-CN"), "新")))
    text = hall.run("export")
    assert json.loads(text)["name"]["zh-CN"] == "新"
    assert all(len(line) <= 121 for line in text.splitlines())
    copy = hall.folder / "copy.json"
    hall.run("export", "small", "-o", copy)
    assert copy.read_text(encoding="utf-8") == text
    assert read_hall_file(copy.read_bytes()).code == "small"
    assert "There is no hall big" in hall.run("export", "big", status=1)


def test_the_mistakes_of_a_file_are_listed_and_nothing_is_made(shell):
    bad = changed(("zones", 1, "code"), "main")
    bad["counters"][0]["zone"] = "attic"
    said = shell.run("init", "--from", shell.file(bad), status=1)
    assert "zones[1].code: 'main' is used by zones[0] already" in said
    assert "counters[0].zone: there is no zone 'attic'" in said
    assert not shell.data.exists()
    assert "is in order" in shell.run("init", "--check", "--from", shell.file(SMALL))
    assert not shell.data.exists()
    shell.environ |= {"LC_ALL": "zh_CN.UTF-8"}
    assert "没有区域“attic”" in shell.run("init", "--from", shell.file(bad), status=1)


@pytest.mark.parametrize("value", [{}, [], {"a": []}, {"a": {"b": ["x" * 200, "号"]}}, [[1, 2.5, None], "x" * 130]])
def test_json_for_people_is_json(value):
    assert json.loads(written(value)) == value


def test_accounts_are_managed(hall):
    hall.run("user", "add", "Ann", "--role", "admin", "--name", "Ann Li", "--password-stdin", stdin=PASSWORD + "\n")
    assert "ann" in hall.users()
    assert hall.users()["ann"].split(None, 2)[1:] == ["admin", "Ann Li"]
    assert "taken" in hall.run("user", "add", "ann", "--password-stdin", stdin=PASSWORD, status=1)
    hall.run("user", "disable", "ann")
    assert hall.users()["ann"].endswith("disabled")
    hall.run("user", "enable", "ann")
    assert not hall.users()["ann"].endswith("disabled")
    hall.run("user", "passwd", "ann", "--password-stdin", stdin="another phrase\n")
    assert "no user bob" in hall.run("user", "disable", "bob", status=1)
    assert "8 to 200" in hall.run("user", "passwd", "ann", "--password-stdin", stdin="short\n", status=1)
    assert "empty" in hall.run("user", "passwd", "ann", "--password-stdin", stdin="\n", status=1)
    assert "--password-stdin" in hall.run("user", "passwd", "ann", stdin="x", status=1)


def test_devices_are_paired_listed_and_revoked(hall):
    said = hall.run("device", "add", "display", "--hall", "small", "--zone", "annex", "--name", "East")
    assert "http://127.0.0.1:8189/display#device=" in said
    assert len(hall.run("device", "add", "printer", "--hall", "small").splitlines()[-1]) > 30
    listed = [line.split()[:3] for line in hall.run("device", "list", "--hall", "small").splitlines()]
    assert listed[1:] == [["2", "display", "small/annex"], ["3", "printer", "small/whole"]]
    assert "no zone attic" in hall.run("device", "add", "kiosk", "--hall", "small", "--zone", "attic", status=1)
    hall.run("device", "revoke", "2")
    assert "no such device" in hall.run("device", "revoke", "2", status=1)
    assert len(hall.run("device", "list").splitlines()) == 2


def test_the_announcer_of_this_machine_is_paired_with_the_first_hall(hall):
    token = (hall.data / "announcer.token").read_text(encoding="utf-8").strip()
    assert [line.split()[:3] for line in hall.run("device", "list").splitlines()] == [["1", "announcer", "small/whole"]]
    hall.run("init", "--from", hall.file(SMALL | {"code": "second"}))
    hall.run("init", "--from", hall.file(SMALL))
    assert (hall.data / "announcer.token").read_text(encoding="utf-8").strip() == token
    assert len(hall.run("device", "list").splitlines()) == 1


def age(file):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'older'")
        connection.commit()


def test_migrate_makes_checks_and_keeps_a_copy_of_what_was_older(shell, monkeypatch):
    assert "schema none" in shell.run("migrate", "--check", status=1)
    shell.run("migrate")
    assert "up to date" in shell.run("migrate", "--check")
    file = shell.data / "hallcall.db"
    age(file)
    assert "run `hallcall migrate`" in shell.run("serve", status=1)
    monkeypatch.setattr("server.services.backup.known_revisions", lambda: ["older", HEAD])
    monkeypatch.setattr("server.db.migrate.upgrade", lambda _file: None)
    assert "A copy was kept" in shell.run("migrate")
    (copy,) = (shell.data / "backups").iterdir()
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("older",)


def test_a_newer_database_is_left_alone(shell):
    shell.run("migrate")
    age(shell.data / "hallcall.db")
    assert "newer Hallcall" in shell.run("migrate", status=1)
    assert "newer Hallcall" in shell.run("backup", shell.folder / "copy.db", status=1)


def test_a_backup_is_restored_and_what_was_there_is_kept(hall):
    folder = hall.folder / "copies"
    folder.mkdir()
    assert "small: no events yet" in hall.run("backup", folder)
    (copy,) = folder.iterdir()
    hall.run("user", "add", "ann", "--password-stdin", stdin=PASSWORD)
    said = hall.run("restore", copy)
    assert "user 0" in said
    assert hall.users() == {}
    (aside,) = (hall.data / "backups").iterdir()
    assert str(aside) in said
    copy.write_bytes(copy.read_bytes()[:20_000])
    assert "cannot be read as a database" in hall.run("restore", copy, status=1)
    assert hall.users() == {}


def test_the_demo_is_made_once_and_shown_again(shell):
    assert "was made" in shell.run("demo", "--make")
    shown = json.loads(shell.run("demo", "--show"))
    assert shown["hall"] == "nanshan"
    assert set(shown["addresses"]) >= {"home", "kiosk", "display", "counter", "supervisor", "phone"}
    assert shown["addresses"]["display"].startswith("http://127.0.0.1:8189/display#device=")
    names = [account["username"] for account in shown["accounts"]]
    assert names == ["admin", "supervisor", *(f"clerk{n}" for n in range(1, 21))]
    assert "is ready" in shell.run("demo", "--make")
    assert json.loads(shell.run("demo", "--show")) == shown
    token = (shell.data / "announcer.token").read_text(encoding="utf-8").strip()
    assert [line.split()[1] for line in shell.run("device", "list").splitlines()] == ["display", "kiosk", "announcer"]
    assert token not in (shell.data / "hallcall.db").read_bytes().decode("latin-1")
    if os.name != "nt":
        for name in ("announcer.token", "demo.json"):
            assert (shell.data / name).stat().st_mode & 0o077 == 0
        assert shell.data.stat().st_mode & 0o077 == 0


def test_the_demo_follows_its_password_setting_and_mends_what_was_lost(shell):
    shell.run("demo", "--make")
    shell.environ["HALLCALL_DEMO_PASSWORD"] = "demo"
    (shell.data / "announcer.token").unlink()
    shell.run("device", "revoke", "3")
    before = json.loads(shell.run("demo", "--show"))
    shell.run("demo", "--make")
    after = json.loads(shell.run("demo", "--show"))
    assert {account["password"] for account in after["accounts"]} == {"demo"}
    assert after["addresses"] == before["addresses"]
    kinds = [line.split()[1] for line in shell.run("device", "list").splitlines()]
    assert kinds == ["display", "kiosk", "announcer"]
    assert (shell.data / "announcer.token").read_text(encoding="utf-8").strip()


def test_no_demo_is_put_beside_a_real_hall(hall):
    assert "no demo was made" in hall.run("demo", "--make")
    assert not (hall.data / "demo.json").exists()
    shown = json.loads(hall.run("demo", "--show"))
    assert (shown["hall"], shown["accounts"]) == ("small", [])
    assert "#device" not in shown["addresses"]["display"]


def test_the_demo_hall_is_what_checks_from_outside_expect():
    file = read_hall_file((Path(cli.__file__).parents[1] / "services" / "demo_hall.json").read_bytes())
    assert [counter.code for counter in file.counters] == [str(n) for n in range(1, 21)]
    assert len(file.counter_types) >= 6
    assert len({(*counter.counter_types, "/", *counter.fallbacks) for counter in file.counters}) >= 6
    assert all(spans == [["00:00", "24:00"]] for spans in file.hours.values())
    assert set(file.channels) == {"kiosk", "reception", "phone"}
    assert {status.class_code for status in file.statuses} == {"priority"}
    assert file.voice.languages == ["zh-CN", "zh-HK", "en"]
    for part in (*file.zones, *file.groups, *file.counter_types, *file.services, *file.statuses):
        assert part.name.zh_hk, part.code


def test_a_damaged_demo_file_is_named(shell):
    shell.run("demo", "--make")
    (shell.data / "demo.json").write_text("{}", encoding="utf-8")
    for wanted in ("--make", "--show"):
        assert "demo.json is damaged" in shell.run("demo", wanted, status=1)


def test_the_doctor_tells_what_is_broken_and_what_to_look_at(hall, monkeypatch):
    monkeypatch.setattr("server.cli.symptoms.PAGES", hall.folder)
    said = hall.run("doctor", status=1)
    assert "BROKEN   Pages are not built: home" in said
    assert "look     No administrator can sign in" in said
    assert "look     Hall small has no paired display" in said
    for name in ("home", "login", "counter", "display", "kiosk", "supervisor", "visitor"):
        (hall.folder / name).mkdir()
        (hall.folder / name / "index.html").write_text("", encoding="utf-8")
    assert "BROKEN" not in hall.run("doctor")
    (hall.data / "hallcall.db").write_bytes(b"not a database at all, though long enough to be looked at" * 10)
    assert "cannot be read as a database" in hall.run("doctor", status=1)


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


def test_a_folder_held_by_another_command_is_said(hall):
    with lock(hall.data / "serve.lock"):
        assert "try again" in hall.run("user", "disable", "ann", status=1)
        for arguments in (["serve"], ["restore", hall.data / "hallcall.db"], ["demo", "--make"]):
            assert "The server is running" in hall.run(*arguments, status=1)


def start(shell):
    environ = {name: value for name, value in {**os.environ, **shell.environ}.items() if value is not None}
    return subprocess.Popen(
        [sys.executable, "-c", "from server.cli import main; main(['serve'])"],
        env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


class Serving:
    """`hallcall serve` in a process of its own."""

    def __init__(self, shell):
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        shell.environ["HALLCALL_PORT"] = str(self.port)
        self.process = start(shell)
        self.url = f"http://127.0.0.1:{self.port}"
        deadline = time.monotonic() + 30
        while not self.answers():
            assert self.process.poll() is None, self.process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def answers(self):
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).ok
        except requests.ConnectionError:
            return False

    def login(self, username, password):
        body = {"username": username, "password": password, "bearer": True}
        return requests.post(f"{self.url}/api/v1/login", json=body, timeout=5)

    def stop(self):
        self.process.terminate()
        said = self.process.communicate(timeout=20)[1]
        return self.process.returncode, said


@pytest.fixture
def serving(hall):
    running = Serving(hall)
    yield running
    running.process.kill()
    running.process.communicate()


def test_administration_goes_through_the_running_server(hall, serving):
    hall.run("user", "add", "ann", "--role", "admin", "--password-stdin", stdin=PASSWORD)
    token = serving.login("ann", PASSWORD).json()["token"]

    def me():
        headers = {"Authorization": f"Bearer {token}"}
        return requests.get(f"{serving.url}/api/v1/me", headers=headers, timeout=5).status_code

    assert me() == 200
    hall.run("user", "disable", "ann")
    assert me() == 401
    assert serving.login("ann", PASSWORD).status_code == 401
    assert "taken" in hall.run("user", "add", "ann", "--password-stdin", stdin=PASSWORD, status=1)
    assert "no user bob" in hall.run("user", "disable", "bob", status=1)

    assert "small was changed" in hall.run("init", "--from", hall.file(changed(("name", "en"), "Grown")))
    assert requests.get(f"{serving.url}/api/v1/halls/small", timeout=5).json()["name"]["en"] == "Grown"
    assert "second was made" in hall.run("init", "--from", hall.file(SMALL | {"code": "second"}))
    assert len(requests.get(f"{serving.url}/api/v1/halls", timeout=5).json()["halls"]) == 2
    wrong = hall.file(changed(("services",), SMALL["services"][:2]))
    hall.run("init", "--from", wrong)

    said = hall.run("device", "add", "display", "--hall", "small")
    assert f"{serving.url}/display#device=" in said
    hall.run("device", "revoke", said.split()[0])
    assert "no such device" in hall.run("device", "revoke", said.split()[0], status=1)

    assert "Copied and proven" in hall.run("backup", hall.folder / "copy.db")
    for arguments in (["serve"], ["restore", hall.folder / "copy.db"], ["demo", "--make"]):
        assert "The server is running" in hall.run(*arguments, status=1)
    assert "The server runs and answers" in hall.run("doctor", status=None)


def test_a_stopped_server_leaves_no_token_and_no_lock(hall, serving):
    token = hall.data / "admin.token"
    assert token.is_file()
    status, said = serving.stop()
    assert "Traceback" not in said
    if os.name != "nt":  # a terminated process has no last word there
        assert status == 0
        assert not token.exists()
    hall.run("user", "add", "ann", "--password-stdin", stdin=PASSWORD)
    assert "ann" in hall.users()


def test_a_taken_port_is_a_sentence(hall):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        hall.environ["HALLCALL_PORT"] = str(taken.getsockname()[1])
        process = start(hall)
        said = process.communicate(timeout=30)[1]
        assert (process.returncode, said.count("\n")) == (1, 1), said
        assert "is in use by another program" in said
        assert "another program uses" in hall.run("doctor", status=1)
    assert not (hall.data / "admin.token").exists()
