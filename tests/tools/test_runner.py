"""The runner over real processes; they tell by their output how far they are, so nothing waits for luck."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from tools.procfile import Line
from tools.runner import Backoff, Runner

SLEEPER = "import os, time; print('up', os.getpid(), flush=True); time.sleep(600)"
DYING = "print('dying', flush=True); raise SystemExit(3)"


class Stage:
    """A runner in a thread, and what its programs said."""

    def __init__(self, **scripts: str) -> None:
        lines = [Line(name, (sys.executable, "-c", script)) for name, script in scripts.items()]
        self.said: list[str] = []
        self._heard = threading.Condition()
        self.runner = Runner(lines, cwd=Path.cwd(), env=os.environ, say=self._hear, backoff=lambda: Backoff(0.01, 0.02))
        self.thread = threading.Thread(target=self.runner.run)

    def __enter__(self) -> Stage:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.runner.stop()
        self.thread.join(30)
        assert not self.thread.is_alive()

    def _hear(self, line: str) -> None:
        with self._heard:
            self.said.append(line)
            self._heard.notify_all()

    def wait_for(self, text: str, *, times: int = 1) -> list[str]:
        def lines() -> list[str]:
            return [line for line in self.said if text in line]

        with self._heard:
            assert self._heard.wait_for(lambda: len(lines()) >= times, timeout=30), self.said
            return lines()


def pid(line: str) -> int:
    return int(line.rsplit(maxsplit=1)[-1])


def test_a_dead_program_is_started_again_and_the_others_are_left_alone():
    with Stage(web=SLEEPER, announcer=SLEEPER) as stage:
        stage.wait_for("up", times=2)
        (web,), (announcer,) = stage.wait_for("web       | up"), stage.wait_for("announcer | up")
        os.kill(pid(announcer), signal.SIGTERM)
        again = stage.wait_for("announcer | up", times=2)[-1]
        assert pid(again) != pid(announcer)
        assert stage.wait_for("web       | up") == [web]
        os.kill(pid(web), 0)


def test_a_program_that_dies_again_and_again_is_tried_again_and_again():
    with Stage(web=DYING, announcer=SLEEPER) as stage:
        stage.wait_for("ended with status 3", times=3)
        assert stage.runner.programs[0].deaths >= 3
        assert stage.runner.programs[1].deaths == 0


def test_a_program_that_cannot_start_does_not_stop_the_others():
    with Stage(announcer=SLEEPER) as stage:
        stage.runner.programs.append(type(stage.runner.programs[0])(Line("gone", ("/no/such/program",)), Backoff(0.01)))
        stage.wait_for("cannot start", times=2)
        stage.wait_for("announcer | up")


def test_what_is_held_back_starts_when_it_is_released():
    stage = Stage(web=SLEEPER, announcer=SLEEPER)
    stage.runner.hold_back()
    with stage:
        stage.wait_for("web       | up")
        assert [program.process is None for program in stage.runner.programs] == [False, True]
        stage.runner.release()
        stage.wait_for("announcer | up")


def test_stop_ends_every_process():
    with Stage(web=SLEEPER, announcer=SLEEPER) as stage:
        pids = [pid(line) for line in stage.wait_for("up", times=2)]
    for number in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)
    assert not [line for line in stage.said if "starting again" in line]


def test_the_wait_grows_to_its_longest_and_starts_anew_after_a_healthy_life():
    backoff = Backoff(first_s=1, longest_s=10, healthy_s=60)
    assert [backoff.delay(lived_s=0.5) for _ in range(6)] == [1, 2, 4, 8, 10, 10]
    assert backoff.delay(lived_s=61) == 1
    assert backoff.delay(lived_s=59) == 2


# The first program as the server does it: a successor waits until the present process ends, which it asks for.
RENEWED = """
import os, signal, sys, time
if "--handover" in sys.argv:
    print('successor', os.getpid(), flush=True)
    os.kill(int(open({file!r}).read()), signal.SIGKILL)
    time.sleep(600)
open({file!r}, "w").write(str(os.getpid()))
print('up', os.getpid(), flush=True)
time.sleep(600)
"""
REFUSING = "import sys, time; print('up', *sys.argv[1:], flush=True); time.sleep(0 if len(sys.argv) > 1 else 600)"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no handover on Windows")
def test_a_new_process_takes_the_place_of_the_first_program(tmp_path):
    with Stage(web=RENEWED.format(file=str(tmp_path / "pid")), announcer=SLEEPER) as stage:
        stage.wait_for("web       | up")
        stage.runner.renew()
        (successor,) = stage.wait_for("successor")
        stage.wait_for("another process has taken over")
        process = stage.runner.programs[0].process
        assert process is not None
        assert process.pid == pid(successor)
        assert stage.runner.programs[0].deaths == stage.runner.programs[1].deaths == 0
        os.kill(process.pid, signal.SIGTERM)
        stage.wait_for("web       | up", times=2)  # and it is watched over like any other


def test_a_new_process_that_ends_leaves_the_present_one():
    with Stage(web=REFUSING) as stage:
        stage.wait_for("up")
        present = stage.runner.programs[0].process
        stage.runner.renew()
        stage.wait_for("did not take over")
        assert stage.runner.programs[0].process is present
        assert stage.runner.programs[0].deaths == 0
