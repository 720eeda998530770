"""A real print agent beside the ticket machine's page: paper while the server is away."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.demo_hall import hallcall
from tests.browser.kiosk_page import LANDSCAPE, RestSupervisor, sound, take
from tests.faults.helpers import Helper
from tests.realtime.process import Process

SEEN_MS = 30_000
#: The one port that the page knows.
PORT = 8765
DOOR = f"http://127.0.0.1:{PORT}/"


@pytest.fixture
def paper(process: Process, tmp_path: Path) -> Iterator[Path]:
    """The folder in which the agent's printer leaves its pictures; 58 mm of paper."""
    socket.create_server(("127.0.0.1", PORT)).close()  # taken, it would be seen only by a paper that does not come
    folder = tmp_path / "paper"
    folder.mkdir()
    hall = process.shown["hall"]
    token = hallcall("device", "add", "printer", "--hall", hall, env=process.env).split()[-1]
    arguments = ("print-agent", "--server", process.url, "--printer", f"file:{folder}", "--token", token)
    agent = Helper(arguments, process.env, tmp_path / "agent.log")
    boss = RestSupervisor(process)
    (kiosk,), (printer,) = boss.devices("kiosk"), boss.devices("printer")
    boss.printer(kiosk["id"], {"kind": "agent", "device": printer["id"], "width_mm": 58})
    agent.start()
    yield folder
    agent.kill()


def test_the_paper_comes_once_whether_the_server_is_there_or_not(
    process: Process, paper: Path, browser: Browser, pictures: Path
) -> None:
    path = process.shown["addresses"]["kiosk"].split("://", 1)[-1].split("/", 1)[1]
    with closing(browser.new_context(viewport=LANDSCAPE)) as context:  # type: ignore[type-var]
        page = context.new_page()
        with page.expect_response("**/number-blocks"):
            page.goto(f"{process.url}/{path}")
        number = take(page)
        expect(page.get_by_text("Please take your ticket")).to_be_visible(timeout=SEEN_MS)
        page.get_by_role("button", name="Done").click()
        process.kill()
        expect(page.locator(".notice.away")).to_be_visible(timeout=SEEN_MS)
        away = take(page)
        expect(page.get_by_text("Please take your ticket")).to_be_visible(timeout=SEEN_MS)
        sound(page, pictures / "kiosk-away-paper.png")
        page.get_by_role("button", name="Done").click()
        process.start()
        expect(page.locator(".notice.away")).to_have_count(0, timeout=SEEN_MS)
        page.wait_for_timeout(6_000)
    assert sorted(file.stem for file in paper.glob("*.png")) == sorted([number, away])
    with Image.open(paper / f"{away}.png") as picture:
        picture.save(pictures / "kiosk-away-on-paper.png")
        with Image.open(paper / f"{number}.png") as ordinary:
            assert picture.width == ordinary.width, "as wide as the machine's paper"
    assert requests.get(DOOR, headers={"Origin": "http://evil.example"}, timeout=5).status_code == 403
