"""The staffed desk in a real browser at a real server: issuing, printing again, bringing back, checking in, booking."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import NewPage
from tests.browser.demo_hall import PASSWORD, Hall
from tests.browser.page_actions import sign_in
from tests.browser.rest_clerk import RestClerk, service_of

COUNTER = 4
#: Fewer slots than these are left of a day only after this hour.
MANY, LATE = 4, 22


def enter(new_page: NewPage, hall: Hall, **options: Any) -> Page:
    page = new_page(hall.url + "/reception", **options)
    sign_in(page, "clerk8")
    page.emulate_media(reduced_motion="reduce")
    expect(page.locator(".rows tbody tr").first).to_be_visible()
    return page


@pytest.fixture(scope="module")
def printer(hall: Hall) -> str:
    """The demo's ticket machine gets a printer that makes pictures; its name."""
    login = {"username": "supervisor", "password": PASSWORD, "bearer": True}
    token = requests.post(f"{hall.url}/api/v1/login", json=login, timeout=10).json()["token"]
    boss = {"Authorization": f"Bearer {token}"}
    found = requests.get(f"{hall.url}/api/v1/halls/{hall.shown['hall']}/devices", headers=boss, timeout=10).json()
    kiosk = next(one for one in found["devices"] if one["kind"] == "kiosk")
    change = {"settings": {"printer": {"kind": "file"}}}
    requests.patch(f"{hall.url}/api/v1/devices/{kiosk['id']}", json=change, headers=boss, timeout=10).raise_for_status()
    return str(kiosk["name"])


def test_a_number_is_issued_by_the_keyboard_and_printed(
    hall: Hall, printer: str, new_page: NewPage, pictures: Path
) -> None:
    page = enter(new_page, hall)
    assert violations(page) == []
    page.get_by_label("Print on").select_option(printer)
    name = hall.get(f"/halls/{hall.shown['hall']}")["services"][0]["name"]["en"]
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("n")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_contain_text(name)
    page.get_by_label("Language of voice and paper").select_option("en")
    page.get_by_label("Priority").select_option(index=1)
    expect(page.locator(".proof")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Control+Enter")
    row = page.locator(".given li")
    expect(row).to_contain_text(name)
    number = row.locator("strong")
    expect(page.get_by_text(f"{number.inner_text()} is sent to {printer}")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.screenshot(path=pictures / "reception-issued.png")
    for key, field in (("f", "find"), ("a", "code"), ("n", "services")):
        page.keyboard.press(key)
        expect(page.locator(f"[data-key={field}]")).to_be_focused()
        expect(page.locator(f"[data-key={field}]")).to_have_value("")
        page.keyboard.press("Escape")
    for key, title in (("b", "Book for a visitor"), ("h", "Enter numbers"), ("t", "Take numbers out")):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_contain_text(title)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    desk = RestClerk(hall, COUNTER)
    assert desk.call(number.inner_text())["ticket"]["language"] == "en"
    desk.act("complete")
    desk.leave()
    expect(page.locator(".chip")).to_have_count(0)
    page.get_by_label("Print on").select_option(index=0)
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    shown = page.locator(".issued .big")
    expect(shown).to_have_text(re.compile(r"^[A-Z]\d{3}$"))
    assert violations(page) == []
    page.screenshot(path=pictures / "reception-issued-no-paper.png")
    page.keyboard.press("Enter")
    expect(shown).to_be_hidden()
    page.keyboard.press("f")
    expect(page.locator("[data-key=find]")).to_be_focused()


def test_a_missed_number_is_found_printed_and_brought_back(
    hall: Hall, printer: str, new_page: NewPage, pictures: Path
) -> None:
    desk = RestClerk(hall, COUNTER)
    service = service_of(hall, COUNTER)["code"]
    ticket = hall.post(f"/halls/{desk.hall_code}/tickets", {"service": service, "phone": "13800138765"})
    desk.call(ticket["number"])
    desk.act("no-show")
    page = enter(new_page, hall)
    page.keyboard.press("f")
    page.keyboard.type("8765")
    line = page.locator(".found li").filter(has_text=ticket["number"])
    expect(line).to_contain_text("Not here")
    page.screenshot(path=pictures / "reception-found.png")
    line.get_by_role("button", name="Print again").click()
    expect(page.get_by_text(f"{ticket['number']} sent to {printer}")).to_be_visible()
    line.get_by_role("button", name="Back to queue").click()
    expect(line).to_contain_text("Waiting")
    assert hall.get(f"/tickets/{ticket['token']}")["state"] == "waiting"
    desk.leave()


def book(page: Page, service: str, day: int) -> str:
    """Book the last slot of the day with that index; the code."""
    page.locator("h1").click()
    page.keyboard.press("b")
    page.get_by_role("dialog").get_by_label("Service").select_option(label=service)
    page.locator(".book select").last.select_option(index=day)
    page.locator(".slots button:not(:disabled)").last.click()
    assert violations(page) == []
    page.get_by_role("button", name=re.compile("^Book [A-Z]")).click()
    code = page.locator(".issued .big")
    expect(code).to_have_text(re.compile(r"^[0-9A-Z]{6}$"))
    mine = code.inner_text()
    page.keyboard.press("Enter")
    expect(code).to_be_hidden()
    return mine


def test_an_appointment_of_another_day_is_booked_and_not_checked_in(
    hall: Hall, new_page: NewPage, pictures: Path
) -> None:
    page = enter(new_page, hall)
    mine = book(page, "Travel documents", 1)
    page.keyboard.press("a")
    page.keyboard.type(mine)
    page.keyboard.press("Enter")
    expect(page.locator(".appointments [role=alert]")).to_be_visible()
    expect(page.locator(".issued")).to_have_count(0)
    page.screenshot(path=pictures / "reception-too-early.png")


def test_appointments_of_today_are_checked_in_moved_and_cancelled(
    hall: Hall, new_page: NewPage, pictures: Path
) -> None:
    page = enter(new_page, hall)
    path = f"/halls/{hall.shown['hall']}"
    zone = ZoneInfo(hall.get(path)["time_zone"])
    today = datetime.now(zone).date().isoformat()
    slots = hall.get(f"{path}/slots?service=travel&date={today}")["slots"]
    if len(slots) < MANY:  # close to midnight nothing can be booked for today any more
        assert datetime.now(zone).hour >= LATE
        return
    for slot in (slots[-1], slots[-2]):
        hall.post(f"{path}/appointments", {"service": "travel", "start": slot["start"], "name": "Chen"})
    lines = page.locator(".appointments .rows li")
    expect(lines).to_have_count(2)
    assert violations(page) == []
    page.screenshot(path=pictures / "reception-today.png")

    lines.last.get_by_role("button", name="Change").click()
    expect(page.locator(".slots .own")).to_contain_text(slots[-1]["start"][11:16])
    expect(page.locator(".slots .own")).to_be_disabled()
    assert violations(page) == []
    page.screenshot(path=pictures / "reception-move.png")
    clock = slots[0]["start"][11:16]
    page.locator(".slots button").filter(has_text=clock).first.click()
    page.get_by_role("button", name=re.compile("^Change to")).click()
    expect(lines.first).to_contain_text(clock)

    lines.first.get_by_role("button", name="Check in").click()
    expect(page.locator(".issued .big")).to_have_text(re.compile(r"^[A-Z]\d{3}$"))
    page.screenshot(path=pictures / "reception-checked-in.png")
    page.keyboard.press("Enter")
    expect(lines.first).to_contain_text("Here")

    lines.last.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Cancel it").click()
    expect(lines).to_have_count(1)


def test_without_a_line_nothing_can_be_given(hall: Hall, new_page: NewPage) -> None:
    page = enter(new_page, hall, locale="zh-CN")
    expect(page.locator(".issue .why")).to_have_count(0)
    assert violations(page) == []
    page.get_by_role("button", name=re.compile("退出")).click()
    page.wait_for_url("**/login?next=**")
