"""`hallcall policy compare`: one day under several rules, by the very code that the live server calls with."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from random import Random

import click

from replay.day import Day, DayError, read_day
from server.domain.booking import BookingRules, arrival
from server.domain.day_figures import ClassFigures, figures
from server.domain.days_made import make_day
from server.domain.hall import DEFAULT_CLASSES
from server.domain.order import ClassParameters, Lane, Policy
from server.domain.policy import APPOINTMENT, NAMED, ORDINARY, named
from server.domain.simulate import Arrival, Place, simulate

MINUTE = 60_000
SLOT = 15 * MINUTE
#: The rule that a hall file says, among the ready-made ones.
PRESENT = "hall"
GENERATED = {"visits": (1, 20_000), "counters": (1, 500), "booked": (0, 1), "load": (0.05, 3)}
COLUMNS = ("visits", "mean", "p90", "max", "in target", "overtaken", "by")


@click.group("policy")
def command() -> None:
    """比较叫号规则。Compare the rules of who is next."""


@command.command("compare")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--generate", metavar="visits=881,counters=20,booked=0.3,load=1.0", help="A day made up.")
@click.option("--policies", help=f"Of {', '.join(NAMED)}; all when not given.")
@click.option("--hall", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A hall's file: its own rule is compared too, with its classes.")  # fmt: skip
@click.option("--booked", default=0.0, show_default=True, type=click.FloatRange(0, 1), help="Share that booked.")
@click.option("--seed", default=1, show_default=True, help="The same number gives the same day.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def compare(  # noqa: PLR0917 - click passes them by name
    file: Path | None, generate: str | None, policies: str | None, hall: Path | None, booked: float, seed: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Play the recorded day FILE, or one made up, under several rules and print what each class had of it.

    Minutes: mean, nine in ten, longest; share within the class's target; by how many minutes at most somebody was
    overtaken by one who came later, and by how many of them.
    """
    if (file is None) == (generate is None):
        raise click.UsageError("give a recorded day FILE, or --generate / 请指定记录文件或 --generate")
    classes, rules = _rules(hall, policies)
    chance = Random(seed)
    try:
        made, places = _recorded(read_day(file), booked, chance) if file else _generated(str(generate), chance)
    except DayError as error:
        raise click.ClickException(str(error)) from error
    found = {name: figures(made, simulate(made, places, rule), classes) for name, rule in rules.items()}
    if as_json:
        shown = {name: [asdict(one) for one in of_rule] for name, of_rule in found.items()}
        click.echo(json.dumps({"visits": len(made), "policies": shown}, indent=2))
    else:
        _print(found, visits=len(made), counters=len(places))


def _rules(hall: Path | None, policies: str | None) -> tuple[Mapping[str, ClassParameters], dict[str, Policy]]:
    classes: Mapping[str, ClassParameters] = DEFAULT_CLASSES
    own: dict[str, Policy] = {}
    if hall is not None:
        present = policy_of_file(hall)
        classes, own = present.classes, {PRESENT: present}
    wanted = [name.strip() for name in policies.split(",")] if policies else list(NAMED)
    if unknown := sorted(set(wanted) - set(NAMED)):
        raise click.UsageError(f"there is no policy {', '.join(unknown)}; there are {', '.join(NAMED)}")
    return classes, own | {name: named(name, classes) for name in wanted}


def policy_of_file(file: Path) -> Policy:
    """The rule that a hall file says. Raises click.ClickException for a file that says none."""
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
        given = {code: ClassParameters(**values) for code, values in content.get("classes", {}).items()}
        lanes = tuple(Lane(one["code"], one["share"], tuple(one["classes"])) for one in content.get("lanes", ()))
        rules = content.get("policy", {})
        return Policy(
            {**DEFAULT_CLASSES, **given}, lanes, rules.get("guard_every", 3), rules.get("fallbacks_rank_last", True)
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise click.ClickException(
            f"{file} is no hall file that can be used ({error}); `hallcall init --check --from {file}` tells more"
        ) from error


def _recorded(day: Day, booked: float, chance: Random) -> tuple[list[Arrival], list[Place]]:
    rules = BookingRules()
    made = []
    for ticket, visit in enumerate(day.visits, start=1):
        at, service = int(visit.arrives * MINUTE), int(visit.service * MINUTE)
        one = Arrival(ticket, at, visit.queue, ORDINARY, service, at, at)
        if chance.random() < booked:
            # Whoever booked has the slot that begins next.
            came = arrival(-(-at // SLOT) * SLOT, now=at, rules=rules)
            one = replace(one, class_code=APPOINTMENT, reference=came.reference, eligible=came.eligible)
        made.append(one)
    places = [
        Place(f"{shift.queue}{shift.place}", (shift.queue,), (), tuple(_span(*span) for span in shift.spans))
        for shift in day.shifts
    ]
    return made, places


def _span(start: float, end: float) -> tuple[int, int]:
    """A counter serves on for an hour after the record ends, so that whoever waited is called under every rule."""
    return (int(start * MINUTE), int(end * MINUTE) + 60 * MINUTE)


def _generated(wish: str, chance: Random) -> tuple[list[Arrival], list[Place]]:
    values: dict[str, float] = {"visits": 881, "counters": 20, "booked": 0.3, "load": 1.0}
    for part in wish.split(","):
        name, _, text = part.strip().partition("=")
        if name not in GENERATED or not re.fullmatch(r"\d+(\.\d+)?", text):
            raise click.UsageError(f"--generate: {part.strip()!r} is none of {', '.join(GENERATED)} with a number")
        low, high = GENERATED[name]
        if not low <= float(text) <= high:
            raise click.UsageError(f"--generate: {name} must be from {low:g} to {high:g}")
        values[name] = float(text)
    return make_day(
        visits=int(values["visits"]), counters=int(values["counters"]), booked=values["booked"], load=values["load"],
        chance=chance,
    )  # fmt: skip


def _print(found: Mapping[str, Sequence[ClassFigures]], *, visits: int, counters: int) -> None:
    out = sys.stdout
    out.write(f"{visits} visits, {counters} counters; minutes 访客 {visits}，窗口 {counters}，单位：分钟\n\n")
    head = f"{'policy':20}{'class':13}" + "".join(f"{name:>10}" for name in COLUMNS)
    out.write(f"{head}\n{'-' * len(head)}\n")
    for name, of_rule in found.items():
        for index, one in enumerate(of_rule):
            cells = (
                f"{one.visits}", f"{one.mean:.1f}", f"{one.p90:.1f}", f"{one.longest:.1f}",
                f"{one.within_target:.0%}", f"{one.overtaken_by:.0f}", f"{one.overtakers}",
            )  # fmt: skip
            out.write(f"{name if index == 0 else '':20}{one.class_code:13}" + "".join(f"{cell:>10}" for cell in cells))
            out.write(f"   {one.unserved} not called\n" if one.unserved else "\n")
    out.write("\nin target: share called within the class's target; overtaken: by how many minutes at most somebody\n")
    out.write("was overtaken by one who came later, and by how many. 达标率；最多被晚来者提前的分钟数与人数。\n")
