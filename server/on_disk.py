"""Files that must outlive a power cut, and folders that are nobody else's."""

from __future__ import annotations

import os
from pathlib import Path


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


def make_private(folder: Path) -> None:
    """Make a folder, and those above it that are lacking, for this user alone."""
    for one in (*reversed(folder.parents), folder):
        if not one.exists():
            one.mkdir(mode=0o700, exist_ok=True)
