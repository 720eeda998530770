"""The hall's data: the database brought up to date, a demo hall when there is none, and what to show of it."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from tools.places import ROOT, environment, program
from tools.say import Failure, Step, words


def ensure_hall(env: dict[str, str]) -> dict[str, Any]:
    """Migrate, make the demo hall when there is no hall, and return what `hallcall demo --show` says.

    Raises: Failure with the command's own sentence.
    """
    step = Step(words("Hall", "大厅"))
    step.progress(words("database", "数据库"))
    hallcall(["migrate"], env=env, step=step)
    step.progress(words("demo hall", "演示大厅"))
    said = hallcall(["demo", "--make", "--if-none"], env=env, step=step).strip()
    shown = json.loads(hallcall(["demo", "--show"], env=env, step=step))
    step.done(words("ready", "就绪"))
    if not any(one["demo"] for one in shown["halls"]):
        print(said, flush=True)
    return dict(shown)


def hallcall(arguments: list[str], *, env: dict[str, str], step: Step) -> str:
    """Run one `hallcall` command and return its standard output.

    Raises: Failure with what the command said.
    """
    try:
        done = subprocess.run(
            [program("hallcall"), *arguments],
            check=False,
            cwd=ROOT,
            env=environment(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=120,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        step.broke()
        raise Failure(f"hallcall {' '.join(arguments)}: {error}") from error
    if done.returncode != 0:
        step.broke()
        said = (done.stderr or done.stdout).strip().splitlines()[-6:]
        raise Failure(f"hallcall {' '.join(arguments)}: " + "\n    ".join(said))
    return done.stdout
