"""`hallcall serve`: opens the house, starts the live side, listens, and stops when it is told to."""

from __future__ import annotations

from server import bootstrap
from server.config import Config


def serve(config: Config) -> None:
    """Serve until SIGTERM or Ctrl-C.

    The caller holds the lock of the data folder. Raises OSError when the port is taken.
    """
    bootstrap.prepare(config.async_mode)
    # Only now: these import what `prepare` may have to patch first.
    from server.running import Running

    Running(config).run()
