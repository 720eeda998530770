"""Imports run one way: domain knows nobody; db knows domain; services know both; the doors know services.

counter_client, display, kiosk and replay reach the server only over the network, as any other maker's client. Two may
look inside: bench, to measure the parts of a call beside the whole; and `hallcall policy` (replay/compare*.py), which
plays a day in the head by the pure rules and so needs no server, but knows nothing of the database and the doors.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.places import ROOT

# What each room of the server may import from the others.
ALLOWED = {
    "domain": {"domain"},
    "db": {"db", "domain"},
    "services": {"services", "db", "domain"},
    "notices": {"notices", "domain"},
    "watch": {"watch", "services", "db", "domain"},
}
PURE = {"flask", "flask_socketio", "sqlalchemy", "socketio", "eventlet", "gevent", "requests", "datetime.now", "time"}
CLIENTS = ("counter_client", "display", "kiosk", "replay")
# What `hallcall policy` may know: the rules, the shape of a hall file, and how commands speak.
COMPARE = (
    "server.domain",
    "server.services.hall_setup.hall_file",
    "server.services.hall_setup.hall_model",
    "server.cli.say",
)


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative imports hide where they lead"
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


def modules(room: str) -> list[Path]:
    found = [file for file in (ROOT / room).rglob("*.py") if "node_modules" not in file.parts]
    assert found
    return found


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_of_the_server_imports_only_what_lies_below_it(room):
    for file in modules(f"server/{room}"):
        for name in imports(file):
            parts = name.split(".")
            if parts[0] == "server" and len(parts) > 1 and (ROOT / "server" / parts[1]).is_dir():
                assert parts[1] in ALLOWED[room], f"{file.relative_to(ROOT)} imports {name}"


def test_the_domain_is_pure():
    for file in modules("server/domain"):
        assert not {name.split(".")[0] for name in imports(file)} & PURE, file


@pytest.mark.parametrize("room", CLIENTS)
def test_clients_reach_the_server_only_over_the_network(room):
    for file in modules(room):
        if not is_compare(file):
            for name in imports(file):
                assert name.split(".")[0] != "server", f"{file.relative_to(ROOT)} imports {name}"


def is_compare(file: Path) -> bool:
    return file.parent == ROOT / "replay" and file.stem.split("_")[0] == "compare"


def test_the_comparison_of_rules_knows_the_pure_rules_and_hall_files_alone():
    found = [file for file in modules("replay") if is_compare(file)]
    assert found
    for file in found:
        for name in imports(file):
            inside = name.split(".")[0] == "server"
            assert not inside or name.startswith(COMPARE), f"{file.relative_to(ROOT)} imports {name}"


def test_only_bootstrap_and_the_listeners_name_the_async_library():
    for file in modules("server"):
        if file not in (ROOT / "server" / "bootstrap.py", ROOT / "server" / "listeners.py"):
            assert not {name.split(".")[0] for name in imports(file)} & {"eventlet", "gevent"}, file
