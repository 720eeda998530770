"""The phone page in a real browser at a real server, over plain HTTP: followed, called, missed, left, taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import NewPage
from tests.browser.demo_hall import Hall
from tests.browser.rest_clerk import RestClerk, service_of

COUNTER = 3
PHONE = {"width": 390, "height": 844}
#: Counts the tones that the page strikes, since no test can listen.
EAR = """
window.tones = 0
const start = OscillatorNode.prototype.start
OscillatorNode.prototype.start = function (when) { window.tones += 1; return start.call(this, when) }
"""
#: A network that lets no socket through.
NO_SOCKETS = """
window.WebSocket = class {
  constructor() { setTimeout(() => { this.onerror?.(new Event("error")); this.onclose?.(new CloseEvent("close")) }) }
  send() {}
  close() {}
}
"""
#: What a browser's translator does to each text: another one in its place, in two elements.
TRANSLATOR = """
() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const texts = []
  while (walker.nextNode()) if (walker.currentNode.data.trim()) texts.push(walker.currentNode)
  for (const text of texts) {
    const [outer, inner] = [document.createElement("font"), document.createElement("font")]
    outer.append(inner)
    inner.append(`~${text.data}`)
    text.replaceWith(outer)
  }
}
"""


@pytest.fixture
def desk(hall: Hall) -> Iterator[RestClerk]:
    clerk = RestClerk(hall, COUNTER)
    yield clerk
    clerk.leave()


def take(hall: Hall, desk: RestClerk, language: str | None = "en") -> dict[str, Any]:
    body = {"service": service_of(hall, COUNTER)["code"], **({"language": language} if language else {})}
    ticket: dict[str, Any] = hall.post(f"/halls/{desk.hall_code}/tickets", body)
    return ticket


def phone(new_page: NewPage, hall: Hall, path: str, **more: Any) -> Page:
    """A phone in the hall's network: a name that gives no secure context."""
    page = new_page(f"{hall.plain_url}{path}", **PHONE, **more)
    assert page.evaluate("window.isSecureContext") is False
    return page


def test_a_visitor_is_followed_from_the_queue_to_the_counter(
    hall: Hall, desk: RestClerk, new_page: NewPage, pictures: Path
) -> None:
    ticket = take(hall, desk)
    page = phone(new_page, hall, f"/t/{ticket['token']}", script=EAR)
    expect(page.locator(".ticket")).to_have_text(ticket["number"])
    expect(page.get_by_text("Expected wait")).to_be_visible()
    page.get_by_role("button", name="Turn on sound").click()
    expect(page.get_by_text("Sound is on")).to_be_visible()
    before = page.evaluate("window.tones")
    assert before == 2, "the tap itself lets the visitor hear the chime"
    assert violations(page) == []
    page.screenshot(path=pictures / "visitor-waiting.png")

    desk.call(ticket["number"])
    expect(page.locator(".call .counter")).to_have_text(str(COUNTER))
    expect(page).to_have_title(f"{ticket['number']} → Counter {COUNTER}")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 210, 63)"
    page.wait_for_function("before => window.tones >= before + 4", arg=before)  # it repeats by itself
    assert violations(page) == []
    page.screenshot(path=pictures / "visitor-called.png")
    page.get_by_role("button", name="Got it, I am coming").click()
    expect(page.get_by_role("button", name="Got it, I am coming")).to_have_count(0)

    desk.act("start")
    expect(page.get_by_text("You are being served")).to_be_visible()
    desk.act("complete")
    expect(page.get_by_text("All done, thank you")).to_be_visible()
    expect(page.get_by_role("button", name="Leave the queue")).to_have_count(0)


def test_a_page_that_the_browser_translates_follows(hall: Hall, desk: RestClerk, new_page: NewPage) -> None:
    before = take(hall, desk)
    ticket = take(hall, desk)
    page = phone(new_page, hall, f"/t/{ticket['token']}")
    expect(page.locator(".figures")).to_contain_text("ahead")
    page.evaluate(TRANSLATOR)
    expect(page.locator(".state h1")).to_contain_text("~")
    place = page.locator(".figures dd").first
    old = place.inner_text()
    desk.call(before["number"])
    expect(place).not_to_have_text(old)
    expect(page.locator(".now")).to_contain_text(before["number"])
    page.evaluate(TRANSLATOR)
    desk.act("complete")
    desk.call(ticket["number"])
    expect(page.locator(".call .counter")).to_have_text(str(COUNTER))
    page.evaluate(TRANSLATOR)
    desk.act("no-show")
    expect(page.get_by_role("heading", name="You missed your call")).to_be_visible()
    expect(page.locator(".call")).to_have_count(0)


def test_a_missed_visitor_comes_back(hall: Hall, desk: RestClerk, new_page: NewPage) -> None:
    ticket = take(hall, desk, "zh-CN")
    page = phone(new_page, hall, f"/t/{ticket['token']}", locale="zh-CN")
    desk.call(ticket["number"])
    expect(page.get_by_text("轮到您了")).to_be_visible()
    desk.act("no-show")
    expect(page.get_by_text("叫号时您未到")).to_be_visible()
    page.get_by_role("button", name="重新排队").click()
    expect(page.get_by_text("排队位置")).to_be_visible()
    assert hall.get(f"/tickets/{ticket['token']}")["state"] == "waiting"


def test_leaving_asks_first(hall: Hall, desk: RestClerk, new_page: NewPage) -> None:
    ticket = take(hall, desk)
    page = phone(new_page, hall, f"/t/{ticket['token']}")
    page.get_by_role("button", name="Leave the queue").click()
    page.get_by_role("button", name="Stay in the queue").click()
    assert hall.get(f"/tickets/{ticket['token']}")["state"] == "waiting"
    page.get_by_role("button", name="Leave the queue").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave", exact=True).click()
    expect(page.get_by_text("Your number has left the queue")).to_be_visible()
    assert hall.get(f"/tickets/{ticket['token']}")["state"] == "cancelled"


def test_a_phone_speaks_as_its_visitor_does(hall: Hall, desk: RestClerk, new_page: NewPage) -> None:
    asked_nothing = f"/t/{take(hall, desk, None)['token']}"
    expect(phone(new_page, hall, asked_nothing, locale="en-GB").get_by_text("Your number", exact=True)).to_be_visible()
    expect(phone(new_page, hall, asked_nothing, locale="zh-HK").get_by_text("您的号码")).to_be_visible()
    chosen = f"/t/{take(hall, desk, 'en')['token']}"
    page = phone(new_page, hall, chosen, locale="zh-CN")
    expect(page.get_by_text("Your number", exact=True)).to_be_visible()
    page.get_by_role("button", name="中文").click()
    page.reload()
    expect(page.get_by_text("您的号码")).to_be_visible()


def test_small_phones_and_large_text_never_scroll_sideways(hall: Hall, desk: RestClerk, new_page: NewPage) -> None:
    ticket = take(hall, desk)
    page = phone(new_page, hall, f"/t/{ticket['token']}")
    page.set_viewport_size({"width": 320, "height": 568})
    for size in ("100%", "200%"):
        page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        expect(page.get_by_text("Expected wait")).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, size


def test_a_number_is_taken_by_phone(hall: Hall, desk: RestClerk, new_page: NewPage, pictures: Path) -> None:
    page = phone(new_page, hall, f"/t?hall={desk.hall_code}")
    name = service_of(hall, COUNTER)["name"]["en"]
    expect(page.get_by_role("button", name=name).first).to_be_visible()
    assert violations(page) == []
    page.screenshot(path=pictures / "visitor-take.png")
    page.get_by_role("button", name=name).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Take a ticket").click()
    page.wait_for_url("**/t/*")
    expect(page.locator(".ticket")).to_be_visible()
    assert hall.get(f"/tickets/{page.url.rsplit('/', 1)[1]}")["state"] == "waiting"


def test_a_number_that_is_not_handed_in_yet_is_kept(hall: Hall, browser: Browser, pictures: Path) -> None:
    today = datetime.now(UTC).date().isoformat()
    with closing(browser.new_context(viewport=PHONE, locale="en-GB")) as context:  # type: ignore[type-var]
        page = context.new_page()
        page.goto(f"{hall.plain_url}/t/AAAAAAAAAAAAAAAAAAAAAA#A9001.{today}")
        expect(page.get_by_role("heading")).to_contain_text("A9001")
        expect(page.get_by_role("link")).to_have_count(0)
        page.screenshot(path=pictures / "visitor-not-handed-in.png")
        assert violations(page) == []


def test_a_phone_without_a_socket_is_told_in_few_bytes_that_nothing_is_new_and_then_of_its_call(
    hall: Hall, desk: RestClerk, new_page: NewPage, pictures: Path
) -> None:
    ticket = take(hall, desk)
    page = phone(new_page, hall, f"/t/{ticket['token']}", script=NO_SOCKETS)
    expect(page.locator(".ticket")).to_have_text(ticket["number"])

    def asked(status: int) -> None:
        with page.expect_response(
            lambda answer: answer.url.endswith(f"/tickets/{ticket['token']}") and answer.status == status
        ):
            pass

    asked(304)
    asked(304)
    expect(page.get_by_text("Expected wait")).to_be_visible()
    page.screenshot(path=pictures / "visitor-polling.png")
    desk.call(ticket["number"])
    asked(200)
    expect(page.locator(".call .counter")).to_have_text(str(COUNTER))
    page.screenshot(path=pictures / "visitor-polling-called.png")
