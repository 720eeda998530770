"""Screens, ticket machines, announcers and printers: pairing, settings, status, alerts."""
