"""`hallcall init`, `export` and `demo`."""

import json
import os
from contextlib import closing
from pathlib import Path

import pytest

from server import cli
from server.cli.halls import written
from server.services.hall_setup import hall_model, policy_model
from server.services.hall_setup.hall_file import check_hall, read_hall_file
from tests.server.shell import PASSWORD
from tests.server.test_hall_file import EXAMPLE, ROOT, SMALL, changed


def test_a_hall_is_made_changed_and_exported(office):
    assert "small was changed" in office.run("init", "--from", office.file(changed(("name", "zh-CN"), "新")))
    text = office.run("export")
    assert json.loads(text)["name"]["zh-CN"] == "新"
    assert all(len(line) <= 121 for line in text.splitlines())
    copy = office.folder / "copy.json"
    office.run("export", "small", "-o", copy)
    assert copy.read_text(encoding="utf-8") == text
    assert read_hall_file(copy.read_bytes()).code == "small"
    assert "There is no hall big" in office.run("export", "big", status=1)


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


def test_the_announcer_of_this_machine_is_paired_with_the_first_hall(office):
    token = (office.data / "announcer.token").read_text(encoding="utf-8").strip()
    (only,) = office.run("device", "list").splitlines()
    assert only.split()[:3] == ["1", "announcer", "small/whole"]
    office.run("init", "--from", office.file(SMALL | {"code": "second"}))
    office.run("init", "--from", office.file(SMALL))
    assert (office.data / "announcer.token").read_text(encoding="utf-8").strip() == token
    assert len(office.run("device", "list").splitlines()) == 1


@pytest.mark.sqlite
def test_the_demo_is_made_once_and_shown_again(shell):
    assert "was made" in shell.run("demo", "--make")
    shown = json.loads(shell.run("demo", "--show"))
    assert shown["hall"] == "nanshan"
    assert set(shown["addresses"]) >= {"home", "kiosk", "display", "counter", "supervisor", "phone"}
    assert set(shown["addresses"]) >= {"reception", "book"}
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


@pytest.mark.parametrize("flags", [(), ("--make", "--drop"), ("--make", "--show"), ("--drop", "--show", "--busy")])
def test_the_demo_does_one_thing_at_a_time(shell, flags):
    assert "one of --make, --show, --drop and --busy" in shell.run("demo", *flags, status=2)
    assert not shell.data.exists()


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


def test_no_demo_is_put_beside_a_real_hall(office):
    assert "No demo hall was made" in office.run("demo", "--make", "--if-none")
    assert "No demo hall was made" in office.run("demo", "--make", status=1)
    assert not (office.data / "demo.json").exists()
    shown = json.loads(office.run("demo", "--show"))
    assert (shown["hall"], shown["accounts"]) == ("small", [])
    assert "#device" not in shown["addresses"]["display"]


def test_the_demo_hall_is_what_checks_from_outside_expect():
    file = read_hall_file((Path(cli.__file__).parents[1] / "services" / "hall_setup" / "demo_hall.json").read_bytes())
    assert [counter.code for counter in file.counters] == [str(n) for n in range(1, 21)]
    assert len(file.counter_types) >= 6
    assert len({(*counter.counter_types, "/", *counter.fallbacks) for counter in file.counters}) >= 6
    assert all(spans == [["00:00", "24:00"]] for spans in file.hours.values())
    assert set(file.channels) == {"kiosk", "reception", "phone"}
    assert {status.class_code for status in file.statuses} == {"priority"}
    assert file.voice.languages == ["zh-CN", "zh-HK", "en"]
    for part in (*file.zones, *file.groups, *file.counter_types, *file.services, *file.statuses):
        assert part.name.zh_hk, part.code


def test_the_demo_hall_can_be_booked_on_each_of_the_next_days():
    hall = read_hall_file((ROOT / "server" / "services" / "hall_setup" / "demo_hall.json").read_bytes())
    assert hall.booking.days_ahead >= 7
    assert sum(service.booking is not None for service in hall.services) >= 3
    assert hall.limits.identify == "none" and all(service.quota is None for service in hall.services)


def test_a_damaged_demo_file_is_named(shell):
    shell.run("demo", "--make")
    (shell.data / "demo.json").write_text("{}", encoding="utf-8")
    for wanted in ("--make", "--show"):
        assert "demo.json is damaged" in shell.run("demo", wanted, status=1)


def test_the_example_comes_out_as_it_went_in(shell):
    shell.run("init", "--from", ROOT / "examples" / "hall.json")
    first = shell.run("export")
    assert check_hall(json.loads(first)) == check_hall(EXAMPLE)
    assert "was changed" in shell.run("init", "--from", shell.file(first))
    assert shell.run("export") == first


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is no JSON: line 1, column 1"),
        (b'{"code": "a",\n "name": }', "the file is no JSON: line 2, column 10"),
        ('{"code": "大厅"}'.encode("gbk"), "the file is not a text in UTF-8"),
        ('{"code": "a"}'.encode("utf-16"), "the file is not a text in UTF-8"),
        (b"\x00\x01\x02", "the file is no JSON"),
        (b"[1, 2]", "the file must be an object"),
        (b"null", "the file must be an object"),
        (b"[" * 100_000, "the file is nested too deeply"),
        (b'{"code": "a", "code": "b"}', "the file has the name 'code' twice"),
        (b'{"code": NaN}', "the file has NaN, which is no JSON"),
        (b" " * 1_000_001, "the file is larger than 1000000 bytes"),
        (b'{"code": 7}', "code: must be a text"),
        (json.dumps(changed(("hours", "mon"), [["09:00", "25:00"]])).encode(), "hours.mon[0][1]: must be a time"),
        (json.dumps(changed(("policy",), {"undo": 3})).encode(), "policy.undo: is not a name that belongs here"),
    ],
)
def test_a_file_that_is_no_hall_is_told_in_a_sentence(shell, content, says):
    file = shell.folder / "hall.json"
    file.write_bytes(content)
    said = shell.run("init", "--from", file, status=1)
    assert said.startswith("Error: The file cannot be used:\n")
    assert f"  {says}" in said
    assert not shell.data.exists()


def test_an_export_that_cannot_be_written_names_the_file(office):
    assert "x.json: No such file" in office.run("export", "-o", office.folder / "none" / "x.json", status=1)
    office.run("init", "--from", office.file(SMALL | {"code": "second"}))
    assert "Name one of the halls: small, second." in office.run("export", status=1)


def test_the_page_on_the_file_names_all_that_a_file_can_say():
    page = (ROOT / "docs" / "hall-file.md").read_text(encoding="utf-8")
    models = (
        "HallFile",
        "CounterTypePart",
        "ServicePart",
        "CounterPart",
        "StatusPart",
        "ClassPart",
        "PolicyPart",
        "VoicePart",
        "ZoneVoice",
        "Quiet",
        "DisplayPart",
        "TextsPart",
        "NoticesPart",
    )
    for model in models:
        part = getattr(hall_model, model, None) or getattr(policy_model, model)
        for name, field in part.model_fields.items():
            said = field.alias or name
            assert f"`{said}`" in page or f'"{said}"' in page, f"{model}.{said}"
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    for name, value in policy_model.PolicyPart().model_dump().items():
        (row,) = [line for line in rows if f"`{name}`" in line.split("|")[1]]
        assert f"`{json.dumps(value)}`" in row.split("|")[2], name


def test_the_demo_is_dropped_and_leaves_a_real_hall_alone(shell):
    shell.run("demo", "--make")
    said = shell.run("init", "--from", shell.file(SMALL))
    assert "demo --drop" in said
    assert "hallcall demo --drop" in shell.run("doctor", status=None)
    shell.run("user", "add", "chen", "--role", "admin", "--password-stdin", stdin=PASSWORD + "\n")
    assert "are gone" in shell.run("demo", "--drop")
    assert set(shell.users()) == {"chen"}
    assert json.loads(shell.run("export", "small"))["code"] == "small"
    assert "demo --drop" not in shell.run("doctor", status=None)
    assert "no demo hall" in shell.run("demo", "--drop", status=1)
    with closing(shell.database()) as opened, opened.reading() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("SELECT count(*) FROM device").scalar() == 1  # the announcer of the new hall


def test_a_demo_account_that_worked_elsewhere_stays_closed(shell):
    shell.run("demo", "--make")
    shell.run("init", "--from", shell.file(SMALL))
    with closing(shell.database()) as opened, opened.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO session (hall_id, counter_id, user_id, state, opened_at, state_at, closed_at)"
            " SELECT hall_id, id, (SELECT id FROM \"user\" WHERE username = 'clerk1'), 'closed', 0, 0, 1"
            " FROM counter WHERE hall_id = (SELECT id FROM hall WHERE code = 'small') LIMIT 1"
        )
    assert "clerk1" in shell.run("demo", "--drop")
    assert list(shell.users()) == ["clerk1"]
    assert "disabled" in shell.users()["clerk1"]


def test_a_real_hall_is_made_beside_the_demo_and_shown_with_its_opening(shell):
    shell.run("demo", "--make")
    shell.run("init", "--from", shell.file(SMALL | {"hours": {}}))
    halls = json.loads(shell.run("demo", "--show"))["halls"]
    assert [(one["code"], one["demo"]) for one in halls] == [("nanshan", True), ("small", False)]
    assert (halls[1]["open"], halls[1]["opens_at"]) == (False, None)
    shell.run("demo", "--drop")
    (left,) = json.loads(shell.run("demo", "--show"))["halls"]
    assert (left["code"], left["demo"]) == ("small", False)
