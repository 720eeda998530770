"""The command `hallcall print-agent`."""

import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import segno

from client.language import preferred_language
from kiosk.agent.desk import Desk, Job, Report
from kiosk.agent.door import PRINT_WITHIN_S, Door, DoorJob, origin_of
from kiosk.agent.doorway import Doorway
from kiosk.agent.identity import Pairing, Registrar, ServerAway, TokenFile, pair
from kiosk.agent.line import Line
from kiosk.agent.words import say
from printing.address import open_printer, slow_line
from printing.connection import BITS_A_BYTE
from printing.fonts import SlicedFont, ticket_font
from printing.printers import Printer
from printing.state import PrinterState

TRY_AGAIN_S = 3.0
DOOR_PORT = 8765
TYPICAL_BYTES = 29_000
"""What a ticket of 80 mm with all its lines sends to the printer."""


@click.command("print-agent")
@click.option("--server", required=True, metavar="URL", help="The server, as in http://192.168.1.20:8000")
@click.option(
    "--printer",
    required=True,
    metavar="ADDRESS",
    help="network:HOST[:PORT], usb:VENDOR:PRODUCT, serial:PORT[@BAUD], file:PATH, windows:NAME or none",
)
@click.option("--token", help="A device token; without one the agent pairs itself by a code.")
@click.option("--state", "folder", type=click.Path(file_okay=False, path_type=Path), help="Where the token is kept.")
@click.option(
    "--door",
    type=click.IntRange(0, 65535),
    default=DOOR_PORT,
    show_default=True,
    help="The port of 127.0.0.1 where the kiosk's page prints while the server is away; 0 opens none.",
)
@click.option("--page", "pages", multiple=True, metavar="URL", help="Where else the kiosk's page is opened from.")
@click.option("--language", type=click.Choice(["zh-CN", "en"]), help="Of the messages; by default the system's.")
def command(
    *,
    server: str,
    printer: str,
    token: str | None,
    folder: Path | None,
    door: int,
    pages: tuple[str, ...],
    language: str | None,
) -> None:
    """Print the tickets of a kiosk on this computer's printer.

    The kiosk's settings name this device as its printer. It runs until Ctrl-C and comes back by itself.
    """
    language = language or preferred_language()
    origins = {_origin(server, language, "--server"), *(_origin(page, language, "--page") for page in pages)}
    if urlsplit(server).path.strip("/"):
        raise click.BadParameter(say(language, "only_server", server=server), param_hint="--server")
    server = server.rstrip("/")
    try:
        target = open_printer(printer)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--printer") from error
    if (baud := slow_line(printer)) is not None:
        seconds = -(-TYPICAL_BYTES * BITS_A_BYTE // baud)
        click.echo(say(language, "slow_line", baud=baud, seconds=seconds), err=True)
    tokens = TokenFile(folder or Path(click.get_app_dir("hallcall")), server)
    agent = Agent(server=server, printer=target, tokens=tokens, language=language, origins=origins)
    doorway = agent.open_door(door) if door else None
    try:
        agent.run(token)
    except KeyboardInterrupt:
        agent.stop.set()
        click.echo(say(language, "stopped"))
    finally:
        if doorway is not None:
            doorway.close()


def _origin(url: str, language: str, option: str) -> str:
    try:
        return origin_of(url)
    except ValueError as error:
        raise click.BadParameter(say(language, "bad_server", server=url), param_hint=option) from error


class Agent:
    """Pairs, connects, prints, until `stop` is set."""

    def __init__(
        self, *, server: str, printer: Printer, tokens: TokenFile, language: str, origins: set[str] | None = None
    ) -> None:
        self.stop = threading.Event()
        self._server, self._tokens, self._language = server, tokens, language
        self._line: Line | None = None
        self._said = ""
        self._printer: PrinterState | None = None
        self._desk = Desk(printer, done=self._printed, seen=self._state, begun=self._begun)
        self._door = Door(self._desk, origins=origins or {origin_of(server)}, state=lambda: self._printer)

    def open_door(self, port: int) -> Doorway | None:
        """Let the kiosk's page print here by itself; None, and a sentence, when the port is taken."""
        try:
            doorway = Doorway(self._door, port=port)
        except OSError as error:
            click.echo(say(self._language, "door_taken", port=port, error=error.strerror or error), err=True)
            return None
        click.echo(say(self._language, "door", port=doorway.port))
        if not isinstance(ticket_font(), SlicedFont):
            click.echo(say(self._language, "no_letters"), err=True)
        return doorway

    def run(self, token: str | None) -> None:
        """Work until `stop`. A refused token is forgotten, and the agent pairs anew."""
        worker = threading.Thread(target=self._desk.work, name="printer", daemon=True)
        worker.start()
        try:
            while not self.stop.is_set():
                token = token or self._tokens.read() or self._paired()
                if token is None:
                    return
                self._line = Line(server=self._server, token=token, take=self._take, say=self._say, stop=self.stop)
                if self._printer is not None:
                    self._line.status(self._printer)
                if self._line.run() == "denied":
                    self._say("unpaired")
                    self._tokens.forget()
                    token = None
        finally:
            self._desk.stop()

    def _paired(self) -> str | None:
        registrar = Registrar(self._server)
        try:
            while not self.stop.is_set():
                try:
                    outcome = pair(registrar, show=self._show, wait=self.stop.wait)
                except ServerAway:
                    self._say("away")
                    self.stop.wait(TRY_AGAIN_S)
                    continue
                if outcome is None:
                    return None
                return self._kept(outcome)
        finally:
            registrar.close()
        return None

    def _kept(self, outcome: dict[str, Any]) -> str:
        device = outcome.get("device") or {}
        click.echo(say(self._language, "paired", name=device.get("name", ""), id=device.get("id", "")))
        try:
            self._tokens.keep(outcome["token"])
        except OSError as error:
            click.echo(say(self._language, "not_kept", error=error), err=True)
        return str(outcome["token"])

    def _show(self, pairing: Pairing) -> None:
        click.echo(say(self._language, "pair", code=pairing.code, url=pairing.confirm_url))
        if (sys.stdout.encoding or "").lower().startswith("utf"):
            segno.make(pairing.confirm_url, micro=False).terminal(sys.stdout, border=2, compact=True)

    def _say(self, key: str) -> None:
        if key != self._said:  # a server that stays away is said once
            self._said = key
            click.echo(say(self._language, key, server=self._server))

    def _take(self, job: Job) -> None:
        self._desk.take(job, within_s=PRINT_WITHIN_S)

    def _begun(self, job: object, seconds: int) -> None:
        if not isinstance(job, DoorJob) and self._line is not None:
            self._line.begun(job, seconds)

    def _printed(self, report: Report) -> None:
        if not self._door.ended(report) and self._line is not None:
            self._line.report(report)
        if report.error:
            reason = say(self._language, report.error)
            click.echo(say(self._language, "failed", number=report.number, reason=reason), err=True)
        else:
            click.echo(say(self._language, "printed", number=report.number))

    def _state(self, state: PrinterState) -> None:
        self._printer = state
        if self._line is not None:
            self._line.status(state)
        if state.paper == "low":
            click.echo(say(self._language, "paper_low"))
