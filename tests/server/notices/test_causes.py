"""What makes a notice: a call, a turn that is near, a booking, tomorrow's appointment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import icalendar
from sqlalchemy import update

from server.db import tables
from server.domain.hours import from_text
from server.services.appointments import appointments, check_in
from server.services.calling import calling, near
from server.services.notices import reminders
from server.services.notices.contacts import Reach
from server.services.runtime.actor import SYSTEM
from tests.server.notices.post_office import (
    BASE,
    DAY,
    HOUR,
    LAN,
    MING,
    MINUTE,
    Post,
    book,
    look,
    open_office,
    rows,
    states,
)
from tests.server.small_hall import ALICE, BOB, Desk


def test_a_called_visitor_is_told_once_by_each_channel(office: Desk, mail: Post) -> None:
    office.take(reach=MING, language="en")
    hook = Post(office, "webhook")
    office.next(ALICE, "1")
    office.wait(6)
    office.do(calling.recall, ALICE, counter="1")
    for _ in range(3):
        assert mail.deliver()
        assert hook.deliver()
    assert (mail.kinds, hook.kinds) == (["called"], ["called"])
    message = mail.taken[0]
    assert (message.subject, message.text) == ("Ticket A001: 1", "Ticket A001: please go to 1 now (Hall).")
    assert dict(message.to) == {"name": "陈大文", "phone": "13800138000", "email": "ming@example.cn"}
    assert message.link is not None
    assert message.link.startswith(f"{BASE}/t/")
    assert message.id != hook.taken[0].id
    assert states(office) == [("called", "sent")]


def test_the_second_call_of_a_ticket_is_a_notice_of_its_own(office: Desk, mail: Post) -> None:
    number = office.take(reach=MING)
    office.next(ALICE, "1")
    mail.deliver()
    office.do(calling.hold, ALICE, counter="1", until=None, note=None)
    office.do(calling.take_back, ALICE, counter="1", number=number)
    mail.deliver()
    assert mail.kinds == ["called", "called"]
    assert mail.taken[0].id != mail.taken[1].id


def test_without_a_contact_a_channel_or_the_halls_wish_nothing_is_written(
    office: Desk, make_desk: Callable[..., Desk]
) -> None:
    office.take()
    office.next(ALICE, "1")
    office.take(reach=Reach(name="陈大文"))
    office.next(ALICE, "1")
    assert rows(office) == []
    office.take(reach=Reach(phone="13800138000"))
    office.next(ALICE, "1")
    assert [row.channel for row in rows(office)] == ["webhook"]
    office.deployment.channels = ()
    office.take(reach=LAN)
    office.next(ALICE, "1")
    assert len(rows(office)) == 1
    quiet = open_office(make_desk, notices={"called": False, "webhook": False})
    quiet.take(reach=MING)
    quiet.next(ALICE, "1")
    book(quiet, "2026-11-24T10:00")
    assert [(row.kind, row.channel) for row in rows(quiet)] == [("booked", "email")]


def test_a_turn_is_near_by_its_minutes_and_said_once(office: Desk, mail: Post) -> None:
    for _ in range(5):
        office.take()
    office.take(reach=MING)
    for _ in range(3):
        office.next(ALICE, "1")
        look(office)
    assert states(office) == []  # two are before it, which may take more than ten minutes
    office.next(ALICE, "1")
    look(office)
    mail.deliver()
    assert mail.kinds == ["near"]
    assert mail.taken[0].text == "A006 号即将叫到，前面还有 1 位。请回到Hall等候。"
    office.next(ALICE, "1")
    look(office)
    mail.deliver()
    assert states(office) == [("near", "sent")]


def test_a_turn_is_not_near_before_somebody_is_on_duty(office: Desk, mail: Post) -> None:
    office.take(service="tax", reach=MING)
    office.do(near.tell, SYSTEM, types=["A", "B"])
    assert states(office) == []
    office.sign_on(BOB, "2")
    look(office)
    mail.deliver()
    assert mail.kinds == ["near"]


def test_a_quick_queue_makes_a_turn_near_with_more_before(office: Desk) -> None:
    with office.database.transaction() as connection:
        connection.execute(update(tables.counter_type).values(guess_minutes=0.5))
    office.deployment.reload()
    for _ in range(30):
        office.take()
    office.take(reach=MING)
    for _ in range(22):
        office.wait(10)
        office.next(ALICE, "1")
        office.events.clear()
    office.wait(10)
    office.next(ALICE, "1")
    look(office)
    assert states(office) == [("near", "queued")]


def test_the_next_one_is_told_so_and_who_was_called_meanwhile_is_not(office: Desk, mail: Post) -> None:
    office.take()
    office.take(reach=MING)
    office.next(ALICE, "1")
    look(office)
    mail.deliver()
    assert mail.taken[0].text == "A002 号即将叫到，下一位就是您。请回到Hall等候。"
    office.take()
    office.take(reach=LAN)
    office.next(ALICE, "1")
    office.next(ALICE, "1")
    look(office)
    office.next(ALICE, "1")
    mail.deliver()
    assert states(office) == [("near", "sent"), ("called", "dropped"), ("near", "dropped"), ("called", "sent")]


def test_looking_costs_no_more_with_a_long_queue(office: Desk) -> None:
    for number in range(200):
        office.take(reach=Reach(email=f"v{number}@example.cn"))
    office.next(ALICE, "1")
    found: list[int] = []

    def count(unit: Any) -> dict[str, Any]:
        found.extend(one.id for one in near.found(unit, types=["A", "B", "gone"]))
        return {}

    office.see(count, SYSTEM)
    assert found == [2, 3]


def test_a_booking_is_confirmed_changed_and_cancelled(office: Desk, mail: Post) -> None:
    mine = book(office, "2026-11-24T10:00", language="en")
    mail.deliver()
    office.do(appointments.move, token=mine["token"], start=from_text("2026-11-24T11:00:00+08:00"))
    mail.deliver()
    office.do(appointments.cancel, token=mine["token"])
    mail.deliver()
    assert mail.kinds == ["booked", "changed", "cancelled"]
    assert mail.taken[0].text == (
        f"Booked: pass at Hall, Tue 24 Nov, 10:00. Your code is {mine['code']}; check in with it when you arrive."
    )
    assert mail.taken[0].link == f"{BASE}/a/{mine['token']}"
    assert "Tue 24 Nov, 11:00" in mail.taken[1].text
    files = [icalendar.Calendar.from_ical(one.calendar or b"") for one in mail.taken]
    assert [file["method"] for file in files] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert len({next(iter(file.walk("VEVENT")))["uid"] for file in files}) == 1
    assert next(iter(files[0].walk("VEVENT")))["url"] == f"{BASE}/a/{mine['token']}"


def test_moving_there_and_back_again_is_told_each_time(office: Desk, mail: Post) -> None:
    mine = book(office, "2026-11-24T10:00")
    for clock in ("11:00", "10:00", "11:00"):
        office.do(appointments.move, token=mine["token"], start=from_text(f"2026-11-24T{clock}:00+08:00"))
        mail.deliver()
    assert mail.kinds == ["changed", "changed", "changed"]
    assert states(office)[0] == ("booked", "dropped")


def test_an_appointment_of_tomorrow_is_reminded_of_once(office: Desk, mail: Post) -> None:
    mine = book(office, "2026-11-26T10:00")
    mail.deliver()
    office.wait(2 * DAY + 59 * MINUTE)
    assert office.do(reminders.remind, SYSTEM).body["reminded"] == 0
    office.wait(2 * MINUTE)
    assert office.do(reminders.remind, SYSTEM).body["reminded"] == 1
    assert office.do(reminders.remind, SYSTEM).body["reminded"] == 0
    mail.deliver()
    assert mail.kinds == ["booked", "reminder"]
    assert mail.taken[1].subject == "明天预约提醒：pass"
    assert mail.taken[1].text == (
        f"预约提醒：11月26日（周四）10:00，pass，Hall。预约码 {mine['code']}，到场后请凭码签到。"
    )


def test_what_was_just_booked_or_moved_needs_no_reminder(office: Desk) -> None:
    book(office, "2026-11-23T15:00")
    later = book(office, "2026-11-26T10:00", reach=LAN)
    office.do(appointments.move, token=later["token"], start=from_text("2026-11-23T16:00:00+08:00"))
    assert office.do(reminders.remind, SYSTEM).body["reminded"] == 0


def test_a_moved_appointment_is_reminded_of_anew(office: Desk, mail: Post) -> None:
    mine = book(office, "2026-11-24T15:00")
    office.wait(7 * HOUR)
    office.do(reminders.remind, SYSTEM)
    office.do(appointments.move, token=mine["token"], start=from_text("2026-11-27T10:00:00+08:00"))
    office.wait(3 * DAY)
    office.do(reminders.remind, SYSTEM)
    mail.deliver()
    assert mail.kinds == ["changed", "reminder"]


def test_a_reminder_that_comes_after_its_slot_or_its_check_in_is_dropped(office: Desk, mail: Post) -> None:
    one, two = book(office, "2026-11-24T10:00"), book(office, "2026-11-24T11:00", reach=LAN)
    mail.deliver()
    office.wait(3 * HOUR)
    office.do(reminders.remind, SYSTEM)
    office.wait(22 * HOUR + 15 * MINUTE)  # 10:15
    office.do(check_in.check_in, token=two["token"])
    mail.deliver()
    assert states(office)[2:] == [("reminder", "dropped"), ("reminder", "dropped")]
    assert [row.error for row in rows(office) if row.kind == "reminder" and row.channel == "email"] == [
        "too late",
        "the appointment has changed",
    ]
    assert one["code"] != two["code"]
