"""`hall.py test`: sets up what the tests need, runs them all, prints one summary."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.browser import ensure_browser
from tools.node import ensure_node
from tools.packages import ensure_packages
from tools.pages import ensure_modules, ensure_pages, path_of
from tools.places import ROOT, environment, program
from tools.say import Failure, tell_failure, words

#: What is run on PostgreSQL as well, and its longest time (s): some minutes are usual.
ON_POSTGRES = ("tests/server", "tests/realtime/test_async_modes.py", "tests/realtime/test_two_servers.py")
POSTGRES_S = 1800
#: Where our Python is.
ROOMS = ("server", "counter_client", "display", "kiosk", "replay", "tools", "bench", "client", "printing", "hall.py")
PARTS = ("python", "pages", "browser")
#: Run only when it is named: it installs engines, and takes minutes.
LONG = ("engines",)


@dataclass(frozen=True)
class Check:
    """One program whose exit status says whether a part of the project is sound."""

    name: str
    command: tuple[str | Path, ...]
    env: dict[str, str]
    longest_s: float | None = None


@dataclass(frozen=True)
class Outcome:
    """How a check ended: its exit status (None: it could not be run) and its seconds."""

    name: str
    status: int | None
    took_s: float


def test(parts: Sequence[str], *, faults: int | None = None, seed: int | None = None) -> int:
    """Run the named parts (none: all but the long ones), one after the other, whatever fails; 0 when everything passed.

    faults: instead of them only the faults under load, for so many minutes; seed: in that order.

    Raises: Failure when the Python packages, which every part needs, cannot be installed.
    """
    print(words("Setting up the tests", "正在准备测试"), flush=True)
    ensure_packages(tests=True)
    if faults is not None:
        return summarise([_run(fault_check(faults, seed=seed))])
    outcomes: list[Outcome] = []
    for part in parts or PARTS:
        try:
            checks = {
                "python": python_checks,
                "pages": page_checks,
                "browser": browser_checks,
                "engines": engine_checks,
            }[part]()
        except Failure as failure:
            tell_failure(failure)
            outcomes.append(Outcome(part, None, 0.0))
            continue
        outcomes += [_run(check) for check in checks]
    return summarise(outcomes)


def fault_check(minutes: int, *, seed: int | None = None) -> Check:
    """The faults of tests/faults in their long form."""
    ensure_pages()
    env = {"HALLCALL_TEST_FAULT_MINUTES": str(minutes), "HALLCALL_TEST_FAULT_SEED": "" if seed is None else str(seed)}
    return Check("faults", (program("python"), "-m", "pytest", "-q", "tests/faults"), env)


def python_checks() -> list[Check]:
    """Lint, types and every pytest test that needs no browser. The server's tests serve the built pages."""
    ensure_pages()
    python = program("python")
    return [
        Check("ruff", (python, "-m", "ruff", "check", "."), {}),
        Check("mypy", (python, "-m", "mypy"), {}),
        Check("bandit", (python, "-m", "bandit", "-q", "-ll", "-r", *ROOMS, "-x", "*/node_modules/*,*/dist/*"), {}),
        Check("pytest", (python, "-m", "pytest", "-q", "-m", "not browser"), {}),
        Check("on PostgreSQL", (python, "-m", "pytest", "-q", *ON_POSTGRES, "--database=postgresql"), {}, POSTGRES_S),
    ]


def page_checks() -> list[Check]:
    """Types, lint and unit tests of the pages."""
    node = ensure_node()
    ensure_modules(node)
    env = path_of(node)
    return [
        Check("vue-tsc, eslint", (node.npm, "run", "--silent", "check"), env),
        Check("vitest", (node.npm, "run", "--silent", "test"), env),
    ]


def browser_checks() -> list[Check]:
    """The story of a hall in a real browser, and whatever else needs one."""
    ensure_pages()
    env = {"HALLCALL_BROWSER": str(ensure_browser())}
    return [Check("browser", (program("python"), "-m", "pytest", "-q", "-s", "-m", "browser"), env)]


def engine_checks() -> list[Check]:
    """The story of one ticket in old and other engines; see tests/engines/README.md."""
    ensure_pages()
    return [Check("engines", (program("python"), "-m", "tests.engines"), {})]


def _run(check: Check) -> Outcome:
    print(f"\n=== {check.name}", flush=True)
    began = time.monotonic()
    command = [str(part) for part in check.command]
    try:
        env = environment(check.env)
        status = subprocess.run(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, check=False, timeout=check.longest_s
        ).returncode
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, flush=True)
        status = 1
    return Outcome(check.name, status, time.monotonic() - began)


def summarise(outcomes: Sequence[Outcome]) -> int:
    """Print a line for each check and the whole's result; return the exit status."""
    print("\n=== " + words("summary", "汇总"))
    for outcome in outcomes:
        result = {0: words("passed", "通过"), None: words("could not run", "无法运行")}.get(
            outcome.status, words("FAILED", "失败")
        )
        print(f"  {outcome.name:<16} {result}  {outcome.took_s:.1f} s")
    good = bool(outcomes) and all(outcome.status == 0 for outcome in outcomes)
    total = words("all passed", "全部通过") if good else words("not everything passed", "有检查未通过")
    print(f"  {total}", flush=True)
    return 0 if good else 1
