"""`hallcall serve`: opens the deployment, starts the live side, listens, and stops when it is told to."""

from __future__ import annotations

import socket

from server import bootstrap
from server.settings.config import Config


def serve(config: Config, listening: socket.socket | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C, on `listening` where there is such a socket already.

    The caller holds the lock of the data folder. Raises OSError when the port is taken.
    """
    load(config)
    from server.app import Running

    Running(config).run(listening)


def load(config: Config) -> None:
    """Import everything, which takes longer than to start."""
    bootstrap.prepare(config.async_mode)
    # Only now: these import what `prepare` may have to patch first.
    import server.app  # noqa: F401
