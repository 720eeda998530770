"""A network that lets requests through and stops websockets: each page says so, and comes alive when it lets them."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.demo_hall import Hall
from tests.browser.page_actions import sign_in
from tests.realtime.stopping import Stopping

#: Within 20 s; a machine at work may be slower (ms).
SAID_MS = 30_000


def test_screen_kiosk_and_console_name_what_the_network_stops(hall: Hall, browser: Browser) -> None:
    networks = {"display": Stopping(hall.port, answer=None), "kiosk": Stopping(hall.port, answer=400)}
    networks["counter"] = Stopping(hall.port, answer=403)
    contexts = {name: browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB") for name in networks}
    pages = {name: context.new_page() for name, context in contexts.items()}
    try:
        for name in ("display", "kiosk"):
            pages[name].goto(hall.address(name, base=networks[name].url))
        pages["counter"].goto(f"{networks['counter'].url}/counter")
        sign_in(pages["counter"], "clerk1")
        for name, page in pages.items():
            strip = page.get_by_role("alert").filter(has_text="stops websockets")
            expect(strip).to_be_visible(timeout=SAID_MS)
            expect(strip).to_contain_text("不允许 WebSocket")
            expect(strip).to_contain_text(f"{networks[name].url}/socket.io/")
        for name, page in pages.items():
            networks[name].open.set()
            expect(page.get_by_text("stops websockets")).to_have_count(0, timeout=SAID_MS)
        expect(pages["counter"].get_by_text("Choose your counter")).to_be_visible()
    finally:
        for context in contexts.values():
            context.close()
        for network in networks.values():
            network.close()
