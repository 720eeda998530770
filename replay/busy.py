"""`hallcall demo --busy`: visitors and clerks that play in the running demo hall, until Ctrl-C."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from contextlib import closing
from typing import Any

import click

from client.board import Board
from client.prompts import server_here
from client.rest import Refused, Rest, Unreachable
from client.sign_in import SignIn
from replay.busy_clerk import BusyClerk
from replay.ending import Ending, wait_for
from replay.figures import counted
from replay.play import Follower, PlayError

Json = dict[str, Any]
FULL = 30
"""Nobody comes in while so many wait."""

REMEMBERED = 100
"""So many of the last visitors may still change their mind."""

LEAVES, REJOINS, SEVERAL = 0.01, 0.5, 0.1
"""Shares: of those who wait, who gives up at each look; of those passed, who comes back; who needs two services."""


class BusyVisitors(threading.Thread):
    """Visitors who come by chance, every `every_s` seconds on average, and sometimes give up or come back."""

    def __init__(
        self,
        *,
        server: str,
        hall: str,
        services: list[str],
        board: Board,
        stopped: threading.Event,
        every_s: float,
        dice: random.Random,
    ) -> None:
        super().__init__(name="busy visitors", daemon=True)
        self._server, self._hall, self._services, self._board = server, hall, services, board
        self._stopped, self._every_s, self._dice = stopped, every_s, dice
        self._tokens: dict[str, str] = {}

    def run(self) -> None:
        """Come and go until stopped; then those who still wait go home."""
        with closing(Rest(server=self._server)) as rest:
            while not self._stopped.wait(self._dice.expovariate(1 / self._every_s)):
                self._look(rest)
            for token in self._tokens.values():
                self._go_home(rest, token)

    def _look(self, rest: Rest) -> None:
        if sum(self._board.waiting_by_type.values()) < FULL:
            wish = {
                "service": self._dice.choice(self._services),
                "language": self._dice.choice(["zh-CN", "zh-CN", "en"]),
            }
            ticket = self._try(rest.post, f"/halls/{self._hall}/tickets", wish | self._second(wish["service"]))
            if ticket:
                self._tokens[ticket["number"]] = ticket["token"]
                if len(self._tokens) > REMEMBERED:
                    del self._tokens[next(iter(self._tokens))]
        for passed in self._board.parked:
            if token := self._tokens.get(passed["number"]):
                if self._dice.random() < REJOINS:
                    self._try(rest.post, f"/tickets/{token}/rejoin", {})
                else:
                    self._try(rest.delete, f"/tickets/{token}")
                    del self._tokens[passed["number"]]
        if self._tokens and self._dice.random() < LEAVES:
            self._go_home(rest, self._tokens.pop(self._dice.choice([*self._tokens])))

    def _second(self, first: str) -> Json:
        """What some visitors want besides."""
        others = [service for service in self._services if service != first]
        if not others or self._dice.random() >= SEVERAL:
            return {}
        return {"services": [self._dice.choice(others)], "mode": self._dice.choice(["sequence", "parallel"])}

    def _go_home(self, rest: Rest, token: str) -> None:
        """Give the number up, unless it was called: then somebody is being served."""
        ticket = self._try(rest.get, f"/tickets/{token}")
        if ticket and ticket["state"] in {"waiting", "parked"}:
            self._try(rest.delete, f"/tickets/{token}")

    def _try(self, deed: Any, *what: Any) -> Json | None:
        """Do it; a refusal is a part of life, and a server that is away will come back."""
        try:
            return dict(deed(*what))
        except Refused:
            return None
        except Unreachable:
            self._stopped.wait(2)
            return None


@click.command("busy")
@click.option("--server", help="Address of the server; the one of this machine when not given.")
@click.option("--every", default=5.0, show_default=True, help="Seconds between two visitors, on average.")
@click.option("--service", default=40.0, show_default=True, help="Seconds of a service, on average.")
@click.option("--pace", default=1.0, show_default=True, type=click.FloatRange(0.1), help="Times faster than life.")
@click.option("--leave", default=3, show_default=True, help="Counters left to people: the first ones of the hall.")
@click.option("--seed", type=int, help="The same number gives the same chances.")
def command(*, server: str | None, every: float, service: float, pace: float, leave: int, seed: int | None) -> None:
    """Visitors and clerks that play in the demo hall of this machine, until Ctrl-C."""
    demo = demo_here()
    server = server or server_here()
    try:
        with closing(Rest(server=server)) as rest:
            hall = rest.get(f"/halls/{demo['hall']}")
        play(
            server=server,
            demo=demo,
            hall=hall,
            every_s=every / pace,
            service_s=service,
            pace=pace,
            leave=leave,
            dice=random.Random(seed),
        )
    except (Refused, Unreachable, PlayError) as error:
        raise click.ClickException(str(error)) from error


def demo_here() -> Json:
    """What `hallcall demo --show` says on this machine. Raises click.ClickException."""
    show = "from server.cli import main; main(['demo', '--show'])"
    shown = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, encoding="utf-8", check=False)
    if shown.returncode:
        raise click.ClickException(shown.stderr.strip().removeprefix("Error: "))
    demo = dict(json.loads(shown.stdout))
    if not demo["accounts"]:
        raise click.ClickException("this is a real hall, not the demo: nobody plays here / 这不是演示大厅")
    return demo


def play(
    *,
    server: str,
    demo: Json,
    hall: Json,
    every_s: float,
    service_s: float,
    pace: float,
    leave: int,
    dice: random.Random,
) -> None:
    """Play until a signal ends it, then let everybody finish and go."""
    sign_ins = {
        account["username"]: SignIn(server=server, username=account["username"], password=account["password"])
        for account in demo["accounts"]
    }
    board, stopped = Board(), threading.Event()
    follower = Follower(hall=hall["code"], sign_in=sign_ins["supervisor"], follower=board)
    follower.start()
    played = hall["counters"][leave:]
    types = sorted({kind for counter in played for kind in [*counter["counter_types"], *counter["fallbacks"]]})
    services = [each["code"] for each in hall["services"] if each["counter_type"] in types]
    people: list[threading.Thread] = [
        BusyVisitors(
            server=server,
            hall=hall["code"],
            services=services,
            board=board,
            stopped=stopped,
            every_s=every_s,
            dice=random.Random(dice.random()),
        )
    ]
    people += [
        BusyClerk(
            hall=hall["code"],
            counter=counter,
            types=types,
            sign_in=sign_ins[f"clerk{counter['code']}"],
            board=board,
            stopped=stopped,
            service_s=service_s,
            pace=pace,
            dice=random.Random(dice.random()),
        )
        for counter in played
    ]
    free = ", ".join(counter["code"] for counter in hall["counters"][:leave])
    with Ending() as ending:
        for person in people:
            person.start()
        click.echo(f"Visitors come, {counted(len(played), 'clerk')} at work; yours: {free or '-'}. Ctrl-C ends it.")
        click.echo(f"访客与 {len(played)} 个窗口正在模拟运行，留给您的窗口：{free or '-'}。按 Ctrl-C 结束。")
        while not ending.asked and any(person.is_alive() for person in people):
            time.sleep(0.2)
        if ending.asked:
            click.echo("Closing the counters… / 正在收尾…")
        stopped.set()
        wait_for(people)
        follower.stop()
