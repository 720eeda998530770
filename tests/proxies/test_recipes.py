"""Each proxy of docs/scale.md, as it stands there, before a real server: addresses, 304s, reload, away and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.browser.demo_hall import free_port
from tests.proxies.clients import Returning, ask, lives, opened, standing_by, until
from tests.proxies.recipes import KINDS, Proxy, made
from tests.realtime.process import Process, make_process

#: So many pairings an address may begin in a minute; so many clients come back; within so long (s).
LIMIT, CLIENTS, BACK_S = 3, 8, 5.0
#: Cut at a reload, which docs/scale.md says.
CUTS = ("caddy",)


@dataclass
class Deployment:
    """The server, and the proxies before it that could be had."""

    server: Process
    second: int
    proxies: dict[str, Proxy]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("proxies")
    server = make_process(folder, HALLCALL_TRUSTED_PROXIES="127.0.0.1", HALLCALL_LIMIT_PUBLIC=str(LIMIT))
    second = free_port()
    server.start()
    proxies: dict[str, Proxy] = {}
    try:
        for name in KINDS:
            proxy = made(name, folder / name, (server.port, second))
            if proxy:
                proxies[name] = proxy
                proxy.start()
        yield Deployment(server, second, proxies)
    finally:
        for proxy in proxies.values():
            proxy.stop()
        server.kill()


@pytest.fixture(params=list(KINDS))
def proxy(deployment: Deployment, request: pytest.FixtureRequest) -> Proxy:
    found = deployment.proxies.get(request.param)
    if found is None:
        pytest.skip(f"{request.param} is not on this machine, and may not be installed")
    return found


def pair(proxy: Proxy, source: str, **headers: str) -> int:
    """The status of a wish to pair a screen."""
    wish = json.dumps({"kind": "display"})
    return ask(proxy.port, "/api/v1/pairings", source=source, method="POST", body=wish, **headers)[0]


def test_a_visitors_address_is_kept_and_an_invented_one_is_not_believed(proxy: Proxy) -> None:
    forged = [pair(proxy, proxy.source, X_Forwarded_For=f"203.0.113.{number}") for number in range(LIMIT + 1)]
    assert forged == [201] * LIMIT + [429]
    assert pair(proxy, proxy.source.replace("127.0.1.", "127.0.2.")) == 201, "another visitor has his own limit"


def test_an_invented_host_is_not_believed(proxy: Proxy) -> None:
    other = proxy.source.replace("127.0.1.", "127.0.3.")
    wish = json.dumps({"kind": "display"})
    answer = ask(proxy.port, "/api/v1/pairings", source=other, method="POST", body=wish, X_Forwarded_Host="evil.test")
    assert answer[0] == 201 and b"evil.test" not in answer[2]


def test_polls_are_304_while_nothing_is_new(proxy: Proxy, deployment: Deployment) -> None:
    path = f"/api/v1/halls/{deployment.server.shown['hall']}/board"
    status, headers, _ = ask(proxy.port, path, source=proxy.source, Accept_Encoding="gzip")
    tag = {name.lower(): value for name, value in headers.items()}["etag"]
    assert status == 200
    assert ask(proxy.port, path, source=proxy.source, Accept_Encoding="gzip", If_None_Match=tag)[0] == 304


def test_a_reload_serves_on_and_cuts_sockets_only_where_the_document_says_so(proxy: Proxy) -> None:
    line = opened(proxy.port, source=proxy.source)
    assert line
    proxy.reload()
    until(lambda: ask(proxy.port, "/healthz", source=proxy.source)[0] == 200)
    assert lives(line) == (proxy.name not in CUTS)
    line.shutdown()
    again = opened(proxy.port, source=proxy.source)
    assert again and lives(again)
    again.shutdown()


def test_the_second_takes_over_and_after_a_time_without_any_all_come_back(deployment: Deployment) -> None:
    """All proxies at once: the server is killed and started once."""
    proxies = deployment.proxies.values()
    with standing_by(deployment.second):
        deployment.server.kill()
        for one in proxies:
            until(lambda one=one: ask(one.port, "/healthz", source=one.source)[2] == b"second")
    returning = [Returning(one.port, source=one.source, count=CLIENTS) for one in proxies]
    try:
        until(lambda: all(one.all_failed for one in returning))
        deployment.server.start()
        until(lambda: all(one.all_back for one in returning), patience_s=BACK_S)
    finally:
        for one in returning:
            one.end()
