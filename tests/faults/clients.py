"""A display, a ticket machine and a console, each on a wire of its own that is cut, and a console that is killed."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import ClassVar

from tests.counter_client.cut_wire import CutWire
from tests.faults.fake_kiosk import FakeKiosk
from tests.faults.terminal import Terminal
from tests.realtime.crowd import Screen, await_screen
from tests.realtime.process import Process


class Clients:
    """Of a hall whose server runs. `cuts`: how often each was cut for how long."""

    CLERKS: ClassVar = (2, 3)
    #: What `check` looks at.
    INVARIANTS: ClassVar = 6

    def __init__(self, server: Process, folder: Path) -> None:
        self.server, self.cuts, self._over = server, Counter[str](), threading.Event()
        self._wires = {name: CutWire(server.port) for name in ("display", "kiosk", "console")}
        self._cutting: dict[str, threading.Thread] = {}
        port = {name: wire.port for name, wire in self._wires.items()}
        hall, token = server.shown["hall"], server.shown["addresses"]["display"].split("#device=")[1]
        self.display = Screen(f"http://127.0.0.1:{port['display']}", hall, token, self._over)
        self.kiosk = FakeKiosk(server, port["kiosk"])
        self.desk = Terminal(server, self.CLERKS[0], server.port, folder)
        self.console = Terminal(server, self.CLERKS[1], port["console"], folder)
        for one in (self.desk, self.console):
            one.await_present()
        self.display.start()
        self.kiosk.start()

    def cut(self, name: str, seconds: float, dice: random.Random, *, waits: bool = True) -> None:
        """Cut one for so long: it is refused, or nobody is told. `waits`: until it is over."""
        deed = self._silence if dice.random() < 0.5 else self._shut
        forgets = dice.random() < 0.5
        thread = threading.Thread(target=deed, args=(self._wires[name], seconds, forgets), daemon=True)
        self._cutting[name] = thread
        self.cuts[f"{name} cut for {seconds:g} s"] += 1
        thread.start()
        if waits:
            thread.join()

    def whole(self) -> bool:
        """Whether none is cut."""
        return not any(thread.is_alive() for thread in self._cutting.values())

    def _silence(self, wire: CutWire, seconds: float, forgets: bool) -> None:
        wire.hush(forgets=forgets)
        time.sleep(seconds)
        wire.speak()

    def _shut(self, wire: CutWire, seconds: float, _forgets: bool) -> None:
        wire.shut.set()
        wire.cut()
        time.sleep(seconds)
        wire.shut.clear()

    def rest(self) -> None:
        """Nobody presses anything any more."""
        for thread in self._cutting.values():
            thread.join()
        self.kiosk.resting.set()
        for desk in (self.desk, self.console):
            desk.rest()

    def check(self) -> None:
        """All show and have what the server knows."""
        self.kiosk.check()
        await_screen(self.server, self.server.shown["hall"], self.display)
        for desk in (self.desk, self.console):
            desk.await_present()

    def close(self) -> None:
        """End them."""
        self._over.set()
        self.kiosk.resting.set()
        for desk in (self.desk, self.console):
            desk.rest()
            desk.kill()
        for wire in self._wires.values():
            wire.close()
        self.display.join(timeout=10)
