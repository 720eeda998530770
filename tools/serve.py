"""`hall.py run`: everything from a bare checkout to an open hall, and then keeping it open."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from typing import Any

from tools.addresses import show
from tools.hall import ensure_hall
from tools.network import answers, check_port, is_port, lan_addresses
from tools.packages import ensure_packages
from tools.pages import ensure_pages
from tools.places import ROOT, environment
from tools.procfile import read_procfile
from tools.runner import Runner
from tools.say import Failure, words

READY_S = 60.0


@dataclass(frozen=True)
class Address:
    """Where the server listens (`host`, `port`), and what others call it (`base`, a URL without a slash at the end)."""

    host: str
    port: int
    base: str

    @property
    def near(self) -> str:
        """The host under which this machine itself reaches the server."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 # nosec B104

    def settings(self) -> dict[str, str]:
        """The settings that the programs of the Procfile get."""
        return {"HALLCALL_HOST": self.host, "HALLCALL_PORT": str(self.port), "HALLCALL_PUBLIC_URL": self.base}


def choose_address(*, lan: bool, port: int | None) -> Address:
    """Where to listen, by the options first, then HALLCALL_HOST, HALLCALL_PORT and HALLCALL_PUBLIC_URL.

    Raises: Failure when the port is no port, or `lan` finds no network.
    """
    number = port if port is not None else _port(os.environ.get("HALLCALL_PORT", "8000"))
    host = os.environ.get("HALLCALL_HOST", "127.0.0.1")
    outside = host
    if lan:
        host = "0.0.0.0"  # the option asks for it # noqa: S104 # nosec B104
        outside = next(iter(lan_addresses()), "")
        if not outside and not os.environ.get("HALLCALL_PUBLIC_URL"):
            raise Failure(
                words(
                    "--lan: this machine has no network address. Connect it, or leave --lan out.",
                    "--lan：本机没有网络地址。请先连接网络，或不使用 --lan。",
                )
            )
    own = f"[{outside}]" if ":" in outside else outside
    base = os.environ.get("HALLCALL_PUBLIC_URL") or f"http://{own}:{number}"
    return Address(host=host, port=number, base=base.rstrip("/"))


def _port(text: str) -> int:
    if not is_port(text):
        raise Failure(
            words(
                f"HALLCALL_PORT={text!r}: expected a number from 1 to 65535.",
                f"HALLCALL_PORT={text!r}：应为 1 到 65535 之间的数字。",
            )
        )
    return int(text)


def serve(*, lan: bool, port: int | None) -> int:
    """Set up what is missing, start the Procfile's programs, print the addresses, run until stopped.

    Raises: Failure for whatever the person has to mend.
    """
    address = choose_address(lan=lan, port=port)
    check_port(address.host, address.port)
    print(words("Setting up Hallcall", "正在准备 Hallcall"), flush=True)
    ensure_packages(tests=False)
    ensure_pages()
    shown = ensure_hall(address.settings())
    runner = Runner(
        read_procfile((ROOT / "Procfile").read_text(encoding="utf-8")),
        cwd=ROOT,
        env=environment(address.settings() | {"HALLCALL_RUNNER_PID": str(os.getpid())}),
        say=lambda line: print(line, flush=True),
    )
    runner.hold_back()
    welcome = Welcome(runner, address=address, shown=shown, lan=lan)
    stop_by_signals(runner)
    runner.run(turn=welcome.turn)
    print(words("Stopped.", "已停止。"), flush=True)
    if welcome.failure is not None:
        raise welcome.failure
    return 0


class Welcome:
    """Prints the addresses once the server answers; stops everything when it never comes up."""

    def __init__(self, runner: Runner, *, address: Address, shown: dict[str, Any], lan: bool) -> None:
        self._runner, self._address, self._shown, self._lan = runner, address, shown, lan
        self._began = time.monotonic()
        self.opened = False
        self.failure: Failure | None = None

    def turn(self) -> None:
        """Look at the server; called at each turn of the runner's loop until it answered."""
        if self.opened:
            return
        web = self._runner.programs[0]
        if answers(self._address.near, self._address.port):
            self.opened = True
            self._runner.release()
            print(show(self._shown, base=self._address.base, lan=self._lan), flush=True)
        elif web.deaths >= 3 or time.monotonic() - self._began > READY_S:
            self.failure = Failure(
                words(
                    f"the server does not start; what it said stands above under `{web.line.name}`.",
                    f"服务器未能启动；原因见上方 `{web.line.name}` 的输出。",
                )
            )
            self._runner.stop()


def stop_by_signals(runner: Runner) -> None:
    """Ctrl-C, SIGTERM, SIGHUP and Windows' Ctrl-Break stop the hall, SIGUSR1 renews the server; handlers set flags."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, lambda *_: runner.stop())
    if hasattr(signal, "SIGUSR1"):
        signal.signal(signal.SIGUSR1, lambda *_: runner.renew())
