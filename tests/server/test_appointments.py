"""Appointments from booking to check-in, with every way in which one can come early, late, twice or not at all."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from server.db import tables
from server.domain.hours import from_text, to_text
from server.domain.refusals import Refusal
from server.services.appointments import appointments, calendar_file, check_in, slots
from server.services.archive import days
from server.services.notices import contacts, notices
from server.services.notices.contacts import Reach
from server.services.runtime.actor import PUBLIC, SYSTEM, Actor
from server.services.tickets import issuing, offers
from tests.server.small_hall import ALICE, BOSS, Desk

MINUTE = 60
TODAY, TOMORROW = "2026-11-23", "2026-11-24"
NINE_TO_ELEVEN = {day: [["09:00", "11:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
MING = Reach(name="陈大文", phone="+86 138 0013 8000", email="ming@example.cn")


def rules(desk: Desk, **service: Any) -> None:
    """Give the service `pass` rules of its own, as an import of the hall's file does."""
    with desk.database.transaction() as connection:
        connection.execute(update(tables.service).where(tables.service.c.code == "pass").values(rules=service))
    desk.deployment.reload()


@pytest.fixture
def booking(desk: Desk) -> Desk:
    """A Monday at nine; `pass` takes two visitors every 15 minutes until eleven."""
    rules(desk, booking={"slot_minutes": 15, "capacity": 2, "hours": NINE_TO_ELEVEN})
    return desk


def at(clock: str, day: str = TODAY) -> int:
    return from_text(f"{day}T{clock}:00+08:00")


def book(desk: Desk, clock: str, day: str = TODAY, *, who: Actor = PUBLIC, **more: Any) -> dict[str, Any]:
    wish = {"service": "pass", "start": at(clock, day), "reach": Reach(), "status": None, "language": None} | more
    return desk.do(appointments.book, who, **wish).body


def refused(desk: Desk, clock: str, day: str = TODAY, **more: Any) -> str:
    wish = {"service": "pass", "start": at(clock, day), "reach": Reach(), "status": None, "language": None} | more
    return desk.refused(appointments.book, **wish)


def free(desk: Desk, day: str = TODAY) -> dict[str, int]:
    found = desk.see(slots.free, service="pass", day=day)["slots"]
    return {one["start"][11:16]: one["free"] for one in found}


def test_each_day_that_can_be_booked_has_its_count_of_free_places(booking: Desk) -> None:
    book(booking, "09:00", TOMORROW)
    found = {one["date"]: one["free"] for one in booking.see(slots.of_days, service="pass")["days"]}
    assert len(found) == booking.deployment.halls[0].settings.booking.days_ahead + 1
    assert found[TODAY] == sum(free(booking).values())
    assert found[TOMORROW] == sum(free(booking, TOMORROW).values()) == 15


def test_a_day_has_no_more_free_places_than_its_quota_leaves(booking: Desk) -> None:
    rules(booking, booking={"slot_minutes": 15, "capacity": 2, "hours": NINE_TO_ELEVEN}, quota=3)
    book(booking, "09:00", TOMORROW)
    found = {one["date"]: one["free"] for one in booking.see(slots.of_days, service="pass")["days"]}
    assert (found[TODAY], found[TOMORROW]) == (3, 2)


def test_a_day_without_places_says_why(booking: Desk) -> None:
    weekdays = {day: spans for day, spans in NINE_TO_ELEVEN.items() if day not in ("sat", "sun")}
    rules(booking, booking={"slot_minutes": 60, "capacity": 1, "hours": weekdays})

    def why() -> dict[str, str | None]:
        return {one["date"][8:]: one["why"] for one in booking.see(slots.of_days, service="pass")["days"]}

    def why_on(day: str) -> str | None:
        return booking.see(slots.free, service="pass", day=day)["why"]  # type: ignore[no-any-return]

    book(booking, "09:00", TOMORROW)
    assert why()["24"] is None
    book(booking, "10:00", TOMORROW)
    assert (why()["23"], why()["24"], why()["28"], why()["29"]) == (None, "full", "closed", "closed")
    assert (why_on(TOMORROW), why_on("2026-11-20"), why_on("2026-12-24")) == ("full", "past", "not_yet")
    booking.wait(2 * 60 * MINUTE)
    assert (why()["23"], why_on(TODAY)) == ("past", "past")


@pytest.mark.parametrize(
    ("channels", "said"), [((), []), (("email",), ["email"]), (("email", "webhook"), ["email", "phone"])]
)
def test_a_reminder_is_promised_where_a_channel_carries_it(
    booking: Desk, channels: tuple[str, ...], said: list[str]
) -> None:
    booking.deployment.channels = channels
    assert booking.see(notices.reminds_by) == said


def state(desk: Desk, code: str) -> str:
    with desk.database.reading() as connection:
        query = select(tables.appointment.c.state).where(tables.appointment.c.code == code)
        return str(connection.execute(query).scalar_one())


def test_the_slots_of_a_day_begin_after_the_lead(booking: Desk) -> None:
    assert list(free(booking)) == ["09:30", "09:45", "10:00", "10:15", "10:30", "10:45"]
    assert next(iter(free(booking, TOMORROW))) == "09:00"
    assert free(booking, "2026-12-24") == {}
    assert desk_code(booking, service="tax", day=TODAY) == "not_bookable"
    assert desk_code(booking, service="pass", day="soon") == "invalid"


def desk_code(desk: Desk, **question: Any) -> str:
    with pytest.raises(Refusal) as wrong:
        desk.see(slots.free, **question)
    return wrong.value.code


def test_a_booked_place_is_gone_and_a_cancelled_one_is_back(booking: Desk) -> None:
    mine = book(booking, "10:00", TOMORROW)
    assert free(booking, TOMORROW)["10:00"] == 1
    book(booking, "10:00", TOMORROW)
    assert refused(booking, "10:00", TOMORROW) == "slot_full"
    booking.do(appointments.cancel, token=mine["token"])
    assert free(booking, TOMORROW)["10:00"] == 1
    book(booking, "10:00", TOMORROW)
    kinds = [event.kind for event in booking.events]
    assert kinds == ["appointment_booked", "appointment_booked", "appointment_cancelled", "appointment_booked"]
    assert not any(event.public for event in booking.events)


def test_only_what_is_a_slot_can_be_booked(booking: Desk) -> None:
    assert refused(booking, "10:05") == "invalid"
    assert refused(booking, "11:00") == "invalid"
    assert refused(booking, "09:15") == "slot_past"
    assert refused(booking, "10:00", "2026-11-22") == "slot_past"
    assert refused(booking, "10:00", "2026-12-24") == "invalid"
    assert refused(booking, "10:00", service="tax") == "not_bookable"
    assert refused(booking, "10:00", service="none") == "unknown_service"
    assert refused(booking, "10:00", status="king") == "unknown_status"


def test_names_and_numbers_are_sealed_and_masked(booking: Desk) -> None:
    mine = book(booking, "10:00", reach=MING)
    assert mine["contact"] == {"name": "陈**", "phone": "*********8000", "email": "m***@example.cn"}
    stored = str(booking.everything())
    for secret in ("陈大文", "138 0013", "13800138", "ming@"):
        assert secret not in stored
    with booking.database.reading() as connection:
        kept = contacts.opened(connection, booking.deployment.keys, 1)
    assert kept == {"name": "陈大文", "phone": "+86 138 0013 8000", "email": "ming@example.cn"}
    booking.wait(9 * 86_400)
    booking.do(days.forget, SYSTEM)
    assert booking.everything()["contact"] == []
    assert booking.see(appointments.view, token=mine["token"])["contact"] is None


def test_one_per_person_service_and_day(booking: Desk) -> None:
    book(booking, "10:00", reach=MING)
    assert refused(booking, "10:30", reach=Reach(phone="13800138000")) == "one_per_day"
    wish = {"service": "pass", "start": at("10:30"), "reach": MING, "status": None, "language": None}
    with pytest.raises(Refusal) as caught:
        booking.do(appointments.book, **wish)
    assert caught.value.params == {}  # who types a number has not shown to be that person
    assert "10:00" not in caught.value.message("en") + caught.value.message("zh-CN")
    with pytest.raises(Refusal) as caught:
        booking.do(appointments.book, ALICE, **wish)
    assert caught.value.params == {"start": f"{TODAY}T10:00:00.000+08:00"}
    assert f"({TODAY} 10:00)" in caught.value.message("en")
    book(booking, "10:00", TOMORROW, reach=MING)
    book(booking, "10:30", reach=Reach(phone="13800138001"))


def test_missed_appointments_lead_to_a_ban(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(booking={"ban_after": 1, "ban_days": 30})
    rules(desk, booking={"slot_minutes": 15, "capacity": 2, "hours": NINE_TO_ELEVEN})
    book(desk, "09:30", reach=MING)
    desk.wait(41 * MINUTE)
    desk.do(days.tick, SYSTEM)
    assert refused(desk, "10:00", TOMORROW, reach=MING) == "banned"
    desk.wait(31 * 86_400)
    book(desk, "10:00", "2026-12-25", reach=MING)


def test_coming_early_waits_for_the_window_and_gains_nothing(booking: Desk) -> None:
    mine = book(booking, "10:00")
    booking.wait(20 * MINUTE)
    ticket = booking.do(check_in.check_in, token=mine["token"]).body
    assert (ticket["state"], ticket["due_at"][11:16]) == ("scheduled", "09:55")
    zone = booking.deployment.hall("hall").time_zone
    assert ticket["appointment"] == {"code": mine["code"], "start": to_text(at("10:00"), zone)}
    booking.sign_on(ALICE, "1")
    with pytest.raises(Refusal):
        booking.next(ALICE, "1")
    walk_in = booking.take()
    booking.wait(35 * MINUTE)  # 09:55
    booking.do(days.tick, SYSTEM)
    assert booking.state_of(ticket["number"]) == "waiting"
    # The walk-in of 09:20 has 35 points, the appointment of 10:00 (-5 + 15) x 2 = 20.
    assert booking.next(ALICE, "1")["ticket"]["number"] == walk_in
    called = booking.next(ALICE, "1")["ticket"]
    assert (called["number"], called["class"], called["tags"]) == (ticket["number"], "appointment", ["appointment"])
    assert state(booking, mine["code"]) == "checked_in"


def test_coming_in_time_is_called_before_an_earlier_walk_in(booking: Desk) -> None:
    mine = book(booking, "10:00")
    booking.wait(40 * MINUTE)
    booking.take()
    booking.wait(20 * MINUTE)
    ticket = booking.do(check_in.check_in_by_code, ALICE, code=mine["code"].lower()).body
    assert ticket["state"] == "waiting"
    booking.sign_on(ALICE, "1")
    assert booking.next(ALICE, "1")["ticket"]["number"] == ticket["number"]


def test_coming_after_the_grace_makes_a_walk_in_from_then_on(booking: Desk) -> None:
    mine = book(booking, "10:00")
    booking.wait(71 * MINUTE)
    booking.do(days.tick, SYSTEM)
    assert state(booking, mine["code"]) == "missed"
    ticket = booking.do(check_in.check_in, token=mine["token"]).body
    assert (ticket["state"], ticket["tags"]) == ("waiting", [])
    assert state(booking, mine["code"]) == "late"
    row = dict(zip([c.name for c in tables.ticket.c], booking.everything()["ticket"][0], strict=True))
    assert (row["class_code"], row["reference_at"]) == ("ordinary", booking.now)


def test_a_check_in_comes_once_on_its_day_with_its_own_code(booking: Desk) -> None:
    mine, other = book(booking, "10:00"), book(booking, "10:00", TOMORROW)
    booking.do(check_in.check_in_by_code, ALICE, code=f"https://hall.example/a/{mine['token']}")
    assert booking.refused(check_in.check_in, token=mine["token"]) == "already_checked_in"
    with pytest.raises(Refusal) as caught:
        booking.do(check_in.check_in_by_code, ALICE, code=other["code"])
    assert (caught.value.code, caught.value.params) == ("too_early", {"start": f"{TOMORROW}T10:00:00.000+08:00"})
    assert caught.value.message("zh-CN") == f"预约时间为 {TOMORROW} 10:00，请当天签到"
    assert booking.refused(check_in.check_in_by_code, ALICE, code="WRONG2") == "unknown_appointment"
    assert booking.refused(check_in.check_in, token="guess") == "unknown_appointment"
    booking.do(appointments.cancel, token=other["token"])
    assert booking.refused(check_in.check_in, token=other["token"]) == "appointment_over"
    assert Counter(event.kind for event in booking.events)["ticket_issued"] == 1


def test_a_check_in_by_name_and_last_digits(booking: Desk) -> None:
    book(booking, "10:00", reach=MING)
    wrong = {"name": "陈大武", "digits": "8000"}
    assert booking.refused(check_in.check_in_by_name, ALICE, **wrong) == "unknown_appointment"
    ticket = booking.do(check_in.check_in_by_name, ALICE, name=" 陈 大文", digits="8000").body
    assert ticket["number"] == "A001"


def test_two_of_one_name_need_the_code(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(booking={"one_per_day": False})
    rules(desk, booking={"slot_minutes": 15, "capacity": 2, "hours": NINE_TO_ELEVEN})
    book(desk, "10:00", reach=MING), book(desk, "10:30", reach=MING)
    assert desk.refused(check_in.check_in_by_name, ALICE, name="陈大文", digits="8000") == "several_found"


def test_changing_and_cancelling_end_some_time_before(booking: Desk) -> None:
    mine = book(booking, "10:30")
    assert mine["can_change"] is False
    assert booking.refused(appointments.cancel, token=mine["token"]) == "too_late"
    later = book(booking, "10:00", TOMORROW)
    moved = booking.do(appointments.move, token=later["token"], start=at("10:30", TOMORROW)).body
    assert (moved["start"][11:16], moved["code"], moved["token"]) == ("10:30", later["code"], later["token"])
    assert free(booking, TOMORROW)["10:00"] == 2
    assert booking.refused(appointments.move, token=later["token"], start=at("10:31", TOMORROW)) == "invalid"
    booking.wait(24 * 3600)  # nine o'clock of the next day
    assert booking.refused(appointments.cancel, token=later["token"]) == "too_late"
    with booking.database.reading() as connection:
        number = connection.execute(
            select(tables.appointment.c.id).where(tables.appointment.c.code == later["code"])
        ).scalar_one()
    assert booking.refused(appointments.cancel_by_staff, PUBLIC, appointment_id=number) == "not_signed_in"
    booking.do(appointments.cancel_by_staff, ALICE, appointment_id=number)
    assert state(booking, later["code"]) == "cancelled"


def test_a_quota_counts_tickets_and_coming_appointments_and_frees_what_nobody_claims(desk: Desk) -> None:
    rules(desk, quota=3, booking={"slot_minutes": 15, "capacity": 2, "hours": NINE_TO_ELEVEN})
    wanted = {"service": "pass", "status": None, "language": None}
    book(desk, "09:30"), book(desk, "10:00")
    desk.take()
    assert desk.refused(issuing.issue_ticket, **wanted) == "quota_used"
    assert refused(desk, "10:30") == "quota_used"
    assert free(desk)["10:30"] == 0
    assert free(desk, TOMORROW)["10:30"] == 2
    desk.wait(41 * MINUTE)
    desk.do(days.tick, SYSTEM)  # the first was missed
    desk.take()
    assert desk.refused(issuing.issue_ticket, **wanted) == "quota_used"
    hall = desk.deployment.hall("hall")
    assert desk.see(lambda unit: {"left": offers.remaining(unit, hall.services["pass"])}) == {"left": 0}


def test_a_calendar_file_says_when_and_where(booking: Desk) -> None:
    mine = book(booking, "10:00", TOMORROW)
    file = calendar_file.of(mine | {"url": "https://x/a/t"}, now=booking.now).decode()
    assert "DTSTART:20261124T020000Z" in file
    assert f"UID:{mine['token']}@hallcall" in file
    assert "STATUS:CONFIRMED" in file
    cancelled = booking.do(appointments.cancel, token=mine["token"]).body
    file = calendar_file.of(cancelled | {"url": "https://x/a/t"}, now=booking.now + 1000).decode()
    assert "METHOD:CANCEL" in file


def test_staff_see_the_day_and_others_do_not(booking: Desk) -> None:
    book(booking, "10:00", reach=MING)
    seen = booking.see(appointments.of_day, BOSS, day=TODAY)["appointments"]
    assert [(one["start"][11:16], one["contact"]["name"]) for one in seen] == [("10:00", "陈**")]
    assert "token" not in seen[0]
    with pytest.raises(Refusal) as wrong:
        booking.see(appointments.of_day, PUBLIC, day=TODAY)
    assert wrong.value.code == "not_signed_in"


def test_random_bookings_never_double_a_seat_nor_exceed_a_quota(desk: Desk) -> None:
    rules(desk, quota=9, booking={"slot_minutes": 30, "capacity": 2, "hours": NINE_TO_ELEVEN})
    chance = random.Random(7)
    tokens: list[str] = []
    for _ in range(400):
        act = chance.choice(["book", "book", "cancel", "move", "check_in", "take", "wait", "tick"])
        clock, day = chance.choice(["09:00", "09:30", "10:00", "10:30"]), chance.choice([TODAY, TOMORROW])
        token = chance.choice(tokens) if tokens else "none"
        try:
            if act == "book":
                tokens.append(book(desk, clock, day)["token"])
            elif act == "cancel":
                desk.do(appointments.cancel, token=token)
            elif act == "move":
                desk.do(appointments.move, token=token, start=at(clock, day))
            elif act == "check_in":
                desk.do(check_in.check_in, token=token)
            elif act == "take":
                desk.take()
            elif act == "wait":
                desk.wait(chance.randint(1, 600))
            else:
                desk.do(days.tick, SYSTEM)
        except Refusal:
            pass
        _check(desk)


def _check(desk: Desk) -> None:
    everything = desk.everything()
    names = [column.name for column in tables.appointment.c]
    booked = [dict(zip(names, row, strict=True)) for row in everything["appointment"]]
    seats = [(one["start_at"], one["seat"]) for one in booked if one["seat"] is not None]
    assert len(set(seats)) == len(seats)
    assert all(1 <= seat <= 2 for _, seat in seats)
    tickets = [one["ticket_id"] for one in booked if one["ticket_id"]]
    assert len(set(tickets)) == len(tickets)
    for day in (TODAY, TOMORROW):
        coming = sum(one["day"] == day and one["state"] == "booked" for one in booked)
        taken = sum(row[2] == day for row in everything["ticket"])
        late = sum(one["state"] == "late" and one["day"] == day for one in booked)
        assert coming + taken - late <= 9
