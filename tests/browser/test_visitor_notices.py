"""What the supervisor tells everybody reaches the phone: a notice, an emergency, "close now"."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import NewPage
from tests.browser.demo_hall import Hall
from tests.browser.kiosk_page import RestSupervisor, supervised
from tests.browser.rest_clerk import service_of

PHONE = {"width": 390, "height": 844}
LONG = {
    "zh-CN": "三楼管道漏水，请带好随身物品，听从工作人员安排，沿绿色指示牌有序离开大厅。" * 8,
    "en": "Leave now. " * 27,
}


@pytest.fixture
def boss(hall: Hall) -> Iterator[RestSupervisor]:
    yield from supervised(hall)


def say(boss: RestSupervisor, text: dict[str, str], level: str) -> None:
    boss.send("PUT", f"/halls/{boss.code}/notice", {"text": text, "level": level})


def within(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_notices_stand_on_every_page_of_the_phone(
    hall: Hall, boss: RestSupervisor, new_page: NewPage, pictures: Path
) -> None:
    service = service_of(hall, 3)["code"]
    ticket = hall.post(f"/halls/{boss.code}/tickets", {"service": service, "language": "en"})
    page = new_page(f"{hall.plain_url}/t/{ticket['token']}", **PHONE)
    expect(page.locator(".ticket")).to_be_visible()
    boss.notice("The lift is out of order until 15:00.")
    strip = page.locator(".hall-notice[role=status]")
    expect(strip).to_contain_text("The lift is out of order", timeout=3_000)  # by the socket, before the next question
    assert violations(page) == []
    page.screenshot(path=pictures / "visitor-notice.png")

    page.get_by_role("button", name="Leave the queue").click()
    say(boss, {name: text[:300] for name, text in LONG.items()}, "emergency")
    alarm = page.locator(".hall-notice.emergency[role=alert]")
    expect(alarm).to_contain_text("Leave now", timeout=3_000)
    page.screenshot(path=pictures / "visitor-emergency-dialog.png")
    stay = page.get_by_role("button", name="Stay in the queue")
    stay.click()
    assert page.evaluate("scrollY") == 0
    assert violations(page) == []
    assert within(page)
    page.screenshot(path=pictures / "visitor-emergency.png")
    page.get_by_role("button", name="中文").click()
    expect(alarm).to_contain_text("紧急通知")
    page.screenshot(path=pictures / "visitor-emergency-zh.png")
    boss.notice(None)
    expect(page.locator(".hall-notice")).to_have_count(0, timeout=3_000)


@pytest.mark.parametrize("path", ["/t", "/book"])
def test_pages_without_a_ticket_show_them_too(
    hall: Hall, boss: RestSupervisor, new_page: NewPage, pictures: Path, path: str
) -> None:
    boss.notice("Please leave the hall.", "emergency")
    page = new_page(f"{hall.plain_url}{path}?hall={boss.code}", **PHONE)
    expect(page.locator(".hall-notice.emergency")).to_contain_text("Please leave the hall.")
    assert violations(page) == []
    assert within(page)
    page.screenshot(path=pictures / f"visitor-emergency{path.replace('/', '-')}.png")


def test_a_hall_that_closes_takes_its_offers_away(
    hall: Hall, boss: RestSupervisor, new_page: NewPage, pictures: Path
) -> None:
    page = new_page(f"{hall.plain_url}/t?hall={boss.code}", **PHONE)
    expect(page.locator(".offers button").first).to_be_visible()
    boss.open(False)
    expect(page.get_by_text("no new numbers are given now.")).to_be_visible(timeout=20_000)
    expect(page.locator(".offers button")).to_have_count(0)
    page.screenshot(path=pictures / "visitor-take-closed.png")
