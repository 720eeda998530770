"""The ticket machine in a real browser at a real server: paper, and every reason why there is no number."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zxingcpp
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from tests.browser.conftest import NewPage
from tests.browser.demo_hall import Hall, stop
from tests.browser.kiosk_page import LANDSCAPE, PORTRAIT, RestSupervisor, machine, sound, supervised, take
from tests.browser.page_actions import code_of
from tests.kiosk.fake_paper import PAPER_OK, PAPER_OUT, FakePrinter, listening, picture_of
from tools.places import program
from tools.runner import apart

#: Read at arm's length with weak eyes, in pixels.
READABLE = 18
#: How long a change may take to be seen, on a machine that stands still for seconds (ms).
SEEN_MS = 30_000


@pytest.fixture
def boss(hall: Hall) -> Iterator[RestSupervisor]:
    yield from supervised(hall)


def test_the_ticket_is_printed_and_a_printer_without_paper_leaves_the_code(
    hall: Hall, boss: RestSupervisor, new_page: NewPage, pictures: Path
) -> None:
    with listening(FakePrinter()) as printer:
        for device in boss.devices("kiosk"):
            boss.printer(device["id"], {"kind": "network", "host": "127.0.0.1", "port": printer.port, "width_mm": 80})
        page = machine(hall, new_page)
        take(page)
        expect(page.get_by_text("Please take your ticket")).to_be_visible()
        sound(page, pictures / "kiosk-printed.png")
        url = code_of(page)
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
    hall: Hall, boss: RestSupervisor, new_page: NewPage, tmp_path: Path
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
    hall: Hall, boss: RestSupervisor, new_page: NewPage, pictures: Path
) -> None:
    page = machine(hall, new_page)
    boss.open(False)
    expect(page.get_by_text("No numbers are given now")).to_be_visible()
    sound(page, pictures / "kiosk-closed.png")
    boss.open(True)
    expect(page.locator(".tile").first).to_be_visible()


def test_a_notice_stands_above_and_an_emergency_over_everything(
    hall: Hall, boss: RestSupervisor, new_page: NewPage, pictures: Path
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


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_the_longest_notice_is_whole(
    hall: Hall, boss: RestSupervisor, new_page: NewPage, pictures: Path, size: dict[str, int]
) -> None:
    long = {
        "zh-CN": "".join(
            f"{n}楼管道漏水，请带好随身物品，听从工作人员安排，沿绿色指示牌有序离开大厅。" for n in range(1, 10)
        )[:300],
        "en": ("A pipe has burst on the third floor: please take your things and leave by the stairs. " * 4)[:300],
    }
    page = machine(hall, new_page, size)
    for letters in ("normal", "large"):
        if letters == "large":
            page.get_by_role("button", name="Larger text").click()
        page.locator(".tile").first.click()
        say(boss, long, "info")
        part = page.locator(".notice .en .shown")
        expect(part).to_be_visible()
        sound(page, pictures / f"kiosk-info-long-{letters}-{size['width']}.png")
        assert letters_of(part) >= READABLE
        expect(part).not_to_have_text(part.inner_text(), timeout=SEEN_MS)
        say(boss, long, "emergency")
        expect(page.locator(".plain-page.emergency")).to_be_visible()
        page.evaluate("document.fonts.ready")
        sound(page, pictures / f"kiosk-emergency-long-{letters}-{size['width']}.png")
        assert letters_of(page.locator(".emergency h1 .en")) >= READABLE
        boss.notice(None)


def say(boss: RestSupervisor, text: dict[str, str], level: str) -> None:
    boss.send("PUT", f"/halls/{boss.code}/notice", {"text": text, "level": level})


def letters_of(part: Locator) -> float:
    """How high its letters are, in pixels."""
    return float(part.evaluate("e => parseFloat(getComputedStyle(e).fontSize)"))


def test_a_machine_is_paired_by_its_code_and_taken_out_again(
    hall: Hall, boss: RestSupervisor, new_page: NewPage, pictures: Path
) -> None:
    page = new_page(f"{hall.url}/kiosk", **PORTRAIT)
    code = page.locator(".pairing .code")
    expect(code).to_be_visible()
    sound(page, pictures / "kiosk-pairing.png")
    shown = code.inner_text().replace(" ", "")
    device = boss.send("POST", f"/pairings/{shown}/confirm", {"hall": boss.code, "name": "By the door"})["device"]
    expect(page.locator(".tile").first).to_be_visible(timeout=SEEN_MS)
    boss.send("DELETE", f"/devices/{device['id']}")
    expect(page.get_by_text("no longer allowed")).to_be_visible(timeout=SEEN_MS)


def test_a_server_that_is_away_is_said_in_the_pages_own_letters_and_waited_for(
    hall: Hall, browser: Browser, pictures: Path
) -> None:
    with browser.new_context(viewport=ViewportSize(**PORTRAIT)) as context:  # not watched: its console must complain
        context.route("**/number-blocks", lambda route: route.abort())  # a machine without numbers of its own
        page = context.new_page()
        page.goto(hall.address("kiosk"))
        expect(page.locator(".tile").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        asked: list[str] = []
        context.set_offline(True)
        page.on("request", lambda request: asked.append(request.url))
        page.evaluate("() => window.dispatchEvent(new Event('online'))")  # the line is looked at anew: it is gone
        expect(page.get_by_text("No numbers for the moment")).to_be_visible(timeout=SEEN_MS)
        sound(page, pictures / "kiosk-away.png")
        assert [url for url in asked if "/assets/" in url] == []
        context.set_offline(False)
        expect(page.locator(".tile").first).to_be_visible(timeout=SEEN_MS)
