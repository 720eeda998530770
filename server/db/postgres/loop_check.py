"""Whether the driver of the database lets others run while it waits: one that does not stops every screen."""

from __future__ import annotations

import threading
import time

from sqlalchemy.engine import Engine

#: So long the database is made to wait; others would run some twenty times, on a machine that has time for them.
WAIT_S, STEP_S = 0.2, 0.01
#: How often others must have run; a driver that blocks lets nobody. A busy machine is given another chance or two.
LEAST, TRIES = 2, 3


class BlockingDriver(RuntimeError):
    """The driver stops the loop; the message is a sentence."""


def refuse_blocking(engine: Engine) -> None:
    """Raise BlockingDriver when a statement that waits in PostgreSQL holds up the others."""
    if all(_ran_meanwhile(engine) < LEAST for _ in range(TRIES)):
        raise BlockingDriver(
            "The PostgreSQL driver stops the server's loop while it waits: unset PSYCOPG_WAIT_FUNC, "
            "or set HALLCALL_ASYNC_MODE=threading."
        )


def _ran_meanwhile(engine: Engine) -> int:
    ran, over = 0, False

    def count() -> None:
        nonlocal ran
        while not over:
            ran += 1
            time.sleep(STEP_S)

    beside = threading.Thread(target=count, daemon=True)
    beside.start()
    with engine.connect() as connection:
        before = ran
        connection.exec_driver_sql(f"SELECT pg_sleep({WAIT_S})")
        meanwhile = ran - before
    over = True
    beside.join()
    return meanwhile
