"""A console at counter 7 of the demo hall, with visitors on demand and a line that a test can cut."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.conftest import NewPage
from tests.browser.demo_hall import Hall
from tests.browser.page_actions import sign_in, take_counter
from tests.browser.rest_clerk import RestClerk, service_of

#: Counts the notes that a page sounds.
COUNT_NOTES = """
window.__notes = 0
const start = OscillatorNode.prototype.start
OscillatorNode.prototype.start = function (...at) { window.__notes += 1; return start.apply(this, at) }
"""
COUNTER, OTHER = 7, 8


@dataclass
class Line:
    """The page's line to the server, which a test can cut, mend, and slow down."""

    page: Page
    is_cut: bool = False
    #: Answers of the server wait here while it is not None.
    held: list[str] | None = None
    _routes: list[WebSocketRoute] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.route_web_socket("**/socket.io/**", self._connect)

    def cut(self) -> None:
        self.is_cut = True
        for route in self._routes:
            route.close()

    def mend(self) -> None:
        self.is_cut = False

    def release(self) -> None:
        held, self.held = self.held or [], None
        for message in held:
            self._routes[-1].send(message)

    def _connect(self, route: WebSocketRoute) -> None:
        if self.is_cut:
            return route.close()
        self._routes.append(route)
        server = route.connect_to_server()
        server.on_message(lambda message: self._pass_on(route, message))
        return None

    def _pass_on(self, route: WebSocketRoute, message: str | bytes) -> None:
        if self.held is not None:
            self.held.append(str(message))
        else:
            route.send(message)


@dataclass
class ConsolePage:
    """A console at counter 7 with its clerk, and a way to let visitors come."""

    hall: Hall
    page: Page
    line: Line
    #: What is asked of a single ticket over HTTP is not answered.
    is_deaf: bool = False

    def __post_init__(self) -> None:
        # Before the page is opened: a page in use may send its next request past a route that is set later.
        self.page.route("**/api/v1/halls/*/tickets/*", self._of_ticket)

    def _of_ticket(self, route: Route) -> None:
        if self.is_deaf:
            route.abort("aborted")
        else:
            route.continue_()

    def visitor(self, counter: int = COUNTER) -> str:
        """Someone takes a number for this counter's first service; returns the number."""
        code = self.hall.get("/halls")["halls"][0]["code"]
        service = service_of(self.hall, counter)["code"]
        return str(self.hall.post(f"/halls/{code}/tickets", {"service": service})["number"])

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def shows(self, number: str) -> None:
        expect(self.page.locator(".present .big")).to_have_text(number)

    def call(self) -> str:
        """Let someone come and call them; returns the number."""
        number = self.visitor()
        expect(self.page.locator(".primary")).to_contain_text(number)
        self.press("Enter")
        self.shows(number)
        return number

    def is_free(self) -> None:
        expect(self.page.locator(".present")).to_contain_text("The counter is free")


def open_console(hall: Hall, new_page: NewPage) -> ConsolePage:
    """On duty at counter 7, and nobody waits for it."""
    emptied(hall, COUNTER)
    page = new_page("about:blank", script=COUNT_NOTES)
    page.emulate_media(reduced_motion="reduce")
    console = ConsolePage(hall, page, Line(page))
    page.goto(f"{hall.url}/counter")
    sign_in(page, f"clerk{COUNTER}")
    take_counter(page, str(COUNTER))
    expect(page.locator(".primary")).to_be_disabled()
    return console


def emptied(hall: Hall, counter: int) -> None:
    """Nobody waits for this counter, and nobody is at it."""
    desk = RestClerk(hall, counter)
    while desk.outlook()["next"]:
        desk.act("call-next")
    desk.leave()


def stranger(hall: Hall) -> int:
    """A counter whose own types counter 7 does not serve."""
    counters = hall.get("/halls/" + hall.get("/halls")["halls"][0]["code"])["counters"]
    mine = next(one for one in counters if one["code"] == str(COUNTER))
    served = {*mine["counter_types"], *mine["fallbacks"]}
    return next(int(one["code"]) for one in counters if not served & set(one["counter_types"]))
