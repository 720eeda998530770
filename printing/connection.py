"""How bytes reach a printer and come back: python-escpos opens the ports, one small class for each kind."""

import errno
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from escpos.escpos import Escpos
from escpos.exceptions import Error as EscposError
from escpos.printer import File, Network, Serial, Usb, Win32Raw

from printing.state import PrintFailed

OPEN_S = 5.0
WRITE_S = 10.0
"""How long a printer may take nothing at all: of a network printer and of USB as it stands, of a serial line besides
the time that the bytes themselves need."""

READ_S = 1.0
BITS_A_BYTE = 10
"""On a serial line: eight, one to begin and one to end."""


class Connection(Protocol):
    """One open way to a printer. Every method raises PrintFailed when the printer is gone."""

    def open(self, job: str) -> None:
        """Connect; `job` is the name that a spooler shows."""
        ...

    def write(self, data: bytes) -> None:
        """Hand over all of `data`."""
        ...

    def seconds_of(self, size: int) -> float:
        """How long so many bytes are under way; 0 where that is nothing to speak of."""
        ...

    def read(self) -> bytes | None:
        """What the printer answers within READ_S; None when it keeps silent or cannot answer."""
        ...

    def close(self) -> None:
        """Hang up; never raises."""
        ...


class _Wired:
    """What all kinds share; a kind without a way back reads nothing."""

    def __init__(self, device: Escpos) -> None:
        self._device: Any = device

    def open(self, job: str) -> None:
        try:
            self._open(job)
        except (EscposError, OSError) as error:
            raise PrintFailed("unreachable", _first_line(error)) from error
        except (RuntimeError, ValueError) as error:  # pyserial or pyusb is not there, or its libusb is not
            raise PrintFailed("missing_driver", _first_line(error)) from error

    def _open(self, job: str) -> None:
        self._device.open()

    def write(self, data: bytes) -> None:
        try:
            self._device._raw(data)
        except OSError as error:
            raise PrintFailed("unreachable", _first_line(error)) from error

    def seconds_of(self, size: int) -> float:
        return 0.0

    def read(self) -> bytes | None:
        return None

    def close(self) -> None:
        try:
            self._device.close()
        except (OSError, EscposError, RuntimeError):  # it is gone already
            return

    def _read(self) -> bytes | None:
        try:
            return bytes(self._device._read())
        except OSError as error:
            if isinstance(error, TimeoutError) or error.errno in (errno.ETIMEDOUT, 10060):
                return None
            raise PrintFailed("unreachable", _first_line(error)) from error


class NetworkConnection(_Wired):
    """A printer with an address of its own, port 9100 by custom."""

    def __init__(self, host: str, port: int = 9100) -> None:
        super().__init__(Network(host, port=port))
        self._place = (host, port)
        self._line: socket.socket | None = None

    def _open(self, job: str) -> None:
        # python-escpos leaves its socket open when nobody listens, and knows no IPv6
        self._line = self._device.device = socket.create_connection(self._place, timeout=OPEN_S)
        self._line.settimeout(WRITE_S)

    def read(self) -> bytes | None:
        """An empty answer is the end of the line."""
        assert self._line is not None
        self._line.settimeout(READ_S)
        answer = self._read()
        self._line.settimeout(WRITE_S)
        if answer == b"":
            raise PrintFailed("unreachable", "the printer hung up")
        return answer

    def close(self) -> None:
        """Hang up; python-escpos would write a line into the log for each ticket."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError):  # the printer was faster
                line.shutdown(socket.SHUT_WR)
            line.close()


class SerialConnection(_Wired):
    """RS-232 or a virtual COM port."""

    def __init__(self, port: str, baud: int = 9600) -> None:
        try:
            device = Serial(port, baudrate=baud, timeout=READ_S)
        except RuntimeError as error:
            raise PrintFailed("missing_driver", _first_line(error)) from error
        super().__init__(device)
        self._baud = baud

    def seconds_of(self, size: int) -> float:
        """By the line's speed."""
        return size * BITS_A_BYTE / self._baud

    def write(self, data: bytes) -> None:
        """A time-out, since a printer with an unwired DSR line blocks for ever; as long as these bytes need."""
        self._device.device.write_timeout = WRITE_S + self.seconds_of(len(data))
        super().write(data)

    def read(self) -> bytes | None:
        """An empty answer is silence."""
        return self._read() or None


class UsbConnection(_Wired):
    """A USB printer by vendor and product; the end points are those of its printer interface."""

    def __init__(self, vendor: int, product: int) -> None:
        super().__init__(Usb(vendor, product, timeout=int(WRITE_S * 1000)))

    def _open(self, job: str) -> None:
        self._device.open()
        for interface in self._device.device.get_active_configuration():
            if interface.bInterfaceClass == 7:  # printer
                for end in interface:
                    self._choose(end.bEndpointAddress)

    def _choose(self, address: int) -> None:
        if address & 0x80:
            self._device.in_ep = address
        else:
            self._device.out_ep = address

    def read(self) -> bytes | None:
        """An empty answer is silence."""
        return self._read() or None


class FileConnection(_Wired):
    r"""A device file (/dev/usb/lp0, \\.\LPT1) or a file for trials, which must be there; it keeps the last ticket."""

    def __init__(self, path: str) -> None:
        super().__init__(File(path))
        self._path = path

    def _open(self, job: str) -> None:
        # A printer whose cable is out would become an ordinary file that takes every ticket.
        if os.name != "nt" and not Path(self._path).exists():
            raise PrintFailed("unreachable", f"there is no {self._path}")
        super()._open(job)


class WindowsConnection(_Wired):
    """A printer of the Windows spooler by its name, raw."""

    def __init__(self, name: str) -> None:
        try:
            device = Win32Raw(name)
        except RuntimeError as error:
            raise PrintFailed("missing_driver", _first_line(error)) from error
        super().__init__(device)

    def _open(self, job: str) -> None:
        self._device.open(job_name=job)


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
