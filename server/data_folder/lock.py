"""The lock of the data folder: SQLite has one writing process, and this says which.

The system releases it when the process ends, however that happens; the file stays.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Held(RuntimeError):
    """Another process holds the lock."""


@contextmanager
def lock(file: Path) -> Iterator[None]:
    """Hold the lock while the block runs. Raises Held, or OSError when the file cannot be made.

    A data folder that is made here is its owner's alone: it holds tokens and the hashes of passwords.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(opened)
        yield
    finally:
        os.close(opened)


def is_held(file: Path) -> bool:
    """Whether another process holds the lock now."""
    try:
        with lock(file):
            return False
    except Held:
        return True


def _take(opened: int) -> None:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(opened, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise Held(os.strerror(error.errno or 0)) from error
