import base64
import struct
import zlib
from dataclasses import replace

import pytest
from PIL import Image

from kiosk.agent.desk import Desk, picture_of
from kiosk.agent.line import status_of
from printing.fonts import LatinFont
from printing.picture import draw_ticket, png_bytes
from printing.state import PrinterState, PrintFailed


class PaperPrinter:
    """Prints into a list, or fails for a reason."""

    def __init__(self):
        self.names = []
        self.fails: str | None = None
        self.takes_s = 0
        self.now = PrinterState(online=True, paper="ok")

    def print_picture(self, picture, *, name):
        if self.fails:
            raise PrintFailed(self.fails)
        self.names.append((name, picture.size))
        return self.now

    def seconds_of(self, picture):
        return self.takes_s

    def state(self):
        return self.now


@pytest.fixture
def printer():
    return PaperPrinter()


@pytest.fixture
def desk(printer):
    reports, states = [], []
    desk = Desk(printer, done=lambda report: reports.append(report.to_json()), seen=states.append)
    desk.reports, desk.states = reports, states
    return desk


@pytest.fixture
def job(ticket):
    picture = draw_ticket(replace(ticket, languages=("en",)), font=LatinFont())
    return {"job": 1, "ticket": ticket.to_json(), "picture": base64.b64encode(png_bytes(picture)).decode()}


def work(desk):
    desk.stop()
    desk.work()


def test_a_job_is_printed_and_reported(desk, printer, job):
    desk.take(job)
    work(desk)
    assert [name for name, _ in printer.names] == ["A012"]
    assert printer.names[0][1][0] == 576
    assert desk.reports == [{"job": 1, "number": "A012", "ok": True, "paper": "ok"}]


def test_the_same_job_again_is_reported_again_but_not_printed_again(desk, printer, job):
    desk.take(job)
    work(desk)
    desk.take(job)
    work(desk)
    assert len(printer.names) == 1
    assert desk.reports == [{"job": 1, "number": "A012", "ok": True, "paper": "ok"}] * 2


def test_a_job_that_comes_twice_before_it_is_printed_is_printed_once(desk, printer, job):
    desk.take(job)
    desk.take(job)
    work(desk)
    assert len(printer.names) == len(desk.reports) == 1


def test_a_job_that_takes_a_while_is_told_of_when_it_begins(printer, job):
    told = []
    printer.takes_s = 31
    desk = Desk(
        printer,
        done=lambda report: told.append(report.error),
        seen=lambda _state: None,
        begun=lambda name, seconds: told.append((name, seconds)),
    )
    desk.take(job)
    work(desk)
    assert told == [(1, 31), None]


def test_a_failure_is_reported_with_its_reason_and_the_next_ticket_is_tried(desk, printer, job):
    printer.fails = "paper_out"
    desk.take(job)
    work(desk)
    printer.fails = None
    desk.take(job | {"job": 2})
    work(desk)
    assert desk.reports == [
        {"job": 1, "number": "A012", "ok": False, "error": "paper_out", "paper": "out"},
        {"job": 2, "number": "A012", "ok": True, "paper": "ok"},
    ]


def test_the_printers_state_is_told_when_it_changes(desk, printer, job):
    desk.take(job)
    work(desk)
    printer.now = PrinterState(online=True, paper="low")
    desk.look()
    desk.look()
    assert desk.states == [PrinterState(online=True, paper="ok"), PrinterState(online=True, paper="low")]


@pytest.mark.parametrize("picture", [None, 5, "%%%", base64.b64encode(b"no picture").decode(), ""])
def test_a_job_without_a_readable_picture_fails_as_such(desk, job, picture):
    desk.take(job | {"picture": picture})
    work(desk)
    assert desk.reports == [{"job": 1, "number": "A012", "ok": False, "error": "bad_picture"}]


def test_a_picture_larger_than_any_paper_is_refused(job, monkeypatch):
    monkeypatch.setattr("kiosk.agent.desk.TALLEST", 100)
    with pytest.raises(PrintFailed, match="bad_picture"):
        picture_of(job)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (PrinterState(), None),
        (PrinterState(online=True, paper="low"), None),
        (PrinterState(online=False), "offline"),
        (PrinterState(online=False, paper="out"), "paper_out"),
        (PrinterState(online=False, paper="ok", cover_open=True), "cover_open"),
    ],
)
def test_what_an_attendant_should_see_to(state, error):
    assert status_of(state) == {"online": state.online, "paper": state.paper, "printer_error": error}


def test_a_small_picture_that_says_it_is_huge_is_refused():
    content = bytearray(png_bytes(Image.new("1", (8, 8))))
    for side in (10_000, 40_000):
        content[16:24] = side.to_bytes(4, "big") * 2
        content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
        with pytest.raises(PrintFailed, match="bad_picture"):
            picture_of({"picture": base64.b64encode(content).decode()})


@pytest.mark.parametrize("piece", [b"iCCPaB`", b"iCCP", b"tRNS", b"eXIf", b"zTXta"])
def test_a_picture_with_a_piece_cut_short_behind_its_pixels_ends_no_printing(desk, printer, piece):
    content = png_bytes(Image.new("L", (8, 8)))
    end = len(content) - 12
    length, total = struct.pack(">I", len(piece) - 4), struct.pack(">I", zlib.crc32(piece))
    broken = content[:end] + length + piece + total + content[end:]
    for job, picture in (("1", broken), ("2", content)):
        desk.take({"job": job, "ticket": {"number": "A001"}, "picture": base64.b64encode(picture).decode()})
    desk.stop()
    desk.work()
    assert [report["job"] for report in desk.reports] == ["1", "2"]
    assert desk.reports[1]["ok"]
