"""From a ticket to paper: the printed form as a picture and as ESC/POS bytes, and the printers that take it.

Nothing here knows the server; the server and `hallcall print-agent` use it alike.
"""

from kiosk.printing.address import open_printer
from kiosk.printing.escpos_bytes import escpos_bytes
from kiosk.printing.picture import draw_ticket, png_bytes
from kiosk.printing.printers import FolderPrinter, NullPrinter, Printer
from kiosk.printing.state import PrinterState, PrintFailed
from kiosk.printing.ticket import PrintedTicket

__all__ = [
    "FolderPrinter",
    "NullPrinter",
    "PrintFailed",
    "PrintedTicket",
    "Printer",
    "PrinterState",
    "draw_ticket",
    "escpos_bytes",
    "open_printer",
    "png_bytes",
]
