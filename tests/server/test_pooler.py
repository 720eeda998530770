"""PgBouncer before PostgreSQL: session mode serves, the other modes are refused at the start and named later."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from server.db.open import open_database
from server.db.postgres.pooler import ORDER, PoolerWatch, SessionsShared, are_kept, refuse_shared_sessions
from tests import databases
from tests.browser.demo_hall import free_port
from tests.postgres import NOBODY
from tests.proxies.clients import until
from tests.proxies.recipes import program as of_debian
from tools.places import program

MODES = ("session", "transaction", "statement")


@dataclass
class Pooler:
    """PgBouncer with the same database in each mode, under the mode's name."""

    process: subprocess.Popen[bytes]
    settings: Path
    port: int
    url: str

    def address(self, mode: str) -> str:
        there = make_url(self.url).set(port=self.port, database=f"of_{mode}")
        return there.render_as_string(hide_password=False)

    def change(self, before: str, after: str) -> None:
        written = self.settings.read_text().replace(f"pool_mode={before}", f"pool_mode={after}")
        self.settings.write_text(written)
        self.process.send_signal(signal.SIGHUP)


@pytest.fixture
def pooler(tmp_path: Path) -> Iterator[Pooler]:
    path = of_debian("pgbouncer", "pgbouncer")
    if path is None:
        pytest.skip("pgbouncer is not on this machine, and may not be installed")
    server = databases.server()
    url = make_url(server.fresh())
    port = free_port()
    folder = server.folder / f"pooler-{port}"
    folder.mkdir()
    at = f"host=127.0.0.1 port={url.port} dbname={url.database}"
    lines = [f"of_{mode} = {at} pool_mode={mode}" for mode in MODES]
    (folder / "users").write_text(f'"hallcall" "{url.password}"\n')
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        "\n".join(["[databases]", *lines, "[pgbouncer]", "listen_addr = 127.0.0.1", f"listen_port = {port}"])
        + f"\nunix_socket_dir =\nauth_type = trust\nauth_file = {folder}/users\ndefault_pool_size = 20\n"
    )
    user = {"user": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    for part in (folder, *folder.iterdir()):
        part.chmod(0o755)
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([path, str(settings)], stdout=log, stderr=log, **user)  # type: ignore[call-overload]
    try:
        until(lambda: _listens(port))
        yield Pooler(process, settings, port, server.url(str(url.database)))
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port)):
            return True
    except OSError:
        return False


def test_session_mode_and_postgresql_itself_serve(pooler: Pooler) -> None:
    refuse_shared_sessions(pooler.url)
    refuse_shared_sessions(pooler.address("session"))
    database = open_database(pooler.address("session"))
    with database.transaction() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    assert not database.shares_sessions()
    database.close()


@pytest.mark.parametrize(
    ("mode", "language", "sentence"),
    [("transaction", "zh_CN.UTF-8", "请在连接池中设置"), ("statement", "en_GB.UTF-8", "set pool_mode = session")],
)
def test_other_modes_are_refused_at_the_start_with_a_sentence(
    pooler: Pooler, tmp_path: Path, mode: str, language: str, sentence: str
) -> None:
    with pytest.raises(SessionsShared):
        refuse_shared_sessions(pooler.address(mode))
    env = {**os.environ, "HALLCALL_DATABASE_URL": pooler.address(mode), "HALLCALL_DATA": str(tmp_path / "data")}
    env |= {"HALLCALL_PORT": str(free_port()), "LANG": language, "LC_ALL": language}
    for command in ("serve", "doctor"):
        done = subprocess.run(
            [program("hallcall"), command], env=env, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 1 and sentence in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_a_mode_that_is_changed_later_is_noticed(pooler: Pooler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.db.postgres.pooler.GOOD_FOR_S", 0.0)
    watch = PoolerWatch(pooler.address("session"))
    assert not watch.shares()
    pooler.change("session", "transaction")
    until(watch.shares)
    pooler.process.kill()
    assert watch.shares(), "while nobody answers nothing new is known"


@pytest.mark.parametrize("sessions", ["112121122111", "111111111111", "121212121212", "123123123123", "112233445566"])
def test_however_a_pooler_deals_its_sessions_it_is_known(sessions: str) -> None:
    assert not are_kept([int(one) for one in sessions])


def test_two_who_keep_theirs_are_no_pooler() -> None:
    assert are_kept([asker + 7 for asker in ORDER])
