"""The large screen in a real browser, before a hall on paper: what it shows in each state, what it says and tells."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests.browser.conftest import ARGUMENTS, NewPage
from tests.browser.demo_hall import Hall
from tests.browser.fake_hall import DIST, ORIGIN, FakeHall, text
from tests.browser.kiosk_page import RestSupervisor
from tests.browser.rest_clerk import RestClerk, service_of
from tools.browser import ensure_browser

LANDSCAPE, PORTRAIT = (1920, 1080), (1080, 1920)
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
OpenPaper = Callable[..., FakeHall]

# What came to browsers after Chrome 53: a page that needs one of these stays black on a television of 2018.
YOUNGER = """
for (const name of ["ResizeObserver", "IntersectionObserver", "AbortController", "queueMicrotask", "structuredClone",
    "requestIdleCallback", "BroadcastChannel", "WeakRef", "FinalizationRegistry"]) delete window[name]
for (const name of ["entries", "values", "fromEntries", "getOwnPropertyDescriptors", "hasOwn"]) delete Object[name]
for (const name of ["padStart", "padEnd", "trimStart", "trimEnd", "matchAll", "replaceAll", "at"])
  delete String.prototype[name]
for (const name of ["flat", "flatMap", "at", "findLast", "toSorted", "toReversed", "with"]) delete Array.prototype[name]
for (const name of ["append", "prepend", "replaceChildren", "toggleAttribute", "getRootNode"]) {
  delete Element.prototype[name]; delete Node.prototype[name] }
for (const name of ["allSettled", "any", "withResolvers"]) delete Promise[name]
delete Promise.prototype.finally
"""
OVERFLOWING = """() => [...document.querySelectorAll('.fit-line, .pair-number, .pair-counter, .list td .number, .tag')]
  .filter((text) => {
    const box = text.closest('.fit, .pair, tr, .stage-card, .sign-foot').getBoundingClientRect()
    const own = text.getBoundingClientRect()
    return own.width && (own.left < box.left - 2 || own.right > box.right + 2
      || own.top < box.top - own.height * 0.2 || own.bottom > box.bottom + own.height * 0.2)
  }).map((text) => text.textContent)"""

# Texts whose letters with descenders reach below the box that cuts them, by the font's own measures.
CUT_BELOW = """() => [...document.querySelectorAll('.fit-line, .fit-lines')].filter((text) => {
  const mark = document.createElement('span')
  mark.style.cssText = 'display:inline-block;width:0;height:0'
  text.append(mark)
  const baseline = mark.getBoundingClientRect().bottom
  mark.remove()
  const pen = document.createElement('canvas').getContext('2d')
  const style = getComputedStyle(text)
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
  const below = pen.measureText(text.textContent).actualBoundingBoxDescent
  return baseline + below > text.closest('.fit').getBoundingClientRect().bottom + 1
}).map((text) => text.textContent)"""


@pytest.fixture
def open_paper(browser: Browser) -> Iterator[OpenPaper]:
    """Make a page before a hall on paper; an error of the page fails the test."""
    pages: list[Page] = []
    errors: list[str] = []

    def open_page(size: tuple[int, int] = LANDSCAPE, script: str = "", **context: Any) -> FakeHall:
        page = browser.new_context(viewport={"width": size[0], "height": size[1]}, **context).new_page()
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        if script:
            page.add_init_script(script)
        return FakeHall(page)

    yield open_page
    for page in pages:
        page.context.close()
    assert not errors


def wav(seconds: float = 0.2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * round(8000 * seconds))
    return file.getvalue()


def until(hall: FakeHall, name: str, **wanted: Any) -> dict[str, Any]:
    """The first thing that the page said under a name with these values."""
    for _ in range(100):
        for content in hall.heard(name):
            if wanted.items() <= content.items():
                return dict(content)
        hall.page.wait_for_timeout(50)
    raise AssertionError(f"no {name} with {wanted} in {hall.told}")


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_the_pair_fits_itself_and_the_list_reads_from_the_farthest_seat(
    open_paper: OpenPaper, size: tuple[int, int]
) -> None:
    hall = open_paper(size)
    hall.board(*[hall.ticket(f"V12{n}", str(n), 600 - n) for n in range(10, 20)], hall.ticket("V1288", "12"))
    hall.open()
    expect(hall.page.locator(".pair")).to_contain_text("V1288")
    expect(hall.page.locator(".pair .number").nth(1)).to_have_text("12")
    expect(hall.page.locator(".list-number .number").first).to_have_text("V1219")
    hall.page.evaluate("document.fonts.ready")
    hall.page.wait_for_timeout(300)
    assert hall.page.evaluate(OVERFLOWING) == []
    drawn = hall.page.locator(".pair-number").evaluate("(number) => number.offsetWidth")
    assert drawn > hall.page.locator(".stage").evaluate("(stage) => stage.clientWidth") * 0.5
    # Seats 7 m away need digits of 43.75 mm, 69 pixels on this screen; a digit is 0.75 of its font.
    font = hall.page.locator(".list-number .number").first.evaluate(
        "(one) => parseFloat(getComputedStyle(one).fontSize)"
    )
    assert font * 0.75 >= 69


def test_no_letter_is_cut_below_on_an_empty_board_and_a_closed_one(open_paper: OpenPaper) -> None:
    for more in ({}, {"open": False, "next_open": "2026-12-02T09:00:00+08:00"}):
        hall = open_paper((1280, 720))
        hall.snapshot["hall"] |= more
        if more:
            hall.snapshot["counters"] = [one | {"state": "closed"} for one in hall.snapshot["counters"]]
        hall.open()
        expect(hall.page.locator(".stage-empty, .state")).to_contain_text("closed" if more else "called now")
        hall.page.evaluate("document.fonts.ready")
        assert hall.page.evaluate(CUT_BELOW) == []


def test_a_call_says_where_to_go_and_no_arrow_points_where_nobody_said(open_paper: OpenPaper) -> None:
    hall = open_paper()
    hall.snapshot["hall"]["zones"][1] |= {"where": text("二楼左侧", "second floor, left")}
    hall.device["settings"] = {"directions": {"zones": {"west": "up"}}}
    hall.board(hall.ticket("A001", "1", 100), hall.ticket("C001", "19"))
    hall.open()
    stage, row = hall.page.locator(".stage-card"), hall.page.locator(".list tbody tr").first
    expect(stage).to_contain_text("西区 · 二楼左侧 West · second floor, left")
    expect(stage.get_by_role("img", name="上楼")).to_be_visible()
    expect(row).to_contain_text("东区 East")
    expect(row.locator(".arrow")).to_have_count(0)
    assert hall.page.evaluate(OVERFLOWING) == []


def test_calls_at_once_share_the_screen_and_a_recall_adds_no_row(open_paper: OpenPaper) -> None:
    hall = open_paper()
    first = hall.ticket("A001", "1", 100)
    hall.board(first, hall.ticket("A002", "2", 90))
    hall.open()
    rows = hall.page.locator(".list-number .number")
    expect(rows).to_have_text(["A002", "A001"])
    for number, counter in (("B001", "3"), ("B002", "4"), ("B003", "5"), ("B004", "6")):
        hall.call(hall.ticket(number, counter))
    expect(hall.page.locator(".stage-cell.lit .pair-number")).to_have_text(["B001", "B002", "B003", "B004"])
    expect(rows).to_have_text(["A002", "A001"])
    hall.call(first | {"calls": 2, "last_called_at": hall.at()}, "ticket_recalled")
    expect(hall.page.locator(".stage-cell.lit .pair-number")).to_have_text(["B002", "B003", "B004", "A001"])
    # The fifth of the lit ones went to the list; the recalled one is lit in its old place.
    expect(rows).to_have_text(["B001", "A002", "A001"])
    expect(hall.page.locator("tr.lit .list-number .number")).to_have_text(["B001", "A001"])


def test_a_call_that_is_undone_leaves_the_screen(open_paper: OpenPaper) -> None:
    hall = open_paper()
    hall.open()
    expect(hall.page.locator(".stage")).to_contain_text("暂无叫号")
    ticket = hall.ticket("A001", "1")
    hall.call(ticket)
    expect(hall.page.locator(".pair-number")).to_have_text("A001")
    hall.call(ticket | {"state": "waiting", "call_seq": None, "counter": None}, "ticket_undone")
    expect(hall.page.locator(".stage")).to_contain_text("暂无叫号")


def test_a_silent_server_is_admitted_and_the_call_hidden_after_two_minutes(open_paper: OpenPaper) -> None:
    hall = open_paper()
    hall.page.clock.install()
    hall.board(hall.ticket("A001", "1"))
    hall.open()
    expect(hall.page.locator(".pair-number")).to_have_text("A001")
    hall.silent = True
    hall.page.clock.run_for(16_000)
    expect(hall.page.locator(".strip.amber")).to_contain_text("可能不是最新")
    hall.page.clock.run_for(20_000)
    expect(hall.page.locator(".strip.amber")).to_contain_text("连接已中断")
    expect(hall.page.locator(".pair-number")).to_have_text("A001")
    hall.page.clock.run_for(90_000)
    expect(hall.page.locator(".stage")).to_contain_text("叫号信息暂停更新")
    expect(hall.page.get_by_text("A001")).to_have_count(0)
    hall.silent = False
    for _ in range(20):
        hall.page.clock.run_for(1_000)
        hall.page.wait_for_timeout(50)  # the connection is made in real time
        if hall.page.locator(".pair-number").count():
            break  # this hall has no heartbeat: soon it would be silent again
    expect(hall.page.locator(".pair-number")).to_have_text("A001")
    expect(hall.page.locator(".strip")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hall_that_gives_no_numbers_asks_nobody_to_take_one(
    open_paper: OpenPaper, pictures: Path, language: str
) -> None:
    hall = open_paper()
    called = hall.ticket("A001", "3", ago=60)
    hall.board(called)
    hall.open(f"?lang={language}")
    line = hall.page.locator(".line-welcome")
    expect(line).to_contain_text(hall.snapshot["hall"]["texts"]["welcome"]["zh-CN"])
    hall.event("hall_closed", open=False, next_open=None)
    expect(line).to_contain_text("No new numbers now; those taken are still called")
    expect(line).to_contain_text("现已停止取号，已取的号照常叫号")
    hall.page.screenshot(path=pictures / f"display-no-numbers-{language}.png")
    hall.event("ticket_completed", ticket=called | {"state": "completed"})
    state = hall.page.locator(".state")
    expect(state).to_contain_text("No new numbers are given now")
    hall.page.screenshot(path=pictures / f"display-no-numbers-idle-{language}.png")


def test_whole_screen_states_speak_both_languages(open_paper: OpenPaper) -> None:
    hall = open_paper()
    hall.snapshot["hall"] |= {"open": False, "next_open": "2030-01-07T09:00:00+08:00"}
    hall.snapshot["waiting"] = {}
    hall.open("?lang=en")
    state = hall.page.locator(".state")
    expect(state).to_contain_text("This hall is closed")
    expect(state).to_contain_text("本厅已停止服务")
    expect(state).to_contain_text(re.compile("Monday,? 7 January 09:00"))
    hall.event("notice_set", notice={"text": text("请有序撤离", "Leave calmly"), "level": "emergency", "at": hall.at()})
    expect(hall.page.locator(".state[role=alert]")).to_contain_text("请有序撤离")
    hall.event("notice_set", notice={"text": text("今天上午停电", "No power"), "level": "info", "at": hall.at()})
    expect(state).to_contain_text("This hall is closed")
    hall.event("hall_opened", open=True, next_open=None)
    expect(hall.page.locator(".line-notice")).to_contain_text("今天上午停电")


LONG = text(
    "".join(f"{n}楼管道漏水，请带好随身物品，听从工作人员安排，沿绿色指示牌有序离开大厅。" for n in range(1, 10))[:300],
    ("A pipe has burst on the third floor: please take your things and leave by the stairs. " * 4)[:300],
)
#: The size of letters in rem, sixtieths of the screen's shorter side.
SIZE_OF = """(one) => {
  const size = (e) => parseFloat(getComputedStyle(e).fontSize)
  return size(one) / size(document.documentElement)
}"""


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_the_longest_notice_stays_readable(open_paper: OpenPaper, pictures: Path, size: tuple[int, int]) -> None:
    hall = open_paper(size)
    hall.board(hall.ticket("A012", "3"))
    hall.snapshot["notice"] = {"text": LONG, "level": "info", "at": hall.at()}
    hall.open()
    line = hall.page.locator(".line-notice .fit-line")
    expect(line).to_be_visible()
    hall.page.evaluate("document.fonts.ready")
    hall.page.wait_for_timeout(300)
    assert line.evaluate(SIZE_OF) >= 2, "a thirtieth of the shorter side"
    assert hall.page.evaluate(OVERFLOWING) == []
    hall.page.screenshot(path=pictures / f"display-notice-long-{size[0]}.png")
    expect(line).not_to_have_text(line.inner_text(), timeout=15_000)

    hall.event("notice_set", notice={"text": LONG, "level": "emergency", "at": hall.at()})
    expect(hall.page.locator(".state[role=alert]")).to_be_visible()
    hall.page.wait_for_timeout(300)
    hall.page.screenshot(path=pictures / f"display-emergency-long-{size[0]}.png")
    for part in hall.page.locator(".state .fit-lines").all():
        assert part.evaluate(SIZE_OF) >= 1.8
        assert part.evaluate("(one) => one.offsetHeight <= one.parentElement.clientHeight")
    assert hall.page.locator(".state").evaluate("(all) => all.scrollHeight <= all.clientHeight")


@pytest.mark.parametrize("width", [360, 1920])
def test_the_board_without_script_wraps_the_longest_emergency(
    hall: Hall, new_page: NewPage, pictures: Path, width: int
) -> None:
    boss = RestSupervisor(hall)
    page = new_page(f"{hall.url}/display/basic?hall={boss.code}&lang=en", width=width, height=800)
    for level in ("info", "emergency"):
        boss.send("PUT", f"/halls/{boss.code}/notice", {"text": LONG, "level": level})
        page.reload()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=pictures / f"display-basic-{level}-{width}.png", full_page=True)
    boss.notice(None)


def test_the_sign_of_a_counter(open_paper: OpenPaper) -> None:
    hall = open_paper()
    hall.device["settings"] = {"layout": "counter-sign", "counter": "3"}
    hall.open()
    face = hall.page.locator(".sign-face")
    expect(face).to_contain_text("欢迎光临")
    ticket = hall.ticket("A012", "3")
    hall.call(hall.ticket("A011", "4"))
    hall.call(ticket)
    expect(face.locator(".sign-number.flashing")).to_have_text("A012")
    expect(face.locator(".sign-number:not(.flashing)")).to_have_text("A012")
    hall.call(ticket | {"state": "completed"}, "ticket_completed")
    expect(face).to_contain_text("热情为您服务")
    hall.event("counter_paused", counter=hall.snapshot["counters"][2] | {"state": "paused"})
    expect(face).to_contain_text("暂停服务")


def test_a_screen_shows_the_zones_it_has(open_paper: OpenPaper) -> None:
    hall = open_paper()
    hall.device |= {"zone": "west"}
    hall.board(hall.ticket("A001", "1"), hall.ticket("B001", "15"))
    hall.open()
    expect(hall.page.locator(".pair-number")).to_have_text(["B001"])
    expect(hall.page.locator(".header")).to_contain_text("西区")


def test_sound_is_played_told_and_captioned(open_paper: OpenPaper) -> None:
    hall = open_paper()
    clips = ["/api/v1/clips/chime", "/api/v1/clips/words"]
    hall.files = dict.fromkeys(clips, ("audio/wav", wav()))
    hall.open()
    assert until(hall, "status", sound="on")["layout"] == "landscape-list"
    hall.say("prepare", {"hall": "paper", "screen": 1, "clips": clips})
    items = [{"url": url, "role": role, "gap_ms": 0} for url, role in zip(clips, ("chime", "speech"), strict=True)]
    play = {"play": "p1", "number": "A012", "items": items, "volume": 0.5}
    hall.say("play", play)
    lines = [{"language": "zh-CN", "text": "请 A012 号到 3 号窗口"}]
    hall.say("caption", {"zone": "east", "call_seq": 1, "lines": lines, "until_ms": 1500})
    expect(hall.page.locator(".line .caption")).to_contain_text("请 A012 号到 3 号窗口")
    assert until(hall, "played", play="p1")["ok"] is True
    assert until(hall, "status", last_spoken="A012")
    expect(hall.page.locator(".caption")).to_have_count(0)
    hall.say("play", play | {"play": "p2", "items": [{"url": "/api/v1/clips/gone", "role": "speech"}]})
    assert until(hall, "played", play="p2") == {"play": "p2", "ok": False, "error": "clip"}


def test_locked_sound_is_told_and_one_key_frees_it(browser: Browser) -> None:
    # A page's own start, never a test's evaluate, which counts as a gesture and hides the fault.
    kind: BrowserType = browser.browser_type
    with kind.launch(executable_path=str(ensure_browser()), args=ARGUMENTS) as locked:
        page = locked.new_page()
        hall = FakeHall(page)
        hall.open()
        assert until(hall, "status", sound="blocked")
        hall.say("play", {"play": "p1", "number": "A012", "items": [], "volume": 1})
        assert until(hall, "played", play="p1") == {"play": "p1", "ok": False, "error": "blocked"}
        page.keyboard.press("Enter")
        assert until(hall, "status", sound="on")
        expect(page.locator(".strip.sound")).to_have_count(0)


def test_an_unknown_screen_shows_a_code_and_is_a_screen_once_confirmed(open_paper: OpenPaper) -> None:
    hall = open_paper()
    code = {
        "code": "483 920",
        "secret": "s",
        "expires_at": hall.at(-600),
        "confirm_url": f"{ORIGIN}/supervisor?pair=483920",
    }
    asked: dict[str, Any] = {"state": "waiting"}
    hall.answers = {"/api/v1/pairings": lambda: code, "/api/v1/pairings/s": lambda: asked}
    hall.refuses = "bad_token"
    hall.open()
    expect(hall.page.locator(".strip.amber")).to_contain_text("请重新配对")
    expect(hall.page.locator(".pairing-number")).to_have_text("483 920")
    expect(hall.page.get_by_role("img", name=code["confirm_url"])).to_be_visible()
    hall.refuses = None
    asked |= {"state": "confirmed", "token": "new", "device": hall.device | {"settings": {"language": "en"}}}
    hall.device |= {"settings": {"language": "en"}}
    expect(hall.page.locator(".stage")).to_contain_text("No number is being called now")


def test_a_browser_of_2016_has_all_that_the_page_needs(hall: Hall, new_page: NewPage) -> None:
    # At a real server: the paper hall's websocket is itself a script of today.
    screen = new_page(hall.address("display"), width=1920, height=1080, script=YOUNGER)
    expect(screen.locator(".stage")).to_be_visible()
    assert screen.evaluate("typeof Object.entries + typeof ResizeObserver + typeof ''.padStart") == "undefined" * 3
    desk = RestClerk(hall, 3)
    ticket = hall.post(f"/halls/{desk.hall_code}/tickets", {"service": service_of(hall, 3)["code"]})
    desk.call(ticket["number"])
    expect(screen.locator(".pair-number")).to_have_text(ticket["number"])
    desk.leave()


@pytest.mark.parametrize("layout", ["auto", "split", "list-only", "counter-sign"])
def test_contrast_is_seven_to_one(open_paper: OpenPaper, layout: str) -> None:
    hall = open_paper()
    tags = ["appointment", "priority"]
    hall.board(hall.ticket("V1288", "2", 90, tags=tags), hall.ticket("A012", "3", 30, state="serving", tags=tags))
    hall.open(f"?layout={layout}&counter=3")
    expect(hall.page.get_by_text("A012").first).to_be_visible()
    hall.page.add_script_tag(path=AXE)
    rules = {"rules": {"color-contrast-enhanced": {"enabled": True}}}
    found = hall.page.evaluate("(rules) => axe.run(document, rules)", rules)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


def test_nothing_moves_for_who_asked_for_stillness(open_paper: OpenPaper) -> None:
    hall = open_paper(reduced_motion="reduce")
    hall.snapshot["notice"] = {
        "text": text("今天下午停电", "No power this afternoon"),
        "level": "info",
        "at": hall.at(),
    }
    hall.board(hall.ticket("A012", "3"))
    hall.open()
    expect(hall.page.locator(".line-notice")).to_contain_text("今天下午停电")
    expect(hall.page.locator(".pair-number")).to_have_text("A012")
    hall.page.wait_for_timeout(100)
    assert hall.page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length") == 0


def test_the_style_is_one_that_a_browser_of_2016_reads() -> None:
    names = re.findall(r"/assets/([\w.-]+\.css)", (DIST / "display" / "index.html").read_text(encoding="utf-8"))
    assert names
    for name in names:
        style = re.sub(r"@font-face\s*{[^}]*}", "", (DIST / "assets" / name).read_text(encoding="utf-8"))
        young = (
            r"display:\s*grid|[{;]\s*(?:row-|column-)?gap:|clamp\(|aspect-ratio|:is\(|:where\(|:has\(|\binset:|@layer|&"
        )
        assert re.findall(young, style) == []


@pytest.mark.parametrize(
    ("layout", "size"),
    [
        ("auto", LANDSCAPE),
        ("auto", PORTRAIT),
        ("auto", (1280, 720)),
        ("split", LANDSCAPE),
        ("list-only", LANDSCAPE),
        ("counter-sign", LANDSCAPE),
    ],
)
def test_the_marks_of_a_number_stand_whole_in_both_languages(
    open_paper: OpenPaper, pictures: Path, layout: str, size: tuple[int, int]
) -> None:
    hall = open_paper(size)
    tags = ["appointment", "priority"]
    called = [hall.ticket(f"V128{n}", str(n), 90 - n, tags=tags) for n in range(1, 6)]
    hall.board(*called, hall.ticket("A012", "7", 2, tags=tags))
    hall.open(f"?layout={layout}&counter=7")
    expect(hall.page.get_by_text("A012").first).to_be_visible()
    expect(hall.page.locator(".tag.priority").first).to_have_text("绿色通道 Priority")
    hall.page.wait_for_timeout(600)
    hall.page.screenshot(path=pictures / f"display-marks-{layout}-{size[0]}.png")
    assert hall.page.evaluate(OVERFLOWING) == []
    cells = "[...document.querySelectorAll('.list td')]"
    assert hall.page.evaluate(f"{cells}.filter((one) => one.scrollWidth > one.clientWidth + 1).length") == 0
