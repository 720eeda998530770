"""Plain HTTP under a name that is not localhost: no secure context, as in nearly every hall. Every page is whole."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.demo_hall import Hall
from tests.browser.page_actions import counter_for, hall_code, sign_in, take_counter, take_number


def test_the_story_needs_no_secure_context(hall: Hall, new_page: NewPage):
    display = new_page(hall.address("display", base=hall.plain_url), width=1920, height=1080)
    assert display.evaluate("window.isSecureContext") is False
    assert display.evaluate("typeof crypto.randomUUID") == "undefined"

    kiosk = new_page(hall.address("kiosk", base=hall.plain_url), width=1080, height=1920)
    number, address = take_number(kiosk)
    token = address.rstrip("/").rsplit("/", 1)[1]
    phone = new_page(f"{hall.plain_url}/t/{token}", width=390, height=844)
    expect(phone.get_by_text(number).first).to_be_visible()

    console = new_page(f"{hall.plain_url}/counter")
    sign_in(console, "clerk2")
    counter = counter_for(hall, counter_type=hall.get(f"/tickets/{token}")["counter_type"])
    take_counter(console, counter)
    console.keyboard.press("Enter")
    expect(display.locator(".pair-number").first).to_have_text(number)
    expect(phone.locator(".call .counter")).to_have_text(counter)

    supervisor = new_page(f"{hall.plain_url}/supervisor")
    sign_in(supervisor, "supervisor")
    expect(supervisor.get_by_text(number).first).to_be_visible()


def test_a_foreign_page_may_not_act_for_a_signed_in_clerk(hall: Hall, new_page: NewPage):
    console = new_page(f"{hall.url}/counter")
    sign_in(console, "clerk3")
    refused = console.request.post(
        f"{hall.url}/api/v1/halls/{hall_code(hall)}/counters/1/session", data={}, headers={"Origin": "http://evil.test"}
    )
    assert refused.status == 403
    assert refused.json()["error"]["code"] in ("foreign_origin", "csrf")
