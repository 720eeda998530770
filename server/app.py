"""The composition root: the running server, put together from its parts. Who makes what is answered here."""

from __future__ import annotations

import logging
import os
import signal
import socket
from functools import partial
from typing import Any

from server import bootstrap, clock, pages
from server.db.open import open_database
from server.db.postgres.loop_check import refuse_blocking
from server.http.app import LARGER_BODIES, LARGEST_BODY, create_app
from server.http.context import AppContext
from server.http.hosts import KnownHosts
from server.http.leaving import Leaving
from server.http.proxies import BoundedSockets
from server.http.whole_bodies import WholeBodies
from server.listening import handover
from server.listening.accepting import Serving
from server.listening.offenders import Offenders
from server.listening.open_connections import OpenConnections
from server.notices.senders import senders
from server.realtime.connections import Connections
from server.realtime.live import Live
from server.realtime.presence import Presence
from server.services.accounts import accounts
from server.services.appointments import identity
from server.services.languages import languages
from server.services.notices import contacts
from server.services.notices.keys import load as load_keys
from server.services.runtime.deployment import Deployment
from server.settings.config import Config
from server.settings.language import words
from server.watch.instruments import Instruments
from server.watch.warnings import warnings
from server.workers.archive_worker import ArchiveWorker
from server.workers.notice_sender import NoticeSender
from server.workers.ticket_printer import TicketPrinter
from server.workers.timers import Timers

#: How long clients wait after `bye`, also where a successor stands ready, and how long the server lets it leave.
RETRY_MS, RETRY_SOON_MS, GOODBYE_S = 1500, 400, 0.3
log = logging.getLogger(__name__)


class Running:
    """A server that is about to listen."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._stopping, self._retry_ms = False, RETRY_MS
        if config.trial_clock:
            log.warning("this is a trial: the hall's time runs %g times faster than life", config.trial_clock.speed)
        clock.use(config.trial_clock)
        database = open_database(config.database_url)
        if database.shared:
            refuse_blocking(database.engine)
        identity.make_ready()
        self.deployment = Deployment(database, load_keys(config.data))
        self.config = config = config.for_halls([hall.code for hall in self.deployment.halls])
        with database.reading() as connection:
            self.deployment.unopened = contacts.unopened(connection, self.deployment.keys)
        self.deployment.languages = languages.read_folder(config.languages)
        for problem in self.deployment.languages.problems:
            log.warning(words("language file %s", "语言文件 %s"), words(problem.sentence("en"), problem.sentence("zh")))
        for warning in warnings(self.deployment, config):
            log.warning(words(warning.en, warning.zh))
        accounts.open_desk(self.deployment, config, run_blocking=bootstrap.run_blocking(config.async_mode))
        connections = Connections()
        instruments = Instruments()
        logging.getLogger().addHandler(instruments.count_errors())
        presence = Presence(self.deployment, connections)
        context = AppContext(self.deployment, config, presence, instruments)
        self.flask = create_app(context)
        version = pages.register(self.flask, self.deployment.languages)
        offenders = Offenders(config.limits.closed_sockets)
        self.live = Live(
            self.flask,
            self.deployment,
            connections,
            mode=config.async_mode,
            version=version,
            instruments=instruments,
            limits=config.limits,
            offenders=offenders,
            redis_url=config.redis_url,
        )
        bounded = BoundedSockets(
            self.flask.wsgi_app, most=config.limits.sockets, trusts=config.trusts, offenders=offenders
        )
        whole = WholeBodies(bounded, usual=LARGEST_BODY, most=LARGER_BODIES)
        self.flask.wsgi_app = Leaving(whole, ends=lambda: self._stopping)  # type: ignore[method-assign]
        if config.hosts:
            self.flask.wsgi_app = KnownHosts(  # type: ignore[method-assign]
                self.flask.wsgi_app, names=config.hosts, public_url=config.public_url
            )
        presence.disconnect, presence.tell = self.live.disconnect, self.live.relay.tell
        presence.emit = self.live.relay.emit
        self.live.relay.on("device_changed", presence.end)
        self.live.relay.on("device_adjusted", presence.refresh)
        printer = TicketPrinter(
            self.live.relay,
            self.live.socketio,
            self.deployment,
            connections,
            public_url=config.public_url,
            folder=config.data / "printed",
            run_blocking=bootstrap.run_blocking(config.async_mode),
        )
        self.live.kiosks.printer = printer
        timers = Timers(self.deployment, self.live)
        instruments.timer_behind = timers.behind
        sleep = self.live.socketio.sleep
        context.archiver.pause = sleep
        notices = NoticeSender(self.deployment, senders(config.channels), base=config.public_url, sleep=sleep)
        #: What runs beside the requests.
        self._workers = (timers.run, printer.run, ArchiveWorker(context.archiver, sleep=sleep).run, *notices.tasks)

    def run(self, listening: socket.socket | None = None) -> None:
        """Serve until told to stop, on `listening` where it is there already, or until a successor takes it."""
        for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
            if hasattr(signal, name):
                # A handler that does more than this can hang in the event loop's own code.
                signal.signal(getattr(signal, name), self._stop)
        sock = listening or bootstrap.listen(self.config.host, self.config.port)
        self.live.start(self._workers)
        log.info(*self._where())
        spawn = self.live.socketio.start_background_task
        with handover.offered(self.config.handover_file, partial(self._asked, sock), spawn=spawn):
            bootstrap.serve(self.config.async_mode, self._serving(sock))
        self.deployment.database.close()
        log.info(words("stopped", "已停止"))

    def _serving(self, sock: socket.socket) -> Serving:
        connections = OpenConnections(
            most=self.config.limits.connections, files=bootstrap.files(), trusts=self.config.trusts
        )
        return Serving(sock, self.flask, connections, lambda: self._stopping, self._goodbye)

    def _where(self) -> tuple[str, ...]:
        """The listening address, and the one that others open where it is another."""
        here, others = self.config.listening_url, self.config.public_url
        if here == others:
            return words("listening on %s", "正在监听 %s"), here
        return words("listening on %s; others open %s", "正在监听 %s，其他设备请打开 %s"), here, others

    def _stop(self, *_signal: Any) -> None:
        self._stopping = True

    def _asked(self, listening: socket.socket, connection: socket.socket, question: bytes) -> bool:
        if question == handover.GIVE:
            handover.give(connection, listening)
            log.info("handing over to another process")
            self._stopping, self._retry_ms = True, RETRY_SOON_MS
        elif question == handover.RENEW:
            runner = os.environ.get("HALLCALL_RUNNER_PID", "")
            if runner == str(os.getppid()):
                os.kill(int(runner), signal.SIGUSR1)
                connection.sendall(handover.RENEW)
        return self._stopping

    def _goodbye(self) -> None:
        """Nobody new is let in; those who are here are told, and what they asked is answered."""
        self.live.say_bye(retry_ms=self._retry_ms)
        self.live.socketio.sleep(GOODBYE_S)
