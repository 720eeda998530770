"""The whole agent against a server and a printer, both made of sockets."""

import pytest
from click.testing import CliRunner

from kiosk.agent.cli import command
from kiosk.agent.identity import TokenFile
from printing.fonts import LatinFont
from printing.picture import draw_ticket
from tests.kiosk.agents import at_work, paper_at
from tests.kiosk.fake_paper import PAPER_OUT, FakePrinter, listening, picture_of
from tests.kiosk.fake_server import TOKEN, serving


@pytest.fixture(autouse=True)
def quick_pairing(monkeypatch):
    monkeypatch.setattr("kiosk.agent.identity.ASK_EVERY_S", 0.02)


def test_it_pairs_prints_and_reports(ticket, tmp_path, capsys):
    with serving() as server, listening(FakePrinter()) as printer:
        with at_work(server, paper_at(printer), tmp_path):
            server.wait(lambda: server.statuses)
            server.print(1, ticket)
            server.wait(lambda: server.printed)
        assert server.printed == [{"job": 1, "number": "A012", "ok": True, "paper": "ok"}]
        assert server.statuses[0] == {"online": True, "paper": "ok", "printer_error": None}
        assert picture_of(printer.tickets[0]).tobytes() == draw_ticket(ticket, font=LatinFont()).tobytes()
        assert TokenFile(tmp_path, server.url).read() == TOKEN
    said = capsys.readouterr().out
    assert "483 920" in said
    assert "A012 printed" in said


def test_a_second_start_needs_no_pairing(tmp_path):
    with serving() as server, listening(FakePrinter()) as printer:
        TokenFile(tmp_path, server.url).keep(TOKEN)
        with at_work(server, paper_at(printer), tmp_path):
            server.wait(lambda: server.statuses)
        assert server.pairings == 0


def test_a_token_that_was_revoked_leads_to_a_new_pairing(tmp_path):
    with serving() as server, listening(FakePrinter()) as printer:
        TokenFile(tmp_path, server.url).keep("old")
        with at_work(server, paper_at(printer), tmp_path):
            server.wait(lambda: server.statuses)
        assert server.pairings == 1
        assert TokenFile(tmp_path, server.url).read() == TOKEN


def test_it_comes_back_after_a_lost_connection_and_prints_on(ticket, tmp_path):
    with serving() as server, listening(FakePrinter()) as printer, at_work(server, paper_at(printer), tmp_path, TOKEN):
        server.wait(lambda: server.statuses)
        server.hang_up()
        server.wait(lambda: len(server.agents) == 2)
        server.print(1, ticket)
        server.wait(lambda: server.printed)
    assert server.printed[0]["ok"] is True


def test_paper_that_is_out_is_reported_and_the_ticket_not_printed(ticket, tmp_path):
    with serving() as server, listening(FakePrinter(paper=PAPER_OUT)) as printer:
        with at_work(server, paper_at(printer), tmp_path, TOKEN):
            server.wait(lambda: server.statuses)
            server.print(1, ticket)
            server.wait(lambda: server.printed)
        assert server.printed == [{"job": 1, "number": "A012", "ok": False, "error": "paper_out", "paper": "out"}]
        assert server.statuses[-1]["printer_error"] == "paper_out"
        assert printer.tickets == []


def test_a_wrong_address_is_wrong_usage():
    wrong = CliRunner().invoke(command, ["--server", "http://localhost", "--printer", "lpt1"])
    assert wrong.exit_code == 2
    assert "network:192.168.1.50" in wrong.output
    wrong = CliRunner().invoke(command, ["--server", "localhost", "--printer", "none", "--language", "zh-CN"])
    assert wrong.exit_code == 2
    assert "不是 http:// 或 https:// 地址" in wrong.output
    wrong = CliRunner().invoke(command, ["--server", "http://hall:8000/kiosk", "--printer", "none", "--language", "en"])
    assert wrong.exit_code == 2
    assert "names a page" in wrong.output
    wrong = CliRunner().invoke(command, ["--server", "http://", "--printer", "none", "--language", "en"])
    assert "http:// is no http:// or https:// address" in wrong.output
