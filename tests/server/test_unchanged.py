"""Polls of the public: answered before Flask while nothing is new, by Flask whenever anything may be."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.domain.refusals import Refusal
from server.http import poll_cache, requests
from server.http.app import create_app
from server.http.context import AppContext
from server.listening.asking import COOKIE
from server.realtime.connections import Connections
from server.realtime.presence import Presence
from server.services.archive import days
from server.services.calling import calling, sessions
from server.services.hall_setup import switches
from server.services.tickets import tickets
from server.settings.config import Config
from server.watch.instruments import Instruments
from tests.server.small_hall import ALICE, ALWAYS, BOB, BOSS, Desk
from tests.server.test_poll_validity import tokens

STAFF = {"Cookie": f"{COOKIE}=of-nobody"}
#: What differs from answer to answer.
OF_ITSELF = ("X-Request-ID", "Date")


class Phone:
    """Asks for one address and knows what it was told last; `reached` has what came to Flask."""

    def __init__(self, client: FlaskClient, path: str, reached: list[str]) -> None:
        self.client, self.path, self.reached = client, path, reached
        self.etag: str | None = None

    def ask(self, **headers: str) -> TestResponse:
        """A poll as the page sends it."""
        known = {"If-None-Match": self.etag} if self.etag else {}
        answer = self.client.get(self.path, headers=known | headers)
        self.etag = answer.headers.get("ETag")
        return answer

    def by_flask(self, **headers: str) -> TestResponse:
        """What Flask would answer."""
        return self.client.get(self.path, headers=headers | STAFF)


@pytest.fixture
def instruments() -> Instruments:
    return Instruments()


@pytest.fixture
def reached() -> list[str]:
    """The paths of the requests that Flask has served."""
    return []


@pytest.fixture
def flask(
    desk: Desk, tmp_path: Path, instruments: Instruments, reached: list[str], monkeypatch: pytest.MonkeyPatch
) -> Flask:
    for module in (requests, poll_cache):
        monkeypatch.setattr(module, "now_ms", lambda: desk.now)
    settings = {"HALLCALL_DATA": str(tmp_path), "HALLCALL_LIMIT_PUBLIC": "3", "HALLCALL_TRUSTED_PROXIES": "10.0.0.1"}
    config = replace(Config.from_env(settings), public_url="")
    made = create_app(AppContext(desk.deployment, config, Presence(desk.deployment, Connections()), instruments))
    made.before_request(lambda: reached.append(requests.request.path))
    return made


@pytest.fixture
def client(flask: Flask) -> Iterator[FlaskClient]:
    with flask.test_client(use_cookies=False) as client:
        yield client


@pytest.fixture
def token(desk: Desk) -> str:
    """A ticket of type A behind another, a clerk on duty."""
    desk.sign_on(ALICE, "1")
    desk.take()
    desk.take()
    return tokens(desk)[0]


@pytest.fixture
def phone(client: FlaskClient, token: str, reached: list[str]) -> Phone:
    return Phone(client, f"/api/v1/tickets/{token}", reached)


@pytest.fixture
def screen(client: FlaskClient, token: str, reached: list[str]) -> Phone:
    return Phone(client, "/api/v1/halls/hall/board", reached)


def told(answer: TestResponse) -> dict[str, Any]:
    """The headers that are not of this one answer alone."""
    return {name: value for name, value in answer.headers.items() if name not in OF_ITSELF}


@pytest.mark.parametrize("who", ["phone", "screen"])
def test_while_nothing_is_new_flask_is_not_asked(who: str, request: pytest.FixtureRequest, desk: Desk) -> None:
    asker: Phone = request.getfixturevalue(who)
    first = asker.ask()
    assert (first.status_code, len(asker.reached)) == (200, 1)
    for _ in range(5):
        desk.wait(10)
        again = asker.ask()
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert len(asker.reached) == 1


@pytest.mark.parametrize("who", ["phone", "screen"])
def test_the_answer_is_as_flask_would_give_it(who: str, request: pytest.FixtureRequest, desk: Desk) -> None:
    asker: Phone = request.getfixturevalue(who)
    asker.ask()
    desk.sign_on(BOB, "2")
    asker.ask()
    desk.wait(7)
    tag = {"If-None-Match": asker.etag or ""}
    before = len(asker.reached)
    kept, kept_304 = asker.client.get(asker.path), asker.client.get(asker.path, headers=tag)
    assert len(asker.reached) == before
    own, own_304 = asker.by_flask(), asker.by_flask(**tag)
    assert len(asker.reached) == before + 2
    assert (kept.status_code, kept.get_json(), told(kept)) == (200, own.get_json(), told(own))
    assert (kept_304.status_code, kept_304.data, told(kept_304)) == (304, own_304.data, told(own_304))


def test_seq_and_time_are_present_and_no_news(desk: Desk, phone: Phone) -> None:
    desk.sign_on(BOB, "2")
    phone.ask()
    desk.wait(10)
    desk.take("tax")
    assert phone.ask().status_code == 304
    seen = phone.client.get(phone.path).get_json()
    assert (seen["seq"], seen["time"]) == (desk.events[-1].seq, "2026-11-23T09:00:10.000+08:00")
    assert len(phone.reached) == 1


NEWS: dict[str, Callable[[Desk, str], object]] = {
    "somebody comes before it": lambda desk, token: desk.take(status="elderly"),
    "the one before it is called": lambda desk, token: desk.next(ALICE, "1"),
    "it is called": lambda desk, token: desk.do(calling.call, ALICE, counter="1", number="A002", reason="x"),
    "it leaves": lambda desk, token: desk.do(tickets.leave, token=token),
    "it lets others pass": lambda desk, token: (desk.take(), desk.do(tickets.more_time, token=token)),
    "a notice": lambda desk, token: desk.do(days.set_notice, BOSS, text={"zh-CN": "火", "en": "F"}, level="info"),
    "the hall is closed": lambda desk, token: desk.do(days.set_opening, BOSS, opening=False),
    "nobody is on duty any more": lambda desk, token: desk.do(sessions.sign_off, ALICE, counter="1"),
}


#: A number that waits may be called after hours as well, so its visitor reads the same as before.
FOR_SCREENS = {"the hall is closed"}


@pytest.mark.parametrize("news", NEWS)
def test_the_next_poll_tells_what_happened(desk: Desk, phone: Phone, screen: Phone, token: str, news: str) -> None:
    before = [asker.ask().get_json() for asker in (phone, screen)]
    NEWS[news](desk, token)
    for asker, old in zip((phone, screen), before, strict=True):
        answer = asker.ask()
        if asker is phone and news in FOR_SCREENS:
            assert (answer.status_code, asker.by_flask().get_json() | {"seq": old["seq"]}) == (304, old)
            continue
        assert answer.status_code == 200
        assert answer.get_json() == asker.by_flask().get_json() != old
        assert asker.ask().status_code == 304


def test_recall_miss_and_rating_are_told(desk: Desk, phone: Phone) -> None:
    desk.next(ALICE, "1")
    desk.next(ALICE, "1")
    phone.ask()
    for act in (calling.recall, calling.no_show):
        desk.wait(6)
        desk.do(act, ALICE, counter="1")
        assert phone.ask().get_json() == phone.by_flask().get_json()
    assert phone.ask().status_code == 304
    desk.do(calling.take_back, ALICE, counter="1", number="A002")
    desk.do(calling.complete, ALICE, counter="1")
    assert phone.ask().get_json()["can_rate"] is True
    desk.do(tickets.rate, token=tokens(desk)[0], stars=5)
    assert phone.ask().get_json()["rating"] == 5


def test_what_the_hall_s_file_says_is_told(desk: Desk, screen: Phone) -> None:
    assert screen.ask().get_json()["hall"]["services"][2]["open"] is True
    switches.switch_service(desk.deployment, hall="hall", who=BOSS, now=desk.now, key=None, service="tax", open=False)
    assert screen.ask().get_json()["hall"]["services"][2]["open"] is False


def test_the_hall_closes_by_the_clock(
    make_desk: Callable[..., Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk(hours=ALWAYS | {"mon": [["00:00", "09:01"]]})
    desk.take()
    config = Config.from_env({"HALLCALL_DATA": str(tmp_path)})
    for module in (requests, poll_cache):
        monkeypatch.setattr(module, "now_ms", lambda: desk.now)
    with create_app(
        AppContext(desk.deployment, config, Presence(desk.deployment, Connections()))
    ).test_client() as client:
        path = f"/api/v1/tickets/{tokens(desk)[0]}"
        desk.wait(59.999)
        assert client.get(path).get_json()["open"] is True
        desk.wait(0.001)
        assert client.get(path).get_json()["open"] is False


def test_no_two_askers_are_mixed_up(desk: Desk, client: FlaskClient, token: str) -> None:
    other = tokens(desk)[1]
    proxy = {"REMOTE_ADDR": "10.0.0.1"}
    seen = set()
    for _ in range(2):
        for path in (f"/api/v1/tickets/{token}", f"/api/v1/tickets/{other}"):
            for host in ("hall.test", "other.test"):
                for proto in ("http", "https"):
                    for language in ("zh-CN", "en"):
                        headers = {"Host": host, "X-Forwarded-Proto": proto, "Accept-Language": language}
                        url = client.get(path, headers=headers, environ_overrides=proxy).get_json()["url"]
                        assert url == f"{proto}://{host}/t/{path.rpartition('/')[2]}"
                        seen.add(url)
    assert len(seen) == 8
    with_tag = client.get(f"/api/v1/tickets/{token}").headers["ETag"]
    assert client.get(f"/api/v1/tickets/{other}", headers={"If-None-Match": with_tag}).status_code == 200


def test_a_board_of_a_zone_is_its_own(client: FlaskClient, token: str) -> None:
    for _ in range(2):
        assert client.get("/api/v1/halls/hall/board").get_json()["zone"] is None
        assert client.get("/api/v1/halls/hall/board?zone=main").get_json()["zone"] == "main"
        assert client.get("/api/v1/halls/hall/board?zone=nowhere").status_code == 404


@pytest.mark.parametrize(
    "odd",
    [
        {"headers": STAFF},
        {"headers": {"Authorization": "Bearer nobody"}},
        {"headers": {"If-Match": '"x"'}},
        {"method": "HEAD"},
        {"method": "DELETE"},
        {"query_string": "x=1"},
    ],
)
def test_whoever_is_signed_in_and_all_that_is_odd_is_flask_s(phone: Phone, odd: dict[str, Any]) -> None:
    phone.ask()
    before = len(phone.reached)
    phone.client.open(phone.path, **odd)
    assert len(phone.reached) == before + 1


@pytest.mark.parametrize("asked", ["*", 'W/"other", {tag}', "{strong}"])
def test_every_way_to_name_what_one_has_is_understood(phone: Phone, asked: str) -> None:
    tag = str(phone.ask().headers["ETag"])
    headers = {"If-None-Match": asked.format(tag=tag, strong=tag.removeprefix("W/"))}
    assert (phone.client.get(phone.path, headers=headers).status_code, len(phone.reached)) == (304, 1)


@pytest.mark.parametrize("mark", ["-gzip", "-br", "-zstd", "--gzip", ";gzip"])
@pytest.mark.parametrize("weak", ["", "W/"])
def test_a_tag_that_a_packing_proxy_has_marked_is_ours(phone: Phone, mark: str, weak: str) -> None:
    tag = str(phone.ask().headers["ETag"]).removeprefix("W/")
    marked = {"If-None-Match": weak + tag.removesuffix('"') + mark + '"'}
    assert (phone.client.get(phone.path, headers=marked).status_code, len(phone.reached)) == (304, 1)
    assert phone.client.get(phone.path, headers=marked | STAFF).status_code == 304, "by Flask too"
    other = {"If-None-Match": f'{weak}"another{mark}"'}
    assert phone.client.get(phone.path, headers=other).status_code == 200


def test_errors_are_not_kept(client: FlaskClient, desk: Desk, reached: list[str]) -> None:
    for count in (1, 2):
        assert client.get("/api/v1/tickets/guess").status_code == 404
        assert len(reached) == count


def test_a_database_that_is_away_is_told_by_flask(phone: Phone, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    phone.ask()

    def away(*_hall: int) -> None:
        raise Refusal("database_away")

    for name in ("last", "reading"):
        monkeypatch.setattr(desk.database, name, away)
    answer = phone.ask()
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "database_away")
    monkeypatch.undo()
    assert phone.client.get(phone.path).status_code == 200


def test_what_is_kept_is_bounded(desk: Desk, flask: Flask, reached: list[str]) -> None:
    desk.take()
    layer = flask.wsgi_app.direct  # type: ignore[attr-defined]
    with flask.test_client() as client:
        path = f"/api/v1/tickets/{tokens(desk)[0]}"

        def ask(number: int) -> bool:
            """Whether Flask was asked."""
            before = len(reached)
            client.get(path, headers={"Host": f"h{number}.test"})
            return len(reached) > before

        layer._most = 10_000
        assert [ask(number) for number in range(20)] == [True] * 20
        assert layer._size <= 10_000
        assert not ask(19)
        assert ask(0), "the oldest went first"
        assert layer._size == sum(len(one.content) + poll_cache.ENTRY for one in layer._kept.values())


def test_it_is_counted_and_found_in_the_log(
    phone: Phone, instruments: Instruments, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "server.http.routes.health")
    phone.ask()
    answer = phone.ask(**{"X-Request-ID": "order-17"})
    assert answer.headers["X-Request-ID"] == "order-17"
    labels = {"method": "GET", "route": "/api/v1/tickets/<token>"}
    count = instruments.registry.get_sample_value
    assert count("hallcall_http_requests_total", labels | {"status": "200"}) == 1
    assert count("hallcall_http_requests_total", labels | {"status": "304"}) == 1
    assert count("hallcall_http_request_seconds_count", labels) == 2
    assert any(line.startswith(f"GET {phone.path} answered 304 in ") for line in caplog.messages)


def test_polls_use_up_no_knock_at_the_public_doors(phone: Phone) -> None:
    for _ in range(10):
        phone.ask()
    taken = [phone.client.post("/api/v1/halls/hall/tickets", json={"service": "pass"}).status_code for _ in range(4)]
    assert taken == [201, 201, 201, 429]
