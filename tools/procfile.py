"""Reads the Procfile: `name: exec command arguments`, one program a line."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.places import program
from tools.say import Failure


@dataclass(frozen=True)
class Line:
    """One program: its name and its command, the program's path first."""

    name: str
    command: tuple[str, ...]


def read_procfile(text: str, *, resolve: Callable[[str], str] | None = None) -> list[Line]:
    """Parse a Procfile; `exec` is dropped, since nothing here runs in a shell; `resolve` finds a program's path.

    Raises: Failure that names the line which is not of the form `name: command`.
    """
    lines = []
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip() or raw.lstrip().startswith("#"):
            continue
        found = re.fullmatch(r"([A-Za-z0-9_-]+):\s*(?:exec\s+)?(\S.*)", raw.strip())
        if found is None:
            raise Failure(f"Procfile, line {number}: expected `name: exec command`, found {raw!r}")
        words = shlex.split(found[2])
        lines.append(Line(found[1], ((resolve or installed)(words[0]), *words[1:])))
    if not lines:
        raise Failure("Procfile: no program in it")
    return lines


def installed(name: str) -> str:
    """The command of the virtual environment when it has one by that name, else the name for PATH to find."""
    path: Path = program(name)
    return os.fspath(path) if path.exists() else name
