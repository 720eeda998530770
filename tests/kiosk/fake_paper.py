"""A printer made of a socket: it answers status questions like a real one and keeps what was printed."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from PIL import Image

ONLINE, OFFLINE = 0x12, 0x1A
PAPER_OK, PAPER_LOW, PAPER_OUT = 0x12, 0x1E, 0x7E
COVER_OPEN, NO_CAUSE = 0x16, 0x12


@dataclass
class FakePrinter:
    """`printer`, `cause`, `paper` are the status bytes; `answers` False makes a printer that only listens.

    `runs_out` lets the paper end while a ticket is printed.
    """

    printer: int = ONLINE
    cause: int = NO_CAUSE
    paper: int = PAPER_OK
    answers: bool = True
    runs_out: bool = False
    tickets: list[bytes] = field(default_factory=list)
    questions: int = 0
    port: int = 0

    def hear(self, line: socket.socket) -> None:
        """One connection, until the client hangs up."""
        received = b""
        while chunk := line.recv(65536):
            received += chunk
            while (found := _question(received)) is not None:
                at, code = found
                ticket, received = received[:at], received[at + 3 :]
                self._keep(ticket)
                self._answer(line, code)
        self._keep(received)

    def _keep(self, ticket: bytes) -> None:
        if ticket:
            self.tickets.append(ticket)
            if self.runs_out:
                self.printer, self.paper = OFFLINE, PAPER_OUT

    def _answer(self, line: socket.socket, code: bytes) -> None:
        self.questions += 1
        if not self.answers:
            return
        if code == b"\x1dr\x01":
            line.sendall(bytes([0x00]))
        else:
            line.sendall(bytes([{1: self.printer, 2: self.cause, 4: self.paper}[code[2]]]))


@contextmanager
def listening(printer: FakePrinter) -> Iterator[FakePrinter]:
    """The printer on a free port of this machine."""
    server = socket.create_server(("127.0.0.1", 0))
    printer.port = server.getsockname()[1]
    lines: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line:
                printer.hear(line)

    lines.append(threading.Thread(target=accept, daemon=True))
    lines[0].start()
    try:
        yield printer
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        lines[0].join(5)


def picture_of(ticket: bytes) -> Image.Image:
    """The raster of a ticket as a picture: every `GS v 0` block, one below the other."""
    strips = []
    at = 0
    while (at := ticket.find(b"\x1dv0", at)) >= 0:
        width_bytes = int.from_bytes(ticket[at + 4 : at + 6], "little")
        height = int.from_bytes(ticket[at + 6 : at + 8], "little")
        data = ticket[at + 8 : at + 8 + width_bytes * height]
        strips.append(Image.frombytes("1", (width_bytes * 8, height), bytes(255 - byte for byte in data)))
        at += 8 + len(data)
    picture = Image.new("1", (strips[0].width, sum(strip.height for strip in strips)), 1)
    top = 0
    for strip in strips:
        picture.paste(strip, (0, top))
        top += strip.height
    return picture


def _question(received: bytes) -> tuple[int, bytes] | None:
    """The first status question outside of a raster block."""
    at = 0
    while at < len(received):
        if received.startswith(b"\x1dv0", at):
            size = int.from_bytes(received[at + 4 : at + 6], "little") * int.from_bytes(
                received[at + 6 : at + 8], "little"
            )
            at += 8 + size
            continue
        if received.startswith((b"\x10\x04", b"\x1dr"), at):
            return (at, received[at : at + 3]) if len(received) >= at + 3 else None
        at += 1
    return None
