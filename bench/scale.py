"""Ten times the work: what ten times the people waiting, counters, halls and screens cost beside a tenth of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import select

from bench.clerks import displays_with
from bench.fanout import Crowd, reach
from bench.figures import Figure, milliseconds, percentile, show
from bench.fill import demo_file, fill, give_counters
from bench.growth import in_turn
from bench.hall import TrialHall, trial_hall
from bench.rest import memory_of
from server.clock import now_ms
from server.db.sqlite import SqliteDatabase
from server.db.tables import user
from server.services.calling import sessions
from server.services.devices.devices import make_device
from server.services.hall_setup.hall_file import check_hall
from server.services.hall_setup.hall_import import import_hall
from server.services.runtime.actor import SYSTEM, Actor
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment

#: What the calls that are measured and those before them can take away, so that nobody runs out of people.
SPARE = 50
#: The tokens of displays that are paired before the server starts, by hall.
Tokens = dict[str, str]
#: Makes a database of so many; keeps the tokens.
Prepare = Callable[[Path, int, Tokens], None]


@dataclass(frozen=True)
class Cost:
    """Seconds until a server answers, its megabytes, the median seconds of a call; megabytes None without /proc."""

    start: float
    memory: float | None
    call: float


def scale(*, port: int, waiting: int, counters: int, halls: int, sockets: int, rounds: int, calls: int) -> None:
    """Print what ten times so many cost. Two servers run side by side and are asked in turn."""
    spare = rounds * calls + SPARE

    def people(database: Path, count: int, _tokens: Tokens) -> None:
        fill(database, waiting=count + spare, in_type_of_counter="1")

    def fuller(add: Prepare, database: Path, count: int, tokens: Tokens) -> None:
        add(database, count, tokens)
        fill(database, waiting=spare, in_type_of_counter="1")

    with trial_hall(port=port):
        pass  # the first start of all reads the programs from the disk
    costs = partial(_costs, port=port, rounds=rounds, calls=calls)
    figures = [
        *_compared("waiting", waiting, costs(prepare=people, few=waiting)),
        *_compared("counters on duty", counters, costs(prepare=partial(fuller, _counters), few=counters)),
        *_compared("halls, a display in each", halls, costs(prepare=partial(fuller, _halls), few=halls)),
        _screens(*(reach(port=port, sockets=count, calls=calls)[0] for count in (sockets, sockets * 10)), few=sockets),
    ]
    show("ten times the work", figures)


def _costs(*, prepare: Prepare, few: int, port: int, rounds: int, calls: int) -> tuple[Cost, Cost]:
    """The cost of so few, and of ten times as many."""
    told: tuple[Tokens, Tokens] = ({}, {})
    with ExitStack() as running:
        trials = [
            running.enter_context(trial_hall(port=port + index, prepare=partial(_made, prepare, count, tokens)))
            for index, (count, tokens) in enumerate(zip((few, few * 10), told, strict=True))
        ]
        one, ten = asyncio.run(_play(trials, told, rounds=rounds, calls=calls))
    return one, ten


def _made(prepare: Prepare, count: int, tokens: Tokens, database: Path) -> None:
    prepare(database, count, tokens)


async def _play(halls: list[TrialHall], told: tuple[Tokens, Tokens], *, rounds: int, calls: int) -> list[Cost]:
    async with AsyncExitStack() as listening:
        for hall, tokens in zip(halls, told, strict=True):
            await listening.enter_async_context(displays_with(hall, tokens))
        medians, _outlooks = await in_turn(halls, rounds=rounds, calls=calls)
        return [
            Cost(hall.started_in, memory_of(hall.process) if Path("/proc/self/statm").exists() else None, seconds)
            for hall, seconds in zip(halls, medians, strict=True)
        ]


def _compared(what: str, few: int, costs: tuple[Cost, Cost]) -> list[Figure]:
    one, ten = costs
    many, least = f"{few * 10:,} {what}", f"with {few:,}"
    lines = [
        Figure(
            f"{many}: call next, p50", milliseconds(ten.call), f"{milliseconds(one.call)} {least}", ten.call / one.call
        ),
        Figure(
            f"{many}: the server's start", f"{ten.start:.2f} s", f"{one.start:.2f} s {least}", ten.start / one.start
        ),
    ]
    if one.memory and ten.memory:
        lines.append(
            Figure(f"{many}: memory", f"{ten.memory:.0f} MB", f"{one.memory:.0f} MB {least}", ten.memory / one.memory)
        )
    return lines


def _screens(one: Crowd, ten: Crowd, *, few: int) -> Figure:
    least, most = percentile(one.last, 0.5), percentile(ten.last, 0.5)
    return Figure(
        f"{few * 10:,} displays: a call to the last, p50",
        milliseconds(most),
        f"{milliseconds(least)} with {few:,}",
        most / least,
    )


def _counters(database: Path, count: int, _tokens: Tokens) -> None:
    """Give the demo hall so many counters, for its queues in turn, with clerk1 on duty at each."""
    give_counters(database, count)
    with closing(SqliteDatabase(f"sqlite:///{database.as_posix()}")) as opened:
        deployment = Deployment(opened)
        with opened.reading() as connection:
            row = connection.execute(select(user).where(user.c.username == "clerk1")).one()
        clerk = Actor("user", row.id, row.name, row.role, "reception")
        for number in range(1, count + 1):
            run_command(
                deployment,
                sessions.sign_on,
                hall_code=deployment.halls[0].code,
                actor=clerk,
                now=now_ms(),
                counter=str(number),
                take_over=False,
                client=f"bench-{number}",
            )


def _halls(database: Path, count: int, tokens: Tokens) -> None:
    """Add halls like the demo's until there are so many, and pair a display in each."""
    with closing(SqliteDatabase(f"sqlite:///{database.as_posix()}")) as opened:
        deployment = Deployment(opened)
        for number in range(1, count):
            file = demo_file() | {"code": f"z-{number:04}"}  # behind the demo hall's own code in every list
            import_hall(deployment, check_hall(file), actor=SYSTEM, now=now_ms())
        for hall in deployment.halls:
            tokens[hall.code] = make_device(deployment, hall=hall.code, kind="display", name="bench", now=now_ms())[1]
