"""A language that the hall has added as a file, from right to left, on every page of visitors."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.kiosk_page import LANDSCAPE, PORTRAIT, nothing_is_cut, sound, take
from tests.realtime.process import Process, make_process
from tools.places import ROOT


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A demo hall with the example's Arabic."""
    made = make_process(tmp_path_factory.mktemp("arabic"))
    folder = Path(made.env["HALLCALL_DATA"]) / "languages"
    folder.mkdir()
    shutil.copy(ROOT / "examples" / "languages" / "ar.json", folder)
    made.start()
    yield made
    made.kill()


def address(hall: Process, name: str) -> str:
    return f"{hall.url}/" + hall.shown["addresses"][name].split("://", 1)[-1].split("/", 1)[1]


def test_a_visitor_reads_it_from_the_ticket_machine_to_the_phone(
    arabic: Process, new_page: NewPage, pictures: Path
) -> None:
    page = new_page(address(arabic, "kiosk"), **LANDSCAPE)
    for size, picture in ((PORTRAIT, "arabic-kiosk-tall.png"), (LANDSCAPE, "arabic-kiosk.png")):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        page.reload()
        page.get_by_role("button", name="العربية").click()
        page.get_by_role("dialog").get_by_role("button", name="العربية").click()
        expect(page.locator("html[dir=rtl][lang=ar]")).to_be_attached()
        expect(page.locator("h1 .own")).to_have_text("يرجى اختيار الخدمة")
        expect(page.locator("h1 .zh")).to_have_text("请选择要办的业务")
        sound(page, pictures / picture)
    page.locator("footer button", has_text="خط أكبر").click()
    page.wait_for_function("document.fonts.ready")
    nothing_is_cut(page)
    number = take(page)
    expect(page.locator(".ticket .label .own")).to_have_text("رقمك")
    page.screenshot(path=pictures / "arabic-kiosk-ticket.png")
    page.locator(".ticket .main").click()  # the next visitor may still choose; the language ends with the visit

    hall, kiosk = arabic.shown["hall"], arabic.bearer("supervisor")
    found = requests.get(f"{arabic.url}/api/v1/halls/{hall}/tickets/{number}", headers=kiosk, timeout=10).json()
    assert found["ticket"]["language"] == "ar"

    taken = {"service": found["ticket"]["service"], "language": "ar"}
    token = requests.post(f"{arabic.url}/api/v1/halls/{hall}/tickets", json=taken, timeout=10).json()["token"]
    phone = new_page(f"{arabic.url}/t/{token}", width=390, height=844, locale="zh-CN")
    expect(phone.locator("html[dir=rtl]")).to_be_attached()
    expect(phone.get_by_text("أنت في قائمة الانتظار")).to_be_visible()
    expect(phone.locator(".details dd").first).to_have_css("text-align", "left")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.screenshot(path=pictures / "arabic-phone.png", full_page=True)
    phone.get_by_role("combobox").select_option("en")
    expect(phone.locator("html[dir=ltr]")).to_be_attached()
    expect(phone.get_by_text("You are in the queue")).to_be_visible()

    booking = new_page(f"{arabic.url}/book?hall={hall}", width=390, height=844, locale="ar-EG")
    expect(booking.get_by_role("heading", name="حجز موعد")).to_be_visible()
    booking.screenshot(path=pictures / "arabic-booking.png", full_page=True)


def test_a_screen_stands_in_it(arabic: Process, new_page: NewPage, pictures: Path) -> None:
    screen = new_page(address(arabic, "display").replace("/display", "/display?lang=ar"), width=1920, height=1080)
    expect(screen.locator("html[dir=rtl][lang=ar]")).to_be_attached()
    expect(screen.locator(".list-table th").first).to_contain_text("الرقم")
    expect(screen.locator(".list-table th").first).to_contain_text("号码")
    screen.screenshot(path=pictures / "arabic-screen.png")
