"""Whatever closes, shortens or unbooks a day names the appointments that it hits; nobody is missed for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from server.clock import now_ms
from server.db import tables
from server.domain.hours import from_text, local
from server.domain.refusals import REFUSALS, Refusal
from server.domain.standing import WHY_HIT, Hit
from server.services.appointments import appointments, check_in, hits, slots
from server.services.archive import days
from server.services.hall_setup import switches
from server.services.hall_setup.hall_file import check_hall, export_hall
from server.services.hall_setup.hall_import import import_hall, try_import
from server.services.notices import reminders
from server.services.notices.contacts import Reach
from server.services.runtime.actor import PUBLIC, SYSTEM
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from tests.server.shell import Shell
from tests.server.small_hall import ALICE, BOSS, Desk
from tests.server.test_appointments import MING, NINE_TO_ELEVEN, TODAY, TOMORROW, at, book, rules, state
from tests.server.test_hall_file import changed

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NINE_TO_FIVE = {day: [["09:00", "17:00"]] for day in WEEK}


@pytest.fixture
def booked(make_desk: Callable[..., Desk]) -> Desk:
    """A Monday at nine; `pass` takes two each 15 minutes until eleven, one who missed may not book for 30 days."""
    desk = make_desk(booking={"ban_after": 1, "ban_days": 30}, hours=NINE_TO_FIVE)
    rules(desk, booking={"slot_minutes": 15, "capacity": 2, "hours": NINE_TO_ELEVEN})
    desk.deployment.channels = ("email",)
    return desk


def file_of(desk: Desk) -> dict[str, Any]:
    """The hall's file, as somebody opens it to change it."""
    return dict(json.loads(json.dumps(export_hall(desk.deployment.hall("hall")))))


def service(content: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in content["services"] if one["code"] == "pass")


def at_half_past_ten(content: dict[str, Any]) -> None:
    service(content)["booking"]["hours"] |= {"tue": [["09:00", "10:30"]]}


#: A change of the file -> the codes among those of Tuesday 10:00, Tuesday 10:30 and Wednesday 10:00 that it hits, why.
CHANGES: dict[str, tuple[Callable[[dict[str, Any]], Any], str, Hit]] = {
    "a holiday": (lambda file: file["holidays"].append(TOMORROW), "ab", Hit.HOLIDAY),
    "shorter slots": (at_half_past_ten, "b", Hit.SLOTS),
    "another week": (lambda file: service(file)["booking"]["hours"].update(tue=[], wed=[]), "abc", Hit.SLOTS),
    "shorter hours": (lambda file: file["hours"].update(tue=[["09:00", "10:15"], ["10:40", "17:00"]]), "b", Hit.HOURS),
    "a later morning": (lambda file: file["hours"].update(wed=[["10:10", "17:00"]]), "c", Hit.HOURS),
    "another zone": (lambda file: file.update(time_zone="Europe/Warsaw"), "abc", Hit.SLOTS),
    "not bookable": (lambda file: service(file).pop("booking"), "abc", Hit.NOT_BOOKABLE),
    "its own hours": (lambda file: service(file).update(hours={"tue": [["09:00", "17:00"]]}), "c", Hit.SERVICE_HOURS),
    "stopped": (lambda file: service(file).update(open=False), "abc", Hit.SERVICE_CLOSED),
    "a quota": (lambda file: service(file).update(quota=1), "b", Hit.QUOTA),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_file_names_whom_it_hits_before_it_is_made(booked: Desk, name: str) -> None:
    change, wanted, because = CHANGES[name]
    mine = {
        "a": book(booked, "10:00", TOMORROW, reach=MING)["code"],
        "b": book(booked, "10:30", TOMORROW)["code"],
        "c": book(booked, "10:00", "2026-11-25")["code"],
    }
    content = file_of(booked)
    change(content)
    file, before = check_hall(content), booked.everything()
    hit = {mine[one] for one in wanted}
    looked = try_import(booked.deployment, file, actor=SYSTEM, now=booked.now)
    assert {one["code"] for one in looked.hit} == hit
    with pytest.raises(Refusal) as refused:
        import_hall(booked.deployment, file, actor=SYSTEM, now=booked.now)
    assert refused.value.code == "appointments_hit"
    assert [(one["code"], one["hit"]) for one in refused.value.params["appointments"]] == [
        (mine[one], str(because)) for one in wanted
    ]
    assert refused.value.params["appointments"][0]["start"][11:13] in ("10", "03")
    assert booked.everything() == before
    done = import_hall(booked.deployment, file, actor=SYSTEM, now=booked.now, confirm=True)
    assert done.hit == looked.hit == refused.value.params["appointments"]
    listed = booked.see(hits.waiting, ALICE)["appointments"]
    assert {one["code"] for one in listed} == hit
    # The same file again hits nobody anew.
    assert import_hall(booked.deployment, file, actor=SYSTEM, now=booked.now).hit == []


def test_a_file_that_hits_nobody_is_imported_as_before(booked: Desk) -> None:
    book(booked, "10:00", TOMORROW)
    content = file_of(booked)
    content["holidays"].append("2026-11-27")
    content["services"][0]["booking"]["slot_minutes"] = 20
    assert import_hall(booked.deployment, check_hall(content), actor=SYSTEM, now=booked.now).hit == []


def make_holiday(desk: Desk, *dates: str) -> None:
    content = file_of(desk) | {"holidays": list(dates)}
    import_hall(desk.deployment, check_hall(content), actor=SYSTEM, now=desk.now, confirm=True)


def kinds(desk: Desk) -> list[str]:
    """The notices in the order in which they came about."""
    names = [column.name for column in tables.notice.c]
    return [dict(zip(names, row, strict=True))["kind"] for row in desk.everything()["notice"]]


def test_nobody_is_missed_reminded_or_banned_for_a_day_that_became_a_holiday(booked: Desk) -> None:
    mine = book(booked, "10:00", "2026-11-25", reach=MING)
    make_holiday(booked, "2026-11-25")
    seen = booked.see(appointments.view, token=mine["token"])
    assert (seen["hit"], seen["can_change"], seen["can_cancel"], seen["can_check_in"]) == ("holiday", True, True, False)
    booked.wait(26 * 3600)  # within a day before the slot
    assert booked.do(reminders.remind, SYSTEM).body["reminded"] == 0
    booked.wait(25 * 3600)  # Wednesday, two minutes past its grace and more
    booked.do(days.tick, SYSTEM)
    assert state(booked, mine["code"]) == "cancelled"
    assert kinds(booked) == ["booked", "fell_away", "cancelled"]
    book(booked, "10:00", "2026-11-26", reach=MING)  # not banned


def test_a_day_that_somebody_closed_past_all_doors_counts_too(booked: Desk) -> None:
    """The settings were changed in the database, or by an earlier version that named nobody."""
    mine = book(booked, "10:00", "2026-11-25", reach=MING)
    other = book(booked, "10:00", TOMORROW, reach=Reach(phone="13900139000"))
    with booked.database.transaction() as connection:
        table = tables.hall
        settings = booked.deployment.hall("hall").settings
        content = {"hours": settings.hours, "holidays": [TOMORROW, "2026-11-25"], "booking": {"ban_after": 1}}
        connection.execute(update(table).values(settings=content, version=table.c.version + 1))
    booked.deployment.reload()
    assert [one["code"] for one in booked.see(hits.waiting, ALICE)["appointments"]] == [other["code"], mine["code"]]
    booked.wait(26 * 3600)
    assert booked.do(reminders.remind, SYSTEM).body["reminded"] == 0
    assert kinds(booked)[-1] == "fell_away"
    booked.wait(2 * 3600)
    booked.do(days.tick, SYSTEM)
    assert state(booked, other["code"]) == "cancelled"


def test_who_missed_a_day_that_is_called_a_holiday_later_is_forgiven(booked: Desk) -> None:
    mine = book(booked, "09:30", reach=MING)
    booked.wait(24 * 3600)
    booked.do(days.tick, SYSTEM)
    assert state(booked, mine["code"]) == "missed"
    make_holiday(booked, TODAY)
    assert state(booked, mine["code"]) == "cancelled"
    book(booked, "10:00", TOMORROW, reach=MING)


def test_a_holiday_that_is_taken_back_lets_them_stand_again(booked: Desk) -> None:
    mine = book(booked, "10:00", TOMORROW, reach=MING)
    make_holiday(booked, TOMORROW)
    make_holiday(booked)
    assert booked.see(appointments.view, token=mine["token"])["hit"] is None
    assert kinds(booked) == ["booked", "fell_away", "stands"]
    booked.wait(25 * 3600)
    assert booked.do(check_in.check_in, token=mine["token"]).body["number"] == "A001"


def test_staff_keep_move_and_cancel_what_was_hit(booked: Desk) -> None:
    kept, moved, gone = (
        book(booked, clock, TOMORROW, reach=Reach(email=f"{clock[:2]}{clock[3:]}@example.cn"))
        for clock in ("09:30", "10:00", "10:30")
    )
    make_holiday(booked, TOMORROW)
    number = {one["code"]: one["id"] for one in booked.see(hits.waiting, ALICE)["appointments"]}
    assert booked.refused(hits.keep, PUBLIC, appointment_id=number[kept["code"]]) == "not_signed_in"
    shown = booked.do(hits.keep, ALICE, appointment_id=number[kept["code"]]).body["appointment"]
    assert (shown["hit"], shown["state"]) == (None, "booked")
    assert booked.refused(hits.keep, ALICE, appointment_id=number[kept["code"]]) == "not_hit"
    wednesday = at("10:00", "2026-11-25")
    booked.do(appointments.move_by_staff, ALICE, appointment_id=number[moved["code"]], start=wednesday)
    booked.do(appointments.cancel_by_staff, ALICE, appointment_id=number[gone["code"]])
    assert booked.see(hits.waiting, ALICE)["appointments"] == []
    assert kinds(booked)[-6:] == ["fell_away"] * 3 + ["stands", "changed", "cancelled"]
    booked.wait(24 * 3600 + 40 * 60)
    assert booked.do(check_in.check_in, token=kept["token"]).body["appointment"]["code"] == kept["code"]


def test_a_hall_that_closes_early_names_whom_that_hits_today(booked: Desk) -> None:
    came, mine, later = book(booked, "09:30"), book(booked, "10:00", reach=MING), book(booked, "10:00", TOMORROW)
    booked.wait(35 * 60)
    booked.do(check_in.check_in, token=came["token"])
    with pytest.raises(Refusal) as refused:
        booked.do(days.set_opening, BOSS, opening=False)
    named = refused.value.params["appointments"]
    assert [(one["code"], one["hit"]) for one in named] == [(mine["code"], "closed")]
    booked.do(days.set_opening, BOSS, opening=False, confirm=True)
    assert booked.refused(check_in.check_in, token=mine["token"]) == "slot_withdrawn"
    assert booked.see(slots.free, service="pass", day=TODAY)["slots"] == []
    assert len(booked.see(slots.free, service="pass", day=TOMORROW)["slots"]) == 8
    booked.wait(24 * 3600)
    booked.do(days.tick, SYSTEM)
    assert (state(booked, mine["code"]), state(booked, later["code"])) == ("cancelled", "booked")


def test_a_hall_that_opens_again_in_time_serves_them(booked: Desk) -> None:
    mine = book(booked, "10:00", reach=MING)
    booked.do(days.set_opening, BOSS, opening=False, confirm=True)
    booked.do(days.set_opening, BOSS, opening=None)
    assert kinds(booked) == ["booked", "fell_away", "stands"]
    booked.do(check_in.check_in, token=mine["token"])


def test_a_service_that_is_stopped_for_days_names_the_appointments_of_those_days(booked: Desk) -> None:
    first, second = book(booked, "10:00", reach=MING), book(booked, "10:00", TOMORROW)
    turn = {"hall": "hall", "who": BOSS, "now": booked.now, "key": None, "service": "pass", "open": False}

    def named(until: str | None) -> list[str]:
        with pytest.raises(Refusal) as refused:
            switches.switch_service(booked.deployment, until=until, **turn)
        return [one["code"] for one in refused.value.params["appointments"]]

    def hit() -> list[str | None]:
        return [booked.see(appointments.view, token=one["token"])["hit"] for one in (first, second)]

    assert named("today") == named(f"{TOMORROW}T09:30:00+08:00") == [first["code"]]
    assert named(None) == named(f"{TOMORROW}T10:15:00+08:00") == [first["code"], second["code"]]
    switches.switch_service(booked.deployment, until=f"{TOMORROW}T10:15:00+08:00", confirm=True, **turn)
    assert hit() == ["service_closed", "service_closed"]
    # The stop is made shorter: those after its end stand again.
    switches.switch_service(booked.deployment, until=f"{TOMORROW}T09:30:00+08:00", **turn)
    assert hit() == ["service_closed", None]
    switches.switch_service(booked.deployment, **turn | {"open": True})
    assert hit() == [None, None]


def test_a_service_that_is_stopped_names_todays_appointments_for_it(booked: Desk) -> None:
    mine = book(booked, "10:00", reach=MING)
    turn = {"hall": "hall", "who": BOSS, "now": booked.now, "key": None, "service": "pass"}
    with pytest.raises(Refusal) as refused:
        switches.switch_service(booked.deployment, open=False, **turn)
    assert [one["code"] for one in refused.value.params["appointments"]] == [mine["code"]]
    switches.switch_service(booked.deployment, open=False, confirm=True, **turn)
    assert booked.see(appointments.view, token=mine["token"])["hit"] == "service_closed"
    switches.switch_service(booked.deployment, open=True, **turn)
    assert booked.see(appointments.view, token=mine["token"])["hit"] is None


def test_every_reason_has_its_words() -> None:
    assert set(WHY_HIT) == set(Hit)
    assert {"appointments_hit", "slot_withdrawn", "not_hit"} <= set(REFUSALS)


def test_a_slot_that_takes_fewer_and_a_full_day_hit_the_last_ones(booked: Desk) -> None:
    first, second = book(booked, "10:00", TOMORROW), book(booked, "10:00", TOMORROW)
    content = file_of(booked)
    service(content)["booking"]["capacity"] = 1
    hit = try_import(booked.deployment, check_hall(content), actor=SYSTEM, now=booked.now).hit
    assert [(one["code"], one["hit"]) for one in hit] == [(second["code"], "capacity")]
    service(content)["quota"] = 0
    hit = try_import(booked.deployment, check_hall(content), actor=SYSTEM, now=booked.now).hit
    assert [(one["code"], one["hit"]) for one in hit] == [(first["code"], "quota"), (second["code"], "capacity")]


def test_the_command_line_names_them_and_asks_for_a_yes(office: Shell) -> None:
    """`init --check`, `init`, `init --yes` and `doctor`, with the server stopped."""
    bookable = changed(("services", 0, "booking"), {})
    office.run("init", "--from", office.file(bookable))
    deployment, now = Deployment(office.database()), now_ms()
    day = local(now, deployment.hall("small").time_zone).date() + timedelta(days=2)
    start = from_text(f"{day}T10:00:00+08:00")
    wish = {"service": "pass", "start": start, "reach": Reach(), "status": None, "language": None}
    mine = run_command(deployment, appointments.book, hall_code="small", actor=PUBLIC, now=now, **wish).body
    deployment.database.close()
    closed = office.file(bookable | {"holidays": [day.isoformat()]})
    named = f"{mine['code']}  {mine['start'][:10]} {mine['start'][11:16]}"
    assert named in office.run("init", "--check", "--from", closed)
    refused = office.run("init", "--from", closed, status=1)
    assert named in refused and "--yes" in refused
    assert mine["code"] not in office.run("doctor", status=None)
    assert named in office.run("init", "--yes", "--from", closed), "who was hit stands in the shell's history too"
    assert f"{mine['code']} {mine['start'][:10]}" in office.run("doctor", status=None)
