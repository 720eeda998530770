"""Files that only their owner may read: tokens and the demo's password."""

from __future__ import annotations

import os
from pathlib import Path


def write_private(file: Path, content: str) -> None:
    """Write a file that nobody else can read, whole or not at all. Raises OSError.

    On Windows the folder's own rights decide; a user's folders are private there.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
            opened.write(content)
        part.replace(file)
    except OSError as error:
        if error.filename is None and error.errno is not None:  # a full disk names no file
            raise OSError(error.errno, error.strerror, str(file)) from error
        raise
    finally:
        part.unlink(missing_ok=True)
