"""Where things lie in the checkout and in its virtual environment, on POSIX and on Windows."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PAGES = ROOT / "server" / "pages" / "dist"
LOGS = ROOT / "var" / "setup"


def program(name: str) -> Path:
    """The path of an installed command of the virtual environment."""
    return BIN / (f"{name}.exe" if os.name == "nt" else name)


def environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """The environment of everything that hall.py starts: the virtual environment first, UTF-8, no buffering."""
    own = dict(os.environ)
    own.update(
        PATH=str(BIN) + os.pathsep + own.get("PATH", ""),
        VIRTUAL_ENV=str(VENV),
        PYTHONUNBUFFERED="1",
        PYTHONUTF8="1",
        PIP_DISABLE_PIP_VERSION_CHECK="1",
    )
    own.pop("PYTHONHOME", None)
    own.update(extra or {})
    return own


def is_debian_root() -> bool:
    """Whether a missing Debian package may simply be installed."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return root and sys.platform == "linux" and shutil.which("apt-get") is not None
