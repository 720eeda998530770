"""The ticket machine while the server is away: it goes on, and hands in afterwards what it gave."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.kiosk_page import LANDSCAPE, PORTRAIT, RestSupervisor, names_documents, sound, take
from tests.browser.page_actions import code_of
from tests.realtime.process import Process

#: How long the page may take to see that the server is away, or back (ms).
SEEN_MS = 30_000
Open = Callable[[dict[str, int]], Page]


@pytest.fixture
def open_machine(browser: Browser, process: Process) -> Iterator[Open]:
    """Opens the ticket machine, with the numbers it may give by itself; the browser complains while nobody answers."""
    contexts = []

    def open_one(size: dict[str, int]) -> Page:
        context = browser.new_context(viewport={"width": size["width"], "height": size["height"]})
        contexts.append(context)
        page = context.new_page()
        path = process.shown["addresses"]["kiosk"].split("://", 1)[-1].split("/", 1)[1]
        with page.expect_response("**/number-blocks"):
            page.goto(f"{process.url}/{path}")
        expect(page.locator(".tile").first).to_be_visible()
        return page

    yield open_one
    for context in contexts:
        context.close()


def done(page: Page) -> None:
    page.get_by_role("button", name="Done").click()


def press(page: Page) -> None:
    """Tap until a number is being taken."""
    for _ in range(4):
        if page.locator(".tile").count():
            page.locator(".tile:not(.closed)").first.click()
            page.wait_for_timeout(50)


def token_in(page: Page) -> str:
    return code_of(page).rsplit("/", 1)[1].partition("#")[0]


def ticket_of(process: Process, token: str) -> dict[str, Any]:
    shown: dict[str, Any] = requests.get(f"{process.url}/api/v1/tickets/{token}", timeout=10).json()
    return shown


def wait_for(page: Page, process: Process, token: str) -> dict[str, Any]:
    """The ticket, once the server knows it."""
    for _ in range(100):
        if "number" in (shown := ticket_of(process, token)):
            return shown
        page.wait_for_timeout(200)
    raise AssertionError("the number was not handed in")


def test_it_goes_on_and_everybody_waits_in_true_order(process: Process, open_machine: Open, pictures: Path) -> None:
    page, wide = open_machine(PORTRAIT), open_machine(LANDSCAPE)
    before = take(page)
    tokens = [token_in(page)]
    done(page)
    asked: list[str] = []
    for one in (page, wide):
        one.wait_for_load_state("networkidle")
        one.on("request", lambda request: asked.append(request.url))
    process.kill()
    numbers = [before]
    for one, size in ((page, "portrait"), (wide, "landscape"), (page, "again")):
        expect(one.locator(".notice.away")).to_be_visible(timeout=SEEN_MS)
        sound(one, pictures / f"kiosk-away-tiles-{size}.png")
        numbers.append(take(one))
        tokens.append(token_in(one))
        expect(one.get_by_text("your place counts from this time")).to_be_visible()
        expect(one.get_by_text("Please note the number down or photograph it")).to_be_visible()
        sound(one, pictures / f"kiosk-away-ticket-{size}.png")
        done(one)
    assert [re.sub("[A-Z]", "", number) for number in numbers[1:]] == ["9001", "9051", "9002"]
    page.get_by_role("button", name="I have an appointment").click()
    expect(page.get_by_text("Please check in at the reception")).to_be_visible()
    sound(page, pictures / "kiosk-away-check-in.png")

    # Letters and pages are all there.
    assert [url for url in asked if "/assets/" in url] == []

    # It starts again, but the hand-in does not come through until the page was loaded anew.
    page.route("**/from-machine", lambda route: route.abort())
    process.start()
    for one in (page, wide):
        expect(one.locator(".notice.away")).to_have_count(0, timeout=SEEN_MS)
    page.wait_for_timeout(6_000)
    assert "number" not in ticket_of(process, tokens[1])
    page.unroute("**/from-machine")
    page.reload()
    shown = [wait_for(page, process, token) for token in tokens]
    assert [(one["number"], one["ahead"]) for one in shown] == [(number, at) for at, number in enumerate(numbers)]
    expect(page.locator(".tile").first).to_be_visible()
    ordinary = take(page)
    assert int(ordinary[1:]) == int(before[1:]) + 1
    visitor = page.context.new_page()
    visitor.goto(f"{process.url}/t/{tokens[1]}")
    expect(visitor.get_by_text(numbers[1]).first).to_be_visible()


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_the_question_for_a_status_is_whole_under_the_strip(
    process: Process, open_machine: Open, pictures: Path, size: dict[str, int]
) -> None:
    page = open_machine(size)
    process.kill()
    expect(page.locator(".notice.away")).to_be_visible(timeout=SEEN_MS)
    page.locator(".tile.group").first.click()
    page.locator(".tile:not(.closed)").first.click()
    expect(page.locator(".tile.none")).to_be_visible()
    page.get_by_role("button", name="Larger text").click()
    for low in (False, True) if size is PORTRAIT else (False,):
        if low:
            page.get_by_role("button", name="Lower buttons").click()
        expect(page.locator(".notice.away")).to_be_visible()
        names_documents(page)
        sound(page, pictures / f"kiosk-away-status-large-{size['width']}{'-low' if low else ''}.png")


def test_a_press_whose_answer_is_lost_gives_one_number(process: Process, open_machine: Open) -> None:
    page = open_machine(PORTRAIT)
    unseen: list[dict[str, Any]] = []

    def lose(route: Route) -> None:
        unseen.append(route.fetch().json())
        route.abort()

    page.route(re.compile(r"/tickets$"), lose)
    press(page)
    expect(page.locator(".ticket .number")).to_be_visible(timeout=SEEN_MS)
    number = page.locator(".ticket .number").inner_text()
    assert number.endswith("9001")
    assert len({one["number"] for one in unseen}) == 1
    shown = wait_for(page, process, token_in(page))
    assert (shown["number"], shown["state"], shown["ahead"]) == (number, "waiting", 0)
    assert ticket_of(process, unseen[0]["token"])["state"] == "cancelled"


def test_a_refusal_is_a_refusal(process: Process, open_machine: Open) -> None:
    page = open_machine(PORTRAIT)
    refusal = {"error": {"code": "live_ticket", "params": {"number": "A001"}, "message": ""}}
    page.route(re.compile(r"/tickets$"), lambda route: route.fulfill(status=409, json=refusal))
    press(page)
    expect(page.get_by_text("No number was given")).to_be_visible()


def test_the_agent_on_this_pc_prints(process: Process, open_machine: Open, pictures: Path) -> None:
    boss = RestSupervisor(process)
    (device,) = boss.devices("kiosk")
    boss.printer(device["id"], {"kind": "agent", "device": device["id"]})
    page = open_machine(LANDSCAPE)
    process.kill()
    expect(page.locator(".notice.away")).to_be_visible(timeout=SEEN_MS)
    asked: list[dict[str, Any]] = []
    answers: list[tuple[int, dict[str, Any]]] = [(200, {"printed": True}), (503, {"error": {"code": "paper_out"}})]

    def agent(route: Route) -> None:
        asked.append(route.request.post_data_json)
        status, body = answers[len(asked) - 1]
        route.fulfill(status=status, json=body, headers={"Access-Control-Allow-Origin": "*"})

    page.route("http://127.0.0.1:8765/print", agent)
    numbers = [take(page)]
    expect(page.get_by_text("Please take your ticket")).to_be_visible()
    expect(page.get_by_text("Back to start")).to_be_visible()
    sound(page, pictures / "kiosk-away-printed.png")
    done(page)
    numbers.append(take(page))
    expect(page.get_by_text("Please note the number down or photograph it")).to_be_visible()
    sound(page, pictures / "kiosk-away-paper-out.png")
    assert [one["ticket"]["number"] for one in asked] == numbers
    assert len({one["key"] for one in asked}) == 2
