"""The live view in a real browser at a real server: signing in, the hall as it changes, and acting on it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import NewPage
from tests.browser.demo_hall import PASSWORD, Hall
from tests.browser.rest_clerk import RestClerk, service_of

COUNTER = 4


@pytest.fixture
def desk(hall: Hall) -> Iterator[RestClerk]:
    clerk = RestClerk(hall, COUNTER)
    yield clerk
    clerk.leave()


def enter(
    new_page: NewPage, hall: Hall, path: str = "/supervisor", user: str = "supervisor", locale: str = "en-GB"
) -> Page:
    """Sign in on the way to a page."""
    page = new_page(hall.url + path, locale=locale)
    page.wait_for_url("**/login?next=**")
    page.locator("#username").fill(user)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/supervisor**")
    return page


def test_the_hall_is_seen_as_it_changes(hall: Hall, desk: RestClerk, new_page: NewPage, pictures: Path) -> None:
    page = enter(new_page, hall)
    waiting = page.locator(".figure.waiting .value")
    expect(waiting).to_be_visible()
    before = int(waiting.inner_text())
    service = service_of(hall, COUNTER)
    ticket = hall.post(f"/halls/{desk.hall_code}/tickets", {"service": service["code"]})
    expect(waiting).to_have_text(str(before + 1))

    tile = page.locator(".wall li").filter(has=page.get_by_text(str(COUNTER), exact=True))
    expect(tile).to_contain_text("Idle")
    desk.call(ticket["number"])
    expect(tile).to_contain_text(ticket["number"])
    expect(tile).to_contain_text("Calling")
    expect(waiting).to_have_text(str(before))
    row = page.locator(".services tbody tr").filter(has_text=service["name"]["en"])
    expect(row).to_be_visible()
    desk.act("start")
    expect(tile).to_contain_text("Serving")
    assert violations(page) == []
    page.screenshot(path=pictures / "supervisor-live.png")

    page.get_by_role("button", name="Find a ticket").click()
    page.get_by_role("searchbox").fill(ticket["number"].lower())
    expect(page.get_by_role("dialog").get_by_role("row", name=re.compile(ticket["number"]))).to_contain_text("Serving")
    page.keyboard.press("Escape")
    served = page.locator(".figure.served .value")
    done = int(served.inner_text())
    desk.act("complete")
    expect(served).to_have_text(str(done + 1))


def test_a_queue_that_nobody_serves_is_an_alert(hall: Hall, desk: RestClerk, new_page: NewPage) -> None:
    shown = hall.get(f"/halls/{desk.hall_code}")
    served = {
        kind
        for one in shown["counters"]
        if one["code"] == desk.counter
        for kind in (*one["counter_types"], *one["fallbacks"])
    }
    alone = next(one for one in shown["services"] if one["counter_type"] not in served)
    ticket = hall.post(f"/halls/{desk.hall_code}/tickets", {"service": alone["code"]})
    page = enter(new_page, hall)
    expect(page.locator(".panel.alerts")).to_contain_text("no open counter serves them")
    expect(page.locator(".services tbody tr").first).to_contain_text("Unserved")
    requests.delete(f"{hall.url}/api/v1/tickets/{ticket['token']}", timeout=10)
    expect(page.locator(".panel.alerts")).not_to_contain_text(alone["name"]["en"], timeout=15_000)


def test_a_device_is_paired_by_its_link_and_taken_out_again(hall: Hall, new_page: NewPage, pictures: Path) -> None:
    begun = hall.post("/pairings", {"kind": "display"})
    page = enter(new_page, hall, begun["confirm_url"].removeprefix(hall.url))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Device")).to_have_value("display")
    expect(dialog.get_by_label("Code")).to_have_value(begun["code"].replace(" ", ""))
    assert violations(page) == []
    page.screenshot(path=pictures / "supervisor-pair.png")
    dialog.get_by_label("Name").fill("The test's screen")
    dialog.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("The device is paired")).to_be_visible()
    answer = hall.get(f"/pairings/{begun['secret']}")
    assert (answer["state"], answer["device"]["name"]) == ("confirmed", "The test's screen")

    listed = page.locator(".devices li").filter(has_text="The test's screen")
    expect(listed).to_contain_text("Connecting")  # it has a minute to come
    listed.get_by_text("Remove", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(listed).to_have_count(0)
    assert "pair=" not in page.url


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_the_printer_of_a_ticket_machine_is_changed(
    hall: Hall, new_page: NewPage, pictures: Path, language: str
) -> None:
    change, printer, file, save, refused = {
        "en-GB": ("Change", "Printer", "File (for trials)", "Save", "Fill in the address of the printer."),
        "zh-CN": ("更改", "打印机", "文件（试用）", "保存", "请填写打印机的地址。"),
    }[language]
    new_page(hall.address("kiosk"))
    page = enter(new_page, hall, locale=language)
    row = page.locator(".devices li").filter(has_text={"en-GB": "Kiosk", "zh-CN": "取号机"}[language]).first
    row.get_by_text(change, exact=True).click()
    dialog = page.get_by_role("dialog")
    choice = dialog.locator("label", has_text=printer).first.locator("select")
    choice.select_option("network")
    dialog.get_by_role("button", name=save).click()
    expect(dialog.get_by_text(refused)).to_be_visible()
    assert violations(page) == []
    page.screenshot(path=pictures / f"supervisor-device-{language}.png")
    choice.select_option(label=file)
    dialog.get_by_role("button", name=save).click()
    expect(dialog).to_have_count(0)
    row.get_by_text(change, exact=True).click()
    expect(choice).to_have_value("file")
    choice.select_option("none")
    dialog.get_by_role("button", name=save).click()
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_a_notice_asks_for_both_languages(hall: Hall, new_page: NewPage, pictures: Path, language: str) -> None:
    page = enter(new_page, hall, locale=language)
    page.locator(".hall-header").get_by_role("button", name=re.compile("Notice|发布通知")).click()
    dialog = page.get_by_role("dialog")
    publish = dialog.get_by_role("button", name=re.compile("^(Publish|发布)"))
    dialog.locator("textarea[lang=zh-CN]").fill("下午四点停止取号。")
    expect(publish).to_be_disabled()
    expect(dialog.get_by_role("status")).to_contain_text({"en-GB": "English, too", "zh-CN": "再填写英文"}[language])
    assert violations(page) == []
    page.screenshot(path=pictures / f"supervisor-notice-{language}.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=pictures / f"supervisor-notice-narrow-{language}.png")
    dialog.locator("textarea[lang=en]").fill("Tickets until 4 pm.")
    expect(publish).to_be_enabled()


def test_a_notice_goes_to_the_screens_and_away(hall: Hall, new_page: NewPage) -> None:
    page = enter(new_page, hall)
    code = hall.get("/halls")["halls"][0]["code"]
    page.get_by_role("button", name="Notice").click()
    page.get_by_label("Chinese", exact=True).fill("下午四点停止取号。")
    page.get_by_label("English", exact=True).fill("Tickets until 4 pm.")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".hall-header .notice")).to_contain_text("Tickets until 4 pm.")
    assert hall.get(f"/halls/{code}/board")["notice"]["text"]["zh-CN"] == "下午四点停止取号。"
    page.get_by_role("button", name="Change the notice").click()
    page.get_by_role("button", name="Take it away").click()
    expect(page.locator(".hall-header .notice")).to_have_count(0)
    assert hall.get(f"/halls/{code}/board")["notice"] is None


def test_the_hall_is_closed_and_goes_by_its_hours_again(hall: Hall, new_page: NewPage) -> None:
    page = enter(new_page, hall)
    code = hall.get("/halls")["halls"][0]["code"]
    service = hall.get(f"/halls/{code}")["services"][0]["code"]
    page.get_by_role("button", name="Open / close").click()
    page.get_by_role("button", name="Close now").click()
    try:
        expect(page.locator(".hall-header .opening")).to_contain_text("Closed")
        refused = hall.post(f"/halls/{code}/tickets", {"service": service}, expect=409)
        assert refused["error"]["code"] == "hall_closed"
    finally:
        page.get_by_role("button", name="Open / close").click()
        page.get_by_role("button", name="By its hours").click()
        expect(page.locator(".hall-header .opening")).to_contain_text("Open")


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_the_head_is_one_line(hall: Hall, new_page: NewPage, pictures: Path, locale: str) -> None:
    page = enter(new_page, hall, locale=locale)
    expect(page.locator(".figure-row")).to_be_visible()
    for width in (1280, 1351, 1366, 1920):
        page.set_viewport_size({"width": width, "height": 768})
        head = page.locator(".hall-header").evaluate(
            "e => [...e.querySelectorAll('.opening, .acts > *')].map(part => part.getBoundingClientRect())"
            ".map(box => Math.round(box.top + box.height / 2))"
        )
        assert max(head) - min(head) <= 2, (width, head)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=pictures / f"supervisor-head-{locale}.png")


def test_a_clerk_is_told_that_it_is_not_their_page(hall: Hall, new_page: NewPage) -> None:
    page = enter(new_page, hall, user="clerk19")
    expect(page.get_by_text("Your account may not see this page")).to_be_visible()
    page.get_by_role("button", name="Sign in as somebody else").click()
    page.wait_for_url("**/login?next=**")


def test_numbers_that_machines_keep_come_to_an_end(hall: Hall, new_page: NewPage, pictures: Path) -> None:
    token, root = hall.shown["addresses"]["kiosk"].split("#device=")[1], f"{hall.url}/api/v1/halls"
    for _ in range(20):  # as a machine whose browser forgets its store at each start
        answer = requests.post(
            f"{root}/{hall.shown['hall']}/number-blocks",
            json={"keeper": secrets.token_urlsafe(16)},
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )
        assert answer.ok, answer.text
    for locale, said in (("en-GB", "All of today's numbers"), ("zh-CN", "已全部分配")):
        page = enter(new_page, hall, locale=locale)
        alerts = page.locator(".panel.alerts")
        expect(alerts).to_contain_text(said)
        expect(alerts.locator(".advice").first).not_to_be_empty()
        assert violations(page) == []
        alerts.screenshot(path=pictures / f"supervisor-numbers-all-kept-{locale}.png")
