"""A clerk for the tests of other pages: signs on at a counter and works there over REST."""

from __future__ import annotations

from typing import Any

import requests

from tests.browser.demo_hall import PASSWORD, Hall


class RestClerk:
    """One counter of the demo hall with its clerk on duty (clerk n at counter n)."""

    def __init__(self, hall: Hall, counter: int) -> None:
        self._session = requests.Session()
        self.counter = str(counter)
        self.hall_code = hall.get("/halls")["halls"][0]["code"]
        self._root = f"{hall.url}/api/v1"
        body = {"username": f"clerk{counter}", "password": PASSWORD, "bearer": True}
        token = self._post("/login", body)["token"]
        self._session.headers["Authorization"] = f"Bearer {token}"
        self.act("session", take_over=True)

    def act(self, command: str, **body: Any) -> Any:
        """A command at this counter: `act("call-next")`, `act("call", number="A001", reason="...")`."""
        return self._post(f"/halls/{self.hall_code}/counters/{self.counter}/{command}", body)

    def call(self, number: str) -> Any:
        """Call this very number, whoever else waits; whoever is at the counter came, and is done."""
        place = f"{self._root}/halls/{self.hall_code}/counters/{self.counter}"
        present = self._session.get(place, timeout=10).json()["counter"]["ticket"]
        if present and present["state"] == "called":
            self.act("start")
        return self.act("call", number=number, reason="the test's own visitor")

    def next(self) -> Any:
        """The ticket that is called next; whoever is at the counter came, and is done."""
        ticket = self.act("call-next")["ticket"]
        return self.act("call-next")["ticket"] if ticket["state"] == "serving" else ticket

    def outlook(self) -> dict[str, Any]:
        """Whom call-next would call here, and who waits."""
        path = f"{self._root}/halls/{self.hall_code}/counters/{self.counter}"
        found: dict[str, Any] = self._session.get(path, timeout=10).json()["outlook"]
        return found

    def leave(self) -> None:
        """Sign off; whoever was called is done."""
        place = f"{self._root}/halls/{self.hall_code}/counters/{self.counter}/session"
        self._session.delete(place, params={"present": "complete"}, timeout=10)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self._session.post(self._root + path, json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()


def service_of(hall: Hall, counter: int) -> dict[str, Any]:
    """A service that this counter serves as its own."""
    shown = hall.get("/halls/" + hall.get("/halls")["halls"][0]["code"])
    own = next(one["counter_types"] for one in shown["counters"] if one["code"] == str(counter))
    found: dict[str, Any] = next(one for one in shown["services"] if one["counter_type"] in own)
    return found
