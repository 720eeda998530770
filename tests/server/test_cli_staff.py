"""`hallcall user` and `hallcall device` while the server is stopped."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.server.shell import PASSWORD, Shell


def test_accounts_are_managed(office):
    office.run("user", "add", "Ann", "--role", "admin", "--name", "Ann Li", "--password-stdin", stdin=PASSWORD + "\n")
    assert "ann" in office.users()
    assert office.users()["ann"].split(None, 2)[1:] == ["admin", "Ann Li"]
    assert "taken" in office.run("user", "add", "ann", "--password-stdin", stdin=PASSWORD, status=1)
    office.run("user", "disable", "ann")
    assert office.users()["ann"].endswith("disabled")
    office.run("user", "enable", "ann")
    assert not office.users()["ann"].endswith("disabled")
    office.run("user", "passwd", "ann", "--password-stdin", stdin="another phrase\n")
    assert "no user bob" in office.run("user", "disable", "bob", status=1)
    assert "8 to 200" in office.run("user", "passwd", "ann", "--password-stdin", stdin="short\n", status=1)
    chinese = Shell(office.folder, LC_ALL="zh_CN.UTF-8")
    assert "密码不正确：长度须为 8 至 200 个字符" in chinese.run(
        "user", "add", "bob", "--password-stdin", stdin="short\n", status=1
    )
    assert "bob" not in office.users()
    assert "empty" in office.run("user", "passwd", "ann", "--password-stdin", stdin="\n", status=1)
    assert "--password-stdin" in office.run("user", "passwd", "ann", stdin="x", status=1)


def test_devices_are_paired_listed_and_revoked(office):
    said = office.run("device", "add", "display", "--hall", "small", "--zone", "annex", "--name", "East")
    assert "http://127.0.0.1:8189/display#device=" in said
    assert len(office.run("device", "add", "printer", "--hall", "small").splitlines()[-1]) > 30
    listed = [line.split()[:3] for line in office.run("device", "list", "--hall", "small").splitlines()]
    assert listed[1:] == [["2", "display", "small/annex"], ["3", "printer", "small/whole"]]
    assert "no zone attic" in office.run("device", "add", "kiosk", "--hall", "small", "--zone", "attic", status=1)
    office.run("device", "revoke", "2")
    assert "no such device" in office.run("device", "revoke", "2", status=1)
    assert len(office.run("device", "list").splitlines()) == 2


def test_the_machines_own_command_line_may_close_the_last_administrator(office):
    office.run("user", "add", "ann", "--role", "admin", "--password-stdin", stdin=PASSWORD)
    office.run("user", "disable", "ann")
    assert "No administrator can sign in" in office.run("doctor", status=None)


@pytest.mark.parametrize(
    ("name", "password"), [("ann", b"long enough \xff\n"), ("b\udcff", b"long enough\n")], ids=["password", "name"]
)
def test_bytes_that_are_no_text_are_a_sentence(office, name, password):
    before = office.users()
    assert "not valid UTF-8" in office.run("user", "passwd", name, "--password-stdin", stdin=password, status=1)
    assert office.users() == before


def test_names_are_for_people(office):
    before = office.users()
    said = office.run("user", "add", "bob", "--name", "Bob\x1b[2J", "--password-stdin", stdin=PASSWORD, status=1)
    assert "control characters" in said
    assert "control characters" in office.run("device", "add", "kiosk", "--hall", "small", "--name", "a\nb", status=1)
    assert office.users() == before


@pytest.mark.parametrize("device", ["99", str(10**20)])
def test_a_device_that_is_not_there_cannot_be_revoked(office, device):
    assert "no such device" in office.run("device", "revoke", device, status=1)
    assert len(office.run("device", "list").splitlines()) == 1
    assert "There is no hall mars" in office.run("device", "list", "--hall", "mars", status=1)


def test_numbers_given_by_hand_are_entered_all_or_none(office):
    hall = json.loads(office.run("export", "small"))
    service, prefix = hall["services"][0]["code"], hall["counter_types"][0]["prefix"]
    head, now = "number,service,taken\n", datetime.now(ZoneInfo(hall["time_zone"])).isoformat()
    wrong = office.file(f"{head}{prefix}13,{service},25:01\n{prefix}14,nothing,{now}\n", "wrong.csv")
    said = office.run("tickets", "import", wrong, status=1)
    assert "line 2: '25:01' is no time" in said
    assert "line 3: there is no service 'nothing'" in said
    assert "no column taken" in office.run("tickets", "import", office.file("number,service\n", "short.csv"), status=1)
    assert "has no numbers" in office.run("tickets", "import", office.file(head, "empty.csv"), status=1)
    good = office.file(f"{head}{prefix}12,{service},{now}\n,{service},{now}\n", "good.csv")
    assert "2 numbers can be entered" in office.run("tickets", "import", good, "--dry-run")
    assert f"2 numbers entered: {prefix}012 {prefix}013" in office.run("tickets", "import", good, "--hall", "small")
    again = office.run("tickets", "import", good)
    assert "entered already at" in again and f"nothing changed (--again enters it once more): {prefix}012" in again
    for options in ((), ("--dry-run",)):
        rows = [(f"{prefix}12", now), (f"{prefix}20", now), ("Z9", now), (f"{prefix}020", now)]
        rows += [("", "2400-01-01T09:00:00Z")]
        more = office.file(f"{head}\n" + "".join(f"{one},{service},{at}\n" for one, at in rows), "more.csv")
        said = office.run("tickets", "import", more, *options, status=1)
        assert f"line 3: number: {prefix}012 is taken today" in said
        assert f"line 5: number: must be {prefix} and a number" in said
        assert f"line 6: number: {prefix}020 stands here twice" in said
        assert "line 7: taken: is not past" in said
    both = office.file(f"{head}{prefix}12,{service},{now}\n,nothing,{now}\n", "both.csv")
    said = office.run("tickets", "import", both, status=1)
    assert f"line 2: number: {prefix}012 is taken today" in said and "line 3: there is no service" in said
    left = office.file(f'\ufeff"number",service,taken,\r\n,,,\r\n,{service}\u00a0,{now}:00,\r\n,,,\r\n', "left.csv")
    assert "1 number can be entered" in office.run("tickets", "import", "--dry-run", left)
    nameless = office.file(f"number;service;taken\n;{service};{now}\n", "semicolons.csv")
    assert f"1 number entered: {prefix}014" in office.run("tickets", "import", nameless)
    assert f"nothing changed (--again enters it once more): {prefix}014" in office.run("tickets", "import", nameless)
    assert f"1 number entered: {prefix}015" in office.run("tickets", "import", nameless, "--again")
    chinese = office.folder / "gbk.csv"
    chinese.write_bytes(f"{head.strip()},备注\n,{service},{now},老人\n".encode("gb18030"))
    said = office.run("tickets", "import", chinese, "--dry-run")
    assert "1 number can be entered" in said and "read as GB18030" in said
    assert "more values than columns" in office.run(
        "tickets", "import", office.file(f"{head},{service},{now},x\n", "wide.csv"), status=1
    )
    unclosed = office.file(f'{head},"{service},{now}\n', "open.csv")
    assert "from line 2 on a quotation mark is not closed" in office.run("tickets", "import", unclosed, status=1)
    many = office.file(head + f",{service},{now}\n" * 501, "many.csv")
    assert "at most 500" in office.run("tickets", "import", many, status=1)
    large = office.file(head + "\n" * 1_000_000, "large.csv")
    assert "is larger than 1,000,000 bytes" in office.run("tickets", "import", large, status=1)
    assert "no hall" in office.run("tickets", "import", good, "--hall", "other", status=1)
