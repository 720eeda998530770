"""The commands beside a running `hallcall serve`, and what keeps it from starting."""

import os
import socket
from contextlib import closing

import pytest
import requests
import socketio

from tests.server.shell import PASSWORD, Serving, start
from tests.server.test_hall_file import SMALL, changed


@pytest.fixture
def serving(office):
    running = Serving(office)
    yield running
    running.process.kill()
    running.process.communicate()


def test_administration_goes_through_the_running_server(office, serving):
    office.run("user", "add", "ann", "--role", "admin", "--password-stdin", stdin=PASSWORD)
    token = serving.login("ann", PASSWORD).json()["token"]

    def me():
        headers = {"Authorization": f"Bearer {token}"}
        return requests.get(f"{serving.url}/api/v1/me", headers=headers, timeout=5).status_code

    assert me() == 200
    office.run("user", "disable", "ann")
    assert me() == 401
    assert serving.login("ann", PASSWORD).status_code == 401
    assert "taken" in office.run("user", "add", "ann", "--password-stdin", stdin=PASSWORD, status=1)
    assert "no user bob" in office.run("user", "disable", "bob", status=1)

    assert "small was changed" in office.run("init", "--from", office.file(changed(("name", "en"), "Grown")))
    assert requests.get(f"{serving.url}/api/v1/halls/small", timeout=5).json()["name"]["en"] == "Grown"
    assert "second was made" in office.run("init", "--from", office.file(SMALL | {"code": "second"}))
    assert len(requests.get(f"{serving.url}/api/v1/halls", timeout=5).json()["halls"]) == 2
    wrong = office.file(changed(("services",), SMALL["services"][:2]))
    office.run("init", "--from", wrong)

    # The address is the running server's, whatever this shell would start.
    office.environ |= {"HALLCALL_PORT": "4242"}
    said = office.run("device", "add", "display", "--hall", "small")
    assert f"{serving.url}/display#device=" in said
    office.run("device", "revoke", said.split()[0])
    assert "no such device" in office.run("device", "revoke", said.split()[0], status=1)

    assert "The server is running" in office.run("demo", "--make", status=1)
    assert "The server runs and answers" in office.run("doctor", status=None)


@pytest.mark.sqlite
def test_the_doctor_asks_the_running_server_whether_it_can_store_anything(office, serving):
    file = office.data / "hallcall.db"
    aside = file.rename(file.with_name("aside.db"))
    said = office.run("doctor", status=1)
    assert "The server answers at" in said
    assert "and cannot do its work: nothing can be stored (FILE_GONE)." in said
    office.environ |= {"LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8"}
    assert "但无法正常工作：无法写入数据库 (FILE_GONE)。" in office.run("doctor", status=1)
    aside.replace(file)


@pytest.mark.sqlite
def test_a_copy_is_made_beside_the_running_server_and_nothing_put_in_its_place(office, serving):
    assert "Copied and proven" in office.run("backup", office.folder / "copy.db")
    for arguments in (["serve"], ["restore", office.folder / "copy.db"]):
        assert "The server is running" in office.run(*arguments, status=1)


def test_a_stopped_server_leaves_no_token_and_no_lock(office, serving):
    token = office.data / "admin.token"
    assert token.is_file()
    status, said = serving.stop()
    assert "Traceback" not in said
    if os.name != "nt":  # a terminated process has no last word there
        assert status == 0
        assert not token.exists()
    office.run("user", "add", "ann", "--password-stdin", stdin=PASSWORD)
    assert "ann" in office.users()


def test_a_taken_port_is_a_sentence(office):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        office.environ["HALLCALL_PORT"] = str(taken.getsockname()[1])
        process = start(office)
        said = process.communicate(timeout=30)[1]
        assert (process.returncode, said.count("\n")) == (1, 1), said
        assert "is in use by another program" in said
        assert "another program uses" in office.run("doctor", status=1)
    assert not (office.data / "admin.token").exists()


def test_a_short_password_is_told_the_rule_by_the_running_server_too(office, serving):
    short = ("user", "add", "bob", "--password-stdin")
    assert "at least 8 characters" in office.run(*short, stdin="short", status=1)
    office.environ |= {"LC_ALL": "zh_CN.UTF-8"}
    assert "密码不正确：至少 8 个字符" in office.run(*short, stdin="short", status=1)
    assert "bob" not in office.users()


def test_a_changed_hall_and_a_new_password_reach_whoever_is_connected(office, serving):
    office.run("user", "add", "ann", "--password-stdin", stdin=PASSWORD)
    clerk = {"token": serving.login("ann", PASSWORD).json()["token"]}
    screen = {"token": office.run("device", "add", "display", "--hall", "small").split("#device=")[1].strip()}
    with connected(serving, "/display", screen) as display, connected(serving, "/counter", clerk) as console:
        for client in (display, console):
            assert client.call("sync", {"hall": "small", "seq": None}, timeout=10)["snapshot"]["hall"]["version"] == 1
        office.run("init", "--from", office.file(changed(("texts", "idle"), {"zh-CN": "新", "en": "New"})))
        for client in (display, console):
            event = heard(client, "event")
            assert (event["kind"], event["hall_config"]["version"]) == ("policy_changed", 2)
            assert event["hall_config"]["texts"]["idle"]["en"] == "New"
            assert ("by" in event) == (client is console)
        office.run("user", "passwd", "ann", "--password-stdin", stdin="another phrase")
        answer = console.call("outlook", {"hall": "small", "counter": "1"}, timeout=10)
        assert answer["error"]["code"] == "not_signed_in"
    assert serving.login("ann", PASSWORD).status_code == 401
    assert serving.login("ann", "another phrase").status_code == 200


def connected(serving, namespace, auth):
    client = socketio.SimpleClient()
    client.connect(serving.url, namespace=namespace, auth=auth, transports=["websocket"])
    return client


def heard(client, wanted):
    while True:
        name, content = client.receive(timeout=10)
        if name == wanted:
            return content


def test_a_file_with_mistakes_is_refused_by_the_running_server_too(office, serving):
    requests.post(f"{serving.url}/api/v1/halls/small/tickets", json={"service": "return"}, timeout=5)
    said = office.run("init", "--from", office.file(changed(("services",), SMALL["services"][:2])), status=1)
    assert said.startswith("Error: The file cannot be used:\n  services: 'return' is gone from the file, but tickets")
    assert requests.get(f"{serving.url}/api/v1/halls/small", timeout=5).json()["version"] == 1
    bad = office.file({"code": "small"})
    assert "zones: is missing" in office.run("init", "--from", bad, status=1)


@pytest.mark.sqlite
def test_a_copy_made_beside_the_running_server_is_restored_after_it(office, serving):
    def take():
        taken = requests.post(f"{serving.url}/api/v1/halls/small/tickets", json={"service": "pass"}, timeout=5)
        return taken.json()["number"]

    assert [take() for _ in range(3)] == ["A001", "A002", "A003"]
    assert "small: events 1 to 3 without a hole" in office.run("backup", office.folder / "copy.db")
    take()
    assert "The server is running" in office.run("restore", office.folder / "copy.db", status=1)
    assert take() == "A005"
    serving.stop()
    said = office.run("restore", office.folder / "copy.db")
    assert "ticket 3" in said
    assert "events 1 to 3" in said


def test_a_second_server_in_the_same_folder_is_a_sentence_and_harms_nothing(office, serving):
    second = start(office)
    said = second.communicate(timeout=30)[1]
    assert (second.returncode, said) == (1, f"Error: The server is running on {office.data}: stop it first.\n")
    office.run("user", "add", "ann", "--password-stdin", stdin=PASSWORD)
    assert serving.login("ann", PASSWORD).status_code == 200


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HALLCALL_HOST", "192.0.2.1", "Cannot listen on 192.0.2.1:"),
        ("HALLCALL_HOST", "no host", "HALLCALL_HOST must be an address"),
        ("HALLCALL_PUBLIC_URL", "hall", "HALLCALL_PUBLIC_URL must be an address"),
        ("HALLCALL_ASYNC_MODE", "fast", "HALLCALL_ASYNC_MODE must be one of eventlet"),
        ("HALLCALL_DATABASE_URL", "postgresql://me:secret@host/x", "HALLCALL_DATABASE_URL must be an address"),
    ],
)
def test_a_setting_that_cannot_work_stops_the_start_with_a_sentence(office, name, value, says):
    office.environ[name] = value
    process = start(office)
    said = process.communicate(timeout=30)[1]
    assert (process.returncode, said.count("\n")) == (1, 1), said
    assert said.startswith(f"Error: {says}")
    assert "secret" not in said
