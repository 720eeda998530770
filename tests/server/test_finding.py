"""A holder finds an appointment by code and phone; which phone numbers there are; where to come, what to bring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from server.domain import notice_words
from server.http.app import create_app
from server.http.context import AppContext
from server.realtime.connections import Connections
from server.realtime.presence import Presence
from server.services.appointments import appointments, calendar_file, check_in, finding
from server.services.appointments.identity import is_phone, phone_example
from server.settings.config import Config
from tests.server.small_hall import ALICE, Desk
from tests.server.test_appointments import MING, NINE_TO_ELEVEN, TOMORROW, book, booking, rules

__all__ = ["booking"]
URL = "/api/v1/halls/hall/appointments"
CHINA, HONG_KONG = ZoneInfo("Asia/Shanghai"), ZoneInfo("Asia/Hong_Kong")
ADDRESS = {"zh-CN": "福中三路 8 号 B 区二楼", "en": "8 Fuzhong 3rd Road, block B, second floor"}
COMING = {"zh-CN": "地铁 4 号线市民中心站 B 出口", "en": "Metro line 4, Civic Center, exit B"}
PAPERS = [{"zh-CN": "身份证原件", "en": "ID card"}, {"zh-CN": "户口簿。", "en": "household register"}]


@pytest.fixture
def client(booking: Desk, tmp_path: Path) -> Iterator[FlaskClient]:
    config = Config.from_env({"HALLCALL_DATA": str(tmp_path), "HALLCALL_LIMIT_PUBLIC": "1000"})
    with create_app(
        AppContext(booking.deployment, config, Presence(booking.deployment, Connections()))
    ).test_client() as client:
        yield client


def find(client: FlaskClient, code: str, phone: str, address: str = "10.0.0.1") -> Any:
    asked = {"code": code, "phone": phone}
    return client.post(f"{URL}/find", json=asked, environ_base={"REMOTE_ADDR": address})


@pytest.mark.parametrize("phone", ["13800138000", "+86 138-0013-8000", "008613800138000", "１３８００１３８０００"])
@pytest.mark.parametrize(
    "write",
    [
        str.lower,
        lambda code: f" {code[:3]}-{code[3:]} ",
        lambda code: f"预约码：{code}",
        lambda code: "".join(chr(ord(sign) + 0xFEE0) for sign in code),
    ],
)
def test_a_holder_finds_it_however_code_and_phone_are_written(
    booking: Desk, phone: str, write: Callable[[str], str]
) -> None:
    mine = book(booking, "10:00", TOMORROW, reach=MING)
    found = booking.see(finding.find, code=write(mine["code"]), phone=phone)
    assert (found["token"], found["start"], found["can_change"]) == (mine["token"], mine["start"], True)


def test_what_does_not_fit_is_one_answer(booking: Desk, client: FlaskClient) -> None:
    mine = book(booking, "10:00", TOMORROW, reach=MING)
    without = book(booking, "10:15", TOMORROW)
    wrong = [
        (mine["code"], "13900139000"),
        ("ZZZZZZ", "13800138000"),
        ("ZZZZZZ", "13900139000"),
        (without["code"], "13800138000"),
        ("预约码预约码", "13800138000"),
        (mine["code"], "12345"),
    ]
    answers = [find(client, code, phone) for code, phone in wrong]
    assert {one.status_code for one in answers} == {404}
    assert {one.get_json()["error"]["code"] for one in answers} == {"no_such_booking"}
    assert len({one.data for one in answers}) == 1
    assert find(client, mine["code"], "+8613800138000").get_json()["token"] == mine["token"]


def test_an_address_and_a_code_are_tried_so_often(booking: Desk, client: FlaskClient) -> None:
    mine = book(booking, "10:00", TOMORROW, reach=MING)
    codes = [find(client, f"QQQQ{n:02}", "13800138000").status_code for n in range(11)]
    assert codes == [404] * 10 + [429]
    for code in (mine["code"], "UNKNOWN"):  # whether there is such a code makes no difference
        tries = [find(client, code, "13900139000", f"10.0.{len(code)}.{n}").status_code for n in range(11)]
        assert tries == [404] * 10 + [429]
    assert find(client, mine["code"], "13800138000", "10.0.9.1").status_code == 429


def test_finding_it_often_closes_no_door_and_staff_get_the_link_that_they_may_hand_out(
    booking: Desk, client: FlaskClient
) -> None:
    mine = book(booking, "10:00", TOMORROW, reach=MING)
    for n in range(12):
        assert find(client, mine["code"], "13800138000", f"10.1.0.{n}").status_code == 200
    given = booking.see(finding.find, ALICE, code=mine["code"], phone="13800138000")
    assert given["token"] != mine["token"]
    assert booking.see(appointments.view, token=given["token"])["code"] == mine["code"]


def test_one_that_is_over_is_still_found_as_such(booking: Desk) -> None:
    mine = book(booking, "10:00", reach=MING)
    booking.do(check_in.check_in, token=mine["token"])
    assert booking.see(finding.find, code=mine["code"], phone="13800138000")["state"] == "checked_in"


@pytest.mark.parametrize(
    ("phone", "zone", "right"),
    [
        ("13900139000", CHINA, True),
        ("+86 139 0013 9000", CHINA, True),
        ("+852 9123 4567", CHINA, True),
        ("0085291234567", CHINA, True),
        ("(0755) 8234 5678", CHINA, True),
        ("075582345678", CHINA, True),
        ("1390013900", CHINA, False),
        ("139001390001", CHINA, False),
        ("+852 9123 456", CHINA, False),
        ("12345678901", CHINA, False),
        ("95588", CHINA, False),
        ("+48 600 123 456", CHINA, True),
        ("91234567", HONG_KONG, True),
        ("2345 6789", HONG_KONG, True),
        ("0085291234567", HONG_KONG, True),
        ("13900139000", HONG_KONG, True),
        ("9123456", HONG_KONG, False),
        ("912345678", HONG_KONG, False),
        ("0912345678", HONG_KONG, True),
        ("600 123 456", ZoneInfo("Europe/Warsaw"), True),
        ("13800138000", ZoneInfo("UTC"), True),
    ],
)
def test_which_phone_numbers_there_are(phone: str, zone: ZoneInfo, right: bool) -> None:
    assert is_phone(phone, zone) is right


def test_a_number_that_nobody_can_have_is_refused_at_every_door_and_takes_nothing(
    booking: Desk, client: FlaskClient
) -> None:
    who = {"name": "陈大文", "phone": "138001380000", "service": "pass"}
    start = {"start": f"{TOMORROW}T10:00:00+08:00"}
    for path, body in ((URL, who | start), ("/api/v1/halls/hall/tickets", who)):
        answer = client.post(path, json=body)
        error = answer.get_json()["error"]
        assert (answer.status_code, error["code"], error["params"]["field"]) == (422, "invalid", "phone")
        assert phone_example(CHINA) in error["params"]["reason"]
        assert phone_example(CHINA) in error["params"]["reason_zh"]
    assert booking.see(appointments.of_day, ALICE, day=TOMORROW)["appointments"] == []


def test_an_appointment_says_where_to_come_and_what_to_bring(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(address=ADDRESS, getting_there=COMING)
    rules(desk, booking={"slot_minutes": 15, "capacity": 2, "hours": NINE_TO_ELEVEN}, bring=PAPERS)
    mine = book(desk, "10:00", TOMORROW, reach=MING)
    assert (mine["address"], mine["getting_there"], mine["bring"]) == (ADDRESS, COMING, PAPERS)
    file = calendar_file.of(mine | {"url": "https://x/a/t"}, now=desk.now).decode().replace("\r\n ", "")
    assert "福中三路 8 号 B 区二楼" in next(line for line in file.splitlines() if line.startswith("LOCATION"))
    described = next(line for line in file.splitlines() if line.startswith("DESCRIPTION"))
    assert all(text in described for text in (COMING["zh-CN"], "请带：", "身份证原件", "户口簿"))


def test_notices_say_where_to_come_and_what_to_bring_where_the_hall_says_it() -> None:
    facts = {"code": "K7M2P9", "hall": "大厅", "service": "护照", "when": "11月24日（周二）10:00", "day": "明天"}
    _, text = notice_words.say("reminder", "zh-CN", facts | {"address": "福中三路 8 号", "bring": "身份证；户口簿。"})
    assert text.endswith("到场后请凭码签到。地址：福中三路 8 号。请带：身份证；户口簿。")
    _, text = notice_words.say("booked", "en", facts | {"address": "8 Fuzhong Road"})
    assert text.endswith("when you arrive. Address: 8 Fuzhong Road.")
    for kind, more in (("booked", {}), ("cancelled", {"address": "x", "bring": "y"})):
        assert "Address" not in notice_words.say(kind, "en", facts | more)[1]
