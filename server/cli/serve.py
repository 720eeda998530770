"""`hallcall serve`."""

from __future__ import annotations

import errno
import logging
import secrets
from dataclasses import replace

import click

from server.cli.desk import alone, check_schema, config
from server.cli.say import fail, plainly
from server.config import Config
from server.private_file import write_private


@click.command(name="serve")
@plainly
def command() -> None:
    """运行服务器，按 Ctrl-C 停止。Run the server until Ctrl-C or SIGTERM."""
    settings = config()
    if settings.demo_file.exists():
        settings = settings.for_demo()
    with alone(settings):
        if settings.on_postgres:
            from server import bootstrap

            # Its driver is loaded to look at the schema, after what the asynchronous library patches.
            bootstrap.prepare(settings.async_mode)
        check_schema(settings)
        settings = replace(settings, local_token=secrets.token_urlsafe(32))
        write_private(settings.admin_token_file, f"{settings.local_url}\n{settings.local_token}\n")
        settings.url_file.write_text(f"{settings.local_url}\n{settings.public_url}\n", encoding="utf-8")
        try:
            _serve(settings)
        finally:
            settings.admin_token_file.unlink(missing_ok=True)
            settings.url_file.unlink(missing_ok=True)


def _serve(settings: Config) -> None:
    from server import bootstrap
    from server.serve import serve

    # Before logging makes its locks: the library must be the first to see them.
    bootstrap.prepare(settings.async_mode)
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        serve(settings)
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
