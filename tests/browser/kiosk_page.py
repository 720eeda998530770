"""A paired ticket machine of the demo hall, a supervisor beside it, and what every page of it must keep."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Page, expect

from tests.browser.axe import at_rest
from tests.browser.conftest import NewPage
from tests.browser.demo_hall import PASSWORD, Hall
from tests.realtime.process import Process
from tools.places import ROOT

PORTRAIT, LANDSCAPE = {"width": 1080, "height": 1920}, {"width": 1366, "height": 768}
WIDE = {"width": 1920, "height": 1080}
#: 20 mm at a quarter of a millimetre for a pixel, as on the smallest screens that these sizes come on.
TOUCH = 80
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}


class RestSupervisor:
    """A supervisor who works over REST."""

    def __init__(self, hall: Hall | Process, username: str = "supervisor") -> None:
        self.code = hall.shown["hall"]
        self._root, self._session = f"{hall.url}/api/v1", requests.Session()
        body = {"username": username, "password": PASSWORD, "bearer": True}
        self._session.headers["Authorization"] = f"Bearer {self.send('POST', '/login', body)['token']}"

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._session.request(method, self._root + path, json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def open(self, opening: bool | None) -> None:
        self.send("PUT", f"/halls/{self.code}/state", {"open": opening})

    def notice(self, text: str | None, level: str = "info") -> None:
        self.send("PUT", f"/halls/{self.code}/notice", {"text": text and {"zh-CN": text, "en": text}, "level": level})

    def devices(self, kind: str) -> list[dict[str, Any]]:
        found = self.send("GET", f"/halls/{self.code}/devices")["devices"]
        return [device for device in found if device["kind"] == kind]

    def printer(self, device_id: int, settings: dict[str, Any] | None) -> None:
        self.send("PATCH", f"/devices/{device_id}", {"settings": {"printer": settings} if settings else {}})

    def issued(self) -> int:
        return int(self.send("GET", f"/halls/{self.code}/live")["today"]["issued"])


def supervised(hall: Hall) -> Iterator[RestSupervisor]:
    """A supervisor, whose changes are taken back afterwards."""
    boss = RestSupervisor(hall)
    yield boss
    boss.open(None)
    boss.notice(None)
    for device in boss.devices("kiosk"):
        boss.printer(device["id"], None)


def machine(hall: Hall, new_page: NewPage, size: dict[str, int] = PORTRAIT) -> Page:
    page = new_page(hall.address("kiosk"), **size)
    expect(page.locator(".tile").first).to_be_visible()
    return page


def take(page: Page) -> str:
    """Tap until there is a ticket."""
    number = page.locator(".ticket .number")
    for _ in range(4):
        page.locator(".tile:not(.closed), .long-wait .main").first.or_(number).first.click()
        expect(page.locator(".ticket, .tile, .long-wait").first).to_be_visible()
        if number.is_visible():
            return number.inner_text()
    expect(number).to_be_visible()
    return number.inner_text()


def through(page: Page, picture: Path) -> None:
    """To the ticket, past the question that stands before a long wait."""
    question, ticket = page.locator(".long-wait"), page.locator(".ticket")
    question.or_(ticket).first.wait_for()
    if question.is_visible():
        sound(page, picture)
        page.get_by_role("button", name="Take a number now").click()
    ticket.wait_for()


def names_documents(page: Page) -> None:
    """The question for a status says of each what proves it."""
    shown = page.locator(".status-lines .tile")
    assert shown.count() > 1
    for tile in shown.all():
        expect(tile.locator(".waiting .zh")).to_be_visible()
        expect(tile.locator(".waiting .en")).to_be_visible()


def sound(page: Page, picture: Path) -> None:
    """Axe finds nothing (contrast 7:1 included), all targets are large enough, nothing is cut off."""
    page.evaluate(AXE + "; undefined")
    at_rest(page)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    page.screenshot(path=picture)
    assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
    for button in page.locator("button:visible").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= TOUCH, button.inner_text()
    nothing_is_cut(page)


def nothing_is_cut(page: Page) -> None:
    """No box is smaller than what it holds, and no text reaches out of its tile or its page."""
    cut = page.evaluate(
        """() => {
            const boxes = 'button, main, .choose, .tiles, .ticket, .plain-page, .machine, .paper, .hall'
            const parts = [...document.querySelectorAll(boxes)]
            const over = parts.filter(e => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
            const box = e => e.getBoundingClientRect()
            const within = (a, b) =>
                a.top > b.top - 1 && a.bottom < b.bottom + 1 && a.left > b.left - 1 && a.right < b.right + 1
            const said = [...document.querySelectorAll('.first, .second')].filter(e => e.checkVisibility())
            const holders = 'button, .paper, main, header, footer, .notice, .still'
            const holder = e => e.closest(holders) ?? document.body
            const out = said.filter(e => !within(box(e), box(holder(e))))
            return [...over, ...out].map(e => e.className + ': ' + e.textContent.slice(0, 40))
        }"""
    )
    assert not cut, cut
