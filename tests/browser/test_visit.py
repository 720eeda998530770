"""Two services in one visit, in a real browser: from counter to counter with one number, screen and phone following."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import NewPage
from tests.browser.console_page import COUNTER, ConsolePage, emptied, open_console, stranger
from tests.browser.demo_hall import Hall
from tests.browser.page_actions import sign_in, take_counter
from tests.browser.rest_clerk import RestClerk, service_of


@pytest.fixture
def console(hall: Hall, new_page: NewPage) -> ConsolePage:
    """A console at counter 7."""
    return open_console(hall, new_page)


def names(hall: Hall, console: ConsolePage) -> tuple[dict[str, Any], dict[str, Any], int]:
    """A service of counter 7, one that it does not serve, and a counter that does."""
    second = stranger(hall)
    return service_of(hall, COUNTER), service_of(hall, second), second


def visitor(hall: Hall, *services: dict[str, Any], mode: str = "sequence") -> dict[str, Any]:
    """Someone takes one number for these services."""
    codes = [service["code"] for service in services]
    path = f"/halls/{hall.get('/halls')['halls'][0]['code']}/tickets"
    ticket: dict[str, Any] = hall.post(path, {"service": codes[0], "services": codes[1:], "mode": mode})
    return ticket


def console_at(hall: Hall, new_page: NewPage, counter: int) -> Page:
    emptied(hall, counter)
    page = new_page(f"{hall.url}/counter")
    page.emulate_media(reduced_motion="reduce")
    sign_in(page, f"clerk{counter}")
    take_counter(page, str(counter))
    return page


def call(page: Page, number: str) -> None:
    expect(page.locator(".primary")).to_contain_text(number)
    page.keyboard.press("Enter")
    expect(page.locator(".present .big")).to_have_text(number)


def test_one_number_goes_from_counter_to_counter(
    hall: Hall, new_page: NewPage, console: ConsolePage, pictures: Path
) -> None:
    first, second, other = names(hall, console)
    next_console = console_at(hall, new_page, other)
    display = new_page(hall.address("display"), width=1920, height=1080)
    ticket = visitor(hall, first, second)
    number = ticket["number"]
    phone = new_page(hall.url + "/t/" + ticket["token"], width=390, height=844)
    expect(phone.get_by_text(number).first).to_be_visible()

    page = console.page
    call(page, number)
    expect(display.locator(".pair-counter").first).to_contain_text(str(COUNTER))
    expect(phone.locator(".call .counter")).to_have_text(str(COUNTER))
    expect(page.locator(".present .steps li")).to_have_count(2)
    console.press("s")
    expect(page.locator(".chip")).to_have_text("Being served")
    expect(page.locator(".primary")).to_contain_text(f"Done here: {number} goes on to {second['name']['en']}")
    assert violations(page) == []
    page.screenshot(path=pictures / "visit-first-counter.png")

    console.press("w")
    page.keyboard.type("copies are checked")
    console.press("Enter")
    expect(page.locator(".present .note")).to_contain_text("copies are checked")
    console.press("c")
    console.is_free()
    expect(page.locator(".undo")).to_contain_text(f"{number} goes on to {second['name']['en']}")
    expect(phone.locator(".call .counter")).to_have_count(0)
    expect(display.locator(".pair-number").filter(has_text=number)).to_have_count(0)

    call(next_console, number)
    expect(display.locator(".pair-counter").first).to_contain_text(str(other))
    expect(phone.locator(".call .counter")).to_have_text(str(other))
    expect(next_console.locator(".present .note")).to_contain_text("copies are checked")
    expect(next_console.locator(".present dl")).to_contain_text(f"{first['name']['en']}, counter {COUNTER}")
    next_console.screenshot(path=pictures / "visit-second-counter.png")
    next_console.keyboard.press("l")
    timeline = next_console.get_by_role("dialog")
    expect(timeline).to_contain_text(f"Done at counter {COUNTER}, goes on to {second['name']['en']}")
    expect(timeline).to_contain_text("Note written")
    assert violations(next_console) == []
    next_console.screenshot(path=pictures / "visit-timeline.png")
    next_console.keyboard.press("Escape")
    next_console.keyboard.press("c")
    expect(next_console.locator(".undo")).to_contain_text(f"{number} completed")
    assert hall.get(f"/tickets/{ticket['token']}")["state"] == "completed"


def test_the_clerk_adds_a_service_and_takes_it_away(hall: Hall, console: ConsolePage) -> None:
    _, second, _ = names(hall, console)
    number = console.call()
    page, name = console.page, second["name"]["en"]
    console.press("a")
    page.keyboard.type(name)
    expect(page.locator(".pick.chosen")).to_contain_text(name)
    page.get_by_text("At the same time").click()
    page.get_by_role("dialog").get_by_role("button", name="Add", exact=False).last.click()
    expect(page.locator(".present .steps li").nth(1)).to_contain_text(f"{name} waits too")
    expect(page.locator(".undo")).to_contain_text(f"{number}: service added")
    console.press("z")
    expect(page.locator(".present .steps")).to_have_count(0)
    console.press("a")
    page.keyboard.type(name)
    console.press("Enter")
    expect(page.locator(".present .steps li").nth(1)).to_contain_text(f"{name} after this")
    console.press("a")
    page.get_by_role("button", name=f"Drop: {name}").click()
    expect(page.get_by_role("dialog").locator(".steps li")).to_have_count(1)
    console.press("Escape")
    console.press("s")
    expect(page.locator(".primary")).to_contain_text(f"Complete {number}")


def test_quantity_and_a_time_to_come_back(hall: Hall, console: ConsolePage) -> None:
    number = console.call()
    page = console.page
    console.press("u")
    page.keyboard.type("12")
    console.press("Enter")
    expect(page.locator(".present dl")).to_contain_text("Quantity12")
    console.press("h")
    page.get_by_label("or at").fill("25:00")
    expect(page.get_by_role("dialog").get_by_role("button", name="Hold")).to_be_disabled()
    page.get_by_text("in 10 min").click()
    console.press("Enter")
    console.is_free()
    expect(page.locator(".rows li").filter(has_text=number)).to_contain_text("back at")
    page.get_by_role("button", name=f"Timeline of {number}").click()
    expect(page.get_by_role("dialog")).to_contain_text("Quantity: 12")
    console.press("Escape")
    assert RestClerk(hall, COUNTER).outlook()["next"] is None


def test_a_timeline_that_cannot_be_had_says_so(console: ConsolePage) -> None:
    console.call()
    page = console.page
    console.is_deaf = True
    console.press("l")
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
    assert violations(page) == []
    console.is_deaf = False
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog")).to_contain_text("Called to counter")
