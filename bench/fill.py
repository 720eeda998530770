"""Waiting people and counters put straight into a database, for benchmarks that need more than the demo has."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from server.clock import now_ms
from server.db.sqlite import SqliteDatabase
from server.domain.hours import business_day
from server.services.hall_setup import demo_hall
from server.services.hall_setup.hall_file import check_hall
from server.services.hall_setup.hall_import import import_hall
from server.services.runtime.actor import SYSTEM
from server.services.runtime.deployment import Deployment

HALF_HOUR = 1_800_000

_INSERT = """
INSERT INTO ticket (hall_id, day, number, token, service_id, counter_type_id, class_code, language, channel, state,
                    issued_at, reference_at, kappa_at, waiting_since)
VALUES (1, ?, ?, ?, ?, ?, 'ordinary', 'zh-CN', 'api', 'waiting', ?, ?, ?, ?)
"""
_PLACES = """
INSERT INTO place (hall_id, ticket_id, step, counter_type_id, service_id, class_code, reference_at, kappa_at,
                   waiting_since)
SELECT hall_id, id, 0, counter_type_id, service_id, class_code, reference_at, kappa_at, waiting_since
FROM ticket WHERE token LIKE 'bench-%'
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
    day = _business_day(database)
    with closing(sqlite3.connect(database)) as connection:
        kinds = connection.execute(_TYPES).fetchall()
        if in_type_of_counter is not None:
            own = connection.execute(_TYPE_OF_COUNTER, (in_type_of_counter,)).fetchone()[0]
            kinds = [kind for kind in kinds if kind[1] == own]
        start, step = now_ms() - HALF_HOUR, HALF_HOUR / waiting
        rows = []
        for index in range(waiting):
            prefix, kind_id, service_id = kinds[index % len(kinds)]
            at = start + int(index * step)
            number = f"{prefix}{500_000 + index}"  # far from the numbers that are given out
            rows.append((day, number, f"bench-{index}", service_id, kind_id, at, at, at, at))
        connection.executemany(_INSERT, rows)
        connection.execute(_PLACES)
        connection.commit()


def give_counters(database: Path, count: int) -> None:
    """Give the demo hall so many counters, 1 and on, for its queues in turn."""
    file = demo_file()
    types = [part["code"] for part in file["counter_types"]]
    zone = file["zones"][0]["code"]
    file["counters"] = [
        {"code": str(number + 1), "zone": zone, "counter_types": [types[number % len(types)]]}
        for number in range(count)
    ]
    with closing(SqliteDatabase(f"sqlite:///{database.as_posix()}")) as opened:
        import_hall(Deployment(opened), check_hall(file), actor=SYSTEM, now=now_ms())


def demo_file() -> dict[str, Any]:
    """The demo hall's file, of a hall where each "call next" calls somebody: that is what is measured."""
    content: dict[str, Any] = json.loads(demo_hall.FILE.read_text(encoding="utf-8"))
    content["policy"] = content.get("policy", {}) | {"on_next": "complete"}
    return content


def _business_day(database: Path) -> str:
    with closing(SqliteDatabase(f"sqlite:///{database.as_posix()}")) as opened:
        hall = Deployment(opened).halls[0]
    return business_day(now_ms(), hall.time_zone, day_ends=hall.settings.day_ends)
