"""Which printer is meant: addresses as an operator writes them."""

import re
from collections.abc import Callable
from pathlib import Path

from printing.connection import FileConnection, NetworkConnection, SerialConnection, UsbConnection, WindowsConnection
from printing.printers import EscposPrinter, FolderPrinter, NullPrinter, Printer

USUAL_BAUD, SLOWEST_BAUD, FAST_BAUD = "9600", 1200, 115_200
"""Of serial printers: what is meant when nothing is said, what a ticket cannot be sent below, what none waits for."""


def open_printer(address: str) -> Printer:
    """The printer at an address; nothing is opened yet.

    `network:HOST[:PORT]`, `usb:VENDOR:PRODUCT` (hex), `serial:PORT[@BAUD]`, `file:PATH` (a device file; a folder keeps
    pictures), `windows:NAME` (of the spooler), `none`. Raises ValueError with a sentence for anything else.
    """
    kind, _, place = address.partition(":")
    if kind == "none" and not place:
        return NullPrinter()
    if kind not in _KINDS or not place:
        raise ValueError(f"{address!r} is no printer: use " + ", ".join(_EXAMPLES))
    return _KINDS[kind](place)


_EXAMPLES = (
    "network:192.168.1.50",
    "usb:04b8:0202",
    "serial:COM3",
    "file:/dev/usb/lp0",
    "windows:POS-80",
    "none",
)


def _network(place: str) -> Printer:
    host, _, port = place.partition(":")
    if not host or not (port or "9100").isdecimal() or not 0 < int(port or 9100) < 65536:
        raise ValueError(f"network:{place}: expected network:HOST or network:HOST:PORT")
    return EscposPrinter(lambda: NetworkConnection(host, int(port or 9100)))


def _usb(place: str) -> Printer:
    match = re.fullmatch(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})", place)
    if match is None:
        raise ValueError(f"usb:{place}: expected usb:VENDOR:PRODUCT, four hex digits each, as in usb:04b8:0202")
    vendor, product = (int(part, 16) for part in match.groups())
    return EscposPrinter(lambda: UsbConnection(vendor, product))


def _serial(place: str) -> Printer:
    port, _, baud = place.partition("@")
    if not port or not (baud or USUAL_BAUD).isdecimal() or int(baud or USUAL_BAUD) < SLOWEST_BAUD:
        raise ValueError(f"serial:{place}: expected serial:PORT or serial:PORT@BAUD, as in serial:COM3@19200")
    return EscposPrinter(lambda: SerialConnection(port, int(baud or USUAL_BAUD)))


def slow_line(address: str) -> int | None:
    """The bits a second of a serial line that makes visitors wait for their paper; None for every other printer."""
    kind, _, place = address.partition(":")
    baud = int(place.partition("@")[2] or USUAL_BAUD) if kind == "serial" else FAST_BAUD
    return baud if baud < FAST_BAUD else None


def _file(place: str) -> Printer:
    path = Path(place)
    return FolderPrinter(path) if path.is_dir() else EscposPrinter(lambda: FileConnection(place))


_KINDS: dict[str, Callable[[str], Printer]] = {
    "network": _network,
    "usb": _usb,
    "serial": _serial,
    "file": _file,
    "windows": lambda place: EscposPrinter(lambda: WindowsConnection(place)),
}
