"""The terminal with prompt_toolkit's own pipe as keyboard: keys in, commands out, the picture on its screen."""

import asyncio
import time

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from client.rest import Unreachable
from client.sign_in import SignIn
from counter_client.terminal.app import Terminal
from counter_client.terminal.words import Words


class FakeLink:
    """A link to a server that is played by the test."""

    def __init__(self, *, namespace, sign_in, listener, language):
        self.listener, self.commands, self.asked, self.stopped = listener, [], [], False
        self.answers = {}

    def start(self):
        self.listener.connected()

    def stop(self):
        self.stopped = True

    def send(self, name, payload, then):
        then(self.answers[name])

    def command(self, name, payload):
        self.commands.append((name, payload))
        return self.answers[name]

    def ask(self, name, payload):
        self.asked.append(name)
        return self.answers[name]


async def until(condition):
    """Let the loop run until the condition holds, at most 5 s."""
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        await asyncio.sleep(0.005)


@pytest.fixture
def keyboard():
    with create_pipe_input() as pipe:
        yield pipe


@pytest.fixture
def terminal(keyboard, make, kept):
    terminal = Terminal(
        sign_in=SignIn(server="http://hall", username="clerk1", password="x"),
        hall="main",
        counter="3",
        words=Words("en"),
        kept=kept,
        link_of=FakeLink,
        terminal_input=keyboard,
        output=DummyOutput(),
    )
    answer = {"ok": True, "seq": 11, "counter": make.counter("3"), "ticket": None, "undo_until": None}
    terminal._link.answers = {
        "sync": {"ok": True, "seq": 10, "snapshot": make.snapshot()},
        "session": answer,
        "call_next": answer | {"counter": make.counter("3", ticket=make.called("A012"))},
        "sign_off": answer | {"counter": make.counter("3", state="closed", clerk=None)},
        "outlook": {"ok": True, "next": None, "upcoming": [], "waiting": [], "mine": 0, "others": 0},
    }
    terminal._link.answers["line"] = {"ok": True, "tickets": [make.ticket("A013")]}
    return terminal


def picture(terminal):
    screen = terminal.app.renderer.last_rendered_screen
    if screen is None:
        return ""
    return "\n".join(
        "".join(screen.data_buffer[row][column].char for column in range(80)) for row in range(screen.height)
    )


def run(terminal, story):
    async def play():
        running = asyncio.create_task(terminal.run())
        await story()
        await asyncio.wait_for(running, 5)

    asyncio.run(play())


def test_a_clerk_signs_on_calls_and_leaves(terminal, keyboard):
    async def story():
        await until(lambda: terminal.console.on_duty)
        keyboard.send_text("\r")
        await until(lambda: terminal.console.ticket)
        await until(lambda: "Residence permit" in picture(terminal))
        keyboard.send_text("q")
        await until(lambda: "back to the queue" in picture(terminal))
        keyboard.send_text("1")

    run(terminal, story)
    assert [name for name, _ in terminal._link.commands] == ["session", "call_next", "sign_off"]
    assert terminal._link.stopped


def test_escape_closes_a_question_at_once_and_control_c_leaves(terminal, keyboard):
    async def story():
        await until(lambda: terminal.console.on_duty)
        keyboard.send_text("?")
        await until(lambda: "number pad" in picture(terminal))
        keyboard.send_text("\x1b")
        await until(lambda: "number pad" not in picture(terminal))
        keyboard.send_text("\x03")

    run(terminal, story)
    assert [name for name, _ in terminal._link.commands] == ["session"]


def test_a_lost_connection_is_drawn_and_healed(terminal, keyboard):
    async def story():
        await until(lambda: terminal.console.on_duty)
        terminal._link.listener.lost(Unreachable("gone"))
        await until(lambda: "connection lost" in picture(terminal))
        terminal._link.listener.connected()
        await until(lambda: "online" in picture(terminal))
        keyboard.send_text("\x03")

    run(terminal, story)


def test_pushed_messages_reach_the_screen(terminal, keyboard, make):
    async def story():
        await until(lambda: terminal.console.on_duty)
        link = terminal._link.listener
        link.heard("heartbeat", {"hall": "main", "seq": 10, "time": make.time(make.start), "version": "1"})
        event = {"seq": 11, "prev": 10, "hall": "main", "kind": "notice_set"}
        link.heard("event", event | {"notice": {"text": {"zh-CN": "消防演习", "en": "Fire drill"}, "level": "info"}})
        await until(lambda: "Fire drill" in picture(terminal))
        link.heard("console", {"hall": "main", "counter": "3", "client": "another"})
        await until(lambda: "take it back" in picture(terminal))
        keyboard.send_text("\x03")

    run(terminal, story)
