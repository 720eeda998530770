"""What a terminal keeps on its computer for calling by voice: a small file that only its owner reads."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from client.board import Json


def kept_file(*, server: str, hall: str, counter: str, environment: Mapping[str, str] = os.environ) -> Path:
    """The file of one counter of one server, below the person's own folder for the state of programs."""
    roots = (environment.get("XDG_STATE_HOME"), environment.get("LOCALAPPDATA"))
    root = next((Path(each) for each in roots if each), Path.home() / ".local" / "state")
    name = hashlib.sha256("\n".join((server.rstrip("/"), hall, counter)).encode()).hexdigest()[:16]
    return root / "hallcall" / f"voice-{name}.json"


class Kept:
    """The last known line and the calls by voice of one counter, in one file that is replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[list[Json], list[Json]]:
        """The line and the calls; both empty where there is no file or it holds nonsense."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return [], []
        kept = kept if isinstance(kept, dict) else {}
        line = _those(kept.get("line"), number=str, service=str)
        calls = _those(kept.get("calls"), number=str, called=str, came=bool)
        return line, [call for call in calls if _is_time(call["called"])]

    def write(self, *, line: list[Json], calls: list[Json]) -> None:
        """Replace both; when this returns they survive a power cut. Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._path.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"line": line, "calls": calls}, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        _settle(self._path.parent)


def _settle(folder: Path) -> None:
    """Let the new name survive a power cut, where a folder can be synced (not on Windows)."""
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _those(entries: object, **kinds: type) -> list[Json]:
    """The entries that have all these fields."""
    return [
        entry
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict) and all(isinstance(entry.get(name), kind) for name, kind in kinds.items())
    ]
