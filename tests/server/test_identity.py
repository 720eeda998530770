"""The same person however a number, an ID, an address or a name is typed; what that finds, and what it tells whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.domain.refusals import Refusal
from server.schemas import bodies
from server.services.appointments import appointments, check_in, slots
from server.services.appointments.identity import country_of, id_key, mail_key, name_key, phone_key
from server.services.archive import days
from server.services.calling import outlook
from server.services.notices.contacts import Reach
from server.services.runtime.actor import PUBLIC, SYSTEM, Actor
from server.services.tickets import issuing
from tests.server.small_hall import ALICE, Desk
from tests.server.test_appointments import (
    MING,
    NINE_TO_ELEVEN,
    TODAY,
    TOMORROW,
    at,
    book,
    booking,
    free,
    refused,
    rules,
    state,
)

KIOSK = Actor("device", 1, "kiosk", "kiosk", "kiosk", 1)
__all__ = ["booking"]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Hong_Kong", "Asia/Macau", "Asia/Urumqi", "PRC", "Hongkong"])
def test_the_forms_of_one_phone_number_are_one(zone: str) -> None:
    forms = [
        "+852 9123 4567",
        "91234567",
        "9123 4567",
        "0085291234567",
        "852-9123-4567",
        "(852) 91234567",
        "＋８５２９１２３４５６７",
    ]
    assert len({phone_key(form, ZoneInfo(zone)) for form in forms}) == 1
    forms = [
        "+86 138 0013 8000",
        "13800138000",
        "138-0013-8000",
        "008613800138000",
        "8613800138000",
        "（+86）13800138000",
    ]
    assert {phone_key(form, ZoneInfo(zone)) for form in forms} == {"13800138000"}
    assert phone_key("91234568", ZoneInfo(zone)) != phone_key("91234567", ZoneInfo(zone))


def test_a_number_that_is_none_counts_as_typed() -> None:
    assert phone_key("12-34", ZoneInfo("Asia/Shanghai")) == "1234"
    assert (country_of("Asia/Hong_Kong"), country_of("Europe/Warsaw"), country_of("Etc/UTC")) == ("HK", "PL", "CN")


def test_the_forms_of_one_id_and_of_one_address_are_one() -> None:
    forms = ["44030119900101123X", "440301 1990 0101 123x", "440301-19900101-123Ｘ", "４４０３０１19900101123×"]
    assert len({id_key(form) for form in forms}) == 1
    assert len({id_key(form) for form in ("A123456(7)", "a123456 7", "Ａ１２３４５６（７）", "A-123456-7")}) == 1
    assert len({mail_key(form) for form in ("victim@example.cn", "Victim+1@example.cn", "victim+x+y@EXAMPLE.cn")}) == 1
    assert mail_key("v.ic.tim@googlemail.com") == mail_key("victim@gmail.com") != mail_key("v.ic.tim@example.cn")


@pytest.mark.parametrize(
    ("one", "others"),
    [
        ("买买提·吐尔逊", ["买买提•吐尔逊", "买买提・吐尔逊", "买买提‧吐尔逊", "买买提∙吐尔逊", "买买提．吐尔逊"]),
        ("买买提·吐尔逊", ["买买提 ･ 吐尔逊", "买买提.吐尔逊", "买买提吐尔逊", "买买提ꞏ吐尔逊", "买买提-吐尔逊"]),
        ("买买提·吐尔逊", ["買買提·吐爾遜", "买买提\u200b·\u00a0吐尔逊", "买买提⋅吐尔逊"]),
        ("O’Brien", ["o'brien", "O‘BRIEN", "OʼBrien", "Oˈbrien", "O`Brien", "Ｏ＇Ｂｒｉｅｎ", "OBrien"]),
        ("José Łódź", ["JOSE LODZ", "Jose\u0301 Lo\u0301dz", "jose-lodz"]),
        ("ユーザー", ["ﾕｰｻﾞｰ", "ゆーざー", "ユ−ザ−", "ユ-ザ-"]),
        ("佐々木", ["佐佐木", "佐 々 木"]),
        ("陈大文", ["陳大文", "陈　大文", "陈\ufe00大文"]),
        ("Саша", ["Cаша", "саша"]),
        ("ﬁona", ["Fiona", "FIONA"]),
        ("محمد", ["مُحَمَّد"]),
        ("Straße", ["STRASSE"]),
    ],
)
def test_a_name_is_the_same_however_it_is_typed(one: str, others: list[str]) -> None:
    assert {other: name_key(other) for other in others} == dict.fromkeys(others, name_key(one))
    assert name_key(one)


def test_other_names_stay_other_ones() -> None:
    names = ["陈大文", "陈大武", "王芳", "王方", "Jose", "Josef", "か", "が", "O", "买买提"]
    assert len({name_key(name) for name in names}) == len(names)


def test_a_booked_name_checks_in_however_it_is_typed(booking: Desk) -> None:
    mine = book(booking, "10:00", reach=Reach(name="买买提·吐尔逊", phone="+852 9123 4567"))
    came = booking.do(check_in.check_in_by_name, ALICE, name="買買提 • 吐爾遜", digits="4567").body
    assert came["appointment"]["code"] == mine["code"]
    assert [one["number"] for one in booking.see(outlook.search, ALICE, q="吐尔逊")["tickets"]] == [came["number"]]
    assert [one["number"] for one in booking.see(outlook.search, ALICE, q="买买提．吐")["tickets"]] == [came["number"]]
    assert booking.see(outlook.search, ALICE, q="买买江")["tickets"] == []


def test_two_people_whose_names_match_need_the_code(booking: Desk) -> None:
    book(booking, "10:00", reach=Reach(name="陈大文", phone="13800138000"))
    book(booking, "10:30", reach=Reach(name="陳 大文", phone="13900138000"))
    assert booking.refused(check_in.check_in_by_name, ALICE, name="陈大文", digits="8000") == "several_found"


#: What belongs to somebody else: hours and numbers.
def told(desk: Desk, act: Any, who: Actor, **wish: Any) -> tuple[str, dict[str, Any], str]:
    with pytest.raises(Refusal) as caught:
        desk.do(act, who, **wish)
    return caught.value.code, caught.value.params, caught.value.message("zh-CN") + caught.value.message("en")


@pytest.mark.parametrize("reach", [Reach(phone="+86 138 0013 8000"), Reach(phone="(+86)13800138000", name="Eve")])
@pytest.mark.parametrize("who", [PUBLIC, KIOSK], ids=["stranger", "machine"])
def test_a_refusal_tells_a_stranger_neither_hour_nor_number(
    make_desk: Callable[..., Desk], who: Actor, reach: Reach
) -> None:
    desk = make_desk(booking={"ban_after": 1, "ban_days": 30})
    rules(desk, booking={"slot_minutes": 15, "capacity": 2, "hours": NINE_TO_ELEVEN})
    book(desk, "10:00", reach=MING)
    number = desk.do(issuing.issue_ticket, service="pass", reach=MING).body["number"]
    wish = {"service": "pass", "start": at("10:30"), "reach": reach, "status": None, "language": None}
    code, params, said = told(desk, appointments.book, who, **wish)
    assert (code, params) == ("one_per_day", {})
    assert "10:00" not in said and TODAY not in said
    code, params, said = told(desk, issuing.issue_ticket, who, service="pass", reach=reach)
    assert (code, params) == ("live_ticket", {})
    assert number not in said
    assert told(desk, issuing.issue_ticket, ALICE, service="pass", reach=reach)[1] == {"number": number}
    desk.do(check_in.check_in_by_name, ALICE, name="陈大文", digits="8000")
    code, params, said = told(desk, check_in.check_in_by_name, KIOSK, name="陈大文", digits="8000")
    assert (code, params) == ("already_checked_in", {})


def test_staff_give_a_second_number_with_a_word(booking: Desk) -> None:
    """A couple with one phone."""
    first = booking.do(issuing.issue_ticket, service="pass", reach=MING).body["number"]
    wish = {"service": "pass", "reach": MING}
    assert booking.refused(issuing.issue_ticket, ALICE, **wish) == "live_ticket"
    assert booking.refused(issuing.issue_ticket, PUBLIC, despite="her husband", **wish) == "not_signed_in"
    assert booking.refused(issuing.issue_ticket, KIOSK, despite="her husband", **wish) == "forbidden"
    second = booking.do(issuing.issue_ticket, ALICE, despite="her husband", **wish).body["number"]
    assert second != first
    assert booking.events[-1].content["despite"] == {"note": "her husband"}
    book(booking, "10:00", reach=MING)
    assert refused(booking, "10:30", reach=MING) == "one_per_day"
    book(booking, "10:30", reach=MING, who=ALICE, despite="her husband")
    assert booking.events[-1].content["despite"] == {"note": "her husband"}


def test_what_the_hall_has_set_counts(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(booking={"one_per_day": False}, limits={"live_per_service": False})
    rules(desk, booking={"slot_minutes": 15, "capacity": 2, "hours": NINE_TO_ELEVEN})
    book(desk, "10:00", reach=MING), book(desk, "10:30", reach=MING)
    assert [desk.do(issuing.issue_ticket, service="pass", reach=MING).created for _ in range(2)] == [True, True]


@pytest.mark.parametrize("field", ["phone", "id_number", "digits"])
def test_written_fields_are_taken_as_keyboards_write_them(field: str) -> None:
    written = {"phone": "＋８５２（９１２３）４５６７", "id_number": "Ａ１２３４５６（７）", "digits": "８０００"}[
        field
    ]
    body = bodies.CheckIn if field == "digits" else bodies.BookAppointment
    more = {} if field == "digits" else {"service": "pass", "start": "2026-11-23T10:00:00+08:00"}
    parsed = bodies.parse(body, {field: f" \u200b{written}\u00a0", **more})
    assert getattr(parsed, field) == {"phone": "+852(9123)4567", "id_number": "A123456(7)", "digits": "8000"}[field]


def test_an_appointment_moves_within_a_day_whose_quota_is_full(desk: Desk) -> None:
    rules(desk, quota=2, booking={"slot_minutes": 15, "capacity": 1, "hours": NINE_TO_ELEVEN})
    mine, other = book(desk, "10:00", TOMORROW, reach=MING), book(desk, "10:30", TOMORROW)
    assert free(desk, TOMORROW)["09:00"] == 0
    seen = desk.see(slots.free, service="pass", day=TOMORROW, instead_of=mine["token"])["slots"]
    assert {one["start"][11:16] for one in seen if one["free"]} == {
        "09:00",
        "09:15",
        "09:30",
        "09:45",
        "10:15",
        "10:45",
    }
    moved = desk.do(appointments.move, token=mine["token"], start=at("09:30", TOMORROW)).body
    assert moved["start"][11:16] == "09:30"
    number = next(
        one["id"]
        for one in desk.see(appointments.of_day, ALICE, day=TOMORROW)["appointments"]
        if one["code"] == other["code"]
    )
    assert desk.see(slots.free, ALICE, service="pass", day=TOMORROW, instead_of=str(number))["slots"][0]["free"] == 1
    desk.do(appointments.move_by_staff, ALICE, appointment_id=number, start=at("09:00", TOMORROW))
    third = book(desk, "10:00", "2026-11-25")
    with pytest.raises(Refusal) as caught:
        desk.do(appointments.move, token=third["token"], start=at("10:00", TOMORROW))
    assert (caught.value.code, caught.value.params["day"]) == ("quota_used", TOMORROW)
    assert TOMORROW in caught.value.message("zh-CN") and TOMORROW in caught.value.message("en")
    with pytest.raises(Refusal) as wrong:
        desk.see(slots.free, service="pass", day=TOMORROW, instead_of=str(number))
    assert wrong.value.code == "not_signed_in"


def test_who_is_banned_since_moves_what_was_booked_before(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(booking={"ban_after": 1, "ban_days": 30})
    rules(desk, booking={"slot_minutes": 15, "capacity": 2, "hours": NINE_TO_ELEVEN})
    book(desk, "09:30", reach=MING)
    mine = book(desk, "10:00", TOMORROW, reach=MING)
    desk.wait(41 * 60)
    desk.do(days.tick, SYSTEM)
    assert desk.do(appointments.move, token=mine["token"], start=at("10:30", TOMORROW)).body["start"][11:16] == "10:30"


ALL_DAY = {day: [["00:00", "24:00"]] for day in NINE_TO_ELEVEN}


@pytest.fixture
def night(desk: Desk) -> Desk:
    """The business day ends at four in the morning; it is ten minutes to midnight."""
    rules(desk, booking={"slot_minutes": 15, "capacity": 2, "hours": ALL_DAY})
    return desk


def test_before_midnight_one_checks_in_for_after_midnight(night: Desk) -> None:
    mine = book(night, "00:30", TOMORROW, reach=MING)
    other = book(night, "00:30", TOMORROW, reach=Reach(name="李四", phone="13900139000"))
    later = book(night, "05:00", TOMORROW)
    night.wait(14 * 3600 + 50 * 60)
    seen = night.see(appointments.view, token=mine["token"])
    assert (seen["can_check_in"], seen["check_in_from"]) == (True, TODAY)
    ticket = night.do(check_in.check_in, token=mine["token"]).body
    assert (ticket["state"], ticket["due_at"][11:16]) == ("scheduled", "00:25")
    assert (
        night.do(check_in.check_in_by_name, ALICE, name="李四", digits="9000").body["appointment"]["code"]
        == other["code"]
    )
    assert night.refused(check_in.check_in, token=later["token"]) == "too_early"
    night.wait(3 * 3600)
    assert night.refused(check_in.check_in, token=later["token"]) == "too_early"
    assert state(night, later["code"]) == "booked"


def test_after_midnight_one_may_still_come_for_before_midnight(night: Desk) -> None:
    mine = book(night, "23:45", reach=MING)
    night.wait(14 * 3600 + 54 * 60 + 60 * 10)
    assert night.do(check_in.check_in, token=mine["token"]).created


@pytest.mark.parametrize(
    "form",
    [
        "https://hall.example/a/{token}?from=wechat",
        "https://hall.example/a/{token}/",
        "https://hall.example/a/{token}#top",
        "hall.example/a/{token}/?from=x#y",
        " /a/{token} \n",
        "\u200bhttps://hall.example/a/{token}\ufeff",
        "<https://hall.example/a/{token}>",
        "{spaced}",
        "{lower}",
        "{full}",
        "{hyphens}",
        "“{code}”",
        "https：//hall.example/a/{token}",
        "https://hall.example/a/{token} 复制链接",
        "我的预约 https://hall.example/a/{token}；谢谢",
        "预约码：{code}",
    ],
)
def test_every_form_of_ones_own_code_and_link_checks_in(booking: Desk, form: str) -> None:
    mine = book(booking, "10:00")
    code = mine["code"]
    full = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    written = form.format(
        token=mine["token"],
        code=code,
        spaced=" ".join(code),
        lower=code.lower(),
        full=full,
        hyphens=f"{code[:3]}－{code[3:]}",
    )
    ticket = booking.do(check_in.check_in_by_code, ALICE, code=written).body
    assert ticket["appointment"]["code"] == code
    assert [
        one["number"] for one in booking.see(outlook.search, ALICE, q=f"https://x/a/{mine['token']}?from=1")["tickets"]
    ] == [ticket["number"]]
    assert [
        one["number"] for one in booking.see(outlook.search, ALICE, q=f" https://x/t/{ticket['token']}/#x")["tickets"]
    ] == [ticket["number"]]
