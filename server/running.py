"""The running server, put together from its parts."""

from __future__ import annotations

import logging
import signal
from typing import Any

from server import bootstrap, pages
from server.api.app import Parts, create_app
from server.config import Config
from server.db.cooperation import refuse_blocking
from server.db.database import open_database
from server.notices.senders import senders
from server.realtime.connections import Connections
from server.realtime.live import Live
from server.realtime.presence import Presence
from server.realtime.print_room import PrintRoom
from server.services import accounts
from server.services.house import House
from server.services.keys import load as load_keys

#: How long clients wait after `bye`, and how long the server lets the goodbye leave.
RETRY_MS, GOODBYE_S = 1500, 0.3
log = logging.getLogger(__name__)


class Running:
    """A server that is about to listen."""

    def __init__(self, config: Config) -> None:
        self.config = config
        database = open_database(config.database_url)
        if database.shared:
            refuse_blocking(database.engine)
        self.house = House(database, load_keys(config.data))
        accounts.open_desk(self.house, config, run_blocking=bootstrap.run_blocking(config.async_mode))
        connections = Connections()
        presence = Presence(self.house, connections)
        self.flask = create_app(Parts(self.house, config, presence))
        version = pages.register(self.flask)
        self.live = Live(self.flask, self.house, connections, mode=config.async_mode, version=version)
        presence.disconnect = self.live.disconnect
        self.live.add_print_room(
            PrintRoom(
                self.live.socketio,
                self.house,
                connections,
                public_url=config.public_url,
                folder=config.data / "printed",
                run_blocking=bootstrap.run_blocking(config.async_mode),
            )
        )
        self.live.add_notice_room(senders(config.channels), base=config.public_url)
        self._stopping = False

    def run(self) -> None:
        """Listen and serve until told to stop."""
        for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
            if hasattr(signal, name):
                # A handler that does more than this can hang in the event loop's own code.
                signal.signal(getattr(signal, name), self._stop)
        sock = bootstrap.listen(self.config.host, self.config.port)
        self.live.start()
        log.info("listening on %s", self.config.local_url)
        bootstrap.serve(self.config.async_mode, sock, self.flask, stopped=self._leaving)
        self.house.database.close()
        log.info("stopped")

    def _stop(self, *_signal: Any) -> None:
        self._stopping = True

    def _leaving(self) -> bool:
        if not self._stopping:
            return False
        self.live.say_bye(retry_ms=RETRY_MS)
        self.live.socketio.sleep(GOODBYE_S)
        return True
