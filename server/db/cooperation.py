"""Whether the driver of the database lets others run while it waits: one that does not stops every screen."""

from __future__ import annotations

import threading
import time

from sqlalchemy.engine import Engine

#: So long the database is made to wait, and so often others must have run meanwhile (of some twenty times).
WAIT_S, STEP_S, LEAST = 0.2, 0.01, 5


class BlockingDriver(RuntimeError):
    """The driver stops the loop; the message is a sentence."""


def refuse_blocking(engine: Engine) -> None:
    """Raise BlockingDriver when a statement that waits in PostgreSQL holds up the others."""
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
    if meanwhile < LEAST:
        raise BlockingDriver(
            "The PostgreSQL driver stops the server's loop while it waits: unset PSYCOPG_WAIT_FUNC, "
            "or set HALLCALL_ASYNC_MODE=threading."
        )
