"""What every test shares: which database it uses, and the mark of the tests that need a browser."""

from __future__ import annotations

import gc
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from server.services.accounts import passwords
from tests import databases

HERE = Path(__file__).parent
BROWSER = HERE / "browser"
#: Folders and files whose tests start servers, or take long.
SERVERS = tuple(
    HERE / name
    for name in (
        "announcer/test_announcer.py",
        "bench",
        "counter_client/test_link.py",
        "counter_client/test_voice_live.py",
        "domain/test_simulate_closed_forms.py",
        "faults",
        "kiosk/test_agent_door.py",
        "notices",
        "proxies",
        "realtime",
        "replay",
        "server/test_archive.py",
        "server/test_cli_archive.py",
        "server/test_cli_serving.py",
        "server/test_day_columns.py",
        "server/test_from_machine.py",
        "server/test_kept.py",
        "server/test_poll_validity.py",
        "server/test_live_order.py",
        "server/test_pooler.py",
        "server/test_postgres.py",
        "server/test_postgres_hangs.py",
        "server/test_streams.py",
        "tools/test_serve.py",
    )
)
assert all(path.exists() for path in SERVERS), "a renamed file would lose its mark"
#: A test's password need not withstand a guesser; servers in processes of their own keep the real cost.
REAL = passwords._hasher
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
#: The clients of these tests meet servers that cut them, and websocket-client leaves a socket open that was cut.
CUT = tuple(HERE / name for name in ("realtime", "proxies", "faults"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--contract", action="store_true", help="write tests/contract/*.json anew from the server")
    parser.addoption("--database", choices=databases.KINDS, default="sqlite", help="where the halls of the tests live")


def pytest_sessionstart(session: pytest.Session) -> None:
    passwords._hasher, passwords.NOBODY = CHEAP, CHEAP.hash("nobody")
    if session.config.getoption("numprocesses", None):
        return  # its workers run the tests, each with a database server of its own
    try:
        databases.choose(session.config.getoption("--database"))
    except (LookupError, OSError, subprocess.SubprocessError) as error:
        pytest.exit(f"the tests' PostgreSQL does not start: {error}", returncode=1)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    databases.take_back()


def pytest_sessionfinish() -> None:
    databases.stop()


@pytest.fixture
def real_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost what they cost a hall; name it before the hall."""
    monkeypatch.setattr(passwords, "_hasher", REAL)


@pytest.fixture(autouse=True)
def sockets_that_were_cut(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collect a client's sockets that the server cut, so that no later test is blamed for them."""
    yield
    if any(request.path.is_relative_to(folder) for folder in CUT):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no file whose tests the marks exclude: that alone takes seconds, in each worker."""
    return ("not server" in config.option.markexpr and collection_path in SERVERS) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(BROWSER):
            item.add_marker(pytest.mark.browser)
        elif any(item.path.is_relative_to(path) for path in SERVERS):
            item.add_marker(pytest.mark.server)
    if databases.on_postgres():
        files_of_sqlite = [item for item in items if item.get_closest_marker("sqlite")]
        config.hook.pytest_deselected(items=files_of_sqlite)
        items[:] = [item for item in items if item not in files_of_sqlite]
