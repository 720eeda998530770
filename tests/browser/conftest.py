"""A real server with the demo hall, and a real browser: fixtures of the browser tests.

Every page that a test opens is watched: an uncaught error, a console error or a refused resource fails the test, so a
page that merely looks well does not pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.demo_hall import Hall, open_hall, run_announcer
from tests.realtime.process import Process, make_process
from tools.browser import ensure_browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    # A name that is not localhost: its pages have no secure context, as in a hall's network.
    "--host-resolver-rules=MAP hall.test 127.0.0.1",
]
# What a browser says about a page that asks who is signed in before anybody is, or about a plain refusal.
#: The last: without a socket for some seconds a page asks whether the server answers for sockets (web/network.ts).
EXPECTED = (
    "the server responded with a status of 401",
    "the server responded with a status of 409",
    "/socket.io/?EIO=4&transport=websocket: Failed to load resource: the server responded with a status of 400",
)

NewPage = Callable[..., Page]


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A fresh demo hall for each file of tests, served by a process of its own on a free port."""
    yield from open_hall(tmp_path_factory.mktemp("hall"))


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    """A demo hall of one test, whose server the test kills and starts again."""
    made = make_process(tmp_path)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def announcer(hall: Hall, tmp_path: Path) -> Iterator[None]:
    """The hall's announcer, as a process of its own."""
    yield from run_announcer(hall, tmp_path)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The installed Chromium, Chrome or Edge, without sound locked away from a hall's screen."""
    with sync_playwright() as playwright:
        executable = str(ensure_browser())
        allowed = [*ARGUMENTS, "--autoplay-policy=no-user-gesture-required"]
        with playwright.chromium.launch(executable_path=executable, args=allowed) as chromium:
            yield chromium


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Open pages in contexts of their own: `new_page(url, width=, height=, locale=)`."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: complaints.append(complaint(page, said)) if said.type == "error" else None)
        page.on("requestfailed", lambda gone: complaints.append(f"{gone.url}: {gone.failure}"))

    def open_page(url: str, *, width: int = 1366, height: int = 768, locale: str = "en-GB", script: str = "") -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale=locale)
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        watch(page)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    left = [text for text in complaints if not any(known in text for known in (*EXPECTED, "net::ERR_ABORTED"))]
    assert not left, "\n".join(left)


def complaint(page: Page, said: ConsoleMessage) -> str:
    """An error of the browser's console, with the address that it is about."""
    return f"{said.location.get('url') or page.url}: {said.text}"


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path:
    """A folder for pictures of what a test saw, under var/pictures/."""
    folder = Path(request.config.rootpath) / "var" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
