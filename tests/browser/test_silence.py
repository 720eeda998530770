"""A network that goes silent: nothing passes and nobody is told. Pages notice by the missing pulse and come back exact.

As long as HALLCALL_TEST_SILENCE_S says (s; 0: briefly). Also: two
consoles whose keys are pressed while the server dies.
"""

from __future__ import annotations

import base64
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.demo_hall import Hall
from tests.browser.page_actions import sign_in, take_counter
from tests.counter_client.cut_wire import CutWire
from tests.realtime.crowd import whole_log
from tests.realtime.process import Process

LONG = float(os.environ.get("HALLCALL_TEST_SILENCE_S", "0"))
#: Shorter than what a page notices, and longer than a command waits for its answer.
SILENCES = (LONG,) if LONG else (1.0, 12.0)
#: After so long without a word the server ends a connection; what was on its way in it is lost, and the page said so.
HANGS_UP_S = 40.0
CLERK, OTHER = 7, 8
KILLS, BETWEEN_S = 5, 4.0


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Pages whose own faults fail the test; that they do not reach a dead server is what happens here."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(url: str) -> Page:
        contexts.append(browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB"))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def wire(process: Process) -> Iterator[CutWire]:
    wire = CutWire(process.port)
    yield wire
    wire.close()


def photograph(page: Page, file: Path) -> None:
    """As it is now: Playwright's own way waits for letters that the silent network does not bring."""
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "png"})
    file.write_bytes(base64.b64decode(taken["data"]))


def take(process: Process, service: int = 0) -> str:
    root = f"http://127.0.0.1:{process.port}/api/v1/halls/{process.shown['hall']}"
    code = requests.get(root, timeout=10).json()["services"][service]["code"]
    return str(requests.post(f"{root}/tickets", json={"service": code}, timeout=10).json()["number"])


def console(process: Process, new_page: NewPage, port: int, clerk: int) -> Page:
    page = new_page(f"http://127.0.0.1:{port}/counter")
    sign_in(page, f"clerk{clerk}")
    take_counter(page, str(clerk))
    return page


def calls(process: Process, counter: int) -> list[str]:
    log = whole_log(replace(process, by=None), process.shown["hall"])
    called = [one["ticket"] for one in log if one["kind"] == "ticket_called"]
    return [one["number"] for one in called if one["counter"] == str(counter)]


@pytest.mark.parametrize("cut", [(silence, forgets) for silence in SILENCES for forgets in (False, True)])
def test_silent_pages_come_back_exact(
    process: Process, wire: CutWire, new_page: NewPage, pictures: Path, cut: tuple[float, bool]
) -> None:
    silence, forgets = cut
    hall = Hall(port=wire.port, shown=process.shown, env=process.env)
    display = new_page(hall.address("display"))
    kiosk = new_page(hall.address("kiosk"))
    desk = console(process, new_page, wire.port, CLERK)
    for _ in range(6):
        take(process)
    expect(desk.locator(".primary")).to_contain_text("Call next")
    expect(kiosk.locator("button.tile").first).to_be_visible()
    wire.hush(forgets=forgets)
    began = time.monotonic()
    desk.keyboard.press("Enter")
    if silence > 10:
        expect(desk.locator(".toast")).to_be_visible(timeout=12_000)  # no answer
        desk.keyboard.press("Enter")  # as a clerk does
    desk.wait_for_timeout(max(0.0, silence - (time.monotonic() - began)) * 1000)
    for name, page in {"display": display, "kiosk": kiosk, "console": desk}.items():
        photograph(page, pictures / f"silent-{name}-{silence:g}-{forgets}.png")
    wire.speak()
    number = desk.locator(".present .big")
    lost = forgets or silence > HANGS_UP_S
    expect(number).to_have_text(called := calls_once(process, desk, again=lost), timeout=60_000)
    expect(display.locator(".pair-number").first).to_have_text(called, timeout=60_000)
    desk.wait_for_timeout(3_000)
    assert calls(process, CLERK) == [called]
    expect(kiosk.locator("button.tile:not(.closed)").first).to_be_enabled()
    expect(desk.locator(".primary")).to_be_enabled()


def calls_once(process: Process, desk: Page, *, again: bool) -> str:
    """The number that the console called, when it has arrived; `again`: the press was lost, and the clerk presses."""
    end = time.monotonic() + 90
    while not (found := calls(process, CLERK)):
        assert time.monotonic() < end, "the press was lost"
        desk.wait_for_timeout(3_000)
        if again and not calls(process, CLERK):
            desk.keyboard.press("Enter")
    return found[0]


def test_two_consoles_while_the_server_dies_again_and_again(
    process: Process, new_page: NewPage, pictures: Path
) -> None:
    desks = {clerk: console(process, new_page, process.port, clerk) for clerk in (CLERK, OTHER)}
    root = f"{process.url}/api/v1/halls/{process.shown['hall']}"
    services = range(len(requests.get(root, timeout=10).json()["services"]))
    for _ in range(6):
        for service in services:
            take(process, service)
    shown = {clerk: set[str]() for clerk in desks}
    over = threading.Event()

    def kill_again_and_again() -> None:
        for _ in range(KILLS):
            time.sleep(BETWEEN_S)
            process.kill()
            time.sleep(0.5)
            process.start()
        over.set()

    killer = threading.Thread(target=kill_again_and_again)
    killer.start()
    steps = 0
    while not over.is_set():
        for clerk, desk in desks.items():
            desk.keyboard.press("c" if desk.locator(".present .big").is_visible() else "Enter")
            desk.wait_for_timeout(350)
            if desk.locator(".present .big").is_visible():
                shown[clerk].add(desk.locator(".present .big").inner_text())
        steps += 1
        if steps % 8 == 0:
            desks[CLERK].screenshot(path=pictures / f"dying-{steps}.png")
    killer.join()
    for clerk, desk in desks.items():
        expect(desk.locator(".head .state")).to_have_text("On duty", timeout=30_000)
        desk.wait_for_timeout(3_000)
        desk.screenshot(path=pictures / f"dying-end-{clerk}.png")
        called = calls(process, clerk)
        assert len(called) > KILLS
        assert shown[clerk] <= set(called)
        boss = process.bearer("supervisor")
        ticket = requests.get(f"{root}/counters/{clerk}", headers=boss, timeout=10).json()["counter"]["ticket"]
        if ticket:
            expect(desk.locator(".present .big")).to_have_text(ticket["number"])
    everything = Counter(calls(process, CLERK) + calls(process, OTHER))
    assert [number for number, times in everything.items() if times > 1] == []
