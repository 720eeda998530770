"""`hallcall migrate`."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.desk import alone, config, database_place, stamp
from server.cli.say import plainly
from server.cli.traces import refuse_lost, traces
from server.db.migrations import HEAD
from server.db.schema import revision_of
from server.settings.language import words


@click.command(name="migrate")
@click.option("--check", is_flag=True, help="Change nothing; status 1 when the database is not up to date. 仅检查。")
@plainly
def command(check: bool) -> None:
    """升级数据库，旧库会先备份。Bring the database up to date; a copy of an older one is kept (not of PostgreSQL's)."""
    settings = config()
    place = database_place(settings)
    found = revision_of(place)
    if found == HEAD:
        click.echo(words(f"The database is up to date ({HEAD}).", f"数据库已是最新（{HEAD}）。"))
        return
    if check:
        missing = words("none", "无")
        raise click.ClickException(
            words(
                f"The database has schema {found or missing}, this program {HEAD}.",
                f"数据库结构版本为 {found or missing}，本程序需要 {HEAD}。",
            )
        )
    if found is None and isinstance(place, Path) and (left := traces(settings)):
        refuse_lost(settings, left)
    with alone(settings):
        from server.db.migrate import upgrade
        from server.services.archive.backup import back_up

        if found is not None and isinstance(place, Path):
            copy = settings.backups / f"before-{HEAD}-{stamp()}.db"
            back_up(place, copy)
            click.echo(words(f"A copy was kept: {copy}", f"已保留副本：{copy}"))
        upgrade(place)
    click.echo(words(f"The database is up to date now ({HEAD}).", f"数据库已升级（{HEAD}）。"))
