"""When Python looks through all its objects for garbage.

Such a whole round takes a third of a second with 3,000 sockets, in which nobody is served, and while so many come back
after a cut network Python would do a dozen of them: a third of all the work then. Nearly everything is freed without
them. So Python does none by itself here; they come at a set time, and cost a thousandth of it at most.
"""

from __future__ import annotations

import gc
import time

#: From one whole round to the next at least (s), and at least so many times what the last one took.
REST_S, SHARE = 60.0, 1000
#: More young rounds than there will ever be between two whole ones.
NEVER = 1_000_000_000


class GcSchedule:
    """Does the whole rounds from `begin` on."""

    def __init__(self) -> None:
        self._due = 0.0

    def begin(self, *, now: float) -> None:
        """What is there when the server begins stays to its end: no round need look at it. `now`: s of any clock."""
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, NEVER)
        gc.collect()
        gc.freeze()
        self._due = now + REST_S

    def look(self, *, now: float) -> bool:
        """Do a whole round if its time has come; whether it was done."""
        if now < self._due:
            return False
        start = time.perf_counter()
        gc.collect()
        self._due = now + max(REST_S, SHARE * (time.perf_counter() - start))
        return True
