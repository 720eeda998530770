"""Unfinished copies of a database that a killed command has left: whole ones, with the hashes of passwords."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.data_folder.durable import BESIDE

#: What it would have become, and the number of the process that wrote it.
_NAMES = ".*.*.part"
_HEADER, _NEW_S = b"SQLite format 3\0", 60.0


@contextmanager
def being_written(part: Path) -> Iterator[None]:
    """Make an unfinished copy (its owner's alone) and say, while the block runs, that it is no rest."""
    opened = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.name != "nt":  # there an open file cannot be deleted, and a lock would be in SQLite's way
            import fcntl

            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(opened)


def rests(*folders: Path) -> list[Path]:
    """Those in these folders."""
    return sorted({part for one in folders if one.is_dir() for part in one.glob(_NAMES) if _is_rest(part)})


def remove_rests(folder: Path) -> list[Path]:
    """Delete them; what was deleted."""
    left = rests(folder)
    for part in left:
        for end in ("", *BESIDE):
            part.with_name(part.name + end).unlink(missing_ok=True)
    return left


def _is_rest(part: Path) -> bool:
    if not part.name.split(".")[-2].isdigit():
        return False
    try:
        opened = os.open(part, os.O_RDWR)
    except OSError:
        return False  # it has its name by now
    try:
        begun = os.read(opened, len(_HEADER))
        whole = begun == _HEADER or (not begun and time.time() - part.stat().st_mtime > _NEW_S)
        return whole and not _locked(opened)
    except OSError:
        return False
    finally:
        os.close(opened)


def _locked(opened: int) -> bool:
    if os.name == "nt":
        return False
    import fcntl

    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False
