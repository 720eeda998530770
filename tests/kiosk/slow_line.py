"""A serial line at its speed: a pseudo terminal that is read no faster than a baud rate, on a quick clock."""

import os
import pty
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

#: How many times faster than life the line is.
QUICKER = 20


@dataclass
class SlowPrinter:
    """`takes`: after so many bytes it reads no more, as one whose paper ended; `answers` never."""

    baud: int
    takes: int | None = None
    got: bytearray = field(default_factory=bytearray)
    path: str = ""

    def read(self, end: int, stop: threading.Event) -> None:
        """Take what the line may have carried since the last look, until the end."""
        before = time.monotonic()
        while not stop.wait(0.004):
            now = time.monotonic()
            carried, before = int((now - before) * QUICKER * self.baud / 10), now
            room = carried if self.takes is None else min(carried, self.takes - len(self.got))
            if room > 0:
                self.got += _ready(end, room)
        if self.takes is None:
            while rest := _ready(end, 65536):
                self.got += rest


def _ready(end: int, size: int) -> bytes:
    try:
        return os.read(end, size)
    except (BlockingIOError, OSError):  # nothing there, or nobody has the other end open
        return b""


@contextmanager
def slow_line(printer: SlowPrinter) -> Iterator[SlowPrinter]:
    """The printer at `printer.path`."""
    end, other = pty.openpty()
    tty.setraw(other)
    os.set_blocking(end, False)
    printer.path = os.ttyname(other)
    stop = threading.Event()
    reader = threading.Thread(target=printer.read, args=(end, stop), daemon=True)
    reader.start()
    try:
        yield printer
    finally:
        stop.set()
        reader.join(5)
        os.close(end)
        os.close(other)
