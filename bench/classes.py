"""Call next with twenty classes in play beside one: the choice looks at heads alone, so it must cost little more.

A class is a counter type with one set of parameters; so twenty of them are twenty statuses in one queue, twenty queues
of one counter, or five queues with four statuses each.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import Figure, milliseconds, show
from server.clock import now_ms
from server.db import migrate
from server.db.sqlite import SqliteDatabase
from server.services.accounts import users
from server.services.calling import calling, sessions
from server.services.hall_setup import demo_hall
from server.services.hall_setup.hall_file import check_hall
from server.services.hall_setup.hall_import import import_hall
from server.services.runtime.actor import PUBLIC, Actor
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.services.tickets import issuing

LIMIT = 1.5
CLERK = Actor("user", 1, "clerk1", "clerk", "reception")
TEXT = {"zh-CN": "测试", "en": "Test"}
PREFIXES = "ABCDEFGHJKLMNPRSTUVW"
WARM_UP = 20


def classes(*, count: int, calls: int, rounds: int) -> None:
    """Print call-next's median, the service alone on a durable database, with `count` classes that all wait.

    The halls are asked in turn, `calls` calls in each of `rounds` rounds, so that the machine's moods fall on all.
    """
    ways = {
        "1 class": (1, 1),
        f"{count} classes: {count} parameter sets in one queue": (1, count),
        f"{count} classes: {count} queues of one counter": (count, 1),
        f"{count} classes: 5 queues with {count // 5} parameter sets": (5, count // 5),
    }
    seconds: list[list[float]] = [[] for _ in ways]
    waiting = rounds * calls + WARM_UP
    with ExitStack() as running:
        houses = [running.enter_context(_hall(queues, sets, waiting=waiting)) for queues, sets in ways.values()]
        for deployment in houses:
            _call(deployment, WARM_UP)
        for _ in range(rounds):
            for deployment, mine in zip(houses, seconds, strict=True):
                mine.extend(_call(deployment, calls))
    least, *more = map(median, seconds)
    one, *others = ways
    show(
        f"call next with many classes waiting, the service alone, p50 (meant: at most x {LIMIT})",
        [
            Figure(one, milliseconds(least)),
            *(
                Figure(what, milliseconds(took), f"{milliseconds(least)} with 1", took / least)
                for what, took in zip(others, more, strict=True)
            ),
        ],
    )


@contextmanager
def _hall(queues: int, sets: int, *, waiting: int) -> Iterator[Deployment]:
    """A hall of one counter in a folder of its own, with so many people waiting, in every class in turn."""
    folder = Path(tempfile.mkdtemp(prefix="hallcall-bench-"))
    try:
        migrate.upgrade(folder / "hall.db")
        with closing(SqliteDatabase(f"sqlite:///{(folder / 'hall.db').as_posix()}")) as database:
            deployment = Deployment(database)
            import_hall(deployment, check_hall(_file(queues, sets)), actor=PUBLIC, now=now_ms())
            users.create_user(deployment, username="clerk1", name="c", role="clerk", password="x" * 12, now=now_ms())
            for number in range(waiting + 2 * queues * sets):
                status = f"s{number % sets}" if number % sets else None
                _do(deployment, issuing.issue_ticket, PUBLIC, service=f"q{number // sets % queues}", status=status)
            _do(deployment, sessions.sign_on, CLERK, counter="1", take_over=False, client=None)
            yield deployment
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _file(queues: int, sets: int) -> dict[str, Any]:
    file: dict[str, Any] = json.loads(demo_hall.FILE.read_text(encoding="utf-8"))
    codes = [f"q{number}" for number in range(queues)]
    statuses = [f"s{number}" for number in range(1, sets)]
    file["counter_types"] = [
        {"code": code, "prefix": PREFIXES[index], "name": TEXT} for index, code in enumerate(codes)
    ]
    file["services"] = [{"code": code, "name": TEXT, "counter_type": code} for code in codes]
    file["counters"] = [{"code": "1", "zone": file["zones"][0]["code"], "counter_types": codes}]
    # Of one credit, so that calls take from all of them in turn and none runs empty.
    file["classes"] = {code: {"credit": 1.0} for code in statuses}
    file["statuses"] = [{"code": code, "name": TEXT, "proof": TEXT, "class": code} for code in statuses]
    file["policy"] = file.get("policy", {}) | {"on_next": "complete"}  # each "next" calls: that is what is measured
    return file


def _call(deployment: Deployment, calls: int) -> list[float]:
    """Seconds of each of so many calls."""
    seconds = []
    for _ in range(calls):
        begun = time.perf_counter()
        _do(deployment, calling.call_next, CLERK, counter="1")
        seconds.append(time.perf_counter() - begun)
    return seconds


def _do(deployment: Deployment, act: Any, actor: Actor, **arguments: Any) -> None:
    run_command(deployment, act, hall_code=deployment.halls[0].code, actor=actor, now=now_ms(), **arguments)
