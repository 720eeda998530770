"""`hallcall print-agent`: the printer that hangs on a kiosk's own PC, as a paired device of the server."""
