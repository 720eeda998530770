"""`hallcall replay`: a recorded day in a running hall."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from client.language import preferred_language
from client.prompts import hall_shape, password_of, server_here
from client.rest import Refused, Rest, Unreachable
from client.sign_in import SignIn
from replay.booked import Bookings, hall_time, need_bookings, need_lifes_clock, with_booked
from replay.clock import time_of
from replay.day import Day, DayError, read_day
from replay.figures import all_closed, calls_per_hour, counted, day_table, kinds_table
from replay.ledger import CLOSED, Ledger
from replay.plan import Plan, PlanError, make_plan
from replay.play import Play, PlayError
from replay.seats import SeatTaken, need_free_counters

TELL_EVERY = 5.0
"""Seconds on the wall between two lines of progress."""


@click.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--speed", default=60.0, show_default=True, type=click.FloatRange(0.1), help="Times faster than life.")
@click.option("--server", help="Address of the server; the one of this machine when not given.")
@click.option("--hall", help="Code of the hall; needed when the server has several.")
@click.option("--user", default="admin", show_default=True, help="Who signs on at all the counters.")
@click.option("--map", "chosen", multiple=True, metavar="QUEUE=SERVICE", help="Play a queue by this service.")
@click.option(
    "--no-shows",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Share of visitors who do not come when called; a recorded day does not tell.",
)
@click.option(
    "--booked",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Share of visitors who book before and check in; the hall's time must run as fast as the play.",
)
def command(
    *,
    file: Path,
    speed: float,
    server: str | None,
    hall: str | None,
    user: str,
    chosen: tuple[str, ...],
    no_shows: float,
    booked: float,
) -> None:
    """Play the recorded day FILE in a running hall: visitors come at their minutes, clerks serve them.

    It uses the public interfaces only: REST for visitors, sockets for clerks. The password of --user is asked for, or
    read from HALLCALL_PASSWORD, HALLCALL_DEMO_PASSWORD or the file that one of these with _FILE names. Exit status 0
    when everybody who took a number was served or has left. A counter where somebody is on duty is left alone: then
    nothing is played.
    """
    server = server or server_here()
    try:
        day = read_day(file)
        shape = hall_shape(server=server, hall=hall)
        plan = make_plan(day, shape, chosen=_chosen(chosen))
        password = password_of("HALLCALL_PASSWORD", "HALLCALL_DEMO_PASSWORD")
        sign_in = SignIn(server=server, username=user, password=password, language=preferred_language())
        _need_free_counters(plan, shape["code"], sign_in)
        day, bookings = _booked(day, booked, shape=shape, plan=plan, server=server, speed=speed)
        play = Play(
            day=day,
            plan=plan,
            hall=shape["code"],
            sign_in=sign_in,
            speed=speed,
            no_show_share=no_shows,
            tell=_Progress(),
            bookings=bookings,
            hall_minute=(lambda: hall_time(server, _zone(shape)).minute) if bookings else None,
        )
        _say(_explained(day, plan, speed))
        play.run()
    except (DayError, PlanError, PlayError, SeatTaken, Refused, Unreachable) as error:
        raise click.ClickException(str(error)) from error
    entries = list(play.ledger.entries.values())
    kinds = ["", *kinds_table(entries), ""] if bookings else []
    _say(["", *day_table(day, entries), *kinds, calls_per_hour(entries), f"on time: {play.lateness.sentence()}"])
    sys.exit(0 if len(entries) == len(day.visits) and all_closed(entries) else 1)


def _booked(
    day: Day, share: float, *, shape: dict[str, Any], plan: Plan, server: str, speed: float
) -> tuple[Day, Bookings | None]:
    """The day with its appointments, which are booked now. Raises PlanError, Refused, Unreachable."""
    time = hall_time(server, _zone(shape))
    if not share:
        need_lifes_clock(time)
        return day, None
    need_bookings(day, hall=shape, service_of=plan.service_of, time=time, speed=speed)
    wanted = with_booked(day, share, after=time.minute)
    with closing(Rest(server=server)) as rest:
        bookings = Bookings(rest, hall=shape["code"], today=time.day, zone=_zone(shape))
        bookings.book_all(wanted, plan.service_of)
    _say([f"booked: {len(bookings)}; {bookings.full} found no free time near theirs and come without"])
    return wanted, bookings


def _zone(shape: dict[str, Any]) -> ZoneInfo:
    return ZoneInfo(shape["time_zone"])


def _need_free_counters(plan: Plan, hall: str, sign_in: SignIn) -> None:
    """Raises SeatTaken, Refused, Unreachable."""
    with closing(Rest(server=sign_in.server)) as rest:
        rest.sign(sign_in.token())
        seats = [seat.counter for seat in plan.seats]
        need_free_counters(rest, hall=hall, counters=seats, username=sign_in.username)


def _chosen(pairs: Iterable[str]) -> dict[str, str]:
    """QUEUE=SERVICE pairs as a mapping. Raises click.UsageError."""
    chosen = {}
    for pair in pairs:
        queue, sign, service = pair.partition("=")
        if not sign:
            raise click.UsageError(f"--map {pair}: expected QUEUE=SERVICE")
        chosen[queue] = service
    return chosen


def _explained(day: Day, plan: Plan, speed: float) -> list[str]:
    people = counted(len(day.visits), "visitor")
    lines = [f"{day.name}: {people} from {time_of(day.opens)}, {speed:g} times faster than life"]
    for queue, name in day.queues.items():
        counters = ", ".join(seat.counter for seat in plan.seats if seat.shift.queue == queue)
        lines.append(
            f"  {queue}  {name} -> {plan.service_of[queue]} ({plan.type_of[queue]}), counters {counters or '-'}"
        )
    if plan.unseated:
        lines.append(f"  without a counter in this hall: {len(plan.unseated)} of the day's {len(day.shifts)}")
    return lines


class _Progress:
    """A line now and then."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def __call__(self, minute: float, ledger: Ledger) -> None:
        if time.monotonic() - self._told < TELL_EVERY:
            return
        self._told = time.monotonic()
        entries = list(ledger.entries.values())
        closed = sum(entry.state in CLOSED for entry in entries)
        waiting = sum(entry.state == "waiting" for entry in entries)
        _say([f"{time_of(minute)}  issued {len(entries)}, waiting {waiting}, served or left {closed}"])


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
