"""Two servers of one hall, with clients at both, and Redis between them: there, killed, and back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from tests import databases
from tests.realtime.process import Process, beside, make_process
from tests.redis_server import RedisServer


class Client:
    """A client in a namespace that keeps what it hears."""

    def __init__(self, server: Process, namespace: str, auth: dict[str, str]) -> None:
        self.namespace, self.heard, self._lock = namespace, dict[str, list[Any]](), threading.Lock()
        self._io = socketio.Client(reconnection=False)
        self._io.on("*", self._keep, namespace=namespace)
        self._io.connect(server.url, namespaces=[namespace], auth=auth, transports=["websocket"])

    def _keep(self, event: str, content: Any = None) -> None:
        with self._lock:
            self.heard.setdefault(event, []).append(content)

    def ask(self, event: str, **content: Any) -> Any:
        return self._io.call(event, content, namespace=self.namespace, timeout=20)

    def events(self) -> list[int]:
        with self._lock:
            return [one["seq"] for one in self.heard.get("event", [])]

    def last(self, event: str) -> Any:
        with self._lock:
            return (self.heard.get(event) or [None])[-1]

    def close(self) -> None:
        self._io.disconnect()


def until(found: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + 30
    while not (value := found()):
        assert time.monotonic() < end, what
        time.sleep(0.02)
    return value


class Pair:
    """The two servers, and who is connected to them."""

    def __init__(self, folder: Path, redis: RedisServer) -> None:
        self.redis, self.clients = redis, list[Client]()
        more = {"HALLCALL_DATABASE_URL": databases.server().empty(), "HALLCALL_REDIS_URL": redis.url}
        self.one = make_process(folder, **more)
        self.one.start()  # it makes the keys
        self.two = beside(self.one, folder / "second")
        self.two.start()
        self.hall = self.one.shown["hall"]
        for server in (self.one, self.two):
            until(lambda server=server: _relay(server) == "ok", "the server has no Redis")
        self._numbers = count(1)

    def device(self, server: Process, kind: str, **auth: str) -> Client:
        """A device of the demo at a server."""
        token = self.one.shown["addresses"][kind].split("#device=")[1]
        return self.join(server, f"/{kind}", {"token": token, **auth})

    def paired(self, server: Process, kind: str, **settings: Any) -> tuple[int, str]:
        """A ticket machine or print agent that is paired now and connected to a server: its id and token."""
        boss = self.one.bearer("supervisor")
        pairing = requests.post(f"{self.one.url}/api/v1/pairings", json={"kind": kind}, timeout=10).json()
        code = pairing["code"].replace(" ", "")
        body = {"hall": self.hall, "settings": settings} if settings else {"hall": self.hall}
        done = requests.post(f"{self.one.url}/api/v1/pairings/{code}/confirm", json=body, headers=boss, timeout=10)
        assert done.ok, done.text
        token = requests.get(f"{self.one.url}/api/v1/pairings/{pairing['secret']}", timeout=10).json()["token"]
        client = self.join(server, "/kiosk", {"token": token})
        return int(client.ask("sync", seq=None)["device"]["id"]), token

    def join(self, server: Process, namespace: str, auth: dict[str, str]) -> Client:
        client = Client(server, namespace, auth)
        self.clients.append(client)
        return client

    def take(self, server: Process, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """A ticket for the first service."""
        prefix = f"{server.url}/api/v1/halls/{self.hall}"
        service = requests.get(prefix, timeout=10).json()["services"][0]["code"]
        answer = requests.post(f"{prefix}/tickets", json={"service": service}, headers=headers, timeout=10)
        assert answer.ok, answer.text
        return dict(answer.json())

    def sign_on(self, server: Process, clerk: str, client: str, **more: Any) -> Client:
        token = server.bearer(clerk)["Authorization"].removeprefix("Bearer ")
        console = self.join(server, "/counter", {"token": token})
        answer = console.ask("session", hall=self.hall, counter="1", client=client, **more)
        assert answer["ok"], answer
        console.ask("sync", hall=self.hall, seq=None)
        return console


def _relay(server: Process) -> str:
    return str(requests.get(f"{server.url}/readyz", timeout=10).json()["redis"])


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    redis = RedisServer()
    redis.start()
    made = Pair(tmp_path, redis)
    yield made
    for client in made.clients:
        client.close()
    for server in (made.one, made.two):
        server.kill()
    redis.kill()


def test_clients_of_both_hear_all_in_order_with_redis_and_without(pair: Pair) -> None:
    screens = [pair.device(server, "display") for server in (pair.one, pair.two)]
    first = screens[0].ask("sync", seq=None)["seq"]
    phone_of = pair.take(pair.one)
    phone = pair.join(pair.two, "/visitor", {"ticket": phone_of["token"]})
    phone.ask("sync", seq=None)
    for server in [pair.one, pair.two] * 15:
        pair.take(server)
    _all_hear(screens, first, 31)

    pair.redis.kill()
    until(lambda: _relay(pair.two) == "away", "nobody notices that Redis is gone")
    for server in [pair.one, pair.two] * 10:
        pair.take(server)
    _all_hear(screens, first, 51)
    # The phone at the second server hears what the first one's clerk does, without Redis too.
    console = pair.sign_on(pair.one, "clerk1", "here")
    assert console.ask("call", hall=pair.hall, counter="1", number=phone_of["number"], reason="test")["ok"]
    until(lambda: "ticket_called" in [one["kind"] for one in phone.heard.get("event", [])], "the phone is silent")

    pair.redis.start()
    until(lambda: _relay(pair.one) == _relay(pair.two) == "ok", "Redis is back and nobody notices")
    now = max(screens[0].events())
    for server in [pair.two, pair.one] * 5:
        pair.take(server)
    _all_hear(screens, now, 10)


def _all_hear(screens: list[Client], after: int, number: int) -> None:
    for screen in screens:
        until(lambda screen=screen: max(screen.events(), default=0) >= after + number, "a screen does not hear all")
        heard = screen.events()
        assert heard == sorted(set(heard))
        assert set(range(after + 1, after + number + 1)) <= set(heard)


def test_voice_and_screen_at_different_servers(pair: Pair) -> None:
    token = (Path(pair.one.env["HALLCALL_DATA"]) / "announcer.token").read_text(encoding="ascii").strip()
    voice, screen = pair.join(pair.one, "/announcer", {"token": token}), pair.device(pair.two, "display", page="p")
    voice.ask("sync", seq=None)
    screen.ask("status", sound="on")
    number = until(lambda: _sounding(voice), "the voice does not hear of the screen")
    assert [one["page"] for one in voice.last("screens")["screens"]] == ["p"], "which load of its page"
    assert voice.ask("play", screen=number, play="p1", url="/x")["ok"]
    assert until(lambda: screen.last("play"), "the screen is not told")["play"] == "p1"
    screen.ask("played", play="p1", ok=True)
    assert until(lambda: voice.last("played"), "the voice is not told")["screen"] == number
    voice.ask("caption", zone=None, text="A001")
    assert until(lambda: screen.last("caption"), "no caption")["text"] == "A001"
    assert voice.ask("play", screen=10**6, play="p2")["error"]["code"] == "unknown_device"
    screen.close()
    until(lambda: not (voice.last("screens") or {}).get("screens"), "the screen is gone and nobody notices")


def _sounding(voice: Client) -> int | None:
    told = voice.last("screens") or {"screens": []}
    return next((one["id"] for one in told["screens"] if one["sound"] == "on"), None)


def test_paper_from_the_agent_at_the_other_server(pair: Pair) -> None:
    agent_id, _ = pair.paired(pair.two, "printer")
    _, token = pair.paired(pair.one, "kiosk", printer={"kind": "agent", "device": agent_id})
    agent, kiosk = pair.clients
    taken = pair.take(pair.one, headers={"Authorization": f"Bearer {token}"})
    job = until(lambda: agent.last("print"), "the agent has nothing to print")
    assert job["ticket"]["number"] == taken["number"]
    assert agent.ask("printed", job=job["job"], ok=True)["ok"]
    told = until(lambda: [one for one in kiosk.heard["print_state"] if one["state"] == "printed"], "the kiosk waits")
    assert told[0]["number"] == taken["number"]
    assert len(agent.heard["print"]) == 1


def test_a_takeover_at_the_other_server_is_told(pair: Pair) -> None:
    first = pair.sign_on(pair.one, "clerk1", "old")
    pair.sign_on(pair.two, "clerk2", "new", take_over=True)
    assert until(lambda: first.last("console"), "the first console is not told")["client"] == "new"


def test_the_live_view_knows_the_devices_of_both(pair: Pair) -> None:
    pair.device(pair.one, "display")
    boss = pair.two.bearer("supervisor")

    def alive() -> bool:
        devices = requests.get(f"{pair.two.url}/api/v1/halls/{pair.hall}/devices", headers=boss, timeout=10).json()
        return any(one["alive"] for one in devices["devices"] if one["kind"] == "display")

    until(alive, "a screen at the other server counts as dead")
