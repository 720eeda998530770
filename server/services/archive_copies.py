"""Copies of the archive's files: they never change, so that only those that are not there yet are copied."""

from __future__ import annotations

import filecmp
import os
import shutil
from pathlib import Path

from server.on_disk import settle
from server.services.archive_file import ArchiveError


def copy_new(source: Path, target: Path) -> tuple[int, int]:
    """Copy the files that `target` has not yet, each compared byte by byte; how many were copied, and are there now.

    Raises ArchiveError for a file that is there with another content: it is left as it is.
    """
    copied = there = 0
    try:
        for file in sorted(source.rglob("*.jsonl.gz")):
            copied += _copy(file, target / file.relative_to(source))
            there += 1
    except OSError as error:
        raise ArchiveError(f"{error.filename or target}: {error.strerror or error}.") from error
    return copied, there


def _copy(file: Path, to: Path) -> bool:
    if to.exists():
        if filecmp.cmp(file, to):
            return False
        raise ArchiveError(f"{to} is not the same as {file}: choose another folder.")
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        part.touch(mode=0o600)
        shutil.copy2(file, part)
        settle(part)
        if not filecmp.cmp(file, part, shallow=False):
            raise ArchiveError(f"{file} could not be copied to {to}.")
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return True
