"""The whole agent and its door: what is printed while no server answers, and what the command refuses."""

import socket
from contextlib import contextmanager
from dataclasses import replace

import pytest
import requests
from click.testing import CliRunner
from PIL import Image

from kiosk.agent.cli import Agent, command
from kiosk.agent.door import origin_of
from kiosk.agent.identity import TokenFile
from printing.address import open_printer
from printing.picture import draw_ticket
from printing.printers import NullPrinter
from tests.kiosk.agents import at_work, paper_at
from tests.kiosk.fake_paper import FakePrinter, listening
from tests.kiosk.fake_server import TOKEN, serving

KEY = "Zk3h5PqyuJ0x2mVtq8f1Ag"


@contextmanager
def with_a_door(server, printer, folder):
    with at_work(server, printer, folder, TOKEN) as agent:
        doorway = agent.open_door(0)
        try:
            yield doorway
        finally:
            doorway.close()


def test_a_file_printer_keeps_the_picture(ticket, tmp_path):
    with serving() as server, with_a_door(server, open_printer(f"file:{tmp_path}"), tmp_path) as doorway:
        taken = replace(ticket, note={"en": "Taken while the system was away."})
        answer = requests.post(
            f"http://127.0.0.1:{doorway.port}/print",
            json={"key": KEY, "ticket": taken.to_json()},
            headers={"Origin": server.url},
            timeout=15,
        )
        assert answer.json() == {"printed": True}
        with Image.open(tmp_path / "A012.png") as picture:
            assert picture.convert("1").tobytes() == draw_ticket(taken).tobytes()
        assert server.printed == []


def test_it_prints_while_the_server_cannot_be_reached(ticket, tmp_path):
    class Away:
        url = "http://127.0.0.1:9"

    with listening(FakePrinter()) as printer:
        with with_a_door(Away, paper_at(printer), tmp_path) as doorway:
            answer = requests.post(
                f"http://127.0.0.1:{doorway.port}/print",
                json={"key": KEY, "ticket": ticket.to_json()},
                headers={"Origin": Away.url},
                timeout=15,
            )
        assert answer.json() == {"printed": True}
        assert len(printer.tickets) == 1


def test_a_taken_port_is_one_sentence_and_the_agent_goes_on(tmp_path, capsys):
    agent = Agent(server="http://127.0.0.1:9", printer=NullPrinter(), tokens=TokenFile(tmp_path, "x"), language="en")
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert agent.open_door(other.getsockname()[1]) is None
    said = capsys.readouterr().err
    assert "Stop the program that has the port" in said
    assert said.count("\n") <= 2


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://hall.example:80/kiosk", "http://hall.example"),
        ("https://Hall.example:443", "https://hall.example"),
        ("https://hall.example:8443/", "https://hall.example:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_written_as_browsers_do(url, origin):
    assert origin_of(url) == origin


def test_a_page_that_is_no_address_is_wrong_usage():
    wrong = CliRunner().invoke(
        command, ["--server", "http://hall", "--printer", "none", "--page", "ftp://hall", "--language", "en"]
    )
    assert wrong.exit_code == 2
    assert "--page" in wrong.output
