"""The command `hallcall announcer`."""

import logging
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import click

from client.language import words
from display.announcer.app import Announcer, Setup
from display.announcer.credentials import TokenError, token_from_environment
from display.announcer.process_lock import AlreadyRunning, only_one

CHECKOUT = Path(__file__).resolve().parents[2]


def default_server(environ: Mapping[str, str]) -> str:
    """The server of this machine, by HALLCALL_HOST and HALLCALL_PORT."""
    host = environ.get("HALLCALL_HOST") or "127.0.0.1"
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # compared # noqa: S104 # nosec B104
    return f"http://{f'[{host}]' if ':' in host else host}:{environ.get('HALLCALL_PORT') or 8000}"


def default_data(environ: Mapping[str, str]) -> Path:
    """HALLCALL_DATA, `var/` in a checkout, else where the platform keeps a program's files."""
    if environ.get("HALLCALL_DATA"):
        return Path(environ["HALLCALL_DATA"]).expanduser().absolute()
    if (CHECKOUT / "hall.py").is_file():
        return CHECKOUT / "var"
    if os.name == "nt":
        return Path(environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Hallcall"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Hallcall"
    return Path(environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "hallcall"


def server_address(text: str) -> str:
    """The address without a slash at its end; ValueError when it is none."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(
            words(
                f"{text!r} is not an address such as http://192.168.1.10:8000",
                f"{text!r} 不是地址，应如 http://192.168.1.10:8000",
            )
        )
    return text.rstrip("/")


def show_code(code: str, url: str) -> None:
    """Ask the person at the machine to have this announcer let in."""
    click.echo(f"这台语音机还没有配对。配对码：{code}\n请值班主管在此确认：{url}")
    click.echo(f"This announcer is not paired yet. Its code: {code}\nA supervisor confirms it here: {url}")


@click.command(name="announcer")
@click.option("--server", help="Address of the server.  [default: by HALLCALL_HOST and HALLCALL_PORT]")
@click.option("--token", help="Device token; else HALLCALL_ANNOUNCER_TOKEN(_FILE), else the data folder, else pairing.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder for cache and state.  [default: HALLCALL_DATA]")
@click.option(
    "--voice",
    type=click.Choice(["auto", "tone"]),
    default="auto",
    show_default=True,
    help="tone: beeps in place of words, to try a hall.",
)
@click.option("--voice-command", envvar="HALLCALL_VOICE_COMMAND", help="An engine of your own; see docs/voice.md.")
@click.option(
    "--card/--no-card", default=True, show_default=True, help="Sound by this machine's card if no screen can."
)
@click.option("--verbose", is_flag=True, help="Say what happens to every call.")
def command(
    *,
    server: str | None,
    token: str | None,
    data: Path | None,
    voice: str,
    voice_command: str | None,
    card: bool,
    verbose: bool,
) -> None:
    """The voice of the hall: says every call, through the screens of its zone or this machine's sound card."""
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(level=level, format=words("announcer: %(message)s", "播报：%(message)s"))
    try:
        setup = Setup(
            server=server_address(server or default_server(os.environ)),
            data=(data or default_data(os.environ)).absolute(),
            token=token or token_from_environment(os.environ),
            voice=voice,
            command=voice_command,
            card=card,
        )
    except (TokenError, ValueError) as error:
        raise click.UsageError(str(error)) from None
    try:
        with only_one(setup.folder / "announcer.lock"):
            run(setup)
    except AlreadyRunning:
        raise click.ClickException(
            words(f"another announcer uses {setup.folder} already", f"另一个播报程序正在使用 {setup.folder}")
        ) from None
    except OSError as error:
        raise click.ClickException(
            words(
                f"{setup.folder} cannot be used: {error.strerror or error}",
                f"无法使用 {setup.folder}：{error.strerror or error}",
            )
        ) from None


def run(setup: Setup) -> None:
    """Run until SIGINT or SIGTERM."""
    announcer = Announcer(setup, show_code=show_code)
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: announcer.stop())
    announcer.run()
