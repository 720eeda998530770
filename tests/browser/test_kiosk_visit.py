"""A visitor at the ticket machine: from the first page to the number, and another matter for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.demo_hall import Hall
from tests.browser.kiosk_page import (
    LANDSCAPE,
    PORTRAIT,
    WIDE,
    RestSupervisor,
    machine,
    names_documents,
    nothing_is_cut,
    sound,
    supervised,
    take,
    through,
)
from tests.browser.page_actions import code_of
from tests.browser.rest_clerk import RestClerk


@pytest.fixture
def boss(hall: Hall) -> Iterator[RestSupervisor]:
    yield from supervised(hall)


def crowd(hall: Hall, each: int) -> None:
    """Somebody waits for everything, so that the pages have their longest lines."""
    services = hall.get(f"/halls/{hall.shown['hall']}")["services"]
    for service in [one["code"] for one in services if one["open"]] * each:
        hall.post(f"/halls/{hall.shown['hall']}/tickets", {"service": service})


def low_pages(page: Page, pictures: Path) -> None:
    """With everything to press in the lower half, in both sizes of letters: services, and the question for a status."""
    larger, normal = (page.get_by_role("button", name=name) for name in ("Larger text", "Normal text"))
    page.locator(".tile.group").first.click()
    sound(page, pictures / "kiosk-low-group.png")
    larger.click()
    sound(page, pictures / "kiosk-low-large-group.png")
    page.locator(".tile:not(.closed)").first.click()
    page.locator(".tile.none").wait_for()
    names_documents(page)
    sound(page, pictures / "kiosk-low-large-status.png")
    normal.click()
    names_documents(page)
    sound(page, pictures / "kiosk-low-status.png")
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Back").click()
    larger.click()
    sound(page, pictures / "kiosk-low-large.png")
    normal.click()
    page.get_by_role("button", name="Normal position").click()


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_from_the_first_page_to_the_ticket(
    hall: Hall, new_page: NewPage, pictures: Path, size: dict[str, int], request: pytest.FixtureRequest
) -> None:
    name = f"kiosk-{request.node.callspec.id}"
    crowd(hall, 3)
    clerk = RestClerk(hall, 1)  # with nobody on duty no wait is promised
    request.addfinalizer(clerk.leave)
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
        low_pages(page, pictures)
    desk = RestClerk(hall, 3)  # without a clerk no wait is promised
    page.reload()
    page.locator(".tile.group").first.click()
    expect(page.locator(".tile .waiting").first).to_contain_text("about")
    sound(page, pictures / f"{name}-group.png")
    desk.leave()
    page.locator(".tile:not(.closed)").first.click()
    page.locator(".tile.none").wait_for()
    sound(page, pictures / f"{name}-status.png")
    page.get_by_role("button", name="Larger text").click()
    sound(page, pictures / f"{name}-status-large.png")
    page.locator(".tile.none").click()
    through(page, pictures / f"{name}-long-wait.png")
    sound(page, pictures / f"{name}-ticket.png")
    url = code_of(page)
    number = page.locator(".ticket .number").inner_text()
    assert hall.get(f"/tickets/{str(url).rsplit('/', 1)[1]}")["number"] == number
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".tile").first).to_be_visible()


@pytest.fixture(params=[12, 4])
def many_statuses(hall: Hall, request: pytest.FixtureRequest) -> Iterator[int]:
    """The hall asks for twelve statuses, or four that say much, and has long names for everything."""
    admin = RestSupervisor(hall, "admin")
    path = f"/halls/{admin.code}/file"
    before = admin.send("GET", path)
    proof = {"zh-CN": "低保证或社区开具的证明", "en": "Allowance card, or a letter of the community office"}
    soldiers = {"zh-CN": "现役军人、退役军人、消防救援人员及其家属", "en": "Soldiers, veterans, firefighters"}
    cards = {
        "zh-CN": "军官证、士兵证、退役军人优待证或者消防救援人员证",
        "en": "Card of a soldier or a veteran, or ID of a firefighter",
    }
    kept, more = before["statuses"][:2], [{"code": "soldier", "name": soldiers, "proof": cards}]
    for n in range(request.param - len(kept) - len(more)):
        name = {"zh-CN": f"低保家庭及特困供养人员（{n}）", "en": f"Families on minimum living allowance, {n}"}
        more.append({"code": f"more{n}", "name": name, "proof": proof})
    services = [
        one
        | {
            "name": {
                "zh-CN": one["name"]["zh-CN"] + "及其变更、注销、补换领与信息查询",
                "en": one["name"]["en"] + ", its change, cancellation and enquiries",
            }
        }
        for one in before["services"]
    ]
    admin.send("PUT", path, before | {"statuses": [*kept, *more], "services": services})
    yield request.param
    admin.send("PUT", path, before)


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, WIDE], ids=["portrait", "landscape", "wide"])
def test_of_many_statuses_each_says_what_proves_it(
    hall: Hall, new_page: NewPage, pictures: Path, many_statuses: int, size: dict[str, int]
) -> None:
    crowd(hall, 1)
    page = machine(hall, new_page, size)
    page.locator(".tile.group").first.click()
    sound(page, pictures / f"kiosk-long-names-{size['width']}.png")
    page.locator(".tile:not(.closed)").first.click()
    page.locator(".tile.none").wait_for()
    for look in ("normal", "large", "low") if size is PORTRAIT else ("normal", "large"):
        if look != "normal":
            page.get_by_role("button", name={"large": "Larger text", "low": "Lower buttons"}[look]).click()
        onward, back = page.get_by_role("button", name="Next"), page.get_by_role("button", name="Previous")
        seen: set[str | None] = set()
        while back.count() and back.is_enabled():
            back.click()
        for _ in range(many_statuses):
            names_documents(page)
            sound(page, pictures / f"kiosk-many-{look}-{size['width']}.png")
            seen |= {line.text_content() for line in page.locator(".status-lines li").all()}
            if not onward.count() or onward.is_disabled():
                break
            onward.click()
        assert len(seen) == many_statuses
    page.locator(".tile.none").click()
    through(page, pictures / f"kiosk-long-wait-{size['width']}.png")
    sound(page, pictures / f"kiosk-long-names-ticket-{size['width']}.png")


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_another_matter_joins_the_number_in_hand(
    hall: Hall, boss: RestSupervisor, new_page: NewPage, pictures: Path, size: dict[str, int]
) -> None:
    page, name = machine(hall, new_page, size), f"kiosk-another-{size['width']}"
    number, issued = take(page), boss.issued()
    token = code_of(page).rsplit("/", 1)[1]
    first = hall.get(f"/tickets/{token}")["service"]
    another = page.get_by_role("button", name="Add another service")
    another.click()
    expect(page.get_by_role("heading", name=f"{number}: which other service?")).to_be_visible()
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


def test_two_presses_at_once_make_one_ticket(hall: Hall, boss: RestSupervisor, new_page: NewPage) -> None:
    page = machine(hall, new_page)
    page.locator(".tile.group").first.click()
    page.locator(".tile:not(.closed)").first.click()
    page.locator(".tile.none").wait_for()
    before = boss.issued()
    page.evaluate("() => { const press = document.querySelector('.tile.none'); press.click(); press.click() }")
    expect(page.locator(".ticket")).to_be_visible()
    assert boss.issued() == before + 1


def test_a_double_touch_answers_no_question_that_nobody_has_read(
    hall: Hall, boss: RestSupervisor, new_page: NewPage
) -> None:
    page, issued = machine(hall, new_page, PORTRAIT), boss.issued()
    page.locator(".tile.group").first.dblclick()
    expect(page.locator(".tile.group")).to_have_count(0)
    expect(page.locator(".tile.none")).to_have_count(0)
    page.locator(".tile:not(.closed)").first.dblclick()
    page.locator(".tile.none").wait_for()
    page.wait_for_timeout(500)
    expect(page.locator(".tile.none")).to_be_visible()
    assert boss.issued() == issued
    page.locator(".tile.none").dblclick()
    page.locator(".ticket").wait_for()
    assert boss.issued() == issued + 1


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_another_matter_never_takes_the_number_away(
    hall: Hall, new_page: NewPage, pictures: Path, size: dict[str, int]
) -> None:
    page, name = machine(hall, new_page, size), f"kiosk-another-{size['width']}"
    number = take(page)
    page.route("**/api/v1/tickets/*/services", lambda route: route.abort("aborted"))
    again = page.get_by_role("button", name="Add another service")
    again.click()
    page.locator(".tile.group").first.click()
    expect(page.get_by_text("Already on your number")).to_be_visible()
    sound(page, pictures / f"{name}-taken.png")
    page.locator(".tile:not(.closed)").first.click()
    expect(page.get_by_role("heading", name=f"Your number is still {number}")).to_be_visible(timeout=30_000)
    sound(page, pictures / f"{name}-not-added.png")
    page.get_by_role("button", name="Show my number").click()
    expect(page.locator(".ticket .number")).to_have_text(number)

    again.click()
    desk = RestClerk(hall, 3)
    desk.call(number)
    expect(page.locator(".ticket .called")).to_contain_text(f"{number}: please go to Counter 3")
    sound(page, pictures / f"{name}-called.png")
    desk.act("complete")
    desk.leave()


SIZES = [
    {"width": 1280, "height": 1024},
    {"width": 1366, "height": 768},
    {"width": 1024, "height": 768},
    {"width": 1080, "height": 1200},
]
#: The letters of a page, by what they say.
LETTERS = """() => Object.fromEntries(['h1 .first', '.turning button .first', '.name .first', '.outlook .first']
  .map((name) => [name, document.querySelector('main ' + name)])
  .filter(([, text]) => text).map(([name, text]) => [name, parseFloat(getComputedStyle(text).fontSize)]))"""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size['width']}x{size['height']}")
def test_every_page_is_whole_in_both_letters_and_both_languages(
    hall: Hall, new_page: NewPage, pictures: Path, size: dict[str, int]
) -> None:
    crowd(hall, 1)
    letters: dict[str, dict[str, dict[str, float]]] = {}
    for look in ("normal", "large"):
        page = machine(hall, new_page, size)
        seen = letters.setdefault(look, {})

        def whole(name: str, page: Page = page, look: str = look, seen: dict[str, Any] = seen) -> None:
            nothing_is_cut(page)
            page.screenshot(path=pictures / f"kiosk-{size['width']}-{look}-{name}.png")
            seen[name] = page.evaluate(LETTERS)

        if look == "large":
            page.get_by_role("button", name="Larger text").click()
        whole("home")
        page.get_by_role("button", name="S", exact=True).click()
        expect(page.locator(".tile").first).to_be_visible()
        whole("search")
        page.get_by_role("button", name="Back").click()
        page.locator(".booked").click()
        whole("check-in")
        page.get_by_role("button", name="Back").click()
        page.locator(".tile.group").first.click()
        page.locator(".tile.service").first.wait_for()
        whole("group")
        page.get_by_role("button", name="中 / EN").click()
        whole("group-english")
        page.locator(".tile:not(.closed)").first.click()
        page.locator(".tile.none").wait_for()
        whole("status-english")
        page.locator(".status-lines .tile").first.click()
        page.locator(".ticket").wait_for()
        expect(page.locator(".mark").first).to_contain_text("Priority")
        whole("ticket-english")
        page.get_by_role("button", name="Done").click()
        expect(page.locator("h1 .first")).to_have_text("请选择要办的业务")
    for name in ("check-in", "group", "status-english", "ticket-english"):
        grown = {what: letters["large"][name][what] / usual for what, usual in letters["normal"][name].items()}
        assert min(grown.values()) >= 1.2, (name, grown)
