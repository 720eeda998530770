"""The pages: their npm packages and their build."""

from __future__ import annotations

import os
import re

from tools.node import Node, ensure_node
from tools.packages import check_disk
from tools.places import PAGES, ROOT
from tools.say import Step, up_to_date, words
from tools.stamps import Stamp, fingerprint
from tools.work import run

SOURCES = (
    "web",
    "counter_client/page",
    "display/page",
    "kiosk/page",
    "reception/page",
    "visitor/page",
    "supervisor/page",
    "sounds",
)
SETTINGS = (
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "vite.display.config.ts",
    "vite.pages.ts",
    "tsconfig.json",
    "tsconfig.base.json",
    "tsconfig.display.json",
    "printing/copy_fonts.mjs",
)


def ensure_pages() -> None:
    """Build the pages into server/pages/dist; nothing, and no Node, when they are newer than their sources.

    Raises: Failure for a full disk, no network, no Node, or a page that does not build.
    """
    title = words("Pages", "网页")
    wanted = fingerprint((ROOT / name for name in SOURCES + SETTINGS), root=ROOT)
    stamp = Stamp(PAGES / "hall.stamp")
    if stamp.holds(wanted):
        up_to_date(title)
        return
    node = ensure_node()
    ensure_modules(node)
    step = Step(title)
    # The build takes the stamp away when it is whole and takes the place of what is served.
    # A build of a few pages (PAGES=...) must not be taken for a whole one.
    extra = {**path_of(node), "PAGES": ""} if os.environ.get("PAGES") else path_of(node)
    run([node.npm, "run", "build"], step=step, what=title, progress=_built, extra=extra)
    stamp.write(wanted)
    step.done(words("built", "已构建"))


def ensure_modules(node: Node) -> None:
    """Install exactly what package-lock.json names; nothing when that is done.

    Raises: Failure for a full disk or no network.
    """
    title = words("npm packages", "npm 软件包")
    lock = (ROOT / "package.json", ROOT / "package-lock.json")
    wanted = fingerprint(lock, root=ROOT, also=node.version.split(".", maxsplit=1)[0])
    stamp = Stamp(ROOT / "node_modules" / "hall.stamp")
    if stamp.holds(wanted):
        up_to_date(title)
        return
    check_disk(ROOT)
    step = Step(title)
    step.progress(words("fetching", "正在下载"))
    stamp.tear()
    arguments = ["ci", "--no-audit", "--no-fund", "--loglevel=http"]
    run([node.npm, *arguments], step=step, what=title, progress=_fetched, extra=path_of(node))
    stamp.write(wanted)
    step.done(words("ready", "就绪"))


def path_of(node: Node) -> dict[str, str]:
    """What npm needs to start `node` by name: its folder comes first in PATH."""
    return {"PATH": str(node.npm.parent) + os.pathsep + os.environ.get("PATH", "")}


def _fetched(line: str) -> str | None:
    found = re.search(r"http (?:fetch|cache) (?:GET \d+ )?\S*/(@?[\w.-]+(?:%2f[\w.-]+)?)", line)
    return found[1] if found else None


def _built(line: str) -> str | None:
    found = re.search(r"build/pages/(\w+)/index\.html", line)
    return found[1] if found else None
