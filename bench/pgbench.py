"""The limit of PostgreSQL under load: pgbench, PostgreSQL's own load generator, with a call's own statements."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from psycopg.types.json import Json, Jsonb

from bench.recorder import Step, Transaction
from server.db.database import json_codec

#: Stands in the script for a number that is new each time; two events take the even one and the odd one.
NEW = ":new"
_RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_NAMED = re.compile(r"%\((\w+)\)s")


def rate(
    program: Path, url: str, transaction: Transaction, *, clients: int, seconds: int, at_best: bool = True
) -> float:
    """Transactions a second of so many clients that run this one over and over. Raises RuntimeError.

    at_best: each statement is planned once, and what the server sends without waiting goes in a pipeline with the next
    question; else each is sent by itself, as pgbench does when nobody tells it otherwise. The keys of its new rows are
    new each time; all else stays as it was recorded, so that each runs the same statements on the same rows and waits
    for the same lock.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
        file.write(script(transaction, pipelines=at_best))
        file.flush()
        mode = "prepared" if at_best else "simple"
        command = [program, "-n", "-M", mode, "-c", clients, "-j", 2, "-T", seconds, "-f", file.name, url]
        run = subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False)
    found = _RATE.search(run.stdout)
    if run.returncode or found is None:
        raise RuntimeError(f"pgbench: {run.stderr.strip() or run.stdout.strip()}")
    return float(found[1])


def script(transaction: Transaction, *, pipelines: bool) -> str:
    """What pgbench reads: the statements with their values."""
    lines, texts, events = ["\\set new random(1000000000, 1000000000000)"], [], 0
    for step in transaction:
        texts += [f"{part.strip()};" for part in _text(step, events).split(";")]
        events += step.statement.startswith("INSERT INTO event")
        if not step.waits:
            lines += _together(texts) if pipelines else texts
            texts = []
    lines += _together(texts) if pipelines else texts
    return "\n".join([*lines, "COMMIT;", ""])


def _together(texts: list[str]) -> list[str]:
    """Statements whose ends are read together."""
    return ["\\startpipeline", *texts, "\\endpipeline"] if len(texts) > 1 else texts


def _text(step: Step, events: int) -> str:
    """One line. BEGIN travels with the lock, which pgbench cannot do with what is planned."""
    new = {}
    if step.statement.startswith("INSERT INTO event"):
        new = {"seq": f"({NEW}::bigint * 2 + {events % 2})"}
    elif step.statement.startswith("INSERT INTO answered"):
        new = {"key": f"('bench-' || {NEW})"}
    values = step.values or {}
    filled = _NAMED.sub(lambda name: new.get(name[1]) or _literal(values[name[1]]), step.statement)
    return " ".join(filled.replace("%%", "%").split("\n"))


def _literal(value: Any) -> str:
    """A value that we recorded ourselves, without the ":" and ";" that pgbench would take for its own."""
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float):
        return str(value)
    text = json_codec()["json_serializer"](value.obj) if isinstance(value, Json | Jsonb) else str(value)
    for sign, other in (("\\", "\\\\"), ("'", "\\'"), (":", "\\x3a"), (";", "\\x3b")):
        text = text.replace(sign, other)
    return f"E'{text}'"
