"""Notices from their cause to their sending, with a channel that a test plays and the clock it turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import icalendar
import pytest
from sqlalchemy import select, update

from server.db import tables
from server.domain.hours import from_text
from server.domain.notice import Message, NotSent
from server.domain.refusals import Refusal
from server.services import (
    appointments,
    calling,
    check_in,
    composing,
    days,
    issuing,
    live,
    near,
    notices,
    outbox,
    sessions,
    undo,
)
from server.services.actor import PUBLIC, SYSTEM
from server.services.contacts import Reach
from server.services.hall_file import check_hall
from server.services.hall_import import import_hall
from server.services.work import perform, read
from tests.server.halls import ALICE, ALWAYS, BOB, BOSS, Desk
from tests.server.test_hall_file import SMALL

MING = Reach(name="陈大文", phone="13800138000", email="ming@example.cn")
LAN = Reach(email="lan@example.cn")
MINUTE, HOUR, DAY = 60, 3600, 86_400
BASE = "https://hall.example.cn"


class Post:
    """A channel as the test plays it: takes, or fails as told."""

    def __init__(self, desk: Desk, channel: str) -> None:
        self.desk, self.channel = desk, channel
        self.fails: list[Exception] = []
        self.tried: list[Message] = []
        self.taken: list[Message] = []

    def send(self, message: Message) -> None:
        self.tried.append(message)
        if self.fails:
            raise self.fails.pop(0)
        self.taken.append(message)

    def deliver(self) -> bool:
        return outbox.deliver(
            self.desk.house, channel=self.channel, send=self.send, base=BASE, clock=lambda: self.desk.now
        )

    @property
    def kinds(self) -> list[str]:
        return [one.kind for one in self.taken]


@pytest.fixture
def office(make_desk: Callable[..., Desk]) -> Desk:
    """Bookable `pass`, two channels, Alice on duty at counter 1."""
    return open_office(make_desk)


def open_office(make_desk: Callable[..., Desk], **settings: Any) -> Desk:
    desk = make_desk(**settings)
    rules = {"booking": {"slot_minutes": 15, "capacity": 9, "hours": ALWAYS}}
    with desk.database.transaction() as connection:
        connection.execute(update(tables.service).where(tables.service.c.code == "pass").values(rules=rules))
    desk.house.reload()
    desk.house.channels = ("email", "webhook")
    desk.sign_on(ALICE, "1")
    return desk


@pytest.fixture
def mail(office: Desk) -> Post:
    return Post(office, "email")


def rows(desk: Desk) -> list[Any]:
    with desk.database.reading() as connection:
        return list(connection.execute(select(tables.notice).order_by(tables.notice.c.id)))


def states(desk: Desk, channel: str = "email") -> list[tuple[str, str]]:
    return [(row.kind, row.state) for row in rows(desk) if row.channel == channel]


def look(desk: Desk) -> None:
    """What the room does after events: whose turn is near in the queues that moved."""
    moved = {code for event in desk.events for code in near.moved(event)}
    desk.events.clear()
    desk.do(near.tell, SYSTEM, types=sorted(moved))


def book(desk: Desk, when: str, **more: Any) -> dict[str, Any]:
    wish = {"service": "pass", "start": from_text(f"{when}:00+08:00"), "reach": MING, "status": None, "language": None}
    return desk.do(appointments.book, **wish | more).body


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
    office.house.channels = ()
    office.take(reach=LAN)
    office.next(ALICE, "1")
    assert len(rows(office)) == 1
    quiet = open_office(make_desk, notices={"called": False, "webhook": False})
    quiet.take(reach=MING)
    quiet.next(ALICE, "1")
    book(quiet, "2026-11-24T10:00")
    assert [(row.kind, row.channel) for row in rows(quiet)] == [("booked", "email")]


def test_a_turn_is_near_with_three_before_and_said_once(office: Desk, mail: Post) -> None:
    for _ in range(5):
        office.take()
    office.take(reach=MING)
    office.next(ALICE, "1")
    look(office)
    assert states(office) == []  # four are before it
    office.next(ALICE, "1")
    look(office)
    mail.deliver()
    assert mail.kinds == ["near"]
    assert mail.taken[0].text == "A006 号即将叫到，前面还有 3 位。请回到Hall等候。"
    office.next(ALICE, "1")
    look(office)
    mail.deliver()
    assert states(office) == [("near", "sent")]


def test_a_quick_queue_makes_a_turn_near_with_more_before(office: Desk) -> None:
    with office.database.transaction() as connection:
        connection.execute(update(tables.counter_type).values(guess_minutes=0.5))
    office.house.reload()
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
    assert found == [2, 3, 4, 5]


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
    assert office.do(notices.remind, SYSTEM).body["reminded"] == 0
    office.wait(2 * MINUTE)
    assert office.do(notices.remind, SYSTEM).body["reminded"] == 1
    assert office.do(notices.remind, SYSTEM).body["reminded"] == 0
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
    assert office.do(notices.remind, SYSTEM).body["reminded"] == 0


def test_a_moved_appointment_is_reminded_of_anew(office: Desk, mail: Post) -> None:
    mine = book(office, "2026-11-24T15:00")
    office.wait(7 * HOUR)
    office.do(notices.remind, SYSTEM)
    office.do(appointments.move, token=mine["token"], start=from_text("2026-11-27T10:00:00+08:00"))
    office.wait(3 * DAY)
    office.do(notices.remind, SYSTEM)
    mail.deliver()
    assert mail.kinds == ["changed", "reminder"]


def test_a_reminder_that_comes_after_its_slot_or_its_check_in_is_dropped(office: Desk, mail: Post) -> None:
    one, two = book(office, "2026-11-24T10:00"), book(office, "2026-11-24T11:00", reach=LAN)
    mail.deliver()
    office.wait(3 * HOUR)
    office.do(notices.remind, SYSTEM)
    office.wait(22 * HOUR + 15 * MINUTE)  # 10:15
    office.do(check_in.check_in, token=two["token"])
    mail.deliver()
    assert states(office)[2:] == [("reminder", "dropped"), ("reminder", "dropped")]
    assert [row.error for row in rows(office) if row.kind == "reminder" and row.channel == "email"] == [
        "too late",
        "the appointment has changed",
    ]
    assert one["code"] != two["code"]


def test_a_failure_is_tried_again_after_growing_waits_and_then_given_up(office: Desk, mail: Post) -> None:
    book(office, "2026-11-24T10:00")
    mail.fails = [NotSent("the mail server is not ready (421)") for _ in range(9)]
    tried = []
    for minute in range(3 * 60):
        mail.deliver()
        if len(mail.tried) > len(tried):
            tried.append(minute)
        office.wait(MINUTE)
    assert tried == [0, 1, 6, 21, 81]
    (row,) = [row for row in rows(office) if row.channel == "email"]
    assert (row.state, row.attempts, row.error) == ("failed", 5, "the mail server is not ready (421)")
    assert len({one.id for one in mail.tried}) == 1


def test_a_call_is_not_told_five_minutes_later(office: Desk, mail: Post) -> None:
    office.take(reach=MING)
    office.next(ALICE, "1")
    mail.fails = [NotSent("down", everybody=True), NotSent("down", everybody=True)]
    assert not mail.deliver()
    office.wait(MINUTE)
    assert not mail.deliver()
    office.wait(5 * MINUTE)
    assert mail.deliver()
    (row,) = [row for row in rows(office) if row.channel == "email"]
    assert (row.state, row.error, mail.taken) == ("dropped", "down", [])


def test_a_call_that_was_taken_back_or_answered_is_not_told(office: Desk, mail: Post) -> None:
    office.take(reach=MING)
    office.next(ALICE, "1")
    office.do(undo.undo, ALICE, counter="1")
    mail.deliver()
    office.next(ALICE, "1")
    office.do(calling.start, ALICE, counter="1")
    mail.deliver()
    assert states(office) == [("called", "dropped"), ("called", "dropped")]


def test_who_is_called_is_told_before_a_heap_of_bookings(office: Desk, mail: Post) -> None:
    for number in range(9):
        book(office, "2026-11-24T10:00", reach=Reach(email=f"v{number}@example.cn"))
    office.wait(1)
    office.take(reach=LAN)
    office.next(ALICE, "1")
    assert mail.deliver()
    assert mail.kinds == ["called", *["booked"] * 9]


def test_a_refusal_for_good_is_not_tried_again(office: Desk, mail: Post) -> None:
    book(office, "2026-11-24T10:00")
    mail.fails = [NotSent("the mail server refused the address (550)", for_good=True)]
    assert mail.deliver()
    office.wait(2 * HOUR)
    mail.deliver()
    assert len(mail.tried) == 1
    assert states(office) == [("booked", "failed")]


def test_a_dead_channel_rests_and_the_other_goes_on(office: Desk, mail: Post) -> None:
    for name in ("a", "b", "c"):
        book(office, "2026-11-24T10:00", reach=Reach(email=f"{name}@example.cn", phone=f"1380000000{ord(name) % 10}"))
    mail.fails = [NotSent("down", everybody=True)]
    assert not mail.deliver()
    assert len(mail.tried) == 1
    hook = Post(office, "webhook")
    assert hook.deliver()
    assert len(hook.taken) == 3
    assert mail.deliver()
    office.wait(MINUTE)
    assert mail.deliver()
    assert len({message.id for message in mail.taken}) == 3 == len(mail.taken)


def test_a_server_that_dies_while_sending_sends_again_with_the_same_id(office: Desk, mail: Post) -> None:
    book(office, "2026-11-24T10:00")

    class PowerCut(BaseException):
        pass

    mail.fails = [PowerCut()]  # type: ignore[list-item]
    with pytest.raises(PowerCut):
        mail.deliver()
    assert states(office) == [("booked", "queued")]
    mail.deliver()
    assert len(mail.tried) == 1
    office.wait(MINUTE)
    mail.deliver()
    mail.deliver()
    assert len(mail.taken) == 1
    assert mail.tried[0].id == mail.taken[0].id


def test_one_that_kills_the_server_each_time_is_put_aside(office: Desk, mail: Post) -> None:
    book(office, "2026-11-24T10:00")
    for _ in range(5):
        mail.fails = [KeyboardInterrupt()]  # type: ignore[list-item]
        with pytest.raises(KeyboardInterrupt):
            mail.deliver()
        office.wait(HOUR)
    mail.fails = []
    mail.deliver()
    assert (len(mail.tried), states(office)) == (5, [("booked", "failed")])


def test_one_that_cannot_be_made_holds_up_nobody(
    office: Desk, mail: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    book(office, "2026-11-24T10:00")
    good = book(office, "2026-11-24T11:00", reach=LAN)
    real = composing.notice_words.say

    def say(kind: str, language: str, facts: dict[str, Any]) -> tuple[str, str]:
        if facts["code"] != good["code"]:
            raise KeyError("ming@example.cn")
        return real(kind, language, facts)

    monkeypatch.setattr(composing.notice_words, "say", say)
    assert mail.deliver()
    assert states(office) == [("booked", "failed"), ("booked", "sent")]
    assert "ming" not in caplog.text
    assert "ming" not in str(rows(office))


def test_a_forgotten_contact_is_not_written_to(office: Desk, mail: Post) -> None:
    office.take(reach=MING)
    office.next(ALICE, "1")
    with office.database.transaction() as connection:
        connection.execute(tables.contact.delete())
    mail.deliver()
    assert states(office) == [("called", "dropped")]


def test_nothing_readable_lies_in_the_outbox_and_it_is_emptied(office: Desk, mail: Post) -> None:
    book(office, "2026-11-24T10:00")
    mail.deliver()
    stored = str(rows(office))
    for secret in ("陈", "1380", "ming"):
        assert secret not in stored
    office.wait(31 * DAY)
    office.do(days.forget, SYSTEM)
    assert rows(office) == []


def test_a_supervisor_sees_the_newest_masked(office: Desk, mail: Post) -> None:
    mine = book(office, "2026-11-24T10:00")
    office.wait(1)
    number = office.take(reach=LAN)
    office.next(ALICE, "1")
    mail.deliver()
    seen = office.see(outbox.newest, BOSS)
    assert seen["channels"] == ["email", "webhook"]
    assert [(one["kind"], one["channel"], one["state"], one["to"]) for one in seen["notices"]] == [
        ("called", "webhook", "queued", "l***@example.cn"),
        ("called", "email", "sent", "l***@example.cn"),
        ("booked", "webhook", "queued", "*******8000"),
        ("booked", "email", "sent", "m***@example.cn"),
    ]
    assert (seen["notices"][0]["number"], seen["notices"][3]["code"]) == (number, mine["code"])
    with pytest.raises(Refusal, match="forbidden"):
        office.see(outbox.newest, ALICE)


def test_nobody_fills_anothers_mailbox_by_booking_and_cancelling(office: Desk, mail: Post) -> None:
    for _ in range(12):
        mine = book(office, "2026-11-24T10:00", reach=LAN)
        mail.deliver()
        office.do(appointments.cancel, token=mine["token"])
        mail.deliver()
    assert len(mail.taken) == 20
    assert [row.error for row in rows(office)][-1] == "too many to this address within an hour"
    book(office, "2026-11-24T10:00", reach=Reach(email="Other@example.cn"))
    mail.deliver()
    assert len(mail.taken) == 21
    office.wait(HOUR)
    book(office, "2026-11-24T11:00", reach=Reach(email="LAN@example.cn"))
    mail.deliver()
    assert len(mail.taken) == 22


def test_two_halls_keep_apart(office: Desk, mail: Post) -> None:
    import_hall(office.house, check_hall(SMALL | {"notices": {"called": False}}), actor=SYSTEM, now=office.now)
    small = office.house.hall("small")
    assert not small.settings.notices.called
    office.take(reach=MING)
    office.next(ALICE, "1")

    def there(act: Any, who: Any = PUBLIC, **arguments: Any) -> dict[str, Any]:
        return perform(office.house, act, hall_code="small", actor=who, now=office.now, **arguments).body

    for _ in range(2):
        there(issuing.issue_ticket, service="pass", reach=LAN if _ else Reach())
    there(sessions.sign_on, BOB, counter="1", take_over=False, client=None)
    there(calling.call_next, BOB, counter="1")
    there(near.tell, SYSTEM, types=["general"])
    mail.deliver()
    assert [(one.hall, one.kind, one.to["email"]) for one in mail.taken] == [
        ("hall", "called", "ming@example.cn"),
        ("small", "near", "lan@example.cn"),
    ]
    assert {one["kind"] for one in office.see(outbox.newest, BOSS)["notices"]} == {"called"}
    elsewhere = read(office.house, outbox.newest, hall_code="small", actor=BOSS, now=office.now)
    assert {one["kind"] for one in elsewhere["notices"]} == {"near"}


def test_only_what_moves_a_queue_is_looked_at(office: Desk) -> None:
    office.take()
    office.take(service="tax")
    assert [list(near.moved(event)) for event in office.events[-2:]] == [[], []]
    office.next(ALICE, "1")
    assert list(near.moved(office.events[-1])) == ["A"]
    office.do(calling.transfer, ALICE, counter="1", to="B", place="keep", note=None)
    assert list(near.moved(office.events[-1])) == ["B"]
    office.events.clear()
    book(office, "2026-11-24T10:00")
    assert list(near.moved(office.events[-1])) == []


@pytest.fixture
def alerts(office: Desk) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    def found() -> list[dict[str, Any]]:
        every = office.see(live.live, BOSS, devices=[])["alerts"]
        return [one for one in every if one["code"] == "notices_failing"]

    yield found


def test_a_channel_that_keeps_failing_is_an_alert_until_one_leaves(
    office: Desk, mail: Post, alerts: Callable[[], list[dict[str, Any]]]
) -> None:
    book(office, "2026-11-24T10:00")
    for _ in range(2):
        mail.fails = [NotSent("the mail server refused the sign-in (535)", everybody=True)]
        mail.deliver()
        assert alerts() == []
        office.wait(5 * MINUTE)
    mail.fails = [NotSent("the mail server refused the sign-in (535)", everybody=True)]
    mail.deliver()
    (alert,) = alerts()
    assert alert["params"] == {"channel": "email", "reason": "the mail server refused the sign-in (535)"}
    assert "the mail server refused the sign-in (535)" in alert["message"]["en"]
    assert alert["message"]["zh-CN"] == "通知无法通过邮件发出"
    office.wait(HOUR)
    mail.deliver()
    assert alerts() == []


def test_a_call_is_not_held_up_by_what_it_orders(office: Desk) -> None:
    """Everything of the call is one transaction: the notice is there exactly when the call is."""
    office.take(reach=MING)
    assert office.refused(calling.call_next, ALICE, counter="2") != ""
    assert rows(office) == []
    body = office.next(ALICE, "1", key="once")
    assert office.next(ALICE, "1", key="once") == body
    assert [row.key for row in rows(office) if row.channel == "email"] == [f"called:1:{body['ticket']['call_seq']}"]
