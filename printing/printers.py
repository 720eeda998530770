"""Printers: one interface, the real ones, and none."""

import os
import re
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from typing import Protocol

from PIL import Image

from printing.connection import Connection
from printing.escpos_bytes import escpos_blocks, escpos_bytes, torn_off
from printing.picture import png_bytes
from printing.state import (
    ASK_CAUSE,
    ASK_PAPER,
    ASK_PRINTER,
    ASK_WHEN_DONE,
    PrinterState,
    PrintFailed,
    done_byte,
    is_cover_open,
    is_online,
    paper_of,
    real_time_byte,
)

DONE_WITHIN = 10
"""How many silent reads (of a second each) a printer has to say that it is done, once it has all bytes."""

SYSTEM_HOLDS = 4096
"""Bytes that the system takes for a printer that takes none: nothing is on paper yet."""

KEPT_FILES = 200


class Printer(Protocol):
    """Puts pictures on paper."""

    def print_picture(self, picture: Image.Image, *, name: str) -> PrinterState:
        """Print, cut, and say how the printer is afterwards. name: the ticket's number.

        Raises PrintFailed; the ticket is then not, or not wholly, on paper.
        """
        ...

    def seconds_of(self, picture: Image.Image) -> int:
        """How long the picture is under way to the printer; 0 where that is nothing to speak of."""
        ...

    def state(self) -> PrinterState:
        """How the printer is now; unreachable counts as offline."""
        ...


class NullPrinter:
    """No printer: the screen and the QR serve."""

    def print_picture(self, picture: Image.Image, *, name: str) -> PrinterState:
        """Nothing happens."""
        return PrinterState()

    def seconds_of(self, picture: Image.Image) -> int:
        """At once."""
        return 0

    def state(self) -> PrinterState:
        """Nothing is known."""
        return PrinterState()


def _write(file: Path, content: bytes) -> None:
    """For its owner alone: the code on a ticket opens its page."""
    with open(file, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as opened:
        opened.write(content)


class FolderPrinter:
    """For preview and trials: each ticket as NAME.png and NAME.bin in a folder, the oldest leave."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def print_picture(self, picture: Image.Image, *, name: str) -> PrinterState:
        """Write both files."""
        stem = re.sub(r"[^\w-]", "_", name) or "ticket"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(self._folder / f"{stem}.png", png_bytes(picture))
            _write(self._folder / f"{stem}.bin", escpos_bytes(picture))
            self._forget_old()
        except OSError as error:
            raise PrintFailed("unreachable", str(error)) from error
        return PrinterState(online=True, paper="ok")

    def seconds_of(self, picture: Image.Image) -> int:
        """At once."""
        return 0

    def state(self) -> PrinterState:
        """A folder is always ready."""
        return PrinterState(online=True, paper="ok")

    def _forget_old(self) -> None:
        files = [path for path in self._folder.iterdir() if path.suffix in (".png", ".bin")]
        files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[KEPT_FILES:]:
            path.unlink(missing_ok=True)


class EscposPrinter:
    """A ticket printer; a new connection for each ticket, so it comes back by itself after a fault.

    Printers that answer are asked before (paper, cover) and after (printed). One that never answered is not asked
    again, since each question costs a second; one that did and now keeps silent is offline. Where the line ends in the
    middle of a ticket (`torn`) the printer waits for the rest of a block: it is given that before the next ticket.
    """

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._answers: bool | None = None
        self._torn = False

    def seconds_of(self, picture: Image.Image) -> int:
        """By the speed of its line."""
        return ceil(self._connect().seconds_of(len(escpos_bytes(picture))))

    def print_picture(self, picture: Image.Image, *, name: str) -> PrinterState:
        """Ask, print, wait until it is done, ask again."""
        connection = self._opened(name)
        try:
            self._part(connection)
            before = self._ask(connection)
            _refuse_unready(before)
            size = self._send(connection, escpos_blocks(picture))
            if not self._answers:
                return before
            return self._finished(connection, before, size)
        finally:
            connection.close()

    def state(self) -> PrinterState:
        """Ask now; unreachable is offline."""
        try:
            connection = self._opened("status")
            try:
                return self._ask(connection)
            finally:
                connection.close()
        except PrintFailed as error:
            return PrinterState(online=False, paper=error.paper)

    def _opened(self, name: str) -> Connection:
        try:
            connection = self._connect()
            connection.open(name)
        except PrintFailed:
            self._answers = None  # perhaps another printer hangs there next
            raise
        return connection

    def _part(self, connection: Connection) -> None:
        """End what is left of a torn ticket."""
        if self._torn:
            connection.write(torn_off())
            self._torn = False

    def _send(self, connection: Connection, blocks: Sequence[bytes]) -> int:
        """All blocks in turn; how many bytes they were. Raises PrintFailed, `torn` when some are on paper."""
        for at, block in enumerate(blocks):
            try:
                connection.write(block)
            except PrintFailed as failed:
                self._torn = True
                if sum(map(len, blocks[:at])) <= SYSTEM_HOLDS:
                    raise
                raise PrintFailed("torn", f"{at} of {len(blocks)} blocks, then {failed}") from failed
        return sum(map(len, blocks))

    def _ask(self, connection: Connection) -> PrinterState:
        if self._answers is False:
            return PrinterState()
        printer = _question(connection, ASK_PRINTER)
        if printer is None:
            silent_before, self._answers = self._answers is not True, self._answers or False
            return PrinterState() if silent_before else PrinterState(online=False)
        self._answers = True
        paper = _question(connection, ASK_PAPER)
        cause = None if is_online(printer) else _question(connection, ASK_CAUSE)
        return PrinterState(
            online=is_online(printer),
            paper=None if paper is None else paper_of(paper),
            cover_open=cause is not None and is_cover_open(cause),
        )

    def _finished(self, connection: Connection, before: PrinterState, size: int) -> PrinterState:
        connection.write(ASK_WHEN_DONE)
        for _ in range(DONE_WITHIN + ceil(connection.seconds_of(size))):
            answer = connection.read()
            if answer is not None and done_byte(answer) is not None:
                break
        after = self._ask(connection)
        _refuse_unready(after)  # it ran out, or was opened, in the middle of the ticket
        return after


def _question(connection: Connection, question: bytes) -> int | None:
    connection.write(question)
    answer = connection.read()
    return None if answer is None else real_time_byte(answer)


def _refuse_unready(state: PrinterState) -> None:
    if state.paper == "out":
        raise PrintFailed("paper_out")
    if state.cover_open:
        raise PrintFailed("cover_open", paper=state.paper)
    if state.online is False:
        raise PrintFailed("offline", paper=state.paper)
