"""A demo hall of its own for a benchmark: a temporary folder and a server process, both gone at the end."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.rest import Rest, Unreachable
from client.sign_in import SignIn

PASSWORD = "only-for-measuring"  # noqa: S105 - of a hall that lives for a minute on the loopback
READY_S = 30.0
DATABASE = "hallcall.db"
#: One address and one socket of the load generator do the work of a whole hall.
WIDE = {
    f"HALLCALL_LIMIT_{name}": "1000000"
    for name in ("SIGN_IN_ADDRESS", "PUBLIC", "SOCKETS", "MESSAGES", "CLOSED_SOCKETS", "CONNECTIONS")
}


#: Each "call next" calls somebody, without a "start" in between: the call is what is measured.
_ALWAYS_CALLS = "UPDATE hall SET settings = json_set(settings, '$.on_next', 'complete')"


@dataclass(frozen=True)
class TrialHall:
    """A running server with the demo hall."""

    server: str
    data: Path
    process: int
    code: str
    shape: dict[str, Any]
    #: Seconds from the process's start to its first answer.
    started_in: float

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / DATABASE

    def token(self, username: str) -> str:
        """A bearer token of a demo account."""
        return SignIn(server=self.server, username=username, password=PASSWORD).token()

    def processor(self) -> float | None:
        """Seconds of processor time that the server has used so far; None where there is no /proc."""
        return processor_of(self.process)

    def device_token(self, kind: str) -> str:
        """The token of a newly paired device."""
        with closing(Rest(server=self.server)) as device, closing(Rest(server=self.server)) as supervisor:
            pairing = device.post("/pairings", {"kind": kind})
            supervisor.sign(self.token("supervisor"))
            supervisor.post(f"/pairings/{pairing['code'].replace(' ', '')}/confirm", {"hall": self.code})
            return str(device.get(f"/pairings/{pairing['secret']}")["token"])

    def counters_of(self, counter_type: str) -> list[str]:
        """Codes of the counters whose own queue this is, else of those that may help out."""
        counters = self.shape["counters"]
        own = [each["code"] for each in counters if counter_type in each["counter_types"]]
        return own or [each["code"] for each in counters if counter_type in each["fallbacks"]]


def processor_of(process: int) -> float | None:
    """Seconds of processor time that a process has used so far; None where there is no /proc."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return None
    fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def trial_hall(
    *,
    port: int,
    prepare: Callable[[Path], None] = lambda database: None,
    postgres: str | None = None,
    clock: str | None = None,
    guarded: bool = False,
    files: int | None = None,
) -> Iterator[TrialHall]:
    """Start a server on a new demo hall; stop it and remove the folder at the end. Raises RuntimeError.

    `prepare` may change the database file before the server starts. postgres: the address of the database that the
    server uses instead of that file. clock: a trial's clock, as HALLCALL_TRIAL_CLOCK. guarded, files: see `serving`.
    """
    with demo_folder() as data:
        prepare(data / DATABASE)
        with serving(data, port=port, postgres=postgres, clock=clock, guarded=guarded, files=files) as hall:
            yield hall


@contextmanager
def demo_folder() -> Iterator[Path]:
    """A temporary data folder with a demo hall; gone at the end. Raises RuntimeError."""
    data = Path(tempfile.mkdtemp(prefix="hallcall-bench-"))
    try:
        for step in (["migrate"], ["demo", "--make"]):
            run = subprocess.run(
                [*hallcall(), *step], env=command_environment(data), capture_output=True, text=True, check=False
            )
            if run.returncode:
                raise RuntimeError(f"hallcall {' '.join(step)}: {run.stderr.strip() or run.stdout.strip()}")
        with closing(sqlite3.connect(data / DATABASE)) as connection:
            connection.execute(_ALWAYS_CALLS)
            connection.commit()
        yield data
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def serving(
    data: Path,
    *,
    port: int,
    postgres: str | None = None,
    clock: str | None = None,
    guarded: bool = False,
    files: int | None = None,
) -> Iterator[TrialHall]:
    """A server process on that data folder; stopped at the end. Raises RuntimeError when it does not start.

    guarded: with the limits that a demo hall has; else one address may do what the load generator wants. files: how
    many it may open (not on Windows), None for what the system lets it.
    """
    environment = command_environment(data) | {"HALLCALL_PORT": str(port)} | ({} if guarded else WIDE)
    command = [*hallcall(), "serve"]
    if files is not None:
        command = ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", *command]
    if postgres:
        environment["HALLCALL_DATABASE_URL"] = postgres
    if clock:
        environment["HALLCALL_TRIAL_CLOCK"] = clock
    with (
        (data / "server.log").open("a", encoding="utf-8") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            yield _await_hall(f"http://127.0.0.1:{port}", data, process)
        finally:
            process.terminate()
            process.wait(timeout=15)


def command_environment(data: Path) -> dict[str, str]:
    """The environment of this process without its own settings for a hall."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("HALLCALL_")}
    return own | {
        "HALLCALL_DATA": str(data),
        "HALLCALL_HOST": "127.0.0.1",
        "HALLCALL_DEMO_PASSWORD": PASSWORD,
        "HALLCALL_LOG_LEVEL": "warning",
        # what is measured shall not be taken out meanwhile
        "HALLCALL_KEEP_DAYS": "0",
    }


def hallcall() -> list[str]:
    """The command line of this checkout, with this Python."""
    return [sys.executable, "-c", "from server.cli import main; main()"]


def _await_hall(server: str, data: Path, process: subprocess.Popen[bytes]) -> TrialHall:
    start = time.monotonic()
    end = start + READY_S
    with closing(Rest(server=server)) as rest:
        while True:
            try:
                code = rest.get("/halls")["halls"][0]["code"]
                started_in = time.monotonic() - start
                return TrialHall(server, data, process.pid, code, rest.get(f"/halls/{code}"), started_in)
            except Unreachable as error:
                if process.poll() is not None or time.monotonic() > end:
                    said = (data / "server.log").read_text(encoding="utf-8")[-2000:]
                    raise RuntimeError(f"the server did not start ({error}):\n{said}") from error
                time.sleep(0.02)
