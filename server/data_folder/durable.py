"""Files that must outlive a power cut, and folders that are nobody else's."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

#: SQLite keeps these beside a database that is open.
BESIDE = ("-wal", "-shm", "-journal")


def settle(file: Path) -> None:
    """Put what was written to a file on the disk."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def settle_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    if os.name == "nt":  # a folder cannot be opened there
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def names(file: Path) -> int:
    """How many names (hard links) a file has; 1 where it cannot be asked."""
    try:
        return file.stat().st_nlink
    except OSError:
        return 1


def make_private(folder: Path) -> None:
    """Make a folder, and those above it that are lacking, for this user alone."""
    for one in (*reversed(folder.parents), folder):
        if not one.exists():
            one.mkdir(mode=0o700, exist_ok=True)


def keep_private(file: Path) -> None:
    """Take the right to read an SQLite file from everybody but its owner, who may use what stands beside it as well.

    A file that is lacking is made: SQLite gives what it puts beside it the same rights. What cannot be changed stays as
    it is. On Windows the folder's own rights decide.
    """
    if os.name == "nt":
        return
    with suppress(OSError):  # whoever opens it next is told why
        os.close(os.open(file, os.O_RDONLY | os.O_CREAT, 0o600))
    rights = 0
    for one in (file, *(file.with_name(file.name + end) for end in BESIDE)):
        with suppress(OSError):
            mode = one.stat().st_mode & 0o777
            rights = rights or mode & 0o700
            if mode != (wanted := (mode | rights) & 0o700):
                one.chmod(wanted)
