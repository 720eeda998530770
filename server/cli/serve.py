"""`hallcall serve` and `hallcall restart`."""

from __future__ import annotations

import errno
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click

from server.cli.desk import alone, check_schema, config
from server.cli.say import fail, plainly
from server.cli.traces import holding_database
from server.data_folder.lock import Held, is_held
from server.data_folder.private_file import write_private
from server.listening import handover
from server.settings.config import Config
from server.settings.language import words


@click.command(name="serve")
@click.option("--handover", "in_place", is_flag=True, help="Take the place of the running server, without a gap.")
@plainly
def command(*, in_place: bool) -> None:
    """运行服务器，按 Ctrl-C 停止。Run the server until Ctrl-C or SIGTERM."""
    settings = config()
    if settings.demo_file.exists():
        settings = settings.for_demo()
    if in_place and is_held(settings.lock_file):
        _make_ready(settings)  # before the old one stops
        with _successor(settings) as listening:
            _serve(settings, listening)
    else:
        with alone(settings):
            _make_ready(settings)
            _serve(settings, handover.from_system())


@click.command()
@plainly
def restart() -> None:
    """不中断地换上新的服务器进程。Let a new process take the running server's place, without a gap.

    The server must have been started by `hall.py run`.
    """
    settings = config()
    if not is_held(settings.lock_file):
        fail("The server does not run.", "服务器没有运行。")
    try:
        renewed = handover.renew(settings.handover_file)
    except handover.NotGiven as error:
        fail(f"The server cannot be asked: {error}.", f"无法联系服务器：{error}。")
    if not renewed:
        fail(
            "Nothing watches over this server: start `hallcall serve --handover` where it shall run.",
            "没有程序守护这个服务器：请在要运行的地方启动 `hallcall serve --handover`。",
        )
    click.echo(words("A new server takes over.", "新的服务器正在接手。"))


@contextmanager
def _successor(settings: Config) -> Iterator[socket.socket]:
    """The running server's listening socket, and its place as soon as it has left."""
    try:
        listening = handover.take(settings.handover_file)
        with handover.lock_left(settings.lock_file), holding_database(settings):
            yield listening
    except handover.NotGiven as error:
        fail(f"The running server does not hand over: {error}.", f"正在运行的服务器没有交接：{error}。")
    except Held:
        fail("The old server does not end.", "旧的服务器没有退出。")


def _make_ready(settings: Config) -> None:
    """See that the database fits, and import everything, which takes longer than to start."""
    from server import serve

    if settings.on_postgres:
        serve.load(settings)
        # Its driver is loaded after what the asynchronous library patches, or it would stop the loop while it waits.
        from server.db.postgres.pooler import refuse_shared_sessions

        refuse_shared_sessions(settings.database_url)
    check_schema(settings)
    serve.load(settings)


def _serve(settings: Config, listening: socket.socket | None) -> None:
    settings = replace(settings, local_token=secrets.token_urlsafe(32))
    write_private(settings.admin_token_file, f"{settings.local_url}\n{settings.local_token}\n")
    write_private(settings.url_file, f"{settings.local_url}\n{settings.public_url}\n")
    try:
        _listen(settings, listening)
    finally:
        settings.admin_token_file.unlink(missing_ok=True)
        settings.url_file.unlink(missing_ok=True)


def _listen(settings: Config, listening: socket.socket | None) -> None:
    from server.listening.accepting import ListenerLost
    from server.serve import serve
    from server.watch import logs

    logs.set_up(settings.log_level, settings.log_format)
    try:
        serve(settings, listening)
    except ListenerLost as error:
        fail(f"The server can let nobody in any more and ends: {error}.", f"服务器已无法接受连接，现在退出：{error}。")
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        if error.errno == errno.EADDRINUSE or getattr(error, "winerror", None) in (10013, 10048):
            fail(
                f"{place} is in use by another program: stop it, or set HALLCALL_PORT.",
                f"{place} 已被其他程序占用，请停止该程序或设置 HALLCALL_PORT。",
            )
        if error.errno in (errno.EADDRNOTAVAIL, errno.EACCES) or "getaddrinfo" in repr(error) or error.errno == -2:
            fail(f"Cannot listen on {place}: {error.strerror}.", f"无法监听 {place}：{error.strerror}。")
        raise
