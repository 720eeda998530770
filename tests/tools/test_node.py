from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools.node import find_node


def put(folder: Path, name: str, says: str) -> None:
    """A stand-in for a program that answers --version."""
    if os.name == "nt":
        (folder / f"{name}.cmd").write_text(f"@echo {says}\n")
    else:
        (folder / name).write_text(f"#!/bin/sh\necho {says}\n")
        (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("node", "npm", "good"),
    [("v20.19.0", "10.1", True), ("v24.1.0", "11.0", True), ("v20.18.9", "10.1", False), ("v18.20.0", "9.0", False)],
)
def test_only_a_node_that_is_new_enough_counts(tmp_path, node, npm, good):
    put(tmp_path, "node", node)
    put(tmp_path, "npm", npm)
    found = find_node(str(tmp_path))
    assert (found is not None and found.version == node) is good


def test_a_node_without_npm_is_none(tmp_path):
    put(tmp_path, "node", "v24.1.0")
    assert find_node(str(tmp_path)) is None


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_an_npm_that_does_not_run_is_none(tmp_path):
    put(tmp_path, "node", "v24.1.0")
    (tmp_path / "npm").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "npm").chmod(0o755)
    assert find_node(str(tmp_path)) is None
