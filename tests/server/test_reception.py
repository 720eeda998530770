"""What the staffed desk does: brings numbers back, prints again, finds by phone, changes appointments."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from server.db import tables
from server.domain.hours import from_text
from server.services.appointments import appointments
from server.services.calling import calling, outlook, visits
from server.services.devices import devices
from server.services.hall_setup import switches
from server.services.notices.contacts import Reach
from server.services.printing import print_jobs
from server.services.queries import live
from server.services.runtime.actor import PUBLIC, Actor
from server.services.tickets import issuing, tickets
from tests.server.small_hall import ALICE, BOB, BOSS, Desk

HOURS = {day: [["09:00", "11:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
KIOSK = Actor("device", 1, "kiosk", "kiosk", "kiosk", 1)


def missed(desk: Desk) -> str:
    number = desk.take()
    desk.sign_on(BOB, "1")
    desk.next(BOB, "1")
    desk.do(calling.no_show, BOB, counter="1")
    return number


def kiosk(desk: Desk, name: str, **settings: Any) -> int:
    made, _ = devices.make_device(
        desk.deployment, hall="hall", kind="kiosk", name=name, settings=settings, now=desk.now
    )
    return int(made["id"])


def test_a_missed_number_is_brought_back_in_its_old_place(desk: Desk) -> None:
    number = missed(desk)
    later = desk.take()
    back = desk.do(tickets.bring_back, ALICE, number=number).body["ticket"]
    assert (back["state"], back["waits_for"]) == ("waiting", [{"counter_type": "A", "service": "pass"}])
    told = desk.events[-1]
    assert (told.kind, told.content["because"], told.content["by"]) == ("ticket_returned", "clerk", "alice")
    assert [desk.next(BOB, "1")["ticket"]["number"] for _ in range(2)] == [number, later]


def test_a_held_number_is_brought_back_too(desk: Desk) -> None:
    number = desk.take()
    desk.sign_on(BOB, "1")
    desk.next(BOB, "1")
    desk.do(calling.hold, BOB, counter="1", until=None, note=None)
    assert desk.do(tickets.bring_back, ALICE, number=number).body["ticket"]["state"] == "waiting"


def test_a_closed_no_show_is_brought_back_with_a_reason(desk: Desk) -> None:
    number = missed(desk)
    limit = desk.deployment.hall("hall").settings.no_show_limit
    for _ in range(limit - 1):
        desk.do(tickets.bring_back, ALICE, number=number)
        desk.next(BOB, "1")
        desk.do(calling.no_show, BOB, counter="1")
    closed = desk.see(visits.whole, ALICE, number=number)["ticket"]
    assert (closed["state"], closed["ended_at"] is None) == ("no_show", False)
    back = desk.do(tickets.bring_back, BOSS, number=number, reason="stood at the wrong counter").body["ticket"]
    assert (back["state"], back["ended_at"]) == ("waiting", None)
    line = desk.see(visits.whole, ALICE, number=number)["timeline"][-1]
    assert (line["by"], line["details"]["reason"]) == ("boss", "stood at the wrong counter")
    assert desk.next(BOB, "1")["ticket"]["number"] == number


def test_only_staff_bring_back_and_only_what_was_put_aside(desk: Desk) -> None:
    number = missed(desk)
    assert desk.refused(tickets.bring_back, PUBLIC, number=number) == "not_signed_in"
    assert desk.refused(tickets.bring_back, KIOSK, number=number) == "forbidden"
    assert desk.refused(tickets.bring_back, ALICE, number="A999") == "unknown_ticket"
    desk.do(tickets.bring_back, ALICE, number=number)
    assert desk.refused(tickets.bring_back, ALICE, number=number) == "wrong_state"


def test_a_ticket_is_printed_again_where_it_is_wanted(desk: Desk) -> None:
    kiosk(desk, "Bare")
    there = kiosk(desk, "Entrance", printer={"kind": "file"})
    assert desk.see(print_jobs.printers, ALICE) == {"printers": [{"device": there, "name": "Entrance"}]}
    number = desk.take()
    answer = desk.do(print_jobs.print_again, ALICE, number=number, device_id=there)
    assert (answer.created, answer.body["print"]["state"]) == (True, "queued")
    job = print_jobs.jobs_after(desk.deployment, 0)[-1]
    assert (job.id, job.number, job.kiosk, job.printer["kind"]) == (answer.body["print"]["job"], number, there, "file")
    line = desk.see(visits.whole, ALICE, number=number)["timeline"][-1]
    assert (line["kind"], line["by"], line["details"]) == (
        "ticket_changed",
        "alice",
        {"what": "printed_again", "to": "Entrance"},
    )


def test_nothing_is_printed_where_there_is_no_printer(desk: Desk) -> None:
    bare, number = kiosk(desk, "Bare"), desk.take()
    gone = kiosk(desk, "Gone", printer={"kind": "file"})
    devices.revoke(desk.deployment, device_id=gone, now=desk.now)
    for device in (bare, gone, 999):
        assert desk.refused(print_jobs.print_again, ALICE, number=number, device_id=device) == "unknown_device"
    assert desk.refused(print_jobs.print_again, KIOSK, number=number, device_id=bare) == "forbidden"


@pytest.mark.parametrize(("q", "found"), [("8000", True), ("7999", False), ("800", False), ("*", False)])
def test_a_lost_number_is_found_by_the_last_digits_of_the_phone(desk: Desk, q: str, found: bool) -> None:
    reach = Reach(name="陈大文", phone="+86 138 0013 8000")
    number = desk.do(issuing.issue_ticket, ALICE, service="pass", reach=reach).body["number"]
    desk.take()
    numbers = [one["number"] for one in desk.see(outlook.search, ALICE, q=q)["tickets"]]
    assert numbers == ([number] if found else [])


def test_the_desk_moves_an_appointment_at_any_time(desk: Desk) -> None:
    rule = {"booking": {"slot_minutes": 15, "capacity": 1, "hours": HOURS}}
    with desk.database.transaction() as connection:
        connection.execute(update(tables.service).where(tables.service.c.code == "pass").values(rules=rule))
    desk.deployment.reload()
    start, other = (from_text(f"2026-11-23T{clock}:00+08:00") for clock in ("10:00", "10:30"))
    booked = desk.do(appointments.book, service="pass", start=start, reach=Reach(), status=None, language=None).body
    desk.wait(50 * 60)
    number = desk.see(appointments.of_day, ALICE, day="2026-11-23")["appointments"][0]["id"]
    assert desk.refused(appointments.move, token=booked["token"], start=other) == "too_late"
    assert desk.refused(appointments.move_by_staff, KIOSK, appointment_id=number, start=other) == "forbidden"
    moved = desk.do(appointments.move_by_staff, ALICE, appointment_id=number, start=other).body["appointment"]
    assert (moved["code"], moved["start"][11:16]) == (booked["code"], "10:30")
    assert desk.refused(appointments.move_by_staff, ALICE, appointment_id=number, start=other) == "slot_full"
    assert desk.refused(appointments.move_by_staff, ALICE, appointment_id=99, start=start) == "unknown_appointment"


def test_the_live_view_says_what_is_left_what_is_stopped_and_how_visitors_liked_it(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        connection.execute(update(tables.service).where(tables.service.c.code == "pass").values(rules={"quota": 3}))
    desk.deployment.reload()
    assert desk.see(live.live, BOSS, devices=[])["ratings"] == {"count": 0, "mean": None}
    desk.sign_on(BOB, "1")
    for stars in (5, 4):
        mine = desk.do(issuing.issue_ticket, service="pass").body
        desk.next(BOB, "1")
        desk.do(calling.start, BOB, counter="1")
        desk.do(calling.complete, BOB, counter="1")
        desk.do(tickets.rate, token=mine["token"], stars=stars)
    switches.switch_service(desk.deployment, hall="hall", who=BOSS, now=desk.now, key=None, service="tax", open=False)
    seen = desk.see(live.live, BOSS, devices=[])
    assert seen["ratings"] == {"count": 2, "mean": 4.5}
    lines = {one["code"]: (one["open"], one["remaining"], one["refused"]) for one in seen["services"]}
    assert lines == {"pass": (True, 1, None), "permit": (True, None, None), "tax": (False, None, "service_closed")}
    desk.take()
    assert desk.see(live.live, BOSS, devices=[])["services"][0]["refused"] == "quota_used"
