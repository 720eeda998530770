"""Call next on PostgreSQL: as many clerks as counters hammering, beside pgbench with the same statements."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

from bench.call import play
from bench.figures import Figure, milliseconds, per_second, percentile, show
from bench.fill import fill, give_counters
from bench.hall import trial_hall
from bench.pgbench import rate
from bench.recorder import Recorder, Transaction
from server.db.postgres.database import PostgresDatabase
from server.db.postgres.move import move
from server.services.calling import calling, sessions
from tests.postgres import Server  # type: ignore[import-untyped]

#: A hall's events must outlive a power cut, unlike a test's.
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
WARM = 20


def postgresql(*, port: int, calls: int, clerks: int, displays: int, seconds: int) -> None:
    """Print the figures of one clerk, and of `clerks` that call so often each, on a server of its own."""
    server = Server(**DURABLE)
    try:
        _measure(server, port=port, calls=calls, clerks=clerks, displays=displays, seconds=seconds)
    finally:
        server.close()


def _measure(server: Server, *, port: int, calls: int, clerks: int, displays: int, seconds: int) -> None:
    url, limit = server.empty(lasting=True), server.empty(lasting=True)

    def prepare(database: Path) -> None:
        give_counters(database, clerks)
        fill(database, waiting=calls * (clerks + 2) * 3 // 2 + 500)
        for each in (url, limit):
            move(database, each)

    with trial_hall(port=port, prepare=prepare, postgres=url) as hall:
        alone, together, asking = asyncio.run(play(hall, calls=calls, clerks=clerks, displays=displays))
    program, plain = server.programs / "pgbench", limit.replace("+psycopg", "")
    transaction = _recorded(limit)
    best = rate(program, plain, transaction, clients=clerks, seconds=seconds)
    usual = rate(program, plain, transaction, clients=clerks, seconds=seconds, at_best=False)
    lone = rate(program, plain, transaction, clients=1, seconds=seconds)
    one = percentile(alone.seconds, 0.5)
    figures = [Figure("1 clerk, p50", milliseconds(one), f"{milliseconds(1 / lone)} pgbench, mean", one * lone)]
    for run, what in ((together, "hammering"), (asking, "hammering, asking outlooks")):
        name = f"{clerks} clerks {what}"
        figures += [
            Figure(name, per_second(run.rate), f"{per_second(usual)} pgbench", usual / run.rate),
            Figure(f"{name}, beside its best", per_second(run.rate), f"{per_second(best)} pgbench", best / run.rate),
            Figure(f"{name}, p50", milliseconds(percentile(run.seconds, 0.5))),
            Figure(f"{name}, p99", milliseconds(percentile(run.seconds, 0.99))),
        ]
    show(f"call next on PostgreSQL: {calls} calls each, {displays} displays listening, fsync on", figures)


def _recorded(url: str) -> Transaction:
    """The statements of one call, of a clerk who has somebody at the counter."""
    with closing(Recorder(PostgresDatabase(url))) as recorder:
        clerk = recorder.clerk("clerk1")
        recorder.run(sessions.sign_on, clerk, counter="1", take_over=False, client="bench")
        for _ in range(WARM):
            recorder.run(calling.call_next, clerk, counter="1")
        return recorder.transactions[-1]
