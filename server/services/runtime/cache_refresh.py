"""What a process keeps in memory, made good when other processes write the same database.

A command looks at its hall's version in its own transaction. Everything else that is remembered is forgotten once a
second: for so long a hall, a sign-in or a device that was changed elsewhere may be seen as it was.
"""

from __future__ import annotations

from server.services.accounts import accounts
from server.services.devices import devices
from server.services.runtime.deployment import Deployment


def catch_up(deployment: Deployment) -> None:
    """Forget what another process may have changed. Does nothing with SQLite, which has one writing process."""
    if deployment.database.shared:
        accounts.forget(deployment)
        devices.forget(deployment)
        deployment.refresh()
