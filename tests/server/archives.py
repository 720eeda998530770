"""Working days of the small hall, and what database and archive hold of them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from server.db.database import Database
from server.services.archive import archiving, days
from server.services.archive.archiving import Archiver
from server.services.calling import calling
from server.services.runtime.actor import SYSTEM
from tests.server.small_hall import ALICE, Desk

DAY = 86_400
KEEP = 14


def work_a_day(desk: Desk, visitors: int = 3) -> list[str]:
    """Visitors come, all but the last are served, the clerk goes home; the next day begins."""
    desk.sign_on(ALICE, "1", take_over=True)
    numbers = [desk.take() for _ in range(visitors)]
    for _ in numbers[1:]:
        desk.next(ALICE, "1")
        desk.wait(60)
    if numbers[1:]:
        desk.do(calling.complete, ALICE, counter="1")
    desk.wait(DAY - 60 * (visitors - 1))
    desk.do(days.tick, SYSTEM)
    return numbers


def take_all(archiver: Archiver, desk: Desk) -> list[archiving.Taken]:
    found, after = [], ""
    while taken := archiver.take_next("hall", now=desk.now, days=KEEP, after=after):
        found.append(taken)
        after = taken.day
    return found


def kept(database: Database) -> dict[str, dict[int, dict[str, Any]]]:
    """What the archive would keep of every row that is in the database: {table: {key: record}}."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    with database.reading() as connection:
        for kind in archiving.KINDS:
            rows = connection.execute(select(*kind.columns))
            records = [json.loads(json.dumps(archiving.archive_rows._record(kind, row))) for row in rows]
            found[kind.name] = {record[kind.key]: record for record in records}
    return found


def archived(folder: Path) -> dict[str, dict[int, dict[str, Any]]]:
    """What all files of an archive hold, read as anybody would."""
    found: dict[str, dict[int, dict[str, Any]]] = {kind.name: {} for kind in archiving.KINDS}
    for file in sorted(folder.rglob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as opened:
            _, *lines, _ = [json.loads(line) for line in opened]
        for line in lines:
            ((kind, row),) = line.items()
            key = row["seq" if kind == "event" else "id"]
            assert key not in found[kind], "a row twice"
            found[kind][key] = row
    return found


def both(desk: Desk, folder: Path) -> dict[str, dict[int, dict[str, Any]]]:
    """Archive and database together; no row may be in both."""
    out, here = archived(folder), kept(desk.database)
    for kind in here:
        assert not out[kind].keys() & here[kind].keys(), "taken out and still there"
    return {kind: out[kind] | here[kind] for kind in here}
