"""A short look at the socket itself before a wait for PostgreSQL goes through the loop.

Sending the loop round costs as much as many an answer takes. A wait that lasts longer goes the driver's usual way, and
the others run meanwhile: with a look ten times as long 32 clerks were served a third slower. bootstrap.py imports this
before the asynchronous library replaces `select`.
"""

from __future__ import annotations

from collections.abc import Generator
from select import select
from typing import Any

#: So long the loop may stand for an answer (s).
LOOK_S = 0.00005
#: select(2) knows no descriptors from here on.
MOST = 1024
_READ, _WRITE = 1, 2


def look_first(waits: Generator[Any, Any, Any], fileno: int) -> Generator[Any, Any, Any]:
    """The driver's generator, which yields what it waits for, less the waits that end at once."""
    try:
        wanted = next(waits)
        while True:
            ready = _look(fileno, wanted) or (yield wanted)
            wanted = waits.send(ready)
    except StopIteration as done:
        return done.value


def _look(fileno: int, wanted: int) -> int:
    """What the descriptor is ready for, as the driver's numbers; 0 for nothing yet."""
    if not 0 <= fileno < MOST:
        return 0
    readable, writable, _ = select([fileno] if wanted & _READ else [], [fileno] if wanted & _WRITE else [], [], LOOK_S)
    return (_READ if readable else 0) | (_WRITE if writable else 0)
