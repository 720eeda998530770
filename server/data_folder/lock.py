"""The locks of the data folder and of the database: SQLite has one writing process, and these say which.

The system releases them when the process ends, however that happens; the files stay.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: The byte of a file that is locked for all of it: far behind what SQLite locks, and what any file has.
BYTE = 1 << 62


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


@contextmanager
def lock_itself(file: Path) -> Iterator[bool]:
    """Hold a file by whatever name it is opened, while others go on reading and writing it.

    Yields whether it is held: not where the system has no such lock (it is Linux's), nor a file that is not there. The
    file must not be open in this process before or after: to close it here would end locks that SQLite has on it.
    Raises Held.
    """
    opened = _opened(file)
    if opened is None:
        yield False
        return
    try:
        yield _take_byte(opened)
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


def _opened(file: Path) -> int | None:
    if _set_lock() is None:
        return None
    try:
        return os.open(file, os.O_RDWR)
    except OSError:
        return None


def _take_byte(opened: int) -> bool:
    import fcntl

    command = _set_lock()
    assert command is not None
    # struct flock: type, whence, start, length, process (none: the lock is the open file's)
    wanted = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, BYTE, 1, 0)
    try:
        fcntl.fcntl(opened, command, wanted)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            raise Held(os.strerror(error.errno)) from error
        return False  # a file system without locks
    return True


def _set_lock() -> int | None:
    """The command by which a lock is the open file's and not the process's; None where there is none."""
    try:
        import fcntl
    except ImportError:
        return None
    return getattr(fcntl, "F_OFD_SETLK", None)
