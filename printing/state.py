"""What a printer says about itself, read from its status bytes (ESC/POS, `DLE EOT n` and `GS r 1`)."""

from dataclasses import dataclass
from typing import Literal

Paper = Literal["ok", "low", "out"]

ASK_PRINTER = b"\x10\x04\x01"
ASK_CAUSE = b"\x10\x04\x02"
ASK_PAPER = b"\x10\x04\x04"
ASK_WHEN_DONE = b"\x1dr\x01"
"""Answered from the print buffer: its answer says that everything sent before was printed."""

REASONS = ("paper_out", "cover_open", "offline", "unreachable", "torn", "missing_driver", "bad_picture")
"""Why a ticket was not printed: the `error` of `printed` and `print_state`."""


@dataclass(frozen=True)
class PrinterState:
    """None means that the printer does not say.

    cover_open is known only while the printer is offline.
    """

    online: bool | None = None
    paper: Paper | None = None
    cover_open: bool = False


class PrintFailed(Exception):
    """The ticket is not on paper, or not wholly (`torn`). `reason` is one of REASONS."""

    def __init__(self, reason: str, detail: str = "", *, paper: Paper | None = None) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.paper: Paper | None = "out" if reason == "paper_out" else paper


def real_time_byte(answer: bytes) -> int | None:
    """The status byte in what was read; its fixed bits (0, 1, 4, 7) tell it from other data."""
    return next((byte for byte in answer if byte & 0x93 == 0x12), None)


def done_byte(answer: bytes) -> int | None:
    """The answer to ASK_WHEN_DONE: bits 4 and 7 are 0."""
    return next((byte for byte in answer if byte & 0x90 == 0), None)


def is_online(printer_byte: int) -> bool:
    """Bit 3 of the printer status: offline."""
    return not printer_byte & 0x08


def is_cover_open(cause_byte: int) -> bool:
    """Bit 2 of the offline cause."""
    return bool(cause_byte & 0x04)


def paper_of(paper_byte: int) -> Paper:
    """Bits 5 and 6 of the paper status: end; bits 2 and 3: near the end."""
    if paper_byte & 0x60:
        return "out"
    return "low" if paper_byte & 0x0C else "ok"
