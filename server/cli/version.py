"""`hallcall version`."""

from __future__ import annotations

import platform

import click

from server import __version__
from server.db.migrations import HEAD


@click.command(name="version")
def command() -> None:
    """显示程序、数据库结构与 Python 的版本。Say the versions of program, schema and Python."""
    click.echo(f"hallcall {__version__}\nschema {HEAD}\npython {platform.python_version()} ({platform.system()})")
