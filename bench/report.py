"""Runs the benchmarks one after the other, keeps what they said, and writes docs/benchmarks.md from it."""

from __future__ import annotations

import json
import os
import platform
import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.figures import SHOWN, Figure, Table
from bench.goals import goal_of

HERE = Path(__file__).parent
TEMPLATE, RESULTS = HERE / "benchmarks.template.md", HERE / "results.json"
DOCUMENT = HERE.parent / "docs" / "benchmarks.md"
#: What stands in the template where a benchmark's figures belong.
PLACE = re.compile(r"^\{\{(.+?)\}\}$", re.MULTILINE)

Kept = dict[str, dict[str, Any]]


def measure(name: str, bench: Callable[[], None], *, runs: int) -> dict[str, Any]:
    """Run a benchmark so often; of each figure the run in which it was the median."""
    tables: list[list[Table]] = []
    for turn in range(runs):
        print(f"\n{name}, run {turn + 1} of {runs}", flush=True)
        SHOWN.clear()
        bench()
        tables.append(list(SHOWN))
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "runs": runs,
        "tables": [asdict(middle(each)) for each in zip(*tables, strict=True)],
    }


def middle(runs: Sequence[Table]) -> Table:
    """Of several runs' tables each figure as it was in the run in which it was the median."""
    lines = zip(*(table.figures for table in runs), strict=True)
    return Table(runs[0].title, tuple(sorted(line, key=lambda one: one.value)[(len(line) - 1) // 2] for line in lines))


def machine() -> str:
    """What it was measured on."""
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "") if hasattr(os, "sched_getaffinity") else ""
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return f"{os.cpu_count()} cores, {system or platform.system()}, {python}"


def read(file: Path = RESULTS) -> Kept:
    """What was kept of earlier runs. Raises ValueError when it is not such a file."""
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def keep(results: Kept, file: Path = RESULTS) -> None:
    """Keep the results for the next time."""
    text = json.dumps(dict(sorted(results.items())), ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8")


def document(results: Kept) -> str:
    """docs/benchmarks.md: the template with the figures of each benchmark in its place. Raises ValueError."""
    text = TEMPLATE.read_text(encoding="utf-8")
    homeless = set(results) - set(PLACE.findall(text))
    if homeless:
        raise ValueError(f"{TEMPLATE.name} has no place for {', '.join(sorted(homeless))}")
    return PLACE.sub(lambda found: _section(found[1], results.get(found[1])), text)


def _section(name: str, result: dict[str, Any] | None) -> str:
    if result is None:
        return f"`{name}` is not measured yet."
    runs = "one run" if result["runs"] == 1 else f"medians of {result['runs']} runs"
    parts = [_table(name, table) for table in result["tables"]]
    return "\n\n".join([*parts, f"{result['date']}, {result['machine']}; {runs}."])


def _table(name: str, table: dict[str, Any]) -> str:
    lines = [f"| {table['title']} | ours | limit in the same run | ratio | the goal |", "|---|---|---|---|---|"]
    for each in table["figures"]:
        figure = Figure(**each)
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        lines.append(f"| {figure.name} | {figure.ours} | {figure.limit} | {ratio} | {goal_of(name, figure.name)} |")
    return "\n".join(lines)
