"""`hall.py test`: sets up what the tests need, runs them all, prints one summary."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.browser import ensure_browser
from tools.node import ensure_node
from tools.packages import ensure_packages
from tools.pages import ensure_modules, ensure_pages, path_of
from tools.places import ROOT, environment, program
from tools.reports import Case, read, tell
from tools.say import Failure, tell_failure, words

#: What is run on PostgreSQL as well, and its longest time (s): some minutes are usual.
ON_POSTGRES = ("tests/server", "tests/realtime/test_async_modes.py", "tests/realtime/test_two_servers.py")
POSTGRES_S = 1800
#: Where our Python is.
ROOMS = ("server", "counter_client", "display", "kiosk", "replay", "tools", "bench", "client", "printing", "hall.py")
PARTS = ("python", "pages", "browser")
#: Run only when it is named: it installs engines, and takes minutes.
LONG = ("engines",)
#: Run only when it is named: what a developer runs at each commit.
FAST = ("fast",)
#: vitest tells a person and writes a file.
BOTH_REPORTS = ("--reporter=default", "--reporter=junit")
#: Several tests at a time, those of one file together: most of them wait for something.
SIDE_BY_SIDE = ("-n", "3", "--dist", "loadfile")


@dataclass(frozen=True)
class Check:
    """One program whose exit status says whether a part of the project is sound.

    report: its option for the file where it says how each test ended (JUnit XML).
    """

    name: str
    command: tuple[str | Path, ...]
    env: dict[str, str]
    longest_s: float | None = None
    report: str | None = None


@dataclass(frozen=True)
class Outcome:
    """How a check ended: its exit status (None: it could not be run), its seconds, and its tests."""

    name: str
    status: int | None
    took_s: float
    cases: list[Case] = field(default_factory=list)


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
                "fast": fast_checks,
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
    return _pytest("faults", "tests/faults", env=env)


def fast_checks() -> list[Check]:
    """Lint, types, and the tests that need no browser, start no server and do not take long."""
    ensure_pages()
    return [*_lint(), _pytest("pytest", *SIDE_BY_SIDE, "-m", "not browser and not server"), _vitest()]


def python_checks() -> list[Check]:
    """Lint, types and every pytest test that needs no browser. The server's tests serve the built pages."""
    ensure_pages()
    python = program("python")
    return [
        *_lint(),
        Check("bandit", (python, "-m", "bandit", "-q", "-ll", "-r", *ROOMS, "-x", "*/node_modules/*,*/dist/*"), {}),
        _pytest("pytest", "-m", "not browser"),
        _pytest("on PostgreSQL", *ON_POSTGRES, "--database=postgresql", longest_s=POSTGRES_S),
    ]


def _lint() -> list[Check]:
    python = program("python")
    return [
        Check("ruff", (python, "-m", "ruff", "check", "."), {}),
        Check("ruff format", (python, "-m", "ruff", "format", "--check", "."), {}),
        Check("mypy", (python, "-m", "mypy"), {}),
    ]


def _pytest(name: str, *options: str, env: dict[str, str] | None = None, longest_s: float | None = None) -> Check:
    # xunit1 names the file of each test.
    command: tuple[str | Path, ...] = (program("python"), "-m", "pytest", "-q", "-o", "junit_family=xunit1", *options)
    return Check(name, command, env or {}, longest_s, report="--junitxml")


def page_checks() -> list[Check]:
    """Types, lint and unit tests of the pages."""
    vitest = _vitest()
    return [Check("vue-tsc, eslint, prettier", (ensure_node().npm, "run", "--silent", "check"), vitest.env), vitest]


def _vitest() -> Check:
    node = ensure_node()
    ensure_modules(node)
    command: tuple[str | Path, ...] = (node.npm, "run", "--silent", "test", "--", *BOTH_REPORTS)
    return Check("vitest", command, path_of(node), report="--outputFile.junit")


def browser_checks() -> list[Check]:
    """The story of a hall in a real browser, and whatever else needs one."""
    ensure_pages()
    env = {"HALLCALL_BROWSER": str(ensure_browser())}
    return [_pytest("browser", "-s", "-m", "browser", env=env)]


def engine_checks() -> list[Check]:
    """The story of one ticket in old and other engines; see tests/engines/README.md."""
    ensure_pages()
    return [Check("engines", (program("python"), "-m", "tests.engines"), {})]


def _run(check: Check) -> Outcome:
    print(f"\n=== {check.name}", flush=True)
    with tempfile.TemporaryDirectory(prefix="hallcall-report-") as folder:
        report = Path(folder) / "report.xml"
        began = time.monotonic()
        status = _status(check, report)
        return Outcome(check.name, status, time.monotonic() - began, read(check.name, report))


def _status(check: Check, report: Path) -> int:
    command = [str(part) for part in check.command] + ([f"{check.report}={report}"] if check.report else [])
    try:
        env = environment(check.env)
        return subprocess.run(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, check=False, timeout=check.longest_s
        ).returncode
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, flush=True)
        return 1


def summarise(outcomes: Sequence[Outcome]) -> int:
    """Print a line for each check, the slowest and the failed tests, and the whole's result; return the exit status."""
    print("\n=== " + words("summary", "汇总"))
    for outcome in outcomes:
        result = {0: words("passed", "通过"), None: words("could not run", "无法运行")}.get(
            outcome.status, words("FAILED", "失败")
        )
        print(f"  {outcome.name:<16} {result}  {outcome.took_s:.1f} s")
    tell([case for outcome in outcomes for case in outcome.cases])
    good = bool(outcomes) and all(outcome.status == 0 for outcome in outcomes)
    total = words("all passed", "全部通过") if good else words("not everything passed", "有检查未通过")
    print(f"  {total}", flush=True)
    return 0 if good else 1
