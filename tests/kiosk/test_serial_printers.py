"""Serial lines below 115200 baud: a ticket is 29 kB, a line of 9600 carries 960 bytes a second."""

import pytest
from click.testing import CliRunner

from kiosk.agent import cli
from printing import connection as connection_module
from printing.address import open_printer, slow_line
from printing.escpos_bytes import LARGEST_BLOCK, escpos_blocks, escpos_bytes, torn_off
from printing.fonts import LatinFont
from printing.picture import draw_ticket
from printing.printers import EscposPrinter
from printing.state import ASK_PRINTER, PrintFailed
from tests.kiosk import slow_line as line_module
from tests.kiosk.fake_paper import picture_of
from tests.kiosk.slow_line import QUICKER, SlowPrinter

pytest.importorskip("pty", reason="pseudo terminals are of Unix")


@pytest.fixture(autouse=True)
def quick_clock(monkeypatch):
    """As if the line and the patience were of life, only quicker; some patience more for a busy machine."""
    monkeypatch.setattr(connection_module, "WRITE_S", 2.5 * connection_module.WRITE_S / QUICKER)
    monkeypatch.setattr(connection_module, "READ_S", 0.02)
    monkeypatch.setattr(connection_module, "BITS_A_BYTE", connection_module.BITS_A_BYTE / QUICKER)


@pytest.fixture
def picture(ticket):
    return draw_ticket(ticket, font=LatinFont())


@pytest.mark.parametrize("baud", [9600, 19_200, 57_600])
def test_a_slow_line_carries_a_whole_ticket(picture, baud):
    with line_module.slow_line(SlowPrinter(baud)) as printer:
        open_printer(f"serial:{printer.path}@{baud}").print_picture(picture, name="A012")
    printed = bytes(printer.got)
    assert printed == ASK_PRINTER + escpos_bytes(picture)
    assert picture_of(printed).tobytes() == picture.tobytes()


def test_a_line_that_ends_in_the_middle_tears_the_ticket_and_the_next_one_is_whole(picture):
    with line_module.slow_line(SlowPrinter(57_600, takes=6_000)) as printer:
        target = open_printer(f"serial:{printer.path}@57600")
        with pytest.raises(PrintFailed) as failed:
            target.print_picture(picture, name="A012")
        assert failed.value.reason == "torn"
        printer.takes = None
        target.print_picture(picture, name="A013")
    assert torn_off() in printer.got
    after = bytes(printer.got).partition(torn_off())[2]
    assert picture_of(after).tobytes() == picture.tobytes()


class StuckLine:
    """Takes what the system takes by itself, then nothing."""

    def __init__(self, takes):
        self.left = takes

    def open(self, job):
        pass

    def write(self, data):
        self.left -= len(data)
        if self.left < 0:
            raise PrintFailed("unreachable")

    def seconds_of(self, size):
        return 0

    def read(self):
        return None

    def close(self):
        pass


@pytest.mark.parametrize(("takes", "reason"), [(3, "unreachable"), (4_000, "unreachable"), (12_000, "torn")])
def test_a_printer_that_takes_nothing_tears_nothing(picture, takes, reason):
    with pytest.raises(PrintFailed) as failed:
        EscposPrinter(lambda: StuckLine(takes)).print_picture(picture, name="A012")
    assert failed.value.reason == reason


@pytest.mark.parametrize(("width_mm", "most"), [(58, 17_000), (80, 29_500)])
def test_little_of_the_white_is_sent_and_no_block_is_long(ticket, width_mm, most):
    picture = draw_ticket(ticket, width_mm=width_mm)
    blocks = escpos_blocks(picture)
    assert sum(map(len, blocks)) < most < picture.width * picture.height / 8 / 2
    assert max(map(len, blocks)) <= LARGEST_BLOCK + 8
    assert picture_of(b"".join(blocks)).tobytes() == picture.tobytes()


def test_a_printer_says_how_long_a_ticket_takes(picture, monkeypatch):
    monkeypatch.setattr(connection_module, "BITS_A_BYTE", 10)
    bytes_of_it = len(escpos_bytes(picture))
    assert open_printer("serial:COM3@9600").seconds_of(picture) == -(-bytes_of_it // 960)
    assert open_printer("network:printer.hall").seconds_of(picture) == 0
    assert open_printer("none").seconds_of(picture) == 0


@pytest.mark.parametrize(
    ("address", "baud"),
    [("serial:COM3", 9600), ("serial:COM3@57600", 57_600), ("serial:COM3@115200", None), ("usb:04b8:0202", None)],
)
def test_a_slow_line_is_known(address, baud):
    assert slow_line(address) == baud


@pytest.mark.parametrize("address", ["serial:COM3@0", "serial:COM3@300"])
def test_a_line_that_no_ticket_passes_is_refused(address):
    with pytest.raises(ValueError, match="serial:PORT"):
        open_printer(address)


@pytest.mark.parametrize(("language", "said"), [("en", "takes about 31 s"), ("zh-CN", "约需 31 秒")])
def test_the_agent_warns_of_a_slow_line(monkeypatch, tmp_path, language, said):
    monkeypatch.setattr(cli.Agent, "run", lambda agent, token: agent.stop.set())
    arguments = ["--server", "http://localhost", "--door", "0", "--state", str(tmp_path), "--language", language]
    slow = CliRunner().invoke(cli.command, [*arguments, "--printer", "serial:COM3"])
    assert said in slow.output
    assert "115200" in slow.output
    assert "115200" not in CliRunner().invoke(cli.command, [*arguments, "--printer", "serial:COM3@115200"]).output
