"""The server is killed again and again while twenty clerks call: nothing is lost, nothing is done twice."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.realtime.crowd import press_without_pause
from tests.realtime.process import make_process

KILLS = 20
#: How long the clerks work between two kills, seconds; not a round figure of anything the server does.
BETWEEN = 0.37


# websocket-client leaves its socket open when a server dies in its handshake.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_twenty_kills_lose_nothing(tmp_path: Path) -> None:
    process = make_process(tmp_path)
    process.start()

    def kill_again_and_again() -> None:
        for _ in range(KILLS):
            time.sleep(BETWEEN)
            process.kill()
            process.start()
        time.sleep(BETWEEN)

    press_without_pause(process, kill_again_and_again, calls=KILLS)
