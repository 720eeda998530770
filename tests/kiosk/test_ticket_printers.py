import pytest
import zxingcpp

from printing import printers as printers_module
from printing.address import open_printer
from printing.fonts import LatinFont
from printing.picture import draw_ticket
from printing.printers import EscposPrinter, FolderPrinter, NullPrinter
from printing.state import PrinterState, PrintFailed
from tests.kiosk.fake_paper import (
    COVER_OPEN,
    OFFLINE,
    PAPER_LOW,
    PAPER_OUT,
    FakePrinter,
    listening,
    picture_of,
)


@pytest.fixture
def picture(ticket):
    return draw_ticket(ticket, font=LatinFont())


def network(fake):
    return open_printer(f"network:127.0.0.1:{fake.port}")


def test_a_network_printer_gets_the_picture_and_a_cut(picture, ticket):
    with listening(FakePrinter()) as fake:
        state = network(fake).print_picture(picture, name="A012")
    assert state == PrinterState(online=True, paper="ok")
    (printed,) = fake.tickets
    assert printed.startswith(b"\x1b@")
    assert printed.endswith(b"\x1dV\x01")
    assert picture_of(printed).tobytes() == picture.tobytes()
    assert [found.text for found in zxingcpp.read_barcodes(picture_of(printed).convert("L"))] == [ticket.url]


def test_low_paper_is_told_and_the_ticket_printed(picture):
    with listening(FakePrinter(paper=PAPER_LOW)) as fake:
        assert network(fake).print_picture(picture, name="A012").paper == "low"
    assert len(fake.tickets) == 1


@pytest.mark.parametrize(
    ("fake", "reason"),
    [
        (FakePrinter(paper=PAPER_OUT), "paper_out"),
        (FakePrinter(printer=OFFLINE, cause=COVER_OPEN), "cover_open"),
        (FakePrinter(printer=OFFLINE), "offline"),
    ],
)
def test_a_printer_that_is_not_ready_gets_no_ticket(picture, fake, reason):
    with listening(fake), pytest.raises(PrintFailed) as failed:
        network(fake).print_picture(picture, name="A012")
    assert failed.value.reason == reason
    assert fake.tickets == []


def test_paper_that_ends_in_the_middle_is_a_failure(picture):
    with listening(FakePrinter(runs_out=True)) as fake, pytest.raises(PrintFailed) as failed:
        network(fake).print_picture(picture, name="A012")
    assert failed.value.reason == "paper_out"
    assert failed.value.paper == "out"


def test_it_prints_again_when_the_paper_is_back(picture):
    with listening(FakePrinter(paper=PAPER_OUT)) as fake:
        printer = network(fake)
        with pytest.raises(PrintFailed):
            printer.print_picture(picture, name="A012")
        fake.paper = 0x12
        assert printer.print_picture(picture, name="A013").paper == "ok"
    assert len(fake.tickets) == 1


def test_a_printer_that_never_answers_is_asked_once_and_prints(picture, monkeypatch):
    monkeypatch.setattr("printing.connection.READ_S", 0.05)
    with listening(FakePrinter(answers=False)) as fake:
        printer = network(fake)
        assert printer.print_picture(picture, name="A012") == PrinterState()
        assert printer.print_picture(picture, name="A013") == PrinterState()
    assert len(fake.tickets) == 2
    assert fake.questions == 1


def test_a_printer_that_answered_and_now_keeps_silent_is_offline(picture, monkeypatch):
    monkeypatch.setattr("printing.connection.READ_S", 0.05)
    with listening(FakePrinter()) as fake:
        printer = network(fake)
        printer.print_picture(picture, name="A012")
        fake.answers = False
        with pytest.raises(PrintFailed, match="offline"):
            printer.print_picture(picture, name="A013")
    assert len(fake.tickets) == 1


def test_an_address_where_nobody_listens_is_unreachable(picture):
    with listening(FakePrinter()) as fake:
        pass
    printer = network(fake)
    with pytest.raises(PrintFailed) as failed:
        printer.print_picture(picture, name="A012")
    assert failed.value.reason == "unreachable"
    assert printer.state() == PrinterState(online=False)


def test_the_state_can_be_asked_without_printing():
    with listening(FakePrinter(paper=PAPER_LOW)) as fake:
        assert network(fake).state() == PrinterState(online=True, paper="low")
    assert fake.tickets == []


def test_a_device_file_gets_the_bytes(picture, tmp_path):
    device = tmp_path / "lp0"
    device.touch()
    assert open_printer(f"file:{device}").print_picture(picture, name="A012") == PrinterState()
    assert picture_of(device.read_bytes()).tobytes() == picture.tobytes()


def test_a_device_file_that_is_gone_does_not_become_a_file(picture, tmp_path):
    device = tmp_path / "lp0"
    printer = open_printer(f"file:{device}")
    with pytest.raises(PrintFailed) as failed:
        printer.print_picture(picture, name="A012")
    assert failed.value.reason == "unreachable"
    assert not device.exists()
    device.touch()
    printer.print_picture(picture, name="A012")
    assert device.stat().st_size > 0


def test_a_folder_keeps_pictures_and_forgets_the_oldest(picture, tmp_path, monkeypatch):
    monkeypatch.setattr(printers_module, "KEPT_FILES", 4)
    printer = open_printer(f"file:{tmp_path}")
    assert isinstance(printer, FolderPrinter)
    for number in ("A001", "A002", "../A003"):
        printer.print_picture(picture, name=number)
    kept = {path.name for path in tmp_path.iterdir()}
    assert len(kept) == 4
    assert {"___A003.png", "___A003.bin"} <= kept


def test_no_printer_prints_nothing_and_knows_nothing(picture):
    printer = open_printer("none")
    assert isinstance(printer, NullPrinter)
    assert printer.print_picture(picture, name="A012") == printer.state() == PrinterState()


@pytest.mark.parametrize(
    "address",
    ["usb:04b8:0202", "serial:COM3", "serial:/dev/ttyS0@19200", "network:printer.hall", "windows:POS-80 (copy 1)"],
)
def test_addresses_an_operator_may_write(address):
    assert isinstance(open_printer(address), EscposPrinter)


@pytest.mark.parametrize(
    "address",
    ["", "lpt1", "none:x", "usb:4b8:202", "usb:", "network:", "network:h:0", "network:h:x", "serial:COM3@fast"],
)
def test_another_address_is_refused_with_a_sentence(address):
    with pytest.raises(ValueError, match=r"network:(HOST|192)|usb:VENDOR|serial:PORT"):
        open_printer(address)
