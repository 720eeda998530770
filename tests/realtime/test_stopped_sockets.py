"""A network that stops websockets: terminal, announcer and print agent name it, and go on when it lets them through."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from client.link import Link
from client.network import EN, ZH, StopsWebsockets
from client.sign_in import SignIn
from display.announcer.link import Link as Voice
from kiosk.agent.line import Line
from kiosk.agent.words import say
from tests.browser.demo_hall import PASSWORD
from tests.proxies.clients import until
from tests.realtime.process import make_process
from tests.realtime.stopping import Stopping


class Heard:
    """Remembers what a client was told."""

    def __init__(self) -> None:
        self.said: list[Any] = []

    def connected(self) -> None:
        self.said.append("connected")

    def lost(self, reason: Any = None) -> None:
        self.said.append(reason)

    def heard(self, _name: str, _message: Any) -> None:
        """Not of interest."""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Stopping]]:
    process = make_process(tmp_path_factory.mktemp("stopped"))
    process.start()
    stopping = Stopping(process.port, answer=403)
    yield process, stopping
    stopping.close()
    process.kill()


def test_the_three_say_what_is_stopped_and_go_on_when_it_is_not(
    network: tuple[Any, Stopping], caplog: pytest.LogCaptureFixture
) -> None:
    process, stopping = network
    clerk, agent = Heard(), Heard()
    terminal = Link(
        namespace="/counter",
        listener=clerk,
        language="zh-CN",
        sign_in=SignIn(server=stopping.url, username="clerk1", password=PASSWORD, language="zh-CN"),
    )
    token = (Path(process.env["HALLCALL_DATA"]) / "announcer.token").read_text(encoding="ascii").strip()
    voice, speaker = Voice(server=stopping.url, token=lambda: token, refused=lambda _code: None), Heard()
    kiosk = process.shown["addresses"]["kiosk"].split("#device=")[1]
    over = threading.Event()
    line = Line(server=stopping.url, token=kiosk, take=lambda _job: None, say=agent.said.append, stop=over)
    threads = [threading.Thread(target=voice.run, args=(speaker,)), threading.Thread(target=line.run)]
    terminal.start()
    for thread in threads:
        thread.start()
    try:
        until(lambda: any(isinstance(one, StopsWebsockets) for one in clerk.said))
        told = next(one for one in clerk.said if isinstance(one, StopsWebsockets))
        assert str(told) == ZH.format(server=stopping.url) and "放行" in told.brief
        until(lambda: "no_websocket" in agent.said)
        assert say("en", "no_websocket", server=stopping.url) == EN.format(server=stopping.url)
        until(lambda: any(f"{stopping.url}/socket.io/" in one for one in caplog.messages))
        stopping.open.set()
        for one in (clerk, agent, speaker):
            until(lambda one=one: "connected" in one.said)
    finally:
        over.set()
        terminal.stop()
        voice.close()
        for thread in threads:
            thread.join(20)
