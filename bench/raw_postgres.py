"""The limit of PostgreSQL: the very statements of a command, run by a bare loop of psycopg."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

import psycopg
from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from bench.recorder import RawFigures, Recorder, Transaction
from server.db.postgres.database import PostgresDatabase


def measure(url: str, play: Callable[[Recorder], None]) -> RawFigures:
    """Record what `play` does on one copy of a database and run it again on a second.

    The address's account must have the right to make databases.
    """
    here = make_url(url)
    copies = [here.set(database=f"{here.database}_{name}") for name in ("recorded", "raw")]
    for copy in copies:
        _administer(here, f'CREATE DATABASE "{copy.database}" TEMPLATE "{here.database}"')
    try:
        with closing(Recorder(PostgresDatabase(_text(copies[0])))) as recorder:
            play(recorder)
        return RawFigures(_run(copies[1], recorder.transactions), recorder.seconds)
    finally:
        for copy in copies:
            _administer(here, f'DROP DATABASE "{copy.database}" WITH (FORCE)')


def _administer(here: URL, statement: str) -> None:
    engine = create_engine(here.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _run(url: URL, transactions: list[Transaction]) -> list[float]:
    """Seconds of each transaction."""
    seconds = []
    with psycopg.connect(_text(url.set(drivername="postgresql")), autocommit=True) as connection:
        for transaction in transactions:
            start = time.perf_counter()
            for statement, parameters, _ in transaction:
                connection.execute(statement.encode(), parameters or None)
            connection.execute("COMMIT")
            seconds.append(time.perf_counter() - start)
    return seconds
