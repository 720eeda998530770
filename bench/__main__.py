"""`python -m bench NAME`: measures a server of its own and prints each figure beside the limit of the same run."""

from __future__ import annotations

import click

from bench.call import call
from bench.classes import classes
from bench.fanout import fanout
from bench.growth import growth
from bench.issue import issue
from bench.log import log
from bench.policy import policy
from bench.rest import rest
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


@bench.command("issue")
@port_option
@click.option("--tickets", default=1000, show_default=True)
@click.option("--at-once", default=20, show_default=True)
def issue_command(port: int, tickets: int, at_once: int) -> None:
    """Tickets through HTTP: one by one, and many at once."""
    issue(port=port, tickets=tickets, at_once=at_once)


@bench.command("growth")
@port_option
@click.option("--waiting", multiple=True, default=[100, 10_000, 100_000], show_default=True)
@click.option("--rounds", default=20, show_default=True)
@click.option("--calls", default=20, show_default=True, help="Calls in each round.")
def growth_command(port: int, waiting: tuple[int, ...], rounds: int, calls: int) -> None:
    """Call next with few and very many waiting."""
    growth(port=port, waiting=list(waiting), rounds=rounds, calls=calls)


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
@click.option("--days", default=250, show_default=True, help="Days in each year.", type=click.IntRange(101, 365))
@click.option("--tickets", default=300, show_default=True, help="Tickets of each day.")
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


@bench.command("all")
@port_option
@click.pass_context
def all_command(context: click.Context, port: int) -> None:
    """Everything, with its usual sizes."""
    commands = (
        call_command, issue_command, growth_command, log_command, fanout_command, storm_command, rest_command
    )  # fmt: skip
    for command in commands:
        context.invoke(command, port=port)
    context.invoke(classes_command)
    context.invoke(policy_command)


if __name__ == "__main__":
    bench(prog_name="python -m bench")
