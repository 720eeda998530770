"""The import rule of docs/architecture.md: its table is read here, so that page and code cannot differ."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tools.places import ROOT

PAGE = ROOT / "docs" / "architecture.md"
#: Folders with Python of ours; tests may import anything.
TOP = ("server", "client", "printing", "counter_client", "display", "kiosk", "replay", "bench", "tools")
#: Folders with TypeScript.
PAGES = ("web", "counter_client", "display", "kiosk", "reception", "visitor", "supervisor")
#: Read by Alembic alone, as it makes them.
MIGRATIONS = ROOT / "server" / "db" / "migrations"
IMPURE = {"time", "datetime.now", "os", "socket", "sqlite3", "subprocess", "threading"}


@cache
def table() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Package -> what of ours it may import, and which libraries, by the table under "What may import what"."""
    text = PAGE.read_text(encoding="utf-8").split("## What may import what")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([^|]+?)` \|([^|]*)\|([^|]*)\|", text, re.MULTILINE)
    return {package: (names(ours), names(libraries)) for package, ours, libraries in rows}


def names(cell: str) -> frozenset[str]:
    return frozenset(re.findall(r"`([^`]+)`", cell))


@cache
def files() -> tuple[Path, ...]:
    found = [file for top in TOP for file in (ROOT / top).rglob("*.py") if "node_modules" not in file.parts]
    return tuple(file for file in found if not file.is_relative_to(MIGRATIONS))


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def package_of(module: str) -> str:
    """The row of the table that a module belongs to: the longest name that begins it."""
    return max((row for row in table() if module == row or module.startswith(f"{row}.")), key=len, default=module)


@cache
def modules() -> frozenset[str]:
    return frozenset(module_of(file) for file in files())


def imports(file: Path) -> Iterator[str]:
    """What a file imports, as far as a name is a module of ours, else as it is written."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{file}: relative imports hide where they lead"
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                yield whole if whole in modules() else node.module


def test_the_table_names_every_package_and_no_other() -> None:
    assert {package_of(module) for module in modules()} == set(table())
    named = {name for ours, _ in table().values() for name in ours}
    assert named <= set(table())


@pytest.mark.parametrize("package", table())
def test_a_package_imports_only_what_the_table_allows(package: str) -> None:
    ours, libraries = table()[package]
    for file in (file for file in files() if package_of(module_of(file)) == package):
        for name in imports(file):
            top = name.split(".")[0]
            where = f"{file.relative_to(ROOT)} imports {name}"
            if top in TOP:
                assert package_of(name) in ours | {package}, where
            elif top not in sys.stdlib_module_names:
                assert top in libraries, where


def test_the_table_allows_nothing_that_nobody_uses() -> None:
    used: dict[str, set[str]] = {package: set() for package in table()}
    for file in files():
        package = package_of(module_of(file))
        for name in imports(file):
            top = name.split(".")[0]
            used[package].add(package_of(name) if top in TOP else top)
    for package, (ours, libraries) in table().items():
        assert ours | libraries <= used[package], f"{package} does not use {(ours | libraries) - used[package]}"


def test_no_package_is_below_and_above_another() -> None:
    """The table is a picture without circles: each row imports only rows above it."""
    rows = list(table())
    for package, (ours, _) in table().items():
        above = rows[: rows.index(package)]
        assert ours <= set(above), f"{package} imports {ours - set(above)}, which stand below it in the table"


def test_no_files_import_each_other_in_a_circle() -> None:
    refuse_circles({module_of(file): {name for name in imports(file) if name in modules()} for file in files()})


def test_no_files_of_the_pages_import_each_other_in_a_circle() -> None:
    found = [file for top in PAGES for kind in ("*.ts", "*.vue") for file in (ROOT / top).rglob(kind)]
    graph = {str(file.relative_to(ROOT)): page_imports(file) for file in found if "node_modules" not in file.parts}
    assert len(graph) > 300
    assert sum(map(len, graph.values())) > len(graph)
    refuse_circles(graph)


def page_imports(file: Path) -> set[str]:
    """The files that a file of the pages imports by a relative path; a type counts too."""
    text = file.read_text(encoding="utf-8")
    written = re.findall(r"""^\s*(?:import|export)\b[^"';]*["'](\.[^"']+)["']""", text, re.MULTILINE)
    targets = [(file.parent / path).resolve() for path in written]
    ends = {end for target in targets for end in (target, Path(f"{target}.ts"), target / "index.ts") if end.is_file()}
    return {str(end.relative_to(ROOT)) for end in ends if end.suffix in (".ts", ".vue")}


def refuse_circles(graph: dict[str, set[str]]) -> None:
    done: set[str] = set()
    for start in graph:
        walk(start, graph, done, [])


def walk(module: str, graph: dict[str, set[str]], done: set[str], path: list[str]) -> None:
    assert module not in path, " -> ".join([*path[path.index(module) :], module])
    if module not in done:
        for name in graph[module] - {module}:
            walk(name, graph, done, [*path, module])
        done.add(module)


def test_the_domain_reads_no_clock_and_no_file() -> None:
    for file in files():
        if file.is_relative_to(ROOT / "server" / "domain"):
            assert not set(imports(file)) & IMPURE, file


def test_only_bootstrap_and_the_listeners_name_the_async_library() -> None:
    named = {file for file in files() if {name.split(".")[0] for name in imports(file)} & {"eventlet", "gevent"}}
    assert named == {ROOT / "server" / "bootstrap.py", ROOT / "server" / "listening" / "listeners.py"}
