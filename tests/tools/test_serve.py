"""From a started server to printed addresses, and what is said when it never comes up."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.browser.demo_hall import free_port
from tools.procfile import Line
from tools.runner import Backoff, Runner
from tools.serve import Address, Welcome

SHOWN = {"addresses": {"home": "/"}, "accounts": [{"username": "admin", "password": "plum-12"}]}
HEALTHY = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Healthy(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
HTTPServer(("127.0.0.1", int(sys.argv[1])), Healthy).serve_forever()
"""


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def start(script: str) -> tuple[Runner, Welcome]:
    port = free_port()
    line = Line("web", (sys.executable, "-c", script, str(port)))
    runner = Runner([line], cwd=Path.cwd(), env=os.environ, say=lambda _: None, backoff=lambda: Backoff(0.01, 0.02))
    address = Address(host="0.0.0.0", port=port, base=f"http://10.0.0.5:{port}")
    return runner, Welcome(runner, address=address, shown=SHOWN, lan=False)


def test_the_addresses_are_printed_once_when_the_server_answers(capsys):
    runner, welcome = start(HEALTHY)
    turns = []

    def turn() -> None:
        welcome.turn()
        if welcome.opened:
            turns.append(None)
        if len(turns) == 2:
            runner.stop()

    runner.run(turn=turn)
    printed = capsys.readouterr().out
    assert printed.count("admin   plum-12") == 1
    assert "http://10.0.0.5:" in printed
    assert welcome.failure is None


def test_a_server_that_dies_again_and_again_at_its_start_stops_the_whole_with_a_sentence(capsys):
    runner, welcome = start("raise SystemExit('HALLCALL_HOST must be an address')")
    runner.run(turn=welcome.turn)
    assert "does not start" in str(welcome.failure)
    assert "plum-12" not in capsys.readouterr().out
