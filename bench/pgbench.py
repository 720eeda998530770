"""The limit of PostgreSQL under load: pgbench, PostgreSQL's own load generator, with a call's own statements."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

import psycopg

from bench.recorder import Transaction

#: Stands in the script for a number that is new each time; two events take the even one and the odd one.
NEW = ":new"
_RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


def rate(program: Path, url: str, transaction: Transaction, *, clients: int, seconds: int) -> float:
    """Transactions a second of so many clients that run this one over and over. Raises RuntimeError.

    The keys of its new rows are new each time; all else stays as it was recorded, so that each runs the same
    statements on the same rows and waits for the same lock.
    """
    with psycopg.connect(url) as connection:
        content = script(transaction, connection)
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        command = [program, "-n", "-M", "simple", "-c", clients, "-j", 2, "-T", seconds, "-f", file.name, url]
        run = subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False)
    found = _RATE.search(run.stdout)
    if run.returncode or found is None:
        raise RuntimeError(f"pgbench: {run.stderr.strip() or run.stdout.strip()}")
    return float(found[1])


def script(transaction: Transaction, connection: psycopg.Connection) -> str:
    """What pgbench reads: the statements with their values."""
    cursor = psycopg.ClientCursor(connection)
    lines, events = ["\\set new random(1000000000, 1000000000000)"], 0
    for statement, values in transaction:
        wanted = dict(values) if values else {}
        new = {}
        if statement.startswith("INSERT INTO event"):
            new = {"seq": f"{NEW}::bigint * 2 + {events % 2}"}
            events += 1
        elif statement.startswith("INSERT INTO answered"):
            new = {"key": f"'bench-' || {NEW}"}
        marks = {name: f"<<{name}>>" for name in new}
        text = cursor.mogrify(statement.encode(), wanted | marks) if wanted else statement
        for name, expression in new.items():
            text = text.replace(f"'{marks[name]}'", f"({expression})")
        # Several statements that travel together stay together.
        lines.append(" ".join(text.split("\n")).replace(";", "\\;").rstrip() + ";")
    return "\n".join([*lines, "COMMIT;", ""])
