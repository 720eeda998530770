"""The clerk's console in a real browser before a real server: keys, dialogs, takeover, a cut line, both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import NewPage
from tests.browser.console_page import COUNTER, OTHER, ConsolePage, open_console, stranger
from tests.browser.demo_hall import Hall
from tests.browser.page_actions import sign_in
from tests.browser.rest_clerk import RestClerk


@pytest.fixture
def console(hall: Hall, new_page: NewPage) -> ConsolePage:
    """A console at counter 7."""
    return open_console(hall, new_page)


def test_a_visit_by_the_keyboard(console: ConsolePage) -> None:
    first, second = console.visitor(), console.visitor()
    page = console.page
    expect(page.locator(".primary")).to_contain_text(f"Call next: {first}")
    assert page.title().startswith("(2) ")
    console.press("Enter")
    console.shows(first)
    expect(page.locator(".chip")).to_have_text("Called, not here yet")
    expect(page.locator(".primary")).to_contain_text(f"{first} is here: start")
    console.press("s")
    expect(page.locator(".chip")).to_have_text("Being served")
    expect(page.locator(".primary")).to_contain_text(f"Complete, call next: {second}")
    page.wait_for_timeout(2_600)  # in the breath after a start Enter does nothing
    console.press("n")
    console.shows(second)
    console.press("c")
    console.is_free()
    expect(page.locator(".undo")).to_contain_text(f"{second} completed")
    console.press("z")
    console.shows(second)
    expect(page.locator(".toast")).to_contain_text("Undone: completing")


def test_a_visit_by_the_number_pad(console: ConsolePage) -> None:
    number = console.visitor()
    expect(console.page.locator(".primary")).to_contain_text(number)
    console.press("NumpadEnter")
    console.shows(number)
    console.page.wait_for_timeout(2_600)  # in the breath after a call Enter does nothing
    console.press("NumpadEnter")
    expect(console.page.locator(".chip")).to_have_text("Being served")
    console.press("NumpadMultiply", "Enter")
    console.is_free()
    expect(console.page.locator(".rows")).to_contain_text(number)
    console.page.get_by_role("button", name=f"Take back: {number}").click()
    console.shows(number)
    console.press("NumpadSubtract")
    console.is_free()
    console.press("NumpadDecimal", "Numpad1")
    expect(console.page.locator(".head .state")).to_have_text(re.compile(r"^\s*Paused \d+:\d\d$"))
    expect(console.page.locator(".primary")).to_contain_text("Paused: Short break")
    console.press("NumpadEnter")
    expect(console.page.locator(".head .state")).to_have_text("On duty")


def test_a_held_key_and_typing_press_nothing(console: ConsolePage) -> None:
    first, second = console.visitor(), console.visitor()
    page = console.page
    expect(page.locator(".primary")).to_contain_text(first)
    page.keyboard.down("Enter")
    console.shows(first)
    page.keyboard.down("Enter")
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    console.press("/")
    page.keyboard.type("nxc")
    expect(page.get_by_text("Nothing found for “nxc”.")).to_be_visible()
    console.shows(first)
    expect(page.locator(".primary")).to_contain_text(second)


def test_hold_and_transfer_ask_what_they_need(console: ConsolePage, pictures: Path) -> None:
    number = console.call()
    page = console.page
    console.press("h")
    page.keyboard.type("copying the passport")
    page.get_by_text("in 20 min").click()
    page.get_by_role("dialog").get_by_role("button", name="Hold").click()
    console.is_free()
    shelf = page.locator(".rows li").filter(has_text=number)
    expect(shelf).to_contain_text("copying the passport")
    expect(shelf).to_contain_text("back at")
    page.get_by_role("button", name=f"Take back: {number}").click()
    console.shows(number)
    expect(page.locator(".present .note")).to_contain_text("copying the passport")
    console.press("t")
    page.keyboard.type(f"counter {OTHER}")
    expect(page.locator(".pick.chosen")).to_contain_text(f"Counter {OTHER}")
    expect(page.locator(".caution")).to_contain_text(f"{number} waits until somebody signs on")
    page.screenshot(path=pictures / "console-transfer.png")
    console.press("Enter")
    console.is_free()
    expect(page.locator(".waiting tr").filter(has_text=f"only counter {OTHER}")).to_have_count(1)
    page.screenshot(path=pictures / "console-waiting.png")
    assert number in [ticket["number"] for ticket in RestClerk(console.hall, OTHER).outlook()["upcoming"]]


def test_recalls_are_spaced(console: ConsolePage) -> None:
    console.call()
    recall = console.page.locator(".grid button").filter(has_text="Recall")
    expect(recall).to_be_disabled()
    expect(recall).to_be_enabled(timeout=8_000)
    console.press("r")
    expect(console.page.locator(".present dl")).to_contain_text("Recalled1 time")
    expect(recall).to_be_disabled()
    console.press("r")
    expect(console.page.locator(".toast")).to_contain_text("Called a moment ago")


def test_a_number_out_of_order_with_its_reason_and_someone_faster(console: ConsolePage) -> None:
    first, second, third = console.visitor(), console.visitor(), console.visitor()
    page = console.page
    console.press("/")
    page.keyboard.type(second)
    page.get_by_role("button", name=f"Call now: {second}").click()
    console.press("1")
    console.shows(second)
    page.locator(".grid button").filter(has_text="Start").click()
    expect(page.locator(".chip")).to_have_text("Being served")
    page.get_by_role("searchbox").fill(third)
    page.get_by_role("button", name=f"Call now: {third}").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"The present ticket {second} is completed first.")
    RestClerk(console.hall, OTHER).call(third)
    console.press("2")
    expect(page.get_by_text(f"{third} was called by counter {OTHER}")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    console.shows(second)
    expect(page.locator(".primary")).to_contain_text(first)


def test_a_soft_sound_when_someone_joins_an_empty_queue(console: ConsolePage) -> None:
    page = console.page
    number = console.visitor()
    expect(page.locator(".primary")).to_contain_text(number)
    page.wait_for_function("() => window.__notes === 2")
    console.visitor()
    expect(page.locator(".after")).not_to_be_empty()
    assert page.evaluate("window.__notes") == 2
    page.get_by_label("Sound").fill("0")
    console.press("Escape")
    page.reload()
    expect(page.locator(".present")).to_be_visible()
    expect(page.get_by_label("Sound")).to_have_value("0")


def test_others_wait_but_not_for_this_counter(console: ConsolePage) -> None:
    console.visitor(stranger(console.hall))
    expect(console.page.locator(".primary")).to_contain_text("Nobody for your counter")
    expect(console.page.locator(".waiting")).to_contain_text("Other counters")


def test_a_press_shows_in_the_same_frame(console: ConsolePage) -> None:
    number = console.visitor()
    expect(console.page.locator(".primary")).to_contain_text(number)
    console.line.held = []
    pending = console.page.evaluate(
        """() => new Promise((found) => {
          document.body.dispatchEvent(new KeyboardEvent("keydown", { code: "Enter", key: "Enter", bubbles: true }))
          requestAnimationFrame(() => found(document.querySelector(".primary").getAttribute("aria-busy")))
        })"""
    )
    assert pending == "true"
    console.line.release()
    console.shows(number)


def test_a_cut_line_keeps_the_numbers_readable_and_comes_back(console: ConsolePage) -> None:
    present = console.call()
    numbers = [console.visitor() for _ in range(7)]
    page = console.page
    expect(page.locator(".after")).to_contain_text(numbers[2])
    kept = "last => Object.entries(localStorage).some(([key, line]) => key.includes('.line.') && line.includes(last))"
    page.wait_for_function(kept, arg=numbers[6])
    console.line.cut()
    for place, number in enumerate(numbers[:3]):
        expect(page.locator(".cut li .number").nth(place)).to_have_text(number)
    assert all(button.is_disabled() for button in page.locator(".grid button").all())
    console.press("Enter")
    expect(page.locator(".toast")).to_contain_text("No connection to the server; nothing can be done for now")
    assert violations(page) == []
    for key in ("1", "1", "3", "2"):
        console.press(key)
    expect(page.locator(".cut .ticked li")).to_have_count(2)
    grid, below = page.locator(".acts .grid").bounding_box(), page.locator(".panel").first.bounding_box()
    assert grid["y"] + grid["height"] <= below["y"]
    expect(page.locator(".cut .ticked li").first).to_contain_text(f"{numbers[1]} Did not come")
    assert violations(page) == []
    missed = RestClerk(console.hall, OTHER).call(numbers[0])["ticket"]["number"]
    console.line.mend()
    expect(page.locator(".primary")).to_contain_text("Enter 2 calls", timeout=20_000)
    assert missed == numbers[0]
    # What was called by voice meanwhile is entered by the main key before it calls anybody; whom another counter has
    # called is left and named; whoever is at the counter stays there.
    console.press("Enter")
    expect(page.locator(".toasts")).to_contain_text(f"Entered: {numbers[1]}")
    expect(page.locator(".toasts")).to_contain_text(f"somebody has dealt with them: {numbers[0]}")
    expect(page.locator(".primary")).to_contain_text(numbers[2])
    expect(page.locator(".cut")).to_have_count(0)
    console.shows(present)


def test_a_second_window_takes_over_and_the_first_takes_back(console: ConsolePage) -> None:
    number = console.call()
    second = console.page.context.new_page()
    second.goto(f"{console.hall.url}/counter")
    second.get_by_role("button", name=f"Continue at counter {COUNTER}").click()
    expect(second.locator(".present .big")).to_have_text(number)
    expect(console.page.get_by_role("heading", name="This counter is open in another window")).to_be_visible()
    assert violations(console.page) == []
    console.page.get_by_role("button", name="Take back here").click()
    console.shows(number)
    expect(second.get_by_role("heading", name="This counter is open in another window")).to_be_visible()


def test_a_taken_counter_says_who_and_can_be_taken_over(console: ConsolePage, new_page: NewPage) -> None:
    number = console.call()
    rival = new_page(f"{console.hall.url}/counter")
    sign_in(rival, f"clerk{OTHER}")
    taken = rival.locator("button.counter").filter(has_text=f"Counter {COUNTER}").first
    expect(taken).to_contain_text("is on duty")
    taken.click()
    expect(rival.get_by_role("dialog")).to_contain_text(f"Someone is on duty at counter {COUNTER}")
    assert violations(rival) == []
    rival.get_by_role("button", name="Take over").click()
    expect(rival.locator(".present .big")).to_have_text(number)
    expect(console.page.get_by_role("heading", name=f"took over counter {COUNTER}")).to_be_visible()


def test_a_reload_goes_on_and_signing_off_sums_up(console: ConsolePage) -> None:
    number = console.call()
    page = console.page
    page.reload()
    console.shows(number)
    page.get_by_role("button", name="Sign off").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"{number} was called. Was the visitor served?")
    console.press("Enter")
    expect(page.get_by_role("heading", name="Thank you for today")).to_be_visible()
    expect(page.locator(".summary dl")).to_contain_text("Called")
    assert violations(page) == []
    page.get_by_role("button", name="Sign on again").click()
    expect(page.get_by_role("button", name=f"Sign on at counter {COUNTER}")).to_be_visible()


@pytest.mark.parametrize("key", ["h", "t", "p", "a", "u", "w", "l", "Shift+Slash"])
def test_axe_finds_nothing_in_the_dialogs(console: ConsolePage, key: str) -> None:
    console.call()
    console.press(key)
    expect(console.page.get_by_role("dialog")).to_be_visible()
    assert violations(console.page) == []
    console.press("Escape")
    expect(console.page.get_by_role("dialog")).to_have_count(0)


def test_everything_is_there_in_chinese(console: ConsolePage) -> None:
    number = console.visitor()
    page = console.page
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".primary")).to_contain_text(f"叫下一位：{number}")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert violations(page) == []


def test_a_wrong_password_is_a_sentence_and_the_way_back_is_kept(hall: Hall, new_page: NewPage) -> None:
    page = new_page(f"{hall.url}/counter?hall={hall.get('/halls')['halls'][0]['code']}")
    page.get_by_label("User name").fill("clerk9")
    page.get_by_label("Password", exact=True).fill("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("The user name or the password is wrong.")
    assert violations(page) == []
    sign_in(page, "clerk9")
    expect(page).to_have_url(f"{hall.url}/counter?hall={hall.get('/halls')['halls'][0]['code']}")
    expect(page.get_by_role("heading", name="Choose your counter")).to_be_visible()
    assert violations(page) == []
