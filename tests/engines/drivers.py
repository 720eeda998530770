"""One way to speak to each engine: open an address, look something up in the page, take a picture."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any, Protocol

import requests

from tests.browser.demo_hall import free_port

START_S, ANSWER_S = 40.0, 30.0


class Driver(Protocol):
    """A window of an engine."""

    def open(self, address: str) -> None:
        """Go there; does not wait for anything."""

    def js(self, expression: str) -> Any:
        """The value of an ES5 expression in the page."""

    def picture(self, file: Path) -> None:
        """The window as a PNG file."""

    def close(self) -> None:
        """End the engine."""


class Qt:
    """Qt WebEngine, in the Python of its own virtual environment; see qt_page.py."""

    def __init__(self, python: Path, *, log: Path) -> None:
        program = [str(python), str(Path(__file__).with_name("qt_page.py"))]
        with log.open("w", encoding="utf-8") as said:
            self._process = subprocess.Popen(
                program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, encoding="utf-8"
            )
        self._answer()

    def open(self, address: str) -> None:
        self._ask({"open": address})

    def js(self, expression: str) -> Any:
        return self._ask({"js": expression})

    def picture(self, file: Path) -> None:
        self._ask({"picture": str(file)})

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        end(self._process)

    def _ask(self, order: dict[str, Any]) -> Any:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the engine ended with {self._process.wait()}")
        return json.loads(line)["value"]


class Firefox:
    """Firefox by its own protocol, Marionette: `LENGTH:[0, id, command, parameters]`."""

    def __init__(self, program: str, *, folder: Path) -> None:
        port = free_port()
        profile = folder / "firefox"
        profile.mkdir()
        quiet = (
            "app.update.enabled",
            "browser.shell.checkDefaultBrowser",
            "datareporting.policy.dataSubmissionEnabled",
        )
        settings = [f'user_pref("{name}", false);' for name in quiet]
        settings += [f'user_pref("marionette.port", {port});', 'user_pref("app.normandy.enabled", false);']
        (profile / "user.js").write_text("\n".join(settings), encoding="utf-8")
        command = [
            program,
            "--marionette",
            "--no-remote",
            "--profile",
            str(profile),
            "--width",
            "1280",
            "--height",
            "800",
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._socket = connected(port)
        self._count = 0
        self._read()
        self._ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"pageLoadStrategy": "none"}}})

    def open(self, address: str) -> None:
        self._ask("WebDriver:Navigate", {"url": address})

    def js(self, expression: str) -> Any:
        return self._ask("WebDriver:ExecuteScript", {"script": f"return ({expression})", "args": []})["value"]

    def picture(self, file: Path) -> None:
        taken = self._ask("WebDriver:TakeScreenshot", {"full": False})["value"]
        file.write_bytes(base64.b64decode(taken))

    def close(self) -> None:
        self._socket.close()
        end(self._process)

    def _ask(self, command: str, parameters: dict[str, Any]) -> Any:
        self._count += 1
        message = json.dumps([0, self._count, command, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _kind, _number, error, value = self._read()
        if error:
            raise RuntimeError(f"{command}: {error}")
        return value

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._some(1)
        content = b""
        while len(content) < int(length[:-1]):
            content += self._some(int(length[:-1]) - len(content))
        return json.loads(content)

    def _some(self, most: int) -> bytes:
        got = self._socket.recv(most)
        if not got:
            raise RuntimeError("Firefox closed the connection")
        return got


class WebKit:
    """WebKitGTK by WebKitWebDriver. Its driver hangs at times in a screenshot: the picture is that of the X screen."""

    def __init__(self, program: str, *, browser: str) -> None:
        port = free_port()
        self._process = subprocess.Popen(
            [program, f"--port={port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "WEBKIT_DISABLE_DMABUF_RENDERER": "1"},
        )
        connected(port).close()
        self._at = f"http://127.0.0.1:{port}/session"
        options = {"binary": browser, "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options, "pageLoadStrategy": "none"}}
        self._at += "/" + self._ask("", {"capabilities": wanted})["sessionId"]
        self._ask("/window/rect", {"width": 1280, "height": 800})

    def open(self, address: str) -> None:
        self._ask("/url", {"url": address})

    def js(self, expression: str) -> Any:
        return self._ask("/execute/sync", {"script": f"return ({expression})", "args": []})

    def picture(self, file: Path) -> None:
        subprocess.run(["import", "-window", "root", str(file)], check=True, timeout=ANSWER_S)

    def close(self) -> None:
        requests.delete(self._at, timeout=ANSWER_S)
        end(self._process)

    def _ask(self, path: str, body: dict[str, Any]) -> Any:
        answer = requests.post(self._at + path, json=body, timeout=ANSWER_S)
        value = answer.json()["value"]
        if not answer.ok:
            raise RuntimeError(f"{path}: {value['error']}")
        return value


def connected(port: int) -> socket.socket:
    """A connection to a driver that is just starting."""
    deadline = time.monotonic() + START_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def end(process: subprocess.Popen[Any]) -> None:
    """End a process that is ours, kindly at first."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
