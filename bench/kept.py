"""What the hall's log holds after a run: read from the database itself, so that it can contradict what clients say."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path


def public_events(database: Path, *, after: int) -> list[int]:
    """The seq of each event of the public stream behind `after`."""
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT seq FROM event WHERE public AND seq > ? ORDER BY seq", (after,))
        return [seq for (seq,) in rows]


def check_calls(database: Path, answered: list[str]) -> None:
    """Raises RuntimeError unless the log has no hole and each answered number was called once, and no other."""
    with closing(sqlite3.connect(database)) as connection:
        seqs = [seq for (seq,) in connection.execute("SELECT seq FROM event ORDER BY seq")]
        contents = connection.execute("SELECT content FROM event WHERE kind = 'ticket_called'").fetchall()
    if seqs != list(range(1, len(seqs) + 1)):
        raise RuntimeError("the log has a hole")
    called = Counter(json.loads(content)["ticket"]["number"] for (content,) in contents)
    twice = [number for number, times in called.items() if times > 1]
    if twice:
        raise RuntimeError(f"called twice: {', '.join(twice[:5])}")
    if sorted(answered) != sorted(called):
        raise RuntimeError(f"{len(answered)} calls were answered, {len(called)} stand in the log")
