"""The virtual environment and its Python packages."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.places import ROOT, VENV, is_debian_root, program
from tools.say import Failure, Step, up_to_date, words
from tools.stamps import Stamp, fingerprint
from tools.work import run

INPUTS = ("setup.cfg", "pyproject.toml", "constraints.txt")
ROOM_NEEDED = 1_000_000_000  # bytes; packages, pages, their build and the tests take about 800 MB


def ensure_packages(*, tests: bool) -> None:
    """Make .venv and install what setup.cfg asks for, pinned by constraints.txt; nothing when that is done.

    Raises: Failure for a full disk, no network, a Python without venv.
    """
    title = words("Python packages", "Python 软件包")
    target = ".[test]" if tests else ".[postgres,redis]" if _wants_postgres() else "."
    wanted = fingerprint((ROOT / name for name in INPUTS), root=ROOT, also=f"{VENV} {_wants_postgres()}")
    runs, tested = Stamp(VENV / "hall-run.stamp"), Stamp(VENV / "hall-test.stamp")
    if _venv_works() and (tested.holds(wanted) or (not tests and runs.holds(wanted))):
        up_to_date(title)
        return
    check_disk(ROOT)
    step = Step(title)
    if not _venv_works():
        _make_venv(step)
    runs.tear()
    tested.tear()
    # Python's own pip and setuptools are as old as that Python, with weaknesses that are known since.
    install(["-c", str(ROOT / "constraints.txt"), "pip", "setuptools", "-e", target], step=step, what=title)
    (tested if tests else runs).write(wanted)
    step.done(words("ready", "就绪"))


def _wants_postgres() -> bool:
    """Whether this deployment's database needs a driver that others do not."""
    file = os.environ.get("HALLCALL_DATABASE_URL_FILE")
    return bool(file) or os.environ.get("HALLCALL_DATABASE_URL", "").startswith("postgresql")


def install(arguments: list[str], *, step: Step, what: str) -> None:
    """Let pip install something into the virtual environment, counting the packages as they come."""
    pins = sum(1 for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if "==" in line)
    seen = 0

    def progress(line: str) -> str | None:
        nonlocal seen
        found = re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line)
        if found is not None:
            seen += 1
            return f"{min(seen, pins)}/{pins} {found[1]}"
        if line.startswith("Installing collected packages"):
            return words("unpacking", "正在解压安装")
        return None

    run([program("python"), "-m", "pip", "install", "--no-input", *arguments], step=step, what=what, progress=progress)


def check_disk(folder: Path) -> None:
    """Refuse to begin what the disk has no room for.

    Raises: Failure.
    """
    free = shutil.disk_usage(folder).free
    if free < ROOM_NEEDED:
        raise Failure(
            words(
                f"the disk is nearly full: {free / 1e9:.1f} GB free at {folder}, about 1 GB is needed.",
                f"磁盘空间不足：{folder} 仅剩 {free / 1e9:.1f} GB，约需 1 GB。",
            )
        )


def _venv_works() -> bool:
    """Whether .venv is there and its Python still runs (its base may have been upgraded or moved away)."""
    python = program("python")
    if not python.exists():
        return False
    check = "import sys; raise SystemExit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-c", check], capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _make_venv(step: Step) -> None:
    step.progress(words("making .venv", "正在创建 .venv"))
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        _add_venv(step)
    what = words("The virtual environment .venv", "虚拟环境 .venv ")
    run([sys.executable, "-m", "venv", "--clear", VENV], step=step, what=what)


def _add_venv(step: Step) -> None:
    """Debian ships Python without venv; as root its package is one command away.

    Raises: Failure with that command for anyone else.
    """
    package = f"python3.{sys.version_info.minor}-venv"
    if not is_debian_root():
        step.broke()
        raise Failure(
            words(
                f"this Python has no venv module. On Debian or Ubuntu: sudo apt install {package}",
                f"此 Python 缺少 venv 模块。在 Debian 或 Ubuntu 上请执行：sudo apt install {package}",
            )
        )
    run(["apt-get", "update"], step=step, what="apt-get update")
    run(["apt-get", "install", "-y", package], step=step, what=f"apt-get install {package}")
