"""The page of the rule in a real browser at a real server: comparing with pictures, changing, taking back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import NewPage
from tests.browser.demo_hall import Hall
from tests.browser.test_supervisor import enter


@pytest.fixture
def policy(hall: Hall, new_page: NewPage) -> Page:
    """The page, opened from the live view."""
    page = enter(new_page, hall)
    page.get_by_role("button", name="Calling rules", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order of calling")
    return page


def in_force(hall: Hall, code: str) -> dict[str, Any]:
    shown = requests.get(f"{hall.url}/api/v1/halls/{code}", timeout=10).json()
    return dict(shown["policy"])


def test_rules_are_compared_in_pictures_and_one_is_put_in_force_and_taken_back(
    hall: Hall, policy: Page, pictures: Path
) -> None:
    code = hall.get("/halls")["halls"][0]["code"]
    expect(policy.get_by_role("heading", name="Rule in force: Balanced (recommended)")).to_be_visible()
    policy.get_by_label("Which day").select_option("drawn")
    policy.get_by_label("How busy").fill("115")
    policy.get_by_role("button", name="Compare").click()
    table = policy.get_by_role("table", name="Mean wait")
    expect(table.get_by_role("row")).to_have_count(7)
    expect(policy.get_by_role("img", name="Mean wait").locator("svg")).to_be_visible()
    expect(table.get_by_role("row", name="Balanced")).to_contain_text("in force")
    assert violations(policy) == []
    policy.get_by_role("radio", name="Longest wait").check()
    expect(policy.get_by_role("img", name="Longest wait").locator("svg")).to_be_visible()
    policy.screenshot(path=pictures / "supervisor-policy.png", full_page=True)

    policy.get_by_role("button", name="Choose Strict priority").click()
    policy.get_by_role("button", name="Put in force: Strict priority").click()
    assert in_force(hall, code)["name"] == "balanced"
    assert violations(policy) == []
    policy.get_by_role("dialog").get_by_role("button", name="In force from the next call").click()
    expect(policy.get_by_role("heading", name="Rule in force: Strict priority")).to_be_visible()
    assert in_force(hall, code)["name"] == "strict"
    policy.get_by_role("button", name="Back to Balanced").click()
    expect(policy.get_by_role("heading", name="Rule in force: Balanced (recommended)")).to_be_visible()
    assert in_force(hall, code)["name"] == "balanced"
    policy.get_by_role("button", name="Back to the live view").click()
    expect(policy.locator(".figure.waiting")).to_be_visible()


def test_what_does_not_fit_together_is_said_before_it_is_sent(policy: Page, pictures: Path) -> None:
    policy.get_by_role("radio", name="Own settings").check()
    policy.get_by_label("Walk-ins: Overdue after (min)").fill("20")
    said = policy.get_by_text("overdue after 20 min is shorter than the target of 30 min")
    expect(said).to_be_visible()
    expect(policy.get_by_role("button", name="Put in force: Own settings")).to_be_disabled()
    assert violations(policy) == []
    policy.screenshot(path=pictures / "supervisor-policy-wrong.png", full_page=True)
    policy.get_by_label("Walk-ins: Overdue after (min)").fill("45")
    expect(said).to_have_count(0)
    expect(policy.get_by_role("button", name="Put in force: Own settings")).to_be_enabled()


def test_the_live_view_does_not_load_the_library_of_pictures(hall: Hall, new_page: NewPage) -> None:
    page = enter(new_page, hall)
    expect(page.locator(".figure.waiting")).to_be_visible()
    loaded = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert not [name for name in loaded if "echarts" in name or "Policy" in name]
