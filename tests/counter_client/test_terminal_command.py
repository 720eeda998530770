"""`hallcall counter` before the screen is drawn: what it refuses, and how a failure reads."""

import socket
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner

from client.rest import Rest, Unreachable
from counter_client.terminal import cli


class NoServer:
    """A server that must not be asked."""

    def __init__(self, *_, **__):
        raise AssertionError("somebody asked the server")


@pytest.fixture
def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def plain_server():
    """A web server that is no Hallcall server."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<h1>hello</h1>" if "page" in self.path else b"[]")

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def counter(*arguments, lang="C.UTF-8"):
    environ = {"LC_ALL": lang, "HALLCALL_PASSWORD": "a pass phrase"}
    return CliRunner(env=environ).invoke(cli.command, ["--counter", "3", "--user", "clerk1", *arguments])


@pytest.mark.parametrize(
    ("arguments", "lang", "said"),
    [([], "C.UTF-8", "needs a terminal"), ([], "zh_CN.UTF-8", "需要终端"), (["--lang", "zh"], "C", "需要终端")],
)
def test_without_a_terminal_nobody_signs_on(monkeypatch, arguments, lang, said):
    monkeypatch.setattr(cli, "hall_shape", NoServer)
    monkeypatch.setattr(cli, "SignIn", NoServer)
    result = counter("--server", "http://hall", *arguments, lang=lang)
    assert (result.exit_code, said in result.output) == (2, True), result.output


@pytest.fixture
def at_a_terminal(monkeypatch):
    monkeypatch.setattr(cli, "_need_a_terminal", lambda language: None)


def test_a_server_that_does_not_run_is_said_in_the_terminals_language(at_a_terminal, free_port):
    server = f"http://127.0.0.1:{free_port}"
    english, chinese = counter("--server", server), counter("--server", server, lang="zh_CN.UTF-8")
    assert (english.exit_code, english.output) == (1, f"Error: Nothing answers at {server}: is the server running?\n")
    assert f"{server} 没有应答" in chinese.output


def test_what_is_no_address_is_named(at_a_terminal):
    for wrong in ("hall:8000", "192.168.1.10", "ftp://hall"):
        said = counter("--server", wrong).output
        assert f"{wrong} is not an address such as http://" in said


def test_another_server_is_told_from_ours(plain_server):
    with closing(Rest(server=plain_server, language="en")) as rest:
        for path in ("/page", "/list"):
            with pytest.raises(Unreachable, match="no Hallcall server"):
                rest.get(path)


def test_a_counter_that_the_hall_does_not_have_is_wrong_usage(at_a_terminal, monkeypatch):
    shape = {"code": "main", "counters": [{"code": "1"}, {"code": "2"}]}
    monkeypatch.setattr(cli, "hall_shape", lambda **_: shape)
    result = counter()
    assert (result.exit_code, "no counter 3; it has 1, 2" in result.output) == (2, True)


@pytest.mark.parametrize("kind", ["dumb", "unknown", ""])
def test_a_terminal_that_draws_nothing_is_told_in_a_sentence(monkeypatch, kind):
    monkeypatch.setattr(cli.sys, "stdin", type("Tty", (), {"isatty": staticmethod(lambda: True)}))
    monkeypatch.setattr(cli.sys, "stdout", cli.sys.stdin)
    monkeypatch.setenv("TERM", kind)
    with pytest.raises(cli.click.UsageError) as wrong:
        cli._need_a_terminal("en")
    assert f"TERM={kind}" in wrong.value.message
    monkeypatch.setenv("TERM", "xterm-256color")
    cli._need_a_terminal("en")
