"""`hallcall policy compare`: one day under several rules, played in the head by the very rule that the server uses.

Unlike a replay it needs no server: `server.domain` knows how a day goes. The modules `compare*` are the only ones of
this room that look inside; tests/tools/test_import_rule.py holds that.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import click

from replay.compare_day import Asked, SpecError, Trial, TrialError, made, recorded
from replay.compare_hall import Rules, rules_of
from replay.compare_table import table
from replay.day import DayError, read_day
from server.cli.say import fail, plainly
from server.domain.compare import Compared, compare, shown
from server.services.hall_setup.hall_file import read_hall_file
from server.settings.language import words

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("policy")
def command() -> None:
    """Try the rules that say who is next."""


@command.command("compare")
@click.argument("file", required=False, type=FILE)
@click.option("--generate", "spec", help="Draw a day instead, such as visits=881,counters=20,booked=0.3,load=1.0")
@click.option(
    "--policies", help="Names of rules, such as balanced,strict; hall is the hall file's own. All when left out."
)
@click.option("--hall", "hall_file", type=FILE, help="A hall file: its counters, classes and rules.")
@click.option("--booked", type=click.FloatRange(0, 1), help="Share of the visitors that have an appointment.")
@click.option("--counters", type=click.IntRange(1, 1000), help="So many counters, open all day.")
@click.option("--seed", default=1, show_default=True, help="The same seed draws the same chances.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@plainly
def compare_command(
    *,
    file: Path | None,
    spec: str | None,
    policies: str | None,
    hall_file: Path | None,
    booked: float | None,
    counters: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Play the recorded day FILE, or a drawn one, under several rules and print how each class fares.

    按不同规则推演同一天，比较各类号票的等候。

    FILE is a day such as those in replay/days, with its _counters.csv beside it.
    """
    if (file is None) == (spec is None):
        raise click.UsageError(words("Name either a FILE or --generate.", "请指定 FILE 或 --generate 其中之一。"))
    rules = rules_of(read_hall_file(hall_file.read_bytes()) if hall_file else None)
    chosen = _chosen(policies, rules)
    asked = Asked(rules=rules, booked=booked, counters=counters, dice=Random(seed))
    trial = _trial(file, spec, asked)
    try:
        results = list(compare(trial.day, {name: rules.policy(name) for name in chosen}))
    except ValueError as error:
        fail(f"The day cannot be played: {error}.", f"无法推演：{error}。")
    click.echo(_as_json(trial, results, seed) if as_json else table(trial, results, seed=seed))


def _chosen(policies: str | None, rules: Rules) -> list[str]:
    """The names asked for, all when none. Raises UsageError."""
    known = rules.names
    asked = list(dict.fromkeys(name.strip() for name in policies.split(","))) if policies else known
    if unknown := [name for name in asked if name not in known]:
        raise click.UsageError(
            words(
                f"--policies: there is no rule {', '.join(unknown)!r}; choose among {', '.join(known)}",
                f"--policies：没有规则“{'、'.join(unknown)}”；可选：{'、'.join(known)}",
            )
        )
    return asked


def _trial(file: Path | None, spec: str | None, asked: Asked) -> Trial:
    try:
        return recorded(read_day(file), asked) if file else made(spec or "", asked)
    except DayError as error:
        fail(f"The day cannot be read: {error}", f"无法读取这一天：{error}")
    except SpecError as error:
        raise click.UsageError(words(error.en, error.zh)) from error
    except TrialError as error:
        fail(error.en, error.zh)


def _as_json(trial: Trial, results: list[Compared], seed: int) -> str:
    said: dict[str, Any] = {
        "day": {
            "name": trial.name,
            "visits": len(trial.day.visits),
            "counters": len(trial.day.counters),
            "booked": trial.booked,
            "seed": seed,
        },
        "results": [shown(one) for one in results],
    }
    return json.dumps(said, ensure_ascii=False, indent=2)
