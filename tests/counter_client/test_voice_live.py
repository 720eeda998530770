"""Calling by voice from a real terminal program while its server is killed and started again."""

import asyncio
import os
import signal
from contextlib import closing

from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from bench.hall import PASSWORD, demo_folder, serving
from client.rest import Rest
from client.sign_in import SignIn
from counter_client.terminal.app import Terminal
from counter_client.terminal.words import Words
from tests.counter_client.test_link import free_port


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


def terminal_at(hall, keyboard, kept):
    person = SignIn(server=hall.server, username="clerk1", password=PASSWORD, language="en")
    return Terminal(
        sign_in=person,
        hall=hall.code,
        counter="1",
        words=Words("en"),
        kept=kept,
        terminal_input=keyboard,
        output=DummyOutput(),
    )


def play(hall, kept, story):
    async def whole():
        with create_pipe_input() as keyboard:
            terminal = terminal_at(hall, keyboard, kept)
            running = asyncio.create_task(terminal.run())
            await story(terminal.console, keyboard)
            keyboard.send_text("\x03")
            await asyncio.wait_for(running, 15)

    asyncio.run(whole())


def states(hall, numbers):
    with closing(Rest(server=hall.server)) as rest:
        rest.sign(SignIn(server=hall.server, username="clerk1", password=PASSWORD, language="en").token())
        return [rest.get(f"/halls/{hall.code}/tickets?q={number}")["tickets"][0]["state"] for number in numbers]


def test_marks_made_while_the_server_was_killed_are_entered_by_a_terminal_started_anew(kept):
    port = free_port()
    with demo_folder() as data:
        with serving(data, port=port) as hall:
            with closing(Rest(server=hall.server)) as rest:
                numbers = [rest.post(f"/halls/{hall.code}/tickets", {"service": "consult"})["number"] for _ in range(5)]

            async def calls(console, keyboard):
                await until(lambda: len(console.voice.line) == 5 and console.outlook)
                os.kill(hall.process, signal.SIGKILL)
                await until(lambda: console.away)
                keyboard.send_text("sx")
                await until(lambda: len(console.voice.calls) == 2)

            play(hall, kept, calls)
        with serving(data, port=port) as hall:

            async def enters(console, keyboard):
                await until(lambda: console.dialog)
                assert " ".join(numbers[:2]) in console.dialog.title
                keyboard.send_text("\r")
                await until(lambda: console.dialog and hasattr(console.dialog, "lines"))
                assert console.dialog.lines == [f"Entered: {' '.join(numbers[:2])}"]

            play(hall, kept, enters)
            assert states(hall, numbers[:3]) == ["completed", "parked", "waiting"]
    assert kept.read()[1] == []
