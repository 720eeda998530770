"""A clerk who plays by chance, at the pace of life: calls, serves, and now and then does all the rest."""

from __future__ import annotations

import random
import threading
from typing import Any

from client.board import Board
from client.link import Link
from client.rest import Refused, Unreachable
from client.sign_in import SignIn
from replay.clerk import Deaf

Json = dict[str, Any]

# How a visit goes, in shares of all visits; the rest is simply served.
NO_SHOW, HOLD, TRANSFER, RECALL = 0.06, 0.03, 0.04, 0.10
PAUSE, BACK = 0.02, 0.4
WALK_S, RECALL_S, PAUSE_S = (3.0, 7.0), 6.0, (15.0, 40.0)
GIVE_UP = {"counter_taken", "not_your_counter", "counter_closed"}
"""A person has this counter: the play leaves it alone."""


class BusyClerk(threading.Thread):
    """Plays counter `counter` (as GET /halls shows it) until `stopped`.

    `service_s` is the mean of a service in seconds; `pace` how many times faster than life all of it goes.
    """

    def __init__(
        self,
        *,
        hall: str,
        counter: Json,
        types: list[str],
        sign_in: SignIn,
        board: Board,
        stopped: threading.Event,
        service_s: float,
        pace: float,
        dice: random.Random,
    ) -> None:
        super().__init__(name=f"busy clerk {counter['code']}", daemon=True)
        self._hall, self._counter, self._types = hall, counter["code"], types
        self._serves = [*counter["counter_types"], *counter["fallbacks"]]
        self._board, self._stopped, self._service_s, self._dice = board, stopped, service_s, dice
        self._pace = pace
        self._aside: list[str] = []
        self._link = Link(namespace="/counter", sign_in=sign_in, listener=Deaf())

    def run(self) -> None:
        """Work until stopped, or until a person takes the counter."""
        self._link.start()
        try:
            self._do("session")
            while not self._stopped.is_set():
                self._turn()
            self._finish()
        except (Refused, Unreachable) as end:
            if not (isinstance(end, Refused) and end.code in GIVE_UP):
                self._stopped.wait(5)
        finally:
            self._link.stop()

    def _turn(self) -> None:
        """One visitor, or a moment of waiting for one."""
        if self._dice.random() < PAUSE:
            self._do("pause", reason="休息")
            self._rest(*PAUSE_S)
            self._do("resume")
        waits = any(self._board.waiting_by_type.get(kind) for kind in self._serves)
        if not waits and not self._aside:
            self._rest(0.5, 2.0)
            return
        try:
            if self._aside and (not waits or self._dice.random() < BACK):
                answer = self._do("take_back", number=self._aside.pop())
            else:
                answer = self._do("call_next")
            self._attend(answer["ticket"])
        except Refused as refusal:
            if refusal.code in GIVE_UP:
                raise
            self._rest(1.0, 2.0)

    def _attend(self, ticket: Json) -> None:
        self._rest(*WALK_S)
        chance = self._dice.random()
        if chance < NO_SHOW + RECALL:
            self._rest(RECALL_S, RECALL_S + 2)
            self._do("recall")
            self._rest(*WALK_S)
        if chance < NO_SHOW:
            self._do("no_show")
            return
        self._do("start")
        self._rest(0.3 * self._service_s, 1.7 * self._service_s)
        if chance > 1 - HOLD:
            self._do("hold", note="去复印 copying")
            self._aside.append(ticket["number"])
        elif chance > 1 - HOLD - TRANSFER:
            others = [kind for kind in self._types if kind != ticket["counter_type"]]
            self._do("transfer", to=self._dice.choice(others or self._types), place="keep")
        else:
            self._do("complete")

    def _finish(self) -> None:
        """The play is over: who is being served is served, then the counter closes."""
        try:
            self._do("complete")
        except Refused as refusal:
            if refusal.code != "no_ticket":
                raise
        self._do("sign_off")

    def _rest(self, shortest: float, longest: float) -> None:
        self._stopped.wait(self._dice.uniform(shortest, longest) / self._pace)

    def _do(self, name: str, **payload: Any) -> Json:
        return self._link.command(name, {"hall": self._hall, "counter": self._counter, **payload})
