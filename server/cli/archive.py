"""`hallcall archive`."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from server.cli.desk import alone, config, database_file, reading
from server.cli.hands import at_work
from server.cli.say import fail, plainly
from server.clock import now_ms
from server.domain.keeping import SHORTEST_DAYS
from server.settings.language import language, words

if TYPE_CHECKING:
    from server.settings.config import Config


@click.group(name="archive", invoke_without_command=True)
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(SHORTEST_DAYS, 36_500),
    metavar="DAYS",
    help="How many days stay (else HALLCALL_KEEP_DAYS). 数据库中保留的天数。",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be taken out. 仅显示将归档的内容。")
@click.pass_context
@plainly
def command(context: click.Context, days: int | None, dry_run: bool) -> None:
    """归档旧记录，运行中亦可。Take old days out of the database into files, also while the server runs.

    It does so by itself in quiet hours; this does it now. Each file is proven before its rows are deleted.
    """
    if context.invoked_subcommand is not None:
        return
    settings = config()
    keep = days or settings.keeping.days
    if not keep:
        fail(
            "HALLCALL_KEEP_DAYS is 0, everything stays: name --older-than DAYS.",
            "HALLCALL_KEEP_DAYS 为 0，全部保留；请指定 --older-than 天数。",
        )
    if dry_run:
        _tell_what_would(settings, keep)
    else:
        _take_out(settings, keep)


def _tell_what_would(settings: Config, keep: int) -> None:
    from server.services.archive.archiving import Archiver

    with reading(settings) as deployment:
        archiver, now = Archiver(deployment, folder=settings.archive, keeping=settings.keeping), now_ms()
        for hall in deployment.halls:
            first = archiver.next_day(hall, now=now, days=keep)
            if first is None:
                click.echo(words(f"{hall.code}: nothing to take out", f"{hall.code}：没有需要归档的记录"))
                continue
            limit, left = archiver.limit(hall, now=now, days=keep), _listed(archiver.left(hall, now=now, days=keep))
            count = archiver.days_left(hall, now=now, days=keep)
            click.echo(
                words(
                    f"{hall.code}: days {count}, from {first}, before {limit}: {left}",
                    f"{hall.code}：{count} 天，{first} 起，{limit} 之前：{left}",
                )
            )


def _take_out(settings: Config, keep: int) -> None:
    with reading(settings) as deployment:
        halls = [hall.code for hall in deployment.halls]
    written = 0
    with at_work(settings) as hands:
        for hall in halls:
            after, total, count = "", Counter[str](), 0
            while taken := hands.archive_day(hall, days=keep, after=after):
                after, count = taken["day"], count + 1
                total.update(taken["rows"])
                click.echo(f"  {hall} {after}: {_listed(taken['rows'])}")
            said, written = _listed(total), written + count
            click.echo(words(f"{hall}: days taken out: {count} ({said})", f"{hall}：已归档 {count} 天（{said}）"))
    if written:
        click.echo(words(f"The files are in {settings.archive}", f"归档文件位于 {settings.archive}"))


#: What is counted, in the plural and in Chinese.
_KINDS = {
    "ticket": ("tickets", "号票"),
    "appointment": ("appointments", "预约"),
    "session": ("sessions", "当班记录"),
    "event": ("events", "事件"),
}


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{words(*_KINDS[name])} {count:,}" for name, count in counts.items()) or "-"


@command.command(name="list")
@plainly
def list_files() -> None:
    """列出归档文件。List the files of the archive."""
    settings, found = config(), False
    for code, row, file in written_files(settings):
        found = True
        state = words("deleted, its time was over", "已到期删除") if row.deleted_at else _size(file)
        name = f"{code}  {row.day}{'' if row.part == 1 else f'.{row.part}'}"
        held = words(f"tickets {row.tickets:,}  events {row.events:,}", f"号票 {row.tickets:,}  事件 {row.events:,}")
        click.echo(f"{name}  {held}  {state}")
    if not found:
        click.echo(words("No day has left the database yet.", "尚无归档记录。"))


def _size(file: Path) -> str:
    return f"{file.stat().st_size:,} B" if file.exists() else words("MISSING", "缺失")


def written_files(settings: Config) -> Iterator[tuple[str, Any, Path]]:
    """The files as the database has them written down: (hall, row, where it is)."""
    from server.db.repositories.archive_rows import files
    from server.services.archive.archive_file import place

    with reading(settings) as deployment, deployment.database.reading() as connection:
        for hall in deployment.halls:
            for row in files(connection, hall.id):
                yield hall.code, row, place(settings.archive, hall=hall.code, day=row.day, part=row.part)


@command.command(name="show")
@click.argument("hall")
@click.argument("date", metavar="DAY", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--csv", "as_csv", is_flag=True, help="The tickets as a table. 以 CSV 输出号票。")
@plainly
def show(hall: str, date: datetime, as_csv: bool) -> None:
    """显示某天的归档。Write a hall's day as it is kept.

    DAY such as 2026-11-23: JSON lines, or its tickets as CSV. No database is needed.
    """
    from server.services.archive import archive_file
    from server.services.archive.archive_file import ArchiveError
    from server.services.archive.archive_table import HEADINGS, lines

    folder, day = config().archive, date.date().isoformat()
    parts = archive_file.parts(folder, hall=hall, day=day)
    if not parts:
        fail(f"There is no archive of {hall} of {day} in {folder}.", f"{folder} 中没有 {hall} {day} 的归档。")
    out, wrong = csv.writer(sys.stdout, lineterminator="\n"), list[ArchiveError]()
    if as_csv:
        out.writerow(HEADINGS)
    for part, file in parts.items():
        try:
            summary = archive_file.check_place(file, hall=hall, day=day, part=part)
        except ArchiveError as error:  # the other parts are shown all the same
            wrong.append(error)
            continue
        if as_csv:
            out.writerows(lines(summary.header, archive_file.records(file)))
        else:
            for line in archive_file.text(file):
                click.echo(line, nl=False)
    if wrong:
        fail(" ".join(str(one) for one in wrong), "".join(one.zh for one in wrong))


@command.command(name="check")
@plainly
def check() -> None:
    """校验归档文件。Read every file.

    The status is 1 when one is damaged, missing, or nobody wrote it down. 有损坏、缺失或未登记的文件时状态为 1。
    """
    from server.services.archive.archive_file import ArchiveError

    settings, wrong, count = config(), 0, 0
    for file, sha256 in all_files(settings):
        count += 1
        try:
            prove(file, sha256)
        except ArchiveError as error:
            wrong += 1
            click.echo(f"  {error.message(language())}")
    if wrong:
        fail(f"Files: {count}. Not sound: {wrong}.", f"{count} 个归档文件中有 {wrong} 个异常。")
    click.echo(words(f"Files: {count}. All are sound.", f"{count} 个归档文件均完好。"))


def all_files(settings: Config) -> Iterator[tuple[Path, str | None]]:
    """Each file that shall be there with the sum that was written down; then those that nobody wrote down (None)."""
    known = {file: row for _, row, file in written_files(settings)}
    yield from ((file, row.sha256) for file, row in known.items() if not row.deleted_at)
    yield from ((file, None) for file in sorted(settings.archive.rglob("*.jsonl.gz")) if file not in known)


def prove(file: Path, sha256: str | None) -> None:
    """Read a file. Raises ArchiveError when it is not the one that was written down."""
    from server.services.archive.archive_file import ArchiveError, check

    found = check(file).sha256
    if sha256 is None:
        raise ArchiveError(
            f"{file} was not written down: its rows are still in the database.",
            f"{file} 未在数据库登记：其中的记录仍在数据库中。",
        )
    if found != sha256:
        raise ArchiveError(f"{file} was changed.", f"{file} 已被改动。")


@command.command(name="compact")
@plainly
def compact() -> None:
    """压缩数据库文件。Give the disk back what became free.

    SQLite alone, while the server is stopped. 仅限 SQLite，须先停止服务器。

    Without it the room is used again by what comes: only after the first archive of an old hall is it worth the time.
    """
    from server.services.archive.backup import compact as give_back

    settings = config()
    file = database_file(settings)
    with alone(settings):
        before, after = give_back(file)
    click.echo(
        words(f"{file}: {before:,} bytes before, {after:,} now", f"{file}：由 {before:,} 字节减至 {after:,} 字节")
    )
