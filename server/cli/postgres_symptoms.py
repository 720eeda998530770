"""What `hallcall doctor` says of a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import psycopg
from sqlalchemy import func, select

from server.cli.finding import Finding
from server.db import tables
from server.db.postgres.database import engine_for
from server.db.postgres.pooler import SessionsShared, shares_sessions
from server.db.repositories.streams import SKIPPED, counted
from server.db.schema import named
from server.domain.plurals import counted as plural

#: The oldest that is tried.
OLDEST = 150_000
_EVENTS = (
    select(
        tables.hall.c.id,
        tables.hall.c.code,
        tables.hall_head.c.seq,
        func.count(tables.event.c.seq),
        func.min(tables.event.c.seq),
        func.max(tables.event.c.seq),
        select(func.coalesce(func.max(tables.archive.c.last_seq), 0))
        .where(tables.archive.c.hall_id == tables.hall.c.id)
        .scalar_subquery(),
    )
    .join(tables.hall_head, tables.hall_head.c.hall_id == tables.hall.c.id)
    .outerjoin(tables.event, tables.event.c.hall_id == tables.hall.c.id)
    .group_by(tables.hall.c.id, tables.hall.c.code, tables.hall_head.c.seq)
)


def pooler(url: str) -> Iterator[Finding]:
    """Whether a pooler gets in the way; nothing where the database cannot be reached, which others say."""
    with suppress(psycopg.Error):
        if shares_sessions(url):
            yield Finding("broken", str(SessionsShared()), SessionsShared.zh)


def look(url: str) -> Iterator[Finding]:
    """Its version, its size, and whether an event is missing."""
    with engine_for(url) as engine, engine.connect() as connection:
        number = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
        version = connection.exec_driver_sql("SHOW server_version").scalar_one()
        size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        tickets = connection.execute(select(func.count()).select_from(tables.ticket)).scalar_one()
        halls = counted(connection.execute(_EVENTS).all(), connection.exec_driver_sql(SKIPPED).all())
    where, events = named(url), sum(one.count for one in halls.values())
    yield Finding(
        "well" if number >= OLDEST else "look",
        f"PostgreSQL {version} at {where}: {size // 2**20:,} MB, {plural(tickets, 'ticket')}, "
        f"{plural(events, 'event')}",
        f"PostgreSQL {version}（{where}）：{size // 2**20:,} MB，号票 {tickets:,}，事件 {events:,}",
    )
    for code, log in halls.items():
        if not log.whole:
            count, head = log.count, log.head
            yield Finding(
                "broken",
                f"Events of hall {code} are missing: {count} of {head}.",
                f"大厅 {code} 的事件缺失：{head} 条中仅有 {count} 条。",
            )
