"""The `hallcall` command as a person at a terminal uses it, alone and beside a running server."""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import closing

import requests
from click.testing import CliRunner

from server import cli
from server.db.open import open_database
from tests import databases

PASSWORD = "a long pass phrase"


class Shell:
    """Runs commands in this process with a data folder of their own, like a person at a terminal."""

    def __init__(self, folder, **environ):
        self.folder, self.data = folder, folder / "data"
        self.environ = {name: None for name in os.environ if name.startswith("HALLCALL_")}
        self.environ |= {"HALLCALL_DATA": str(self.data), "LANG": "C", "LC_ALL": "C", "HALLCALL_PORT": "8189"}
        self.environ |= databases.environment() | environ

    def run(self, *arguments, stdin=None, status=0):
        result = CliRunner(env=self.environ).invoke(cli.group, [str(one) for one in arguments], input=stdin)
        said = result.output
        if status is not None:
            assert result.exit_code == status, said + (repr(result.exception) if result.exception else "")
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return said

    def database(self):
        """What the commands use, opened beside them."""
        return open_database(self.environ.get("HALLCALL_DATABASE_URL") or f"sqlite:///{self.data / 'hallcall.db'}")

    def file(self, content, name="hall.json"):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    def users(self):
        return {line.split()[0]: line for line in self.run("user", "list").splitlines()}


def start(shell):
    environ = {name: value for name, value in {**os.environ, **shell.environ}.items() if value is not None}
    return subprocess.Popen(
        [sys.executable, "-c", "from server.cli import main; main(['serve'])"],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


class Serving:
    """`hallcall serve` in a process of its own."""

    def __init__(self, shell):
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        shell.environ["HALLCALL_PORT"] = str(self.port)
        self.process = start(shell)
        self.url = f"http://127.0.0.1:{self.port}"
        deadline = time.monotonic() + 30
        while not self.answers():
            assert self.process.poll() is None, self.process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def answers(self):
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).ok
        except requests.ConnectionError:
            return False

    def login(self, username, password):
        body = {"username": username, "password": password, "bearer": True}
        return requests.post(f"{self.url}/api/v1/login", json=body, timeout=5)

    def stop(self):
        self.process.terminate()
        said = self.process.communicate(timeout=20)[1]
        return self.process.returncode, said
