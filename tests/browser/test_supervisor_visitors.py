"""What a supervisor does about visitors: stops a service, moves a ticket up, reads its story, sees appointments."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import NewPage
from tests.browser.demo_hall import Hall
from tests.browser.page_actions import sign_in
from tests.browser.rest_clerk import RestClerk, service_of

COUNTER = 4


def enter(new_page: NewPage, hall: Hall, **options: Any) -> Page:
    page = new_page(hall.url + "/supervisor", **options)
    sign_in(page, "supervisor")
    page.emulate_media(reduced_motion="reduce")
    expect(page.locator(".services tbody tr").first).to_be_visible()
    return page


def test_a_service_is_stopped_and_given_again(hall: Hall, new_page: NewPage, pictures: Path) -> None:
    page = enter(new_page, hall)
    code, path = hall.shown["hall"], f"/halls/{hall.shown['hall']}"
    service = hall.get(path)["services"][0]
    row = page.locator(".services tbody tr").filter(has_text=service["name"]["en"])
    row.get_by_role("button").click()
    assert violations(page) == []
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Today")).click()
    expect(row).to_contain_text("No tickets")
    assert violations(page) == []
    page.screenshot(path=pictures / "supervisor-stopped.png")
    refused = requests.post(f"{hall.url}/api/v1/halls/{code}/tickets", json={"service": service["code"]}, timeout=10)
    assert refused.json()["error"]["code"] == "service_closed"
    page.get_by_role("button", name="Undo").click()
    expect(row).not_to_contain_text("No tickets")
    hall.post(f"{path}/tickets", {"service": service["code"]})


def test_a_ticket_is_moved_up_and_says_why_it_was_called(hall: Hall, new_page: NewPage, pictures: Path) -> None:
    desk = RestClerk(hall, COUNTER)
    service = service_of(hall, COUNTER)["code"]
    earlier, later = (hall.post(f"/halls/{desk.hall_code}/tickets", {"service": service})["number"] for _ in range(2))
    page = enter(new_page, hall)
    page.get_by_role("button", name="Find a ticket").click()
    page.get_by_role("searchbox").fill(later)
    page.get_by_role("dialog").get_by_role("button", name=later).click()
    move = page.get_by_role("button", name=f"Move {later} up")
    expect(move).to_be_disabled()
    page.get_by_label("By how much").select_option(label="Before all others")
    page.get_by_label("Reason").fill("came with a baby")
    move.click()
    expect(page.locator(".timeline li").last).to_contain_text("came with a baby")
    assert violations(page) == []
    page.screenshot(path=pictures / "supervisor-moved-up.png")

    while (called := desk.next()["number"]) != later:
        assert called != earlier
    # The open dialog follows the hall.
    expect(page.locator(".whole tbody tr").first).to_contain_text(later)
    expect(page.locator(".whole tbody tr").first).to_contain_text("Before all others")
    expect(page.locator(".because")).to_have_text("Moved before all others by supervisor: came with a baby")
    expect(page.locator(".overtaken").first).to_contain_text(earlier)
    expect(move).to_have_count(0)
    page.screenshot(path=pictures / "supervisor-why.png")
    desk.leave()


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_a_missed_ticket_is_brought_back_with_a_reason(
    hall: Hall, new_page: NewPage, pictures: Path, language: str
) -> None:
    missed, back, waits = {
        "en-GB": ("Not there, may come back", "Back to the queue: ", "Waits again"),
        "zh-CN": ("未到，可回来", " 重新等候", "回到队列"),
    }[language]
    desk = RestClerk(hall, COUNTER)
    number = hall.post(f"/halls/{desk.hall_code}/tickets", {"service": service_of(hall, COUNTER)["code"]})["number"]
    page = enter(new_page, hall, locale=language)
    page.locator(".hall-header").get_by_role("button", name=re.compile("Find a ticket|查号")).click()
    page.get_by_role("searchbox").fill(number)
    page.get_by_role("dialog").get_by_role("button", name=number).click()
    desk.call(number)
    desk.act("no-show")
    expect(page.locator(".timeline li").last).to_contain_text(missed)
    act = page.locator(".move-up").get_by_role("button", name=re.compile(back))
    expect(act).to_be_disabled()
    page.locator(".move-up input").fill("stood at the wrong counter")
    assert violations(page) == []
    page.screenshot(path=pictures / f"supervisor-missed-{language}.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=pictures / f"supervisor-missed-narrow-{language}.png")
    act.click()
    expect(page.locator(".timeline li").last).to_contain_text(waits)
    expect(page.locator(".timeline li").last).to_contain_text("stood at the wrong counter")
    desk.leave()


def test_appointments_persons_and_messages_are_seen(hall: Hall, new_page: NewPage, pictures: Path) -> None:
    page = enter(new_page, hall)
    page.get_by_role("button", name="Visitors").click()
    for name, what in (
        ("Appointments today", "Expected"),
        ("Persons with many", "Only a mark"),
        ("Messages", "message"),
    ):
        page.get_by_role("button", name=name).click()
        expect(page.locator(".visitors")).to_contain_text(what)
        assert violations(page) == []
    page.screenshot(path=pictures / "supervisor-visitors.png")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
