"""What `hallcall doctor` says of the archive."""

from __future__ import annotations

import os
from collections.abc import Iterator

from server.cli.finding import Finding
from server.domain.plurals import counted
from server.settings.config import Config

EVERY_DAY = "every day stays in the database"
#: So many of the newest files are read; `hallcall archive check` reads all.
READ = 7


def look(settings: Config) -> Iterator[Finding]:
    """Whether the files that were written down are there, the newest are sound, and nothing is overdue."""
    from server.cli.archive import all_files, prove
    from server.cli.desk import reading
    from server.clock import now_ms
    from server.services.archive.archive_file import ArchiveError
    from server.services.archive.archiving import late
    from server.services.runtime.actor import SYSTEM
    from server.services.runtime.command_bus import run_query

    files = list(all_files(settings))
    there = [(file, sha256) for file, sha256 in files if file.exists()]
    missing = len(files) - len(there)
    yield from _unwritable(settings)
    if missing:
        # The files of several servers lie where each wrote them, unless they share a folder.
        yield Finding(
            "look" if settings.on_postgres else "broken",
            f"{counted(missing, 'file')} of the archive lacking in {settings.archive}.",
            f"{settings.archive} 中缺少 {missing} 个归档文件。",
        )
    strangers = [one for one in there if one[1] is None]
    for file, sha256 in [*[one for one in there if one[1] is not None][-READ:], *strangers[:READ]]:
        try:
            prove(file, sha256)
        except ArchiveError as error:
            yield Finding("broken", str(error), f"归档文件异常：{error.zh}")
    with reading(settings) as deployment:
        deployment.keep_days = settings.keeping.days
        for hall in deployment.halls:
            day = run_query(
                deployment, lambda unit: {"day": late(unit)}, hall_code=hall.code, actor=SYSTEM, now=now_ms()
            )["day"]
            if day:
                yield Finding(
                    "look",
                    f"Hall {hall.code}: days from {day} on should have left the database: `hallcall archive`.",
                    f"大厅 {hall.code}：{day} 起的旧记录早应归档，请运行 `hallcall archive`。",
                )
    days = settings.keeping.days
    kept = (f"kept in the database: {counted(days, 'day')}", f"保留 {days} 天") if days else (EVERY_DAY, "全部保留")
    yield Finding(
        "well",
        f"The archive has {counted(len(there), 'file')}; {kept[0]}",
        f"归档文件 {len(there):,} 个；数据库{kept[1]}",
    )


def _unwritable(settings: Config) -> Iterator[Finding]:
    nearest = next(one for one in (settings.archive, *settings.archive.parents) if one.exists())
    if settings.keeping.days and not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        yield Finding(
            "broken",
            f"Old days cannot leave the database: {nearest} cannot be written to.",
            f"旧记录无法归档：{nearest} 不可写。",
        )
