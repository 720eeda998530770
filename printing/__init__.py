"""From a ticket to paper: the printed form as a picture and as ESC/POS bytes, and the printers that take it.

Nothing here knows the server; the server and `hallcall print-agent` use it alike. `ticket.PrintedTicket` is drawn by
`picture.draw_ticket` and handed to a printer of `address.open_printer`. Importing this package alone loads nothing:
Pillow and python-escpos come with the modules that need them.
"""
