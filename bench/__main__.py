"""`python -m bench NAME`: measures a server of its own and prints each figure beside the limit of the same run."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from bench import report
from bench.attack import attack
from bench.back import back
from bench.call import call
from bench.classes import classes
from bench.day import day
from bench.download import download
from bench.fanout import fanout
from bench.growth import growth
from bench.issue import issue
from bench.log import log
from bench.policy import policy
from bench.poll import poll
from bench.postgresql import postgresql
from bench.rest import rest
from bench.restart import restart
from bench.scale import scale
from bench.storm import storm
from bench.years import years

port_option = click.option("--port", default=8170, show_default=True, help="First of three free ports.")


@click.group(help=__doc__)
def bench() -> None:
    """The group of all benchmarks."""


@bench.command("call")
@port_option
@click.option("--calls", default=400, show_default=True, help="Calls by the lone clerk; half of them by each of many.")
@click.option("--clerks", default=20, show_default=True)
@click.option("--displays", default=3, show_default=True)
@click.option("--database", metavar="URL", help="An empty PostgreSQL database, which it fills, instead of SQLite.")
def call_command(port: int, calls: int, clerks: int, displays: int, database: str | None = None) -> None:
    """Call next: one clerk, and all at once."""
    call(port=port, calls=calls, clerks=clerks, displays=displays, postgres=database)


@bench.command("postgresql")
@port_option
@click.option("--calls", default=100, show_default=True, help="Calls by the lone clerk; half of them by each of many.")
@click.option("--clerks", default=32, show_default=True)
@click.option("--displays", default=3, show_default=True)
@click.option("--seconds", default=8, show_default=True, help="So long pgbench runs.")
def postgresql_command(port: int, calls: int, clerks: int, displays: int, seconds: int) -> None:
    """Call next on a PostgreSQL of its own, beside pgbench."""
    postgresql(port=port, calls=calls, clerks=clerks, displays=displays, seconds=seconds)


@bench.command("issue")
@port_option
@click.option("--tickets", default=1000, show_default=True)
@click.option("--at-once", default=20, show_default=True)
def issue_command(port: int, tickets: int, at_once: int) -> None:
    """Tickets through HTTP: one by one, and many at once."""
    issue(port=port, tickets=tickets, at_once=at_once)


@bench.command("poll")
@port_option
@click.option("--polls", default=20_000, show_default=True)
@click.option("--tickets", default=200, show_default=True, help="That many phones.")
@click.option("--at-once", default=20, show_default=True)
def poll_command(port: int, polls: int, tickets: int, at_once: int) -> None:
    """Phones without a socket that are told that nothing is new."""
    poll(port=port, polls=polls, tickets=tickets, at_once=at_once)


@bench.command("growth")
@port_option
@click.option("--waiting", multiple=True, default=[100, 10_000, 100_000], show_default=True)
@click.option("--rounds", default=20, show_default=True)
@click.option("--calls", default=20, show_default=True, help="Calls in each round.")
def growth_command(port: int, waiting: tuple[int, ...], rounds: int, calls: int) -> None:
    """Call next with few and very many waiting."""
    growth(port=port, waiting=list(waiting), rounds=rounds, calls=calls)


@bench.command("download")
@port_option
@click.option("--waiting", multiple=True, default=[100, 10_000], show_default=True, type=int)
@click.option("--calls", default=50, show_default=True)
def download_command(port: int, waiting: tuple[int, ...], calls: int) -> None:
    """What a console downloads for an event with few and very many waiting."""
    download(port=port, waiting=list(waiting), calls=calls)


@bench.command("fanout")
@port_option
@click.option("--sockets", default=1000, show_default=True)
@click.option("--calls", default=20, show_default=True)
def fanout_command(port: int, sockets: int, calls: int) -> None:
    """One call to many displays."""
    fanout(port=port, sockets=sockets, calls=calls)


@bench.command("storm")
@port_option
@click.option("--sockets", default=3000, show_default=True)
def storm_command(port: int, sockets: int) -> None:
    """Many displays that come back at the same moment."""
    storm(port=port, sockets=sockets)


@bench.command("back")
@port_option
@click.option("--sockets", default=100, show_default=True)
@click.option("--calls", default=20, show_default=True, help="Calls while they are cut off.")
def back_command(port: int, sockets: int, calls: int) -> None:
    """Displays that catch up after a cut network."""
    back(port=port, sockets=sockets, calls=calls)


@bench.command("restart")
@port_option
@click.option("--clerks", default=5, show_default=True, type=click.IntRange(1, 8), help="Over sockets, and over REST.")
@click.option("--displays", default=20, show_default=True)
@click.option("--times", default=3, show_default=True, type=click.IntRange(min=1))
def restart_command(port: int, clerks: int, displays: int, times: int) -> None:
    """New processes take the server's place while clerks call and displays listen (not on Windows)."""
    try:
        restart(port=port, clerks=clerks, displays=displays, times=times)
    except RuntimeError as error:
        raise click.ClickException(str(error)) from error


@bench.command("attack")
@port_option
@click.option("--sockets", default=10, show_default=True, type=click.IntRange(1, 100))
@click.option("--seconds", default=8.0, show_default=True, type=click.FloatRange(0.1, 60), help="For each kind.")
@click.option("--idle/--no-idle", default=True, help="Also a hall whose connections are all taken (not on Windows).")
def attack_command(port: int, sockets: int, seconds: float, idle: bool = True) -> None:
    """A call while sockets without sign-in send without a pause."""
    attack(port=port, sockets=sockets, seconds=seconds, idle=idle)


@bench.command("log")
@port_option
@click.option("--events", multiple=True, default=[10_000, 100_000, 1_000_000], show_default=True, type=int)
@click.option("--rounds", default=20, show_default=True)
@click.option("--calls", default=10, show_default=True, help="Calls in each round.")
def log_command(port: int, events: tuple[int, ...], rounds: int, calls: int) -> None:
    """The same work with few and with very many events in the log."""
    log(port=port, events=list(events), rounds=rounds, calls=calls)


@bench.command("years")
@port_option
@click.option("--years", "count", default=10, show_default=True)
@click.option("--days", default=250, show_default=True, help="Days in each year.", type=click.IntRange(12, 365))
@click.option("--tickets", default=200, show_default=True, help="Tickets of each day.")
@click.option("--seconds", default=10.0, show_default=True)
def years_command(port: int, count: int, days: int, tickets: int, seconds: float) -> None:
    """Years of a busy hall whose old days are archived, and call next meanwhile."""
    years(port=port, count=count, days=days, tickets=tickets, seconds=seconds)


@bench.command("rest")
@port_option
@click.option("--consoles", default=17, show_default=True)
@click.option("--displays", default=3, show_default=True)
@click.option("--seconds", default=20.0, show_default=True)
def rest_command(port: int, consoles: int, displays: int, seconds: float) -> None:
    """Memory and processor while nothing happens (Linux)."""
    try:
        rest(port=port, consoles=consoles, displays=displays, seconds=seconds)
    except RuntimeError as error:
        raise click.ClickException(str(error)) from error


@bench.command("classes")
@click.option("--classes", "count", default=20, show_default=True, type=click.IntRange(5, 20))
@click.option("--rounds", default=10, show_default=True)
@click.option("--calls", default=20, show_default=True, help="Calls in each round.")
def classes_command(count: int, rounds: int, calls: int) -> None:
    """Call next with one class and with many in play."""
    classes(count=count, calls=calls, rounds=rounds)


@bench.command("policy")
@click.option("--visits", default=1000, show_default=True)
@click.option("--rounds", default=5, show_default=True)
def policy_command(visits: int, rounds: int) -> None:
    """A day played under each ready-made rule."""
    policy(visits=visits, rounds=rounds)


@bench.command("day")
@port_option
@click.option("--hours", default=24, show_default=True, type=click.IntRange(2, 240))
@click.option("--speed", default=240, show_default=True, type=click.IntRange(1, 1000), help="Times faster than life.")
@click.option("--visitors", default=120, show_default=True, help="In each hour.")
@click.option("--clerks", default=20, show_default=True)
def day_command(port: int, hours: int, speed: int, visitors: int, clerks: int) -> None:
    """What the server holds over a day and a night (Linux)."""
    try:
        day(port=port, hours=hours, speed=speed, visitors=visitors, clerks=clerks)
    except RuntimeError as error:
        raise click.ClickException(str(error)) from error


@bench.command("scale")
@port_option
@click.option("--waiting", default=10_000, show_default=True)
@click.option("--counters", default=10, show_default=True, type=click.IntRange(7, 100))
@click.option("--halls", default=10, show_default=True, type=click.IntRange(1, 900))
@click.option("--sockets", default=100, show_default=True)
@click.option("--rounds", default=20, show_default=True)
@click.option("--calls", default=20, show_default=True, help="Calls in each round, and to the displays.")
def scale_command(**sizes: int) -> None:
    """Ten times so many waiting, counters, halls and displays."""
    scale(**sizes)


#: Name in the document -> (command, its sizes when they are not the usual ones, its sizes in a trial).
SUITE: dict[str, tuple[click.Command, dict[str, Any], dict[str, Any]]] = {
    "call": (call_command, {}, {"calls": 6, "clerks": 2, "displays": 1}),
    "postgresql": (postgresql_command, {}, {"calls": 4, "clerks": 2, "displays": 1, "seconds": 1}),
    "issue": (issue_command, {}, {"tickets": 8, "at_once": 2}),
    "poll": (poll_command, {}, {"polls": 40, "tickets": 4, "at_once": 2}),
    "growth": (growth_command, {}, {"waiting": (10, 20), "rounds": 1, "calls": 2}),
    "log": (log_command, {"events": (10_000, 1_000_000, 10_000_000)}, {"events": (10, 20), "rounds": 1, "calls": 2}),
    "scale": (
        scale_command,
        {},
        {"waiting": 10, "counters": 7, "halls": 1, "sockets": 2, "rounds": 1, "calls": 2},
    ),
    "fanout 1000": (fanout_command, {}, {"sockets": 10, "calls": 2}),
    "fanout 3000": (fanout_command, {"sockets": 3000}, {"sockets": 12, "calls": 2}),
    "download": (download_command, {}, {"waiting": (10, 20), "calls": 2}),
    "back": (back_command, {}, {"sockets": 6, "calls": 2}),
    "restart": (restart_command, {}, {"clerks": 1, "displays": 2, "times": 1}),
    "attack": (attack_command, {}, {"sockets": 2, "seconds": 0.2, "idle": False}),
    "storm": (storm_command, {}, {"sockets": 12}),
    "rest": (rest_command, {}, {"consoles": 2, "displays": 1, "seconds": 0.5}),
    "day": (day_command, {}, {"hours": 2, "speed": 1000, "visitors": 4, "clerks": 2}),
    "years": (years_command, {}, {"count": 1, "days": 12, "tickets": 1, "seconds": 0.1}),
    "classes": (classes_command, {}, {"count": 10, "rounds": 1, "calls": 2}),
    "policy": (policy_command, {}, {"visits": 60, "rounds": 1}),
}


#: What takes too long to be measured each time.
LONG = ("log", "years")
#: What is measured once however many runs are wished: it takes minutes, and its memory and ratios hardly move; or it
#: counts failures, which a median would hide.
ONCE = (*LONG, "scale", "day", "restart")


@bench.command("all")
@port_option
@click.option("--only", multiple=True, metavar="NAME", type=click.Choice(list(SUITE)), help="These; the others stay.")
@click.option("--long", is_flag=True, help=f"Also {' and '.join(LONG)}; without it what was kept of them stays.")
@click.option(
    "--runs",
    default=3,
    show_default=True,
    type=click.IntRange(1, 9),
    help="The median of so many; some of it runs once.",
)
@click.option("--trial", type=click.Path(file_okay=False, path_type=Path), help="Tiny sizes, written to this folder.")
@click.pass_context
def all_command(
    context: click.Context, *, port: int, only: tuple[str, ...], long: bool, runs: int, trial: Path | None
) -> None:
    """Everything, kept in bench/results.json and written to docs/benchmarks.md."""
    results, file = (trial / "results.json", trial / "benchmarks.md") if trial else (report.RESULTS, report.DOCUMENT)
    results.parent.mkdir(parents=True, exist_ok=True)
    kept = report.read(results)
    for name in only or [each for each in SUITE if long or each not in LONG]:
        command, usual, tiny = SUITE[name]
        sizes = (tiny if trial else usual) | ({"port": port} if port_option_of(command) else {})
        kept[name] = report.measure(name, partial(context.invoke, command, **sizes), runs=1 if name in ONCE else runs)
        report.keep(kept, results)
        file.write_text(report.document(kept), encoding="utf-8")
    click.echo(f"\n{file} is written.")


def port_option_of(command: click.Command) -> bool:
    """Whether a benchmark needs ports."""
    return any(each.name == "port" for each in command.params)


if __name__ == "__main__":
    bench(prog_name="python -m bench")
