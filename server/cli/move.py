"""`hallcall migrate-to`."""

from __future__ import annotations

import click

from server.cli.desk import alone, config, database_file
from server.cli.say import fail, plainly
from server.settings.environment import POSTGRES
from server.settings.language import words


@click.command(name="migrate-to")
@click.argument("url")
@plainly
def command(url: str) -> None:
    """迁移到 PostgreSQL，须先停止服务器。Move the stopped hall's SQLite database to an empty PostgreSQL database.

    URL is postgresql+psycopg://USER@HOST/NAME; the password may stand in PGPASSWORD or ~/.pgpass. Everything is
    compared row by row; the SQLite database stays as it is.
    """
    if not url.startswith(POSTGRES):
        fail(f"The address must begin with {POSTGRES}", f"地址须以 {POSTGRES} 开头")
    settings = config()
    file = database_file(settings)
    with alone(settings):
        from server.db.postgres.move import move
        from server.services.archive.backup import prove

        prove(file)
        moved = move(file, url)
    for one in moved:
        click.echo(f"  {one.table:<14} {one.rows:>9,}  {one.checksum[:16]}")
    if settings.archive.is_dir():
        click.echo(words(f"The archive's files stay in {settings.archive}.", f"归档文件仍在 {settings.archive}。"))
    click.echo(
        words(
            "Moved and proven. Now set HALLCALL_DATABASE_URL to that address and start the server.",
            "已迁移并校验。请将 HALLCALL_DATABASE_URL 设为该地址后启动服务器。",
        )
    )
