"""Every page opens without a complaint in the browser's console, asks no outside host, and axe finds nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import at_rest
from tests.browser.conftest import NewPage
from tests.browser.demo_hall import Hall
from tests.browser.page_actions import sign_in, take_counter
from tools.places import ROOT

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def open_page(hall: Hall, new_page: NewPage, name: str) -> Page:
    if name in ("display", "kiosk"):
        size = {"display": (1920, 1080), "kiosk": (1080, 1920)}[name]
        return new_page(hall.address(name), width=size[0], height=size[1])
    if name == "visitor":
        service = hall.get("/halls/" + hall.shown["hall"])["services"][0]["code"]
        token = hall.post(f"/halls/{hall.shown['hall']}/tickets", {"service": service})["token"]
        return new_page(f"{hall.url}/t/{token}", width=390, height=844)
    page = new_page(hall.url + {"home": "/", "login": "/login"}.get(name, f"/{name}"))
    if name in ("counter", "reception", "supervisor"):
        sign_in(page, {"counter": "clerk5", "reception": "clerk6", "supervisor": "supervisor"}[name])
    if name == "counter":
        take_counter(page, "5")
    return page


@pytest.mark.parametrize("name", ["home", "login", "counter", "reception", "supervisor", "display", "kiosk", "visitor"])
def test_a_page_is_sound(hall: Hall, new_page: NewPage, name: str):
    asked: list[str] = []
    page = open_page(hall, new_page, name)
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.locator("h1, main, .stage, .choose").first).to_be_visible()
    page.wait_for_load_state("load")
    assert asked
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(hall.url).netloc}
    # As an extension would: the page's own policy refuses a script tag.
    page.evaluate(AXE + "; undefined")
    at_rest(page)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def test_the_basic_display_needs_no_script(hall: Hall, new_page: NewPage):
    page = new_page(f"{hall.url}/display/basic", width=1920, height=1080)
    expect(page.locator("h1, table, main").first).to_be_visible()
    assert page.locator("script").count() == 0
