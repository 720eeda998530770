"""Phone, booking and ticket machine by keyboard alone: all is reached in order and seen, dialogs keep and return it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.demo_hall import Hall
from tests.browser.kiosk_page import PORTRAIT, RestSupervisor, machine, supervised
from tests.browser.rest_clerk import service_of

PHONE = {"width": 390, "height": 844}
# Every control that can be used now, or how far one press of Tab came among them and whether that is seen.
CONTROLS = """() => [...document.querySelectorAll('button, a[href], input, select, summary')]
    .filter(one => !one.disabled && !one.closest('[inert]') && one.checkVisibility({visibilityProperty: true}))"""
COUNT = f"({CONTROLS})().length"
WHERE = f"""() => {{
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect()
  return {{
    at: ({CONTROLS})().indexOf(one), text: one.outerHTML.slice(0, 120) + JSON.stringify(box),
    seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
      && box.top >= 0 && box.bottom <= innerHeight + 1 && box.width > 0
  }}
}}"""

FOCUSED = "document.activeElement.innerText || document.activeElement.tagName"
FROM_THE_TOP = """() => {
  document.body.tabIndex = -1
  document.body.focus()
  document.body.removeAttribute('tabindex')
  scrollTo(0, 0)
}"""


@pytest.fixture
def boss(hall: Hall) -> Iterator[RestSupervisor]:
    yield from supervised(hall)


def tab(page: Page, key: str = "Tab") -> dict[str, Any]:
    page.keyboard.press(key)
    return dict(page.evaluate(WHERE))


def reaches_all(page: Page) -> None:
    """Tab goes through every control in the order of the page, each with a frame that is seen."""
    page.evaluate(FROM_THE_TOP)
    stops = [tab(page) for _ in range(page.evaluate(COUNT))]
    assert [stop["at"] for stop in stops] == list(range(len(stops))), stops
    assert [stop["text"] for stop in stops if not stop["seen"]] == []


def press(page: Page, name: str) -> None:
    """Go to a button by Tab and press it."""
    for _ in range(40):
        tab(page)
        if page.evaluate("document.activeElement.innerText || ''").startswith(name):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab never came to {name}")


def stays_inside(page: Page) -> None:
    """Neither Tab nor Shift+Tab leaves the open dialog."""
    for key in ["Tab"] * 6 + ["Shift+Tab"] * 8:
        tab(page, key)
        assert page.evaluate("!!document.activeElement.closest('[role=dialog], [role=alertdialog]')"), key


def focused(page: Page) -> str:
    return str(page.evaluate(FOCUSED))


def test_a_ticket(hall: Hall, boss: RestSupervisor, new_page: NewPage) -> None:
    body = {"service": service_of(hall, 3)["code"], "language": "en"}
    token = hall.post(f"/halls/{boss.code}/tickets", body)["token"]
    hall.post(f"/halls/{boss.code}/tickets", body)  # others are let pass where somebody is behind
    page = new_page(f"{hall.plain_url}/t/{token}", **PHONE)
    expect(page.locator(".ticket")).to_be_visible()
    reaches_all(page)
    for name in ("Leave the queue", "I need more time"):
        press(page, name)
        expect(page.get_by_role("dialog")).to_be_visible()
        stays_inside(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert focused(page).startswith(name)


def test_taking_a_number(hall: Hall, boss: RestSupervisor, new_page: NewPage) -> None:
    page = new_page(f"{hall.plain_url}/t?hall={boss.code}", **PHONE)
    expect(page.locator(".offers button").first).to_be_visible()
    reaches_all(page)
    press(page, "Information and advice")
    expect(page.get_by_role("dialog")).to_be_visible()
    stays_inside(page)
    press(page, "Do you come for anything else?")
    assert focused(page) == "INPUT", "on the first of the services that appeared"
    stays_inside(page)
    page.keyboard.press("Escape")
    assert focused(page).startswith("Information and advice")


def test_booking(hall: Hall, boss: RestSupervisor, new_page: NewPage) -> None:
    page = new_page(f"{hall.plain_url}/book?hall={boss.code}&service=travel", **PHONE)
    page.locator(".slots button:enabled").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_be_visible()
    reaches_all(page)
    page.get_by_label("Name").fill("Ming")
    page.get_by_label("Phone").fill("13800138000")
    press(page, "Book ")
    expect(page.locator(".code")).to_be_visible()
    reaches_all(page)
    press(page, "Cancel the appointment")
    stays_inside(page)
    page.keyboard.press("Escape")
    assert focused(page) == "Cancel the appointment"


def test_the_ticket_machine(hall: Hall, boss: RestSupervisor, new_page: NewPage) -> None:
    page = machine(hall, new_page, PORTRAIT)
    reaches_all(page)
    page.evaluate(FROM_THE_TOP)
    while "tile" not in page.evaluate("document.activeElement.className"):
        tab(page)
    page.keyboard.press("Enter")
    expect(page.locator(".turning .back")).to_be_visible()
    assert "tile" in tab(page)["text"], "after a page has changed, Tab begins with what is new"
    reaches_all(page)


def idle(page: Page) -> None:
    """Half a minute, not faster than the server's heartbeats can follow."""
    for _ in range(31):
        page.clock.run_for(1_000)
        page.wait_for_timeout(100)


def test_still_there_is_asked_of_the_keyboard_too(hall: Hall, boss: RestSupervisor, new_page: NewPage) -> None:
    page = new_page("about:blank", **PORTRAIT)
    page.clock.install()
    page.goto(hall.address("kiosk"))
    for answer, home in (("Escape", False), ("Enter", True)):
        page.locator(".tile.group").first.click()
        tab(page)
        held = focused(page)
        idle(page)
        expect(page.get_by_role("alertdialog")).to_be_visible()
        stays_inside(page)
        if answer == "Enter":
            page.locator(".still .plain").focus()
        page.keyboard.press(answer)
        expect(page.get_by_role("alertdialog")).to_have_count(0)
        if home:
            expect(page.locator(".turning .back")).to_have_count(0)
        else:
            page.wait_for_function(f"held => ({FOCUSED}) === held", arg=held)
            page.locator(".turning .back").click()
    page.locator(".tile.group").first.click()
    idle(page)
    page.locator(".still .plain").click()
    expect(page.locator(".turning .back")).to_have_count(0)
