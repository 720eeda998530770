"""Open pages and a hall that changes under them: what they offer is what can be had."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import NewPage
from tests.browser.demo_hall import Hall, hallcall
from tests.browser.kiosk_page import PORTRAIT
from tests.browser.page_actions import sign_in

Change = Callable[[dict[str, Any]], None]


def change(hall: Hall, folder: Path, how: Change) -> None:
    """Import the hall's file again through the running server, changed."""
    content = json.loads(hallcall("export", env=hall.env))
    how(content)
    file = folder / "hall.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    hallcall("init", "--from", str(file), env=hall.env)


def few(content: dict[str, Any]) -> None:
    """Six services, which stand on the machine's first page; of the first one number is given a day."""
    content["services"] = content["services"][:6]
    content["services"][0]["quota"] = 1


def reception(new_page: NewPage, hall: Hall, locale: str) -> Page:
    page = new_page(hall.url + "/reception", locale=locale)
    sign_in(page, "clerk8")
    expect(page.locator(".rows tbody tr").first).to_be_visible()
    return page


def test_a_changed_hall_file_shows_at_once_on_the_machine_and_at_the_desk(
    hall: Hall, new_page: NewPage, pictures: Path, tmp_path: Path
) -> None:
    machine = new_page(hall.address("kiosk"), **PORTRAIT)
    desks = {locale: reception(new_page, hall, locale) for locale in ("en-GB", "zh-CN")}
    service = hall.get(f"/halls/{hall.shown['hall']}")["services"][0]
    names = {"en-GB": service["name"]["en"], "zh-CN": service["name"]["zh-CN"]}
    rows = [page.locator(".rows tbody tr").filter(has_text=names[locale]) for locale, page in desks.items()]
    change(hall, tmp_path, few)
    for row in rows:
        expect(row.locator("td").last).to_contain_text("1", timeout=3_000)
    tile = machine.locator(".tile").filter(has_text=service["name"]["en"])
    expect(tile).not_to_contain_text("No numbers left")

    hall.post(f"/halls/{hall.shown['hall']}/tickets", {"service": service["code"]})
    expect(tile).to_contain_text("No numbers left today", timeout=3_000)
    expect(tile).to_contain_text("今日号已取完")
    for row, word in zip(rows, ("none", "已满"), strict=True):
        expect(row.locator("td").last).to_contain_text(word, timeout=3_000)
        expect(row.get_by_role("button")).to_be_disabled()
    assert violations(machine) == []
    machine.screenshot(path=pictures / "kiosk-used-up.png")
    tile.click()
    expect(machine.get_by_text("All of today's numbers are taken")).to_be_visible()
    machine.locator(".turning .main").click()
    for locale, page in desks.items():
        page.screenshot(path=pictures / f"reception-used-up-{locale}.png")

    def more(content: dict[str, Any]) -> None:
        content["services"][0]["quota"] = 5

    change(hall, tmp_path, more)
    expect(tile).not_to_contain_text("No numbers left")
    for row in rows:
        expect(row.get_by_role("button")).to_be_enabled()


def test_a_phone_that_chooses_a_service_sees_the_hall_close(hall: Hall, new_page: NewPage, pictures: Path) -> None:
    phone = new_page(f"{hall.url}/t/", width=360, height=740)
    expect(phone.locator(".offers button").first).to_be_enabled()
    boss = new_page(hall.url + "/supervisor")
    sign_in(boss, "supervisor")
    boss.get_by_role("button", name="Open / close").click()
    boss.get_by_role("button", name="Close now").click()
    try:
        expect(phone.locator(".offers")).to_have_count(0, timeout=20_000)
        phone.screenshot(path=pictures / "phone-hall-closed.png")
    finally:
        boss.get_by_role("button", name="Open / close").click()
        boss.get_by_role("button", name="By its hours").click()
        expect(phone.locator(".offers button").first).to_be_enabled(timeout=20_000)
