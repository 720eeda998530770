"""`hallcall backup` and `hallcall restore`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.cli.desk import alone, check_schema, config, database_file, stamp
from server.cli.say import plainly
from server.clock import now_ms
from server.settings.language import words

if TYPE_CHECKING:
    from server.services.archive.backup import Proof

#: Beside the copies, once for all of them.
ARCHIVE = "archive"
LANGUAGES = "languages"


@click.command(name="backup")
@click.argument("target", type=click.Path())
@plainly
def backup(target: str) -> None:
    """备份数据库，运行中亦可。Copy the database to TARGET, a file or a folder, also while the server runs.

    The copy is proven: integrity, references, and that no event is missing. The files of the archive are copied into
    the folder `archive` beside it, those that are not there yet, and the added languages into the folder `languages`.
    PostgreSQL is copied with pg_dump.
    """
    from server.services.archive.backup import back_up

    settings, file = config(), Path(target)
    if file.is_dir() or target.endswith(("/", os.sep)):
        file = file / f"hallcall-{stamp()}.db"
    proof = back_up(database_file(settings), file)
    click.echo(words(f"Copied and proven: {file}", f"已备份并校验：{file}"))
    _tell(proof)
    _copy_archive(settings.archive, file.parent / ARCHIVE)
    _copy_languages(settings.languages, file.parent / LANGUAGES, again=True)


@click.command(name="restore")
@click.argument("copy", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--new-stream", is_flag=True, help="It was put back otherwise (pg_restore). 已用其他方式恢复。")
@plainly
def restore(copy: Path | None, *, new_stream: bool) -> None:
    """恢复备份，须先停止服务器。Put the backup COPY in place of the database, while the server is stopped.

    The copy is proven first, the archive's files beside it too; the database that was there is kept, and everybody must
    sign in again. Screens, consoles and phones begin anew: what they know of the time after the copy is gone.
    --new-stream does only that, after another program (pg_restore) has put a copy back.
    """
    if (copy is None) != new_stream:
        raise click.UsageError(words("Say either COPY or --new-stream.", "请指定 COPY 或 --new-stream，二者选一。"))
    if copy is None:
        _begin_anew()
    else:
        _put_back(copy)


def _begin_anew() -> None:
    from server.services.archive.backup import new_streams

    settings = config()
    with alone(settings):
        check_schema(settings)
        for hall, first in new_streams(settings.database_url, now=now_ms()).items():
            click.echo(words(f"{hall}: a new stream begins with event {first}", f"{hall}：新的事件流从 {first} 开始"))


def _put_back(copy: Path) -> None:
    from server.services.archive.archive_copies import refuse_unsound
    from server.services.archive.backup import restore as put_back

    settings = config()
    file = database_file(settings)
    # On the same disk as the database, wherever that is: it is moved there, not copied.
    aside = file.parent / settings.backups.name / f"replaced-{stamp()}.db"
    with alone(settings):
        sound = refuse_unsound(copy.parent / ARCHIVE)
        proof = put_back(copy, file, aside=aside, now=now_ms())
    click.echo(words(f"Restored and proven: {file}", f"已恢复并校验：{file}"))
    _tell(proof)
    if aside.exists():
        click.echo(words(f"What was there is kept: {aside}", f"原数据库保留在：{aside}"))
    click.echo(
        words(
            "Devices revoked since that copy was made are paired again: look at `hallcall device list`.",
            "该备份之后撤销的设备会重新有效，请用 `hallcall device list` 检查。",
        )
    )
    _copy_archive(copy.parent / ARCHIVE, settings.archive, sound=sound)
    _copy_languages(copy.parent / LANGUAGES, settings.languages, again=False)


def _copy_archive(source: Path, target: Path, *, sound: Iterable[Path] = ()) -> None:
    from server.services.archive.archive_copies import copy_new

    if source.is_dir():
        copied, there = copy_new(source, target, sound=sound)
        click.echo(
            words(
                f"  archive: files in {target}: {there}, new: {copied}",
                f"  归档：{target} 中 {there} 个文件，其中新复制 {copied} 个",
            )
        )


def _copy_languages(source: Path, target: Path, *, again: bool) -> None:
    """Copy the files of the added languages. again: those that the target has already as well."""
    files = [file for file in sorted(source.glob("*.json")) if again or not (target / file.name).exists()]
    if files:
        target.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copy2(file, target / file.name)
        named = ", ".join(file.stem for file in files)
        click.echo(words(f"  languages copied to {target}: {named}", f"  语言文件已复制到 {target}：{named}"))


def _tell(proof: Proof) -> None:
    counts = ", ".join(f"{name} {count}" for name, count in proof.counts.items())
    click.echo(f"  {counts}, {proof.size:,} bytes, schema {proof.revision}")
    for hall, seq in proof.seqs.items():
        if seq == 0:
            click.echo(words(f"  {hall}: no events yet", f"  {hall}：尚无事件"))
            continue
        since = proof.firsts[hall]
        if since > seq:
            click.echo(words(f"  {hall}: events 1 to {seq} are archived", f"  {hall}：{seq} 条事件均已归档"))
            continue
        click.echo(
            words(f"  {hall}: events {since} to {seq} without a hole", f"  {hall}：事件 {since} 至 {seq} 连续无缺")
        )
