"""Call next with twenty classes in play beside one: the choice looks at heads alone, so it must cost little more."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from bench.figures import Figure, milliseconds, show
from server.clock import now_ms
from server.db import migrate
from server.db.database import Database
from server.services import calling, demo_hall, issuing, sessions, users
from server.services.actor import PUBLIC, Actor
from server.services.hall_file import check_hall
from server.services.hall_import import import_hall
from server.services.house import House
from server.services.work import perform


def classes(*, counts: list[int], calls: int) -> None:
    """Print the median of call-next, the service alone on a durable database, with so many classes that all wait."""
    medians = [_with(count, calls=calls) for count in counts]
    show(
        "call next, the service alone, with this many classes waiting, p50",
        [
            Figure(f"{count} classes", milliseconds(seconds), f"{milliseconds(medians[0])} with {counts[0]}",
                   seconds / medians[0])
            for count, seconds in zip(counts, medians, strict=True)
        ],
    )  # fmt: skip


def _with(count: int, *, calls: int) -> float:
    """Seconds of a call with `count` classes: statuses, each with a class of its own, in one counter type."""
    folder = Path(tempfile.mkdtemp())
    try:
        file = json.loads(demo_hall.FILE.read_text(encoding="utf-8"))
        codes = [f"class{number}" for number in range(1, count)]
        text = {"zh-CN": "测试", "en": "Test"}
        file["classes"] = {code: {"credit": float(index % 9)} for index, code in enumerate(codes)}
        file["statuses"] = [{"code": code, "name": text, "proof": text, "class": code} for code in codes]
        migrate.upgrade(folder / "hall.db")
        with closing(Database(f"sqlite:///{(folder / 'hall.db').as_posix()}")) as database:
            house = House(database)
            import_hall(house, check_hall(file), actor=PUBLIC, now=now_ms())
            users.create_user(house, username="clerk1", name="c", role="clerk", password="x" * 12, now=now_ms())
            return _calls(house, ["", *codes], calls)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _calls(house: House, statuses: list[str], calls: int) -> float:
    hall = house.halls[0]
    clerk = Actor("user", 1, "clerk1", "clerk", "reception")
    for index in range(calls * 2 + 40):
        status = statuses[index % len(statuses)] or None
        perform(house, issuing.issue_ticket, hall_code=hall.code, actor=PUBLIC, now=now_ms(), service="consult",
                status=status)  # fmt: skip
    perform(house, sessions.sign_on, hall_code=hall.code, actor=clerk, now=now_ms(), counter="1", take_over=False,
            client=None)  # fmt: skip
    seconds = []
    for _ in range(calls + 20):
        begun = time.perf_counter()
        perform(house, calling.call_next, hall_code=hall.code, actor=clerk, now=now_ms(), counter="1")
        seconds.append(time.perf_counter() - begun)
    return median(seconds[20:])
