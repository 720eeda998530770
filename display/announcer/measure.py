"""How soon a call is heard: `python -m display.announcer.measure --help`.

Plays a screen and a clerk against a running server with its announcer: takes tickets, calls them, and times from the
moment the call is sent until the screen has the order to play and the bytes of the first clip. A screen adds what its
loudspeaker needs (about 10 ms). Each announcement is answered as played at once, so that the next can follow.
"""

import queue
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click
import requests
import socketio

PATIENCE_S = 10.0
BETWEEN_S = 0.9


@dataclass(frozen=True)
class Heard:
    """One call: milliseconds from sending it to the order to play, to the first clip's bytes, and what was ordered."""

    number: str
    ordered_ms: float
    first_clip_ms: float
    items: int


class Screen:
    """A display that hears `play`, has the clips fetched that it was told to prepare, and says that it played."""

    def __init__(self, *, server: str, token: str) -> None:
        self._server, self._session = server, requests.Session()
        self._clips: set[str] = set()
        self.plays: queue.Queue[tuple[float, float, dict[str, Any]]] = queue.Queue()
        self._client = socketio.Client()
        self._client.on("prepare", self._prepare, namespace="/display")
        self._client.on("play", self._play, namespace="/display")
        self._client.connect(server, namespaces=["/display"], auth={"token": token}, transports=["websocket"])
        self._client.call("status", {"sound": "on", "volume": 1}, namespace="/display")

    def close(self) -> None:
        """Go away."""
        self._client.disconnect()

    def _prepare(self, content: dict[str, Any]) -> None:
        for url in content["clips"]:
            self._fetch(url)

    def _play(self, content: dict[str, Any]) -> None:
        ordered = time.monotonic()
        self._fetch(content["items"][0]["url"])
        self.plays.put((ordered, time.monotonic(), content))
        self._client.call("played", {"play": content["play"], "ok": True}, namespace="/display")

    def _fetch(self, url: str) -> None:
        if url not in self._clips:
            self._session.get(self._server + url, timeout=PATIENCE_S).raise_for_status()
            self._clips.add(url)


class Clerk:
    """Signs on at a counter and calls."""

    def __init__(self, *, server: str, hall: str, counter: str, username: str, password: str) -> None:
        self._session = requests.Session()
        self._hall = f"{server}/api/v1/halls/{hall}"
        self._counter = f"{self._hall}/counters/{counter}"
        who = {"username": username, "password": password, "bearer": True}
        token = self._ask("POST", f"{server}/api/v1/login", who)["token"]
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._ask("POST", f"{self._counter}/session", {"take_over": True})

    def issue(self, service: str) -> None:
        """Take a ticket, as a visitor would."""
        self._ask("POST", f"{self._hall}/tickets", {"service": service})

    def call_next(self) -> str:
        """The number that was called; whoever is at the counter is done first."""
        ticket = self._ask("POST", f"{self._counter}/call-next", {})["ticket"]
        return self.call_next() if ticket["state"] == "serving" else str(ticket["number"])

    def service(self) -> str:
        """A service that this counter serves."""
        hall = self._ask("GET", self._hall, None)
        own = next(one for one in hall["counters"] if self._counter.endswith(f"/{one['code']}"))
        return str(next(one["code"] for one in hall["services"] if one["counter_type"] in own["counter_types"]))

    def _ask(self, method: str, url: str, body: dict[str, Any] | None) -> dict[str, Any]:
        answer = self._session.request(method, url, json=body, timeout=PATIENCE_S)
        if not answer.ok:
            raise click.ClickException(f"{method} {url}: {answer.status_code} {answer.text[:300]}")
        content: dict[str, Any] = answer.json()
        return content


def measure(*, screen: Screen, clerk: Clerk, calls: int) -> list[Heard]:
    """Call so many tickets, one after the other; queue.Empty when a call was not heard within 10 s."""
    service, heard = clerk.service(), []
    for _ in range(calls):
        clerk.issue(service)
        time.sleep(BETWEEN_S)  # the pause after the announcement before, and time to prepare, as in a hall
        sent = time.monotonic()
        number = clerk.call_next()
        ordered, there, content = screen.plays.get(timeout=PATIENCE_S)
        while content["number"] != number:
            ordered, there, content = screen.plays.get(timeout=PATIENCE_S)
        heard.append(Heard(number, (ordered - sent) * 1000, (there - sent) * 1000, len(content["items"])))
    return heard


def summary(heard: Sequence[Heard]) -> str:
    """The figures in two lines."""
    lines = []
    for name, values in (
        ("order to play", [one.ordered_ms for one in heard]),
        ("first clip there", [one.first_clip_ms for one in heard]),
    ):
        median, worst = statistics.median(values), max(values)
        lines.append(f"{name:>17}: median {median:6.1f} ms, worst {worst:6.1f} ms, {len(values)} calls")
    return "\n".join(lines)


@click.command()
@click.option("--server", default="http://127.0.0.1:8000", show_default=True)
@click.option("--display", required=True, help="Token of a display that no other screen uses meanwhile.")
@click.option("--hall", required=True)
@click.option("--counter", default="1", show_default=True)
@click.option("--username", default="clerk1", show_default=True)
@click.option("--password", required=True)
@click.option("--calls", default=20, show_default=True)
def main(*, server: str, display: str, hall: str, counter: str, username: str, password: str, calls: int) -> None:
    """Time from a call to its first sound, against a running server and announcer."""
    screen = Screen(server=server, token=display)
    clerk = Clerk(server=server, hall=hall, counter=counter, username=username, password=password)
    try:
        click.echo(summary(measure(screen=screen, clerk=clerk, calls=calls)))
    except queue.Empty:
        raise click.ClickException("a call was not heard within 10 s; does the announcer run?") from None
    finally:
        screen.close()


if __name__ == "__main__":
    main()
