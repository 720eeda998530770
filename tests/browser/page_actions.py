"""What people do in front of the pages: a visitor at the kiosk, a clerk at a counter."""

from __future__ import annotations

import io
from typing import Any

import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.demo_hall import PASSWORD, Hall

#: Remembers when each call's number was first painted; asked by the latency test.
WATCH_CALLS = """
window.__painted = {}
const look = () => {
  for (const part of document.querySelectorAll(".pair-number")) {
    const number = part.textContent.trim()
    if (number in window.__painted) continue
    window.__painted[number] = null
    requestAnimationFrame(() => requestAnimationFrame(() => {
      window.__painted[number] = performance.timeOrigin + performance.now()
    }))
  }
}
new MutationObserver(look).observe(document, { childList: true, characterData: true, subtree: true })
"""
#: Remembers the time of each press of Enter.
WATCH_KEYS = """
window.__pressed = []
addEventListener("keydown", (event) => {
  if (event.key === "Enter") window.__pressed.push(performance.timeOrigin + event.timeStamp)
}, true)
"""


def take_number(kiosk: Page) -> tuple[str, str]:
    """Tap the first tile until there is a ticket; returns its number and the address of its QR code."""
    number = kiosk.locator(".ticket .number")
    tile = kiosk.locator("button.tile:not(.closed), .long-wait button.main").first
    for _ in range(4):
        expect(tile.or_(number).first).to_be_visible()
        if number.is_visible():
            break
        tile.click()
        kiosk.wait_for_timeout(50)
    expect(number).to_be_visible()
    return number.inner_text(), code_of(kiosk)


def code_of(page: Page) -> str:
    """What the QR code of the ticket in sight says."""
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator(".scan").screenshot())))
    return str(code.text)


def sign_in(page: Page, username: str) -> None:
    """Fill the sign-in page and wait until it has led on."""
    expect(page.locator("input[type=password]")).to_be_visible()
    page.locator("input[name=username], input[autocomplete=username]").first.fill(username)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def take_counter(page: Page, counter: str) -> None:
    """Sign on at a counter of the list."""
    page.get_by_role("button", name=f"Counter {counter}", exact=False).filter(has_text=counter).first.click()
    expect(page.locator(".present")).to_be_visible()


def counter_for(hall: Hall, *, counter_type: str) -> str:
    """The first counter that serves this type as its own."""
    counters: list[dict[str, Any]] = hall.get(f"/halls/{hall_code(hall)}")["counters"]
    return next(str(counter["code"]) for counter in counters if counter_type in counter["counter_types"])


def hall_code(hall: Hall) -> str:
    """The demo hall's code."""
    halls = hall.get("/halls")
    listed = halls["halls"] if isinstance(halls, dict) else halls
    return str(listed[0]["code"])
