"""An appointment in real browsers: booked, checked in, called before an earlier walk-in, and both told why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import NewPage
from tests.browser.demo_hall import PASSWORD, Hall
from tests.browser.rest_clerk import RestClerk

PHONE = {"width": 390, "height": 844}
SERVICE = "travel"


@pytest.fixture(scope="module")
def boss(hall: Hall) -> dict[str, str]:
    """The administrator, who lets appointments be called twenty minutes early and gives them an hour of credit."""
    body = {"username": "admin", "password": PASSWORD, "bearer": True}
    token = requests.post(f"{hall.url}/api/v1/login", json=body, timeout=10).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    code = hall.get("/halls")["halls"][0]["code"]
    root = f"{hall.url}/api/v1/halls/{code}"
    file = requests.get(f"{root}/file", headers=headers, timeout=10).json()
    file["booking"]["early_minutes"] = 20
    assert requests.put(f"{root}/file", json=file, headers=headers, timeout=10).ok
    wish = {"classes": {"appointment": {"speed": 2.0, "credit": 60.0, "target": 10.0}}}
    assert requests.put(f"{root}/policy", json=wish, headers=headers, timeout=10).ok
    return headers


@pytest.fixture
def desk(hall: Hall, boss: dict[str, str]) -> Iterator[RestClerk]:
    shown = hall.get("/halls/" + hall.get("/halls")["halls"][0]["code"])
    kind = next(one["counter_type"] for one in shown["services"] if one["code"] == SERVICE)
    counter = next(one["code"] for one in shown["counters"] if kind in one["counter_types"])
    clerk = RestClerk(hall, int(counter))
    yield clerk
    clerk.leave()


def phone(new_page: NewPage, hall: Hall, path: str) -> Page:
    page = new_page(f"{hall.plain_url}{path}", **PHONE)
    assert page.evaluate("window.isSecureContext") is False
    return page


def day_after(hall: Hall, desk: RestClerk, days: int) -> str:
    """The date so many days ahead, by the hall's clock."""
    zone = ZoneInfo(hall.get(f"/halls/{desk.hall_code}")["time_zone"])
    return (datetime.now(zone) + timedelta(days=days)).date().isoformat()


def walk_in(hall: Hall, desk: RestClerk, **more: Any) -> dict[str, Any]:
    body = {"service": SERVICE, "language": "en", **more}
    ticket: dict[str, Any] = hall.post(f"/halls/{desk.hall_code}/tickets", body)
    return ticket


def test_booked_checked_in_and_called_before_an_earlier_walk_in(
    hall: Hall, desk: RestClerk, new_page: NewPage, pictures: Path
) -> None:
    earlier = walk_in(hall, desk)
    page = phone(new_page, hall, f"/book?hall={desk.hall_code}&service={SERVICE}")
    page.locator(".slots button:enabled").first.click()
    page.get_by_label("Name").fill("Ming")
    page.get_by_label("Phone").fill("13800138000")
    assert violations(page) == []
    page.screenshot(path=pictures / "booking-form.png", full_page=True)
    page.get_by_role("button", name=re.compile("^Book ")).click()
    expect(page.locator(".code")).to_be_visible()
    assert violations(page) == []
    page.screenshot(path=pictures / "booking-appointment.png", full_page=True)

    page.get_by_role("button", name="I am at the hall").click()
    expect(page.locator(".ticket")).to_be_visible()
    number = page.locator(".ticket").inner_text()
    called = desk.act("call-next")["ticket"]
    assert called["number"] == number
    assert called["tags"] == ["appointment"]

    other = phone(new_page, hall, f"/t/{earlier['token']}")
    other.get_by_text("Why was a later number called first?").click()
    expect(other.locator(".why")).to_contain_text(f"{number} has an appointment at")
    expect(other.locator(".why")).to_contain_text("You:")
    assert violations(other) == []
    other.screenshot(path=pictures / "visitor-why.png", full_page=True)
    # It stands at the counter, so it is being served: the appointment's page leads to the ticket.
    why = requests.get(f"{hall.url}/api/v1/tickets/{page.url.rpartition('/')[2]}/why", timeout=10).json()
    assert why["sentence"]["en"] == "The time of your appointment had come."
    desk.act("complete")
    desk.act("call-next")
    desk.act("complete")


def test_a_missed_call_comes_back_and_more_time_lets_others_pass(
    hall: Hall, desk: RestClerk, new_page: NewPage
) -> None:
    mine = walk_in(hall, desk)
    page = phone(new_page, hall, f"/t/{mine['token']}")
    desk.call(mine["number"])
    expect(page.locator(".call .counter")).to_be_visible()
    desk.act("no-show")
    expect(page.get_by_text("After 3 more calls you are back in the queue by yourself")).to_be_visible()
    behind = walk_in(hall, desk)["number"]
    page.get_by_role("button", name="Rejoin the queue").click()
    expect(page.get_by_role("button", name="I need more time")).to_be_visible()
    page.get_by_role("button", name="I need more time").click()
    page.get_by_role("button", name="Let them pass").click()
    expect(page.get_by_role("heading", name="You let others pass")).to_be_visible()
    assert violations(page) == []
    others = [behind, *(walk_in(hall, desk)["number"] for _ in range(3))]
    assert [desk.next()["number"] for _ in range(4)] == [*others[:3], mine["number"]]
    desk.act("complete")
    expect(page.get_by_text("How was it?")).to_be_visible()
    page.get_by_role("button", name="5 stars").click()
    expect(page.get_by_text("Thank you for your rating")).to_be_visible()
    assert violations(page) == []


def test_two_services_in_one_visit(hall: Hall, desk: RestClerk, new_page: NewPage) -> None:
    mine = walk_in(hall, desk, services=["consult"])
    page = phone(new_page, hall, f"/t/{mine['token']}")
    expect(page.locator(".steps li")).to_have_count(2)
    desk.call(mine["number"])
    desk.act("complete")
    expect(page.get_by_role("heading", name="Next: Information and advice")).to_be_visible()
    second = RestClerk(hall, 1)
    assert second.act("call", number=mine["number"], reason="the test's own visitor")["ticket"]["service"] == "consult"
    expect(page.locator(".call .counter")).to_have_text("1")
    second.act("complete")
    expect(page.get_by_text("All done, thank you")).to_be_visible()
    second.leave()


def test_an_appointment_is_moved_and_cancelled(hall: Hall, desk: RestClerk, new_page: NewPage) -> None:
    page = phone(new_page, hall, f"/book?hall={desk.hall_code}&service={SERVICE}")
    page.locator(".days button").nth(2).click()
    page.locator(".slots button:enabled").nth(40).click()
    page.get_by_role("button", name=re.compile("^Book ")).click()
    before = page.locator(".when").inner_text()
    page.get_by_role("button", name="Another time").click()
    page.locator(".days button").nth(3).click()
    page.locator(".slots button:enabled").nth(50).click()
    page.get_by_role("button", name="Move to ").click()
    expect(page.get_by_text("Moved to")).to_be_visible()
    assert page.locator(".when").inner_text() != before
    page.get_by_role("button", name="Cancel the appointment").click()
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_text("Cancelled")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_a_refusal_on_a_small_phone_covers_no_button_and_another_time_begins_at_its_own_day(
    hall: Hall, desk: RestClerk, new_page: NewPage, pictures: Path, language: str
) -> None:
    page = new_page(
        f"{hall.plain_url}/book?hall={desk.hall_code}&service={SERVICE}", width=360, height=740, locale=language
    )
    page.locator(".days button").nth(2).click()
    page.locator(".slots button:enabled").last.click()
    expect(page.locator("h2.next")).to_be_focused()
    expect(page.locator("h2.next")).to_be_in_viewport()
    day = day_after(hall, desk, 2)
    start = hall.get(f"/halls/{desk.hall_code}/slots?service={SERVICE}&date={day}")["slots"][0]["start"]
    number = {"en-GB": "13800138111", "zh-CN": "13800138222"}[language]
    hall.post(f"/halls/{desk.hall_code}/appointments", {"service": SERVICE, "start": start, "phone": number})
    page.locator("input[type=tel]").fill(number)
    book = page.locator(".send .action")
    book.click()
    refusal = page.locator(".send [role=alert]")
    expect(refusal).to_be_visible()
    above, button = refusal.bounding_box(), book.bounding_box()
    assert above
    assert button
    assert above["y"] + above["height"] <= button["y"]
    assert violations(page) == []
    assert button["y"] + button["height"] < page.evaluate("innerHeight") + 1
    page.screenshot(path=pictures / f"booking-refused-{language}.png")

    page.locator("input[type=tel]").fill("")
    book.click()
    expect(page.locator(".code")).to_be_visible()
    own = page.locator(".when .number").inner_text()[:5]
    page.get_by_role("button", name={"en-GB": "Another time", "zh-CN": "改时间"}[language]).click()
    expect(page.locator(".days button").nth(2)).to_have_attribute("aria-pressed", "true")
    marked = page.locator(".slots .own")
    expect(marked).to_contain_text(own)
    expect(marked).to_be_disabled()
    assert violations(page) == []
    marked.scroll_into_view_if_needed()
    page.screenshot(path=pictures / f"booking-move-{language}.png")
    page.locator(".slots button:enabled").first.click()
    page.get_by_role("button", name={"en-GB": "Move to", "zh-CN": "改到"}[language]).click()
    expect(page.locator(".done")).to_be_visible()
    page.screenshot(path=pictures / f"booking-moved-{language}.png")
