"""The browser of the browser tests: an installed Chromium, Chrome or Edge, else Debian's package when run as root."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tools.places import is_debian_root
from tools.say import Failure, Step, words
from tools.work import run

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
INSTALLED = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")


def find_browser() -> Path | None:
    """The browser that HALLCALL_BROWSER names, else the first that is installed."""
    named = os.environ.get("HALLCALL_BROWSER")
    if named:
        return Path(named) if Path(named).is_file() else None
    on_path = (shutil.which(name) for name in NAMES)
    folders = (os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"))
    windows = (Path(folder) / place for folder in folders if folder for place in WINDOWS)
    candidates = [*(Path(path) for path in on_path if path), *map(Path, INSTALLED), *windows]
    return next((path for path in candidates if path.is_file()), None)


def ensure_browser() -> Path:
    """Find a browser, or install Debian's.

    Raises: Failure that names what to install.
    """
    found = find_browser()
    if found is None and is_debian_root() and not os.environ.get("HALLCALL_BROWSER"):
        step = Step(words("Browser (none on this machine)", "浏览器（本机未安装）"))
        run(["apt-get", "update"], step=step, what="apt-get update")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "install", "-y", "chromium"], step=step, what="apt-get install chromium", extra=quiet)
        found = find_browser()
        step.done(str(found))
    if found is None:
        raise Failure(
            words(
                "the browser tests need Chromium, Chrome or Edge. Install one (Debian, Ubuntu: sudo apt install "
                "chromium), or name its program in HALLCALL_BROWSER.",
                "浏览器测试需要 Chromium、Chrome 或 Edge。请安装其一（Debian、Ubuntu：sudo apt install chromium），"
                "或用 HALLCALL_BROWSER 指定程序路径。",
            )
        )
    return found
