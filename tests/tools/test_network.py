from __future__ import annotations

import ipaddress
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tools.command import parser
from tools.network import answers, check_port, lan_addresses
from tools.say import Failure


def test_a_taken_port_is_refused_with_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(Failure, match=rf"{port}.*--port {port + 1}"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_refused_in_a_sentence():
    with pytest.raises(Failure, match=r"192\.0\.2\.7:8000"):
        check_port("192.0.2.7", 8000)


def test_lan_addresses_are_addresses_that_others_can_reach():
    found = lan_addresses()
    assert len(set(found)) == len(found)
    assert not any(ipaddress.ip_address(address).is_loopback for address in found)


class _Healthy(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_):
        pass


def test_answers_asks_healthz():
    with HTTPServer(("127.0.0.1", 0), _Healthy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            assert answers("127.0.0.1", server.server_port)
            assert not answers("127.0.0.1", server.server_port, "/other")
        finally:
            server.shutdown()
            thread.join()
    assert not answers("127.0.0.1", server.server_port)


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "8 0", "", "８０", "9" * 5000])
def test_what_is_no_port_is_said_in_a_sentence(text, capsys):
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["run", f"--port={text}"])
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert "a number from 1 to 65535 is wanted" in said
    assert "_port" not in said
