"""The ticket machine in a real browser at a real server: numbers, paper, and every reason why there is none."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect

from house.places import ROOT, program
from house.runner import apart
from tests.browser.axe import at_rest
from tests.browser.conftest import NewPage
from tests.browser.hall import PASSWORD, Hall, stop
from tests.kiosk.fake_paper import PAPER_OK, PAPER_OUT, FakePrinter, listening, picture_of

PORTRAIT, LANDSCAPE = {"width": 1080, "height": 1920}, {"width": 1366, "height": 768}
#: 20 mm at a quarter of a millimetre for a pixel, as on the smallest screens that these sizes come on.
TOUCH = 80
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}


class Boss:
    """A supervisor who works over REST."""

    def __init__(self, hall: Hall) -> None:
        self.code = hall.shown["hall"]
        self._root, self._session = f"{hall.url}/api/v1", requests.Session()
        body = {"username": "supervisor", "password": PASSWORD, "bearer": True}
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


@pytest.fixture
def boss(hall: Hall) -> Iterator[Boss]:
    boss = Boss(hall)
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
        page.locator(".tile:not(.closed)").first.or_(number).first.click()
        expect(page.locator(".ticket, .tile").first).to_be_visible()
        if number.is_visible():
            return number.inner_text()
    expect(number).to_be_visible()
    return number.inner_text()


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
    cut = page.evaluate(
        "() => [...document.querySelectorAll('button, main, .tiles, .ticket, .plain-page, .machine')]"
        ".filter(e => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)"
        ".map(e => e.className + ': ' + e.innerText.slice(0, 40))"
    )
    assert cut == []


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_from_the_first_page_to_the_ticket(
    hall: Hall, new_page: NewPage, pictures: Path, size: dict[str, int], request: pytest.FixtureRequest
) -> None:
    name = f"kiosk-{request.node.callspec.id}"
    page = machine(hall, new_page, size)
    sound(page, pictures / f"{name}-home.png")
    page.get_by_role("button", name="Larger text").click()
    sound(page, pictures / f"{name}-large.png")
    page.get_by_role("button", name="Normal text").click()
    if size is PORTRAIT:
        page.get_by_role("button", name="Lower buttons").click()
        sound(page, pictures / f"{name}-low.png")
        assert (
            min(box["y"] for tile in page.locator(".tile").all() if (box := tile.bounding_box()))
            > PORTRAIT["height"] * 0.45
        )
        page.get_by_role("button", name="Normal position").click()
    page.locator(".tile.group").first.click()
    sound(page, pictures / f"{name}-group.png")
    page.locator(".tile:not(.closed)").first.click()
    page.locator(".tile.none").wait_for()
    sound(page, pictures / f"{name}-status.png")
    page.get_by_role("button", name="Larger text").click()
    sound(page, pictures / f"{name}-status-large.png")
    page.locator(".tile.none").click()
    page.locator(".ticket").wait_for()
    sound(page, pictures / f"{name}-ticket.png")
    url = page.locator(".scan [role=img]").get_attribute("aria-label")
    seen = Image.open(io.BytesIO(page.screenshot()))
    assert [code.text for code in zxingcpp.read_barcodes(seen)] == [url]
    number = page.locator(".ticket .number").inner_text()
    assert hall.get(f"/tickets/{str(url).rsplit('/', 1)[1]}")["number"] == number
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".tile").first).to_be_visible()


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_another_matter_joins_the_number_in_hand(
    hall: Hall, boss: Boss, new_page: NewPage, pictures: Path, size: dict[str, int]
) -> None:
    page, name = machine(hall, new_page, size), f"kiosk-another-{size['width']}"
    number, issued = take(page), boss.issued()
    token = str(page.locator(".scan [role=img]").get_attribute("aria-label")).rsplit("/", 1)[1]
    first = hall.get(f"/tickets/{token}")["service"]
    another = page.get_by_role("button", name="Another matter too")
    another.click()
    expect(page.get_by_role("heading", name=f"{number}: what else?")).to_be_visible()
    sound(page, pictures / f"{name}-choice.png")
    page.get_by_role("button", name="Back").click()
    expect(page.locator(".ticket .number")).to_have_text(number)

    another.click()
    page.locator(".tile.group").nth(1).click()
    page.locator(".tile:not(.closed)").last.click()
    expect(page.locator(".ticket .number")).to_have_text(number)
    expect(page.locator(".ticket")).to_contain_text("2. ")
    sound(page, pictures / f"{name}-ticket.png")
    steps = hall.get(f"/tickets/{token}")["steps"]
    assert len(steps) == 2
    assert first in [step["service"] for step in steps]
    assert boss.issued() == issued


def test_two_presses_at_once_make_one_ticket(hall: Hall, boss: Boss, new_page: NewPage) -> None:
    page = machine(hall, new_page)
    page.locator(".tile.group").first.click()
    page.locator(".tile:not(.closed)").first.click()
    page.locator(".tile.none").wait_for()
    before = boss.issued()
    page.evaluate("() => { const press = document.querySelector('.tile.none'); press.click(); press.click() }")
    expect(page.locator(".ticket")).to_be_visible()
    assert boss.issued() == before + 1


def test_the_ticket_is_printed_and_a_printer_without_paper_leaves_the_code(
    hall: Hall, boss: Boss, new_page: NewPage, pictures: Path
) -> None:
    with listening(FakePrinter()) as printer:
        for device in boss.devices("kiosk"):
            boss.printer(device["id"], {"kind": "network", "host": "127.0.0.1", "port": printer.port, "width_mm": 80})
        page = machine(hall, new_page)
        take(page)
        expect(page.get_by_text("Please take your ticket")).to_be_visible()
        sound(page, pictures / "kiosk-printed.png")
        url = page.locator(".scan [role=img]").get_attribute("aria-label")
        printed = picture_of(printer.tickets[-1]).convert("L")
        printed.save(pictures / "kiosk-paper.png")
        assert [code.text for code in zxingcpp.read_barcodes(printed)] == [url]

        printer.paper = PAPER_OUT
        page.get_by_role("button", name="Done").click()
        take(page)
        expect(page.get_by_text("Out of paper")).to_be_visible()
        sound(page, pictures / "kiosk-paper-out.png")
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_text("This machine cannot print now")).to_be_visible()
        sound(page, pictures / "kiosk-cannot-print.png")
        expect(page.locator(".tile").first).to_be_visible()
        (kiosk,) = [one for one in boss.devices("kiosk") if one["alive"]]
        assert kiosk["status"]["printer_error"] == "paper_out"

        printer.paper = PAPER_OK
        take(page)
        expect(page.get_by_text("Please take your ticket")).to_be_visible()
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_text("This machine cannot print now")).to_be_hidden()


def test_the_printer_of_the_kiosks_own_pc_is_paired_and_prints(
    hall: Hall, boss: Boss, new_page: NewPage, tmp_path: Path
) -> None:
    with listening(FakePrinter()) as printer, print_agent(hall, printer, tmp_path) as said:
        code = next(found for line in said if (found := re.search(r"code: (\d{3} \d{3})", line)))[1]
        confirmed = boss.send("POST", f"/pairings/{code.replace(' ', '')}/confirm", {"hall": boss.code, "name": "PC"})
        agent = confirmed["device"]["id"]
        next(line for line in said if line.startswith("Connected"))
        for device in boss.devices("kiosk"):
            boss.printer(device["id"], {"kind": "agent", "device": agent, "width_mm": 58})
        page = machine(hall, new_page)
        number = take(page)
        expect(page.get_by_text("Please take your ticket")).to_be_visible()
        next(line for line in said if line == f"{number} printed\n")
        assert picture_of(printer.tickets[-1]).width == 384
        (seen,) = [device for device in boss.devices("printer") if device["id"] == agent]
        assert seen["alive"]
        assert seen["status"]["paper"] == "ok"
        boss.send("DELETE", f"/devices/{agent}")


@contextmanager
def print_agent(hall: Hall, printer: FakePrinter, folder: Path) -> Iterator[Iterator[str]]:
    """`hallcall print-agent` as a process of its own; yields what it says, line by line."""
    command = [program("hallcall"), "print-agent", "--server", hall.url, "--language", "en", "--state", folder]
    command += ["--printer", f"network:127.0.0.1:{printer.port}"]
    env = hall.env | {"PYTHONIOENCODING": "ascii"}
    agent = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True, **apart())
    assert agent.stdout
    try:
        yield iter(agent.stdout.readline, "")
    finally:
        stop(agent)
        agent.stdout.close()


def test_a_closed_hall_gives_no_numbers_and_opens_by_itself(
    hall: Hall, boss: Boss, new_page: NewPage, pictures: Path
) -> None:
    page = machine(hall, new_page)
    boss.open(False)
    expect(page.get_by_text("No numbers are given now")).to_be_visible()
    sound(page, pictures / "kiosk-closed.png")
    boss.open(True)
    expect(page.locator(".tile").first).to_be_visible()


def test_a_notice_stands_above_and_an_emergency_over_everything(
    hall: Hall, boss: Boss, new_page: NewPage, pictures: Path
) -> None:
    page = machine(hall, new_page)
    boss.notice("Lift 2 is out of service")
    expect(page.get_by_text("Lift 2").first).to_be_visible()
    sound(page, pictures / "kiosk-notice.png")
    boss.notice("Please leave the hall by the nearest exit", "emergency")
    expect(page.locator(".plain-page.emergency")).to_be_visible()
    expect(page.locator(".tile")).to_have_count(0)
    sound(page, pictures / "kiosk-emergency.png")
    boss.notice(None)
    expect(page.locator(".tile").first).to_be_visible()


def test_a_machine_is_paired_by_its_code_and_taken_out_again(
    hall: Hall, boss: Boss, new_page: NewPage, pictures: Path
) -> None:
    page = new_page(f"{hall.url}/kiosk", **PORTRAIT)
    code = page.locator(".pairing .code")
    expect(code).to_be_visible()
    sound(page, pictures / "kiosk-pairing.png")
    shown = code.inner_text().replace(" ", "")
    device = boss.send("POST", f"/pairings/{shown}/confirm", {"hall": boss.code, "name": "By the door"})["device"]
    expect(page.locator(".tile").first).to_be_visible(timeout=10_000)
    boss.send("DELETE", f"/devices/{device['id']}")
    expect(page.get_by_text("no longer allowed")).to_be_visible(timeout=10_000)


def test_a_server_that_is_away_is_said_in_the_pages_own_letters_and_waited_for(
    hall: Hall, browser: Browser, pictures: Path
) -> None:
    with browser.new_context(viewport=ViewportSize(**PORTRAIT)) as context:  # not watched: its console must complain
        page = context.new_page()
        page.goto(hall.address("kiosk"))
        expect(page.locator(".tile").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        asked: list[str] = []
        context.set_offline(True)
        page.on("request", lambda request: asked.append(request.url))
        page.evaluate("() => window.dispatchEvent(new Event('online'))")  # the line is looked at anew: it is gone
        expect(page.get_by_text("No numbers for the moment")).to_be_visible(timeout=10_000)
        sound(page, pictures / "kiosk-away.png")
        assert [url for url in asked if "/assets/" in url] == []
        context.set_offline(False)
        expect(page.locator(".tile").first).to_be_visible(timeout=15_000)
