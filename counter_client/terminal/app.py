"""The terminal itself: draws the console with prompt_toolkit, takes its keys, and joins it to the network."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from prompt_toolkit.application import Application, get_app
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import FormattedTextControl, Layout, Window
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Style

from client.board import Json
from client.link import Link
from client.rest import Refused, Unreachable
from client.sign_in import SignIn
from client.stream import Stream
from counter_client.terminal.by_voice import ByVoice
from counter_client.terminal.console import Console
from counter_client.terminal.desk import Then
from counter_client.terminal.kept import Kept
from counter_client.terminal.press import press
from counter_client.terminal.screen import draw
from counter_client.terminal.voice_keys import Return
from counter_client.terminal.words import Words

TICK = 0.2
"""Seconds between two looks at the clock."""

# Colours of the pages' dark theme; every state also has its word.
STYLE = Style.from_dict(
    {
        "hall": "bold",
        "counter": "bold #ffd23f",
        "number": "bold #ffd23f",
        "service": "bold",
        "quiet": "#a9bdd6",
        "rule": "#a9bdd6",
        "title": "bold underline",
        "count": "bold",
        "note": "italic",
        "notice": "#ffb020",
        "main": "bold",
        "key": "reverse",
        "key.off": "#808080",
        "chosen": "reverse",
        "entry": "bold underline",
        "called": "bold #ffd23f",
        "serving": "bold",
        "paused": "bold #ffb020",
        "pending": "#a9bdd6",
        "failed": "bold #ffb020",
        "good": "bold",
        "link.live": "",
        "link.stale": "#ffb020",
        "link.lost": "bold #ffb020",
        "link.denied": "bold #ffb020",
        "link.connecting": "#a9bdd6",
    }
)

SPECIAL = {
    Keys.Enter: "enter",
    Keys.Escape: "escape",
    Keys.Up: "up",
    Keys.Down: "down",
    Keys.Backspace: "backspace",
    Keys.Insert: "insert",
    Keys.Delete: "delete",
    Keys.Left: "left",
    Keys.Right: "right",
    Keys.PageUp: "pageup",
    Keys.PageDown: "pagedown",
}


class Terminal:
    """One terminal for one clerk at one counter. `link_of` makes the link; tests give another."""

    def __init__(
        self,
        *,
        sign_in: SignIn,
        hall: str,
        counter: str,
        words: Words,
        kept: Kept,
        slash_transfers: bool = False,
        link_of: Callable[..., Any] = Link,
        terminal_input: Input | None = None,
        output: Output | None = None,
    ) -> None:
        self.console = Console(
            hall=hall,
            counter=counter,
            username=sign_in.username,
            client=uuid.uuid4().hex,
            desk=self,
            words=words,
            voice=ByVoice(kept),
            now=lambda: datetime.now(UTC),
        )
        self._slash_transfers = slash_transfers
        self._return = Return(self.console)
        self._link = link_of(namespace="/counter", sign_in=sign_in, listener=self, language=words.language)
        self._stream = Stream(hall=hall, send=self._send, follower=self.console)
        self._loop: asyncio.AbstractEventLoop | None = None
        self.app: Application[None] = Application(
            layout=Layout(Window(FormattedTextControl(self._picture, show_cursor=False))),
            key_bindings=self._bindings(),
            style=STYLE,
            full_screen=True,
            input=terminal_input,
            output=output,
        )
        self.app.ttimeoutlen = 0.05  # a lone Escape counts at once

    async def run(self) -> None:
        """Show the console until the clerk leaves."""
        self._loop = asyncio.get_running_loop()
        self._link.start()
        clock = asyncio.create_task(self._tick())
        try:
            await self.app.run_async()
        finally:
            clock.cancel()
            await asyncio.to_thread(self._link.stop)

    # a desk for the console: answers come back on the loop

    def command(self, name: str, payload: Json, then: Then) -> None:
        """Do something once, also over a lost connection."""
        self._away(self._link.command, name, payload, then)

    def ask(self, name: str, payload: Json, then: Then) -> None:
        """Ask something."""
        self._away(self._link.ask, name, payload, then)

    def leave(self) -> None:
        """End the program."""
        if self.app.is_running:
            self.app.exit()

    def _away(self, deed: Callable[[str, Json], Json], name: str, payload: Json, then: Then) -> None:
        def work() -> None:
            answer: Json | Refused | Unreachable
            try:
                answer = deed(name, payload)
            except (Refused, Unreachable) as error:
                answer = error
            self._on_loop(then, answer)

        assert self._loop is not None
        self._loop.run_in_executor(None, work)

    # a listener for the link: its threads hand everything to the loop

    def connected(self) -> None:
        """The connection stands."""
        self._on_loop(self._joined)

    def lost(self, reason: Refused | Unreachable) -> None:
        """The connection is gone."""
        self._on_loop(self.console.lost, reason)

    def heard(self, name: str, message: Json) -> None:
        """The server said something."""
        self._on_loop(self._take, name, message)

    def _joined(self) -> None:
        self.console.connected()
        self._stream.connected()

    def _take(self, name: str, message: Json) -> None:
        if name == "event":
            self._stream.event(message)
        elif name == "heartbeat":
            self.console.heartbeat(message)
            self._stream.heartbeat(message)
        elif name == "console":
            self.console.console_opened(message)

    def _send(self, name: str, payload: Json, then: Callable[[Json], None]) -> None:
        self._link.send(name, payload, lambda answer: self._on_loop(then, answer))

    def _on_loop(self, deed: Callable[..., None], *values: Any) -> None:
        if self._loop is None or self._loop.is_closed():
            return

        def work() -> None:
            deed(*values)
            self.app.invalidate()

        self._loop.call_soon_threadsafe(work)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self.console.tick()
            self._return.tick()
            self.app.invalidate()

    def _picture(self) -> StyleAndTextTuples:
        size = get_app().output.get_size()
        pieces: StyleAndTextTuples = []
        for line in draw(self.console, columns=size.columns, rows=size.rows):
            pieces += [*line, ("", "\n")]
        return pieces[:-1]

    def _bindings(self) -> KeyBindings:
        keys = KeyBindings()

        @keys.add(Keys.Any)
        def _sign(event: KeyPressEvent) -> None:
            self._press(event.data)

        for key, name in SPECIAL.items():
            keys.add(key, eager=key is Keys.Escape)(lambda event, name=name: self._press(name))

        @keys.add(Keys.ControlC)
        def _interrupt(event: KeyPressEvent) -> None:
            self.leave()

        return keys

    def _press(self, key: str) -> None:
        press(self.console, key, slash_transfers=self._slash_transfers)
