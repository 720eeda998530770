"""An appointment checked in at the ticket machine: typed, scanned, too early, twice, unknown."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.axe import violations
from tests.browser.conftest import NewPage
from tests.browser.demo_hall import Hall

PORTRAIT, LANDSCAPE = {"width": 1080, "height": 1920}, {"width": 1366, "height": 768}
SERVICE = "travel"
TOUCH = 80


def booked(hall: Hall, days: int = 0) -> dict[str, Any]:
    """An appointment for the first slot from now on, or of a later day."""
    code = hall.get("/halls")["halls"][0]["code"]
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    for ahead in range(days, days + 2):  # shortly before midnight today has no slot left
        day = (now + timedelta(days=ahead)).date().isoformat()
        slots = hall.get(f"/halls/{code}/slots?service={SERVICE}&date={day}")["slots"]
        free = [slot for slot in slots if slot["free"]]
        if free:
            wish = {"service": SERVICE, "start": free[0]["start"], "language": "en"}
            made: dict[str, Any] = hall.post(f"/halls/{code}/appointments", wish)
            return made
    raise AssertionError("the demo hall has no slots")


def machine(new_page: NewPage, hall: Hall, size: dict[str, int] = PORTRAIT) -> Page:
    page = new_page(hall.shown["addresses"]["kiosk"], **size)
    expect(page.locator(".tile").first).to_be_visible()
    return page


def type_code(page: Page, code: str) -> None:
    page.get_by_role("button", name="I have an appointment").click()
    for letter in code:
        page.locator(".keys").get_by_role("button", name=letter, exact=True).click()


def done(page: Page) -> None:
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".tile").first).to_be_visible()


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_a_code_is_typed_on_large_keys(hall: Hall, new_page: NewPage, pictures: Path, size: dict[str, int]) -> None:
    mine = booked(hall)
    page = machine(new_page, hall, size)
    type_code(page, mine["code"])
    for box in [key.bounding_box() for key in page.locator(".keys button").all()]:
        assert box and box["width"] >= TOUCH and box["height"] >= TOUCH
        assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    sends = page.locator(".check-in .main").bounding_box()
    assert sends and sends["y"] + sends["height"] <= size["height"], "the last button must be in sight"
    assert violations(page) == []
    page.screenshot(path=pictures / f"kiosk-check-in-{size['width']}.png")
    page.locator(".check-in .main").click()
    expect(page.locator(".ticket h1")).to_have_text("F" + page.locator(".ticket h1").inner_text()[1:])
    assert violations(page) == []
    page.screenshot(path=pictures / f"kiosk-checked-in-{size['width']}.png")
    done(page)

    type_code(page, mine["code"])
    page.locator(".check-in .main").click()
    expect(page.get_by_text("You are checked in: your number is F")).to_be_visible()
    assert violations(page) == []


def test_a_scanner_checks_in_from_the_first_page(hall: Hall, new_page: NewPage) -> None:
    mine = booked(hall)
    page = machine(new_page, hall)
    page.keyboard.type(mine["url"])
    page.keyboard.press("Enter")
    expect(page.locator(".ticket h1")).to_contain_text("F")
    done(page)


def test_a_code_of_another_day_says_when(hall: Hall, new_page: NewPage, pictures: Path) -> None:
    later = booked(hall, days=2)
    page = machine(new_page, hall)
    page.keyboard.type(later["code"].lower())
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Your appointment is at {later['start'][:10]}")).to_be_visible()
    page.screenshot(path=pictures / "kiosk-too-early.png")


def test_an_unknown_code_says_what_to_do(hall: Hall, browser: Browser) -> None:
    # Not watched: its console complains of a 404.
    with browser.new_context(viewport=ViewportSize(**PORTRAIT)) as context:
        page = context.new_page()
        page.goto(hall.shown["addresses"]["kiosk"])
        expect(page.locator(".tile").first).to_be_visible()
        page.keyboard.type("WRONG2")
        page.keyboard.press("Enter")
        expect(page.get_by_text("This code was not found")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Start over").click()
        expect(page.locator(".tile").first).to_be_visible()
