"""The counters that a play needs: looked at before anything is changed, since people may be on duty there."""

from __future__ import annotations

from collections.abc import Iterable

from client.language import words
from client.rest import Rest


class SeatTaken(Exception):
    """Somebody is on duty at a counter that the play needs; the message names counter and clerk."""


def need_free_counters(rest: Rest, *, hall: str, counters: Iterable[str], username: str) -> None:
    """Nobody but `username` is on duty at these counters. `rest` is signed in as staff.

    Raises SeatTaken with all that are taken; Refused, Unreachable.
    """
    taken = []
    for code in counters:
        clerk = rest.get(f"/halls/{hall}/counters/{code}")["counter"]["clerk"]
        if clerk and clerk["username"] != username:
            taken.append((code, clerk["name"]))
    if taken:
        raise SeatTaken(
            words(
                "People are on duty at counters that the play needs: "
                + ", ".join(f"{name} at counter {code}" for code, name in taken)
                + ". Let them sign off first; nothing was changed.",
                "重演所需的窗口有人上岗："
                + "、".join(f"{code} 号窗口（{name}）" for code, name in taken)
                + "。请先下岗；大厅没有任何改动。",
            )
        )
