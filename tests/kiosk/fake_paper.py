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
#: How long the commands of a ticket are, besides its pictures.
COMMANDS = {b"\x1ba": 3, b"\x1b@": 2, b"\x1dV": 3, b"\x1bd": 3, b"\x1bJ": 3, b"\x10\x04": 3}


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
    """What is on paper: every `GS v 0` block, one below the other, at the side that `ESC a` said.

    The head is as wide as the widest block. What is no command that a ticket needs is an error.
    """
    strips, side, at = [], 0, 0
    while at < len(ticket):
        code = ticket[at : at + 2]
        if code == b"\x1dv":
            width_bytes = int.from_bytes(ticket[at + 4 : at + 6], "little")
            height = int.from_bytes(ticket[at + 6 : at + 8], "little")
            data = ticket[at + 8 : at + 8 + width_bytes * height]
            strip = Image.frombytes("1", (width_bytes * 8, height), bytes(255 - byte for byte in data))
            strips.append((side, strip))
            at += 8 + len(data)
            continue
        if code == b"\x1ba":
            side = ticket[at + 2]
        elif code == b"\x1b@":
            side = 0
        at += COMMANDS.get(code) or _text(ticket, at)
    head = max(strip.width for _, strip in strips)
    picture = Image.new("1", (head, sum(strip.height for _, strip in strips)), 1)
    top = 0
    for side, strip in strips:
        picture.paste(strip, ((head - strip.width) * side // 2, top))
        top += strip.height
    return picture


def _text(ticket: bytes, at: int) -> int:
    """How far to go on over what is no command: line feeds and nothing else."""
    assert ticket[at : at + 1] in (b"\n", b"\0"), ticket[at : at + 8]
    return 1


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
