"""Waiting tickets put straight into a database, for benchmarks that need more of them than can be issued in time."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

_INSERT = """
INSERT INTO ticket (hall_id, day, number, token, service_id, counter_type_id, class_code, language, channel, state,
                    issued_at, reference_at, kappa_at, waiting_since)
VALUES (1, ?, ?, ?, ?, ?, 'ordinary', 'zh-CN', 'api', 'waiting', ?, ?, ?, ?)
"""


_TYPES = """
SELECT prefix, counter_type.id, min(service.id) FROM counter_type
JOIN service ON service.counter_type_id = counter_type.id GROUP BY counter_type.id
"""
_TYPE_OF_COUNTER = """
SELECT counter_type_id FROM counter_serves JOIN counter ON counter.id = counter_id
WHERE code = ? ORDER BY rank, counter_serves.position
"""


def fill(database: Path, *, waiting: int, in_type_of_counter: str | None = None) -> None:
    """Let `waiting` people wait, in turn in every queue, or all in the first queue of one counter.

    They came one after the other in the last half hour.
    """
    with closing(sqlite3.connect(database)) as connection:
        zone, day_ends = connection.execute("SELECT time_zone, settings ->> '$.day_ends' FROM hall").fetchone()
        kinds = connection.execute(_TYPES).fetchall()
        if in_type_of_counter is not None:
            own = connection.execute(_TYPE_OF_COUNTER, (in_type_of_counter,)).fetchone()[0]
            kinds = [kind for kind in kinds if kind[1] == own]
        now = datetime.now(UTC)
        day = business_day(now, zone=zone, day_ends=day_ends or "00:00")
        start, step = int((now - timedelta(minutes=30)).timestamp() * 1000), 1_800_000 / waiting
        rows = []
        for index in range(waiting):
            prefix, kind_id, service_id = kinds[index % len(kinds)]
            at = start + int(index * step)
            number = f"{prefix}{500_000 + index}"  # far from the numbers that are given out
            rows.append((day, number, f"bench-{index}", service_id, kind_id, at, at, at, at))
        connection.executemany(_INSERT, rows)
        connection.commit()


def business_day(now: datetime, *, zone: str, day_ends: str) -> str:
    """The business day of a moment: it ends at `day_ends` (HH:MM) in the hall's zone."""
    hours, minutes = (int(part) for part in day_ends.split(":"))
    local = now.astimezone(ZoneInfo(zone))
    return (local - timedelta(hours=hours, minutes=minutes)).date().isoformat()
