"""Stamps: a hash of a step's inputs kept beside its result, so that the next start skips what is up to date."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

SKIPPED = {"node_modules", "__pycache__", "dist"}


def fingerprint(paths: Iterable[Path], *, root: Path, also: str = "") -> str:
    """Hash the names and contents of files and folders (recursively); a missing one counts as missing.

    `also` is anything else that the result depends on, such as the version of Python.
    """
    digest = hashlib.sha256(also.encode())
    for path in sorted(_files(paths)):
        digest.update(f"\0{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes() if path.is_file() else b"missing")
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from (
                file for file in path.rglob("*") if file.is_file() and not SKIPPED.intersection(file.parts[:-1])
            )
        else:
            yield path


class Stamp:
    """The record of what a result was made from; it lies in the result's folder and vanishes with it."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def holds(self, value: str) -> bool:
        """Whether the result was made from exactly these inputs."""
        return self.file.is_file() and self.file.read_text(encoding="ascii", errors="replace").strip() == value

    def write(self, value: str) -> None:
        """Record the inputs, after the result is complete."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(value + "\n", encoding="ascii")

    def tear(self) -> None:
        """Forget the record before the result is changed: a half-made result must not look complete."""
        self.file.unlink(missing_ok=True)
