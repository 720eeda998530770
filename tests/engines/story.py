"""The story of one ticket in one engine: taken at the kiosk, followed on the phone, called, on the screen."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser.demo_hall import PASSWORD, Hall
from tests.browser.rest_clerk import RestClerk
from tests.engines.drivers import Driver

LONGEST_S, LOOK_S = 40.0, 0.3
TOO_OLD = "!!document.getElementById('too-old')"
TEXT = "document.body ? document.body.innerText : ''"
FIRST_TILE = "document.querySelector('button.tile:not(.closed)')"
NUMBER = "(document.querySelector('.ticket .number') || {}).innerText || ''"


class Wrong(Exception):
    """The page does not show what it should; the message is a sentence."""


@dataclass
class Story:
    """What is told of one engine. `whole`: all pages run in it; else the screen alone, and the others say so."""

    hall: Hall
    engine: Driver
    folder: Path
    whole: bool
    counter: str
    faults: list[str] = field(default_factory=list)

    def tell(self) -> list[str]:
        """Walk through it; the sentences that say what is wrong, none when all is well."""
        if not self.whole:
            for page in ("/", "/kiosk", "/counter", "/t/x", "/book", "/login", "/reception", "/supervisor"):
                self._part(f"old{page.replace('/', '-')}", lambda page=page: self._says_too_old(page))
            self._part("screen", lambda: self._screen(self._call_over_rest()))
            return self.faults
        number, token = "", ""

        def kiosk() -> None:
            nonlocal number
            number = self._take_number()

        def phone() -> None:
            nonlocal number, token
            issued = self._issue()
            token = issued["token"]
            self._open(f"/t/{token}")
            self._until(f"({TEXT}).indexOf({json.dumps(issued['number'])}) >= 0", "the phone shows its number")

        self._part("kiosk", kiosk)
        self._part("phone", phone)
        self._part("console", self._sign_in_and_call)
        self._part("phone-later", lambda: self._shows(f"/t/{token}"))
        self._part("screen", lambda: self._screen(self._last_call()))
        for page in ("/", "/book", "/reception", "/supervisor"):
            self._part(f"page{page.replace('/', '-')}", lambda page=page: self._shows(page))
        return self.faults

    def _part(self, name: str, act: Callable[[], None]) -> None:
        try:
            act()
        except (Wrong, RuntimeError, OSError) as error:
            self.faults.append(f"{name}: {error}")
        try:
            self._picture(name)
        except (RuntimeError, OSError) as error:
            self.faults.append(f"{name}: no picture, {error}")

    def _picture(self, name: str) -> None:
        time.sleep(1)  # for the picture alone: letters arrive, the window is painted
        self.engine.picture(self.folder / f"{name}.png")

    def _open(self, path: str) -> None:
        self.engine.open("about:blank")
        self.engine.open(self.hall.url + path)

    def _until(self, expression: str, what: str) -> Any:
        deadline = time.monotonic() + LONGEST_S
        while time.monotonic() < deadline:
            found = self._look(expression)
            if found:
                return found
            time.sleep(LOOK_S)
        raise Wrong(f"not so: {what}; it shows {str(self._look(TEXT))[:200]!r}")

    def _look(self, expression: str) -> Any:
        try:
            return self.engine.js(expression)
        except RuntimeError as error:  # between two pages there is nothing to look at
            if "ended" in str(error):
                raise
            return None

    def _shows(self, path: str) -> None:
        self._open(path)
        there = f"location.href.indexOf('blank') < 0 && ({TEXT}).length > 40 && !({TOO_OLD})"
        self._until(there, f"{path} shows something")

    def _says_too_old(self, path: str) -> None:
        self._open(path)
        self._until(TOO_OLD, f"{path} says that the browser is too old")

    def _take_number(self) -> str:
        self.engine.open("about:blank")
        self.engine.open(self.hall.address("kiosk"))
        self._until(f"!!{FIRST_TILE}", "the kiosk offers services")
        self._picture("kiosk-services")
        press = f"({NUMBER}) || ({FIRST_TILE} && {FIRST_TILE}.click(), '')"
        return str(self._until(press, "the kiosk gives a number"))

    def _issue(self) -> dict[str, Any]:
        code = self.hall.get("/halls")["halls"][0]["code"]
        service = self.hall.get(f"/halls/{code}")["services"][0]["code"]
        return dict(self.hall.post(f"/halls/{code}/tickets", {"service": service}))

    def _sign_in_and_call(self) -> None:
        self._open("/counter")
        self._until("!!document.querySelector('input[type=password]')", "the sign-in page opens")
        fill = (
            "(function (put) { put(document.querySelector('input:not([type=password])'), 'clerk1');"
            f" put(document.querySelector('input[type=password]'), '{PASSWORD}');"
            " document.querySelector('button[type=submit]').click(); return true })"
            "(function (field, text) { field.value = text; field.dispatchEvent(new Event('input', {bubbles: true})) })"
        )
        self._look(fill)
        mine = f"document.querySelectorAll('.counter')[{int(self.counter) - 1}]"
        at_work = f"!!document.querySelector('.present') || ({mine} && {mine}.click(), false)"
        self._until(at_work, "the clerk is at a counter")
        self._picture("console-before")
        press = "new KeyboardEvent('keydown', {key: 'Enter', code: 'Enter', bubbles: true, cancelable: true})"
        self._look(f"(document.body.dispatchEvent({press}), true)")
        shown = "(document.querySelector('.present') || {}).innerText || ''"
        self._until(f"/[A-Z]\\d{{3}}/.test({shown})", "Enter calls a number")

    def _last_call(self) -> str:
        code = self.hall.get("/halls")["halls"][0]["code"]
        calls = self.hall.get(f"/halls/{code}/board")["calls"]
        if not calls:
            raise Wrong("nobody is called")
        return str(calls[0]["number"])

    def _call_over_rest(self) -> str:
        """The number that a clerk calls of whom no page need run."""
        self._issue()
        return str(RestClerk(self.hall, int(self.counter)).next()["number"])

    def _screen(self, number: str) -> None:
        self.engine.open("about:blank")
        self.engine.open(self.hall.address("display"))
        there = f"({TEXT}).indexOf({json.dumps(number)}) >= 0 && !({TOO_OLD}) && ({TEXT}).length > 20"
        self._until(there, f"the screen shows {number or 'the hall'}")
        self._until("performance.timing.loadEventEnd > 0", "the screen's load event has come")
        if not self.whole:
            self._until("(document.querySelector('video') || {}).readyState >= 2", "the silent picture plays")
