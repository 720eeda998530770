"""Copies of the archive's files: they never change, so that only those that are not there yet are copied.

A damaged file is not copied as if it were one, and the one that is sound is found by reading both.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from server.data_folder.durable import make_private, settle
from server.services.archive.archive_file import ArchiveError, check


def refuse_unsound(folder: Path) -> list[Path]:
    """Read every file of a folder's archive, and name them. Raises ArchiveError for the first that is not sound."""
    found = _files(folder)
    for file in found:
        check(file)
    return found


def copy_new(source: Path, target: Path, *, sound: Iterable[Path] = ()) -> tuple[int, int]:
    """Copy the files that `target` has not yet, each proven and compared; how many were copied, and are there now.

    sound: those that were proven just now, and need not be once more. Raises ArchiveError for a file that is
    not sound, and for one that is there with another content: nothing is replaced, and what was copied before stays.
    """
    copied = there = 0
    proven = frozenset(sound)
    try:
        for file in _files(source):
            copied += _copy(file, target / file.relative_to(source), proven=file in proven)
            there += 1
    except OSError as error:
        where, why = error.filename or target, error.strerror or error
        raise ArchiveError(f"{where}: {why}.", f"{where}：{why}。") from error
    return copied, there


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.jsonl.gz"))


def _copy(file: Path, to: Path, *, proven: bool) -> bool:
    if to.exists() and filecmp.cmp(file, to):
        return False
    if not proven:
        check(file)
    if to.exists():
        check(to)
        raise ArchiveError(
            f"{to} and {file} are both sound and not the same: they are of two halls.",
            f"{to} 与 {file} 均完好但内容不同，属于两个大厅。",
        )
    make_private(to.parent)
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        part.touch(mode=0o600)
        shutil.copy2(file, part)
        settle(part)
        if not filecmp.cmp(file, part, shallow=False):
            raise ArchiveError(f"{file} could not be copied to {to}.", f"{file} 未能复制到 {to}。")
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return True
