"""Files that must outlive a power cut."""

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
