"""The terminal client as its clerk has it: the real program in a terminal of its own, which may be killed."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
import time
from contextlib import suppress
from pathlib import Path

import pyte
import requests

from counter_client.terminal.large import enlarge
from tests.browser.demo_hall import PASSWORD
from tests.faults.machine_clock import without
from tests.realtime.process import Process
from tools.places import ROOT, program

ROWS, COLUMNS = 40, 100
#: Longer than the hall's guard against two calls in one breath (s).
PRESS_S = 1.8
PATIENCE_S = 60.0
NOBODY = "No ticket at this counter"


class Terminal:
    """One clerk at one counter, who presses the main key again and again. `port`: by which the server is reached."""

    def __init__(self, server: Process, counter: int, port: int, folder: Path) -> None:
        self.server, self.counter, self.port = server, str(counter), port
        self._env = without(server.env) | {
            "HALLCALL_PASSWORD": PASSWORD,
            "TERM": "xterm-256color",
            "XDG_STATE_HOME": str(folder / f"desk{counter}"),
        }
        self._resting = threading.Event()
        self._lock = threading.Lock()
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._boss = server.bearer("supervisor")
        self.start()
        threading.Thread(target=self._press_again_and_again, daemon=True).start()

    def start(self) -> None:
        """Start the program; the clerk signs on."""
        mine, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        with self._lock:
            self._screen.reset()
        self._keys = mine
        self.process = subprocess.Popen(
            [
                program("hallcall"),
                "counter",
                "--server",
                f"http://127.0.0.1:{self.port}",
                "--counter",
                self.counter,
                "--user",
                f"clerk{self.counter}",
                "--lang",
                "en",
            ],
            cwd=ROOT,
            env=self._env,
            stdin=its,
            stdout=its,
            stderr=its,
            start_new_session=True,
        )
        os.close(its)
        threading.Thread(target=self._watch, args=(mine,), daemon=True).start()

    def kill(self) -> None:
        """As the power goes."""
        self.process.kill()
        self.process.wait()

    def kill_and_start(self) -> None:
        """The clerk signs on again, and finds who is there."""
        self.kill()
        self.start()
        self.await_present()

    def picture(self) -> str:
        """What stands on the screen."""
        with self._lock:
            return "\n".join(self._screen.display)

    def online(self) -> bool:
        """Whether it says that the server speaks to it and that its clerk is on duty."""
        head = self.picture().partition("\n")[0]
        return "● online" in head and "  on duty  " in head

    def await_present(self) -> None:
        """The clerk is on duty and sees whom the server knows to be at the counter."""
        end = time.monotonic() + PATIENCE_S
        while not (self.online() and self._shows(self._present())):
            assert self.process.poll() is None, f"the terminal ended\n{self.picture()}"
            assert time.monotonic() < end, f"not {self._present()}\n{self.picture()}"
            time.sleep(0.1)

    def rest(self) -> None:
        """The clerk presses no more."""
        self._resting.set()

    def _present(self) -> str | None:
        root = f"http://127.0.0.1:{self.server.port}/api/v1/halls/{self.server.shown['hall']}"
        answer = requests.get(f"{root}/counters/{self.counter}", headers=self._boss, timeout=10)
        answer.raise_for_status()
        ticket = answer.json()["counter"]["ticket"]
        return str(ticket["number"]) if ticket else None

    def _shows(self, number: str | None) -> bool:
        picture = self.picture()
        return NOBODY in picture if number is None else all(line in picture for line in enlarge(number))

    def _press_again_and_again(self) -> None:
        while not self._resting.wait(PRESS_S):
            if self.online():
                with suppress(OSError):  # it was killed just now
                    os.write(self._keys, b"\r")

    def _watch(self, mine: int) -> None:
        stream = pyte.ByteStream(self._screen)
        with suppress(OSError):  # the program ended
            while said := os.read(mine, 65536):
                with self._lock:
                    if mine == self._keys:
                        stream.feed(said)
        os.close(mine)
