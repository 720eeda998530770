"""What the routes need of the running server: made by the composition root, found through the Flask application."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import current_app

from server.realtime.presence import Presence
from server.services.archive.archiving import Archiver
from server.services.runtime.deployment import Deployment
from server.settings.config import Config
from server.watch.instruments import Instruments
from server.watch.write_probe import WriteProbe


@dataclass(frozen=True, slots=True)
class AppContext:
    """The parts of a running server that answer requests."""

    deployment: Deployment
    config: Config
    presence: Presence
    instruments: Instruments = field(default_factory=Instruments)
    archiver: Archiver = field(init=False)
    probe: WriteProbe = field(init=False)

    def __post_init__(self) -> None:
        """Make one archiver for the routes and the timer: it does one day after the other."""
        archiver = Archiver(self.deployment, folder=self.config.archive, keeping=self.config.keeping)
        object.__setattr__(self, "archiver", archiver)
        object.__setattr__(self, "probe", WriteProbe(self.deployment.database))


def app() -> AppContext:
    """The context of the application that answers this request."""
    return current_app.extensions["hallcall"]  # type: ignore[no-any-return]
