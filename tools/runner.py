"""The runner of the Procfile: a process that dies is started again, the others are left alone.

A program stands in a session (on Windows: a process group) of its own, so that Ctrl-C reaches only the runner, which
then stops every program in order and waits for it.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.procfile import Line
from tools.say import words

GRACE_S = 12.0


@dataclass
class Backoff:
    """How long to wait before a dead program is started again: 1, 2, 4 ... 30 s; anew after a minute of life."""

    first_s: float = 1.0
    longest_s: float = 30.0
    healthy_s: float = 60.0
    _next_s: float = field(default=0.0, init=False)

    def delay(self, *, lived_s: float) -> float:
        """The seconds to wait after a life of `lived_s` seconds."""
        if self._next_s == 0.0 or lived_s >= self.healthy_s:
            self._next_s = self.first_s
        else:
            self._next_s = min(self._next_s * 2, self.longest_s)
        return self._next_s


@dataclass
class Program:
    """One line of the Procfile and its present process."""

    line: Line
    backoff: Backoff = field(default_factory=Backoff)
    process: subprocess.Popen[str] | None = None
    started_at: float = 0.0
    start_at: float | None = 0.0
    deaths: int = 0
    #: One that was started to take the place of the present process, which ends by itself then.
    successor: subprocess.Popen[str] | None = None


@dataclass(frozen=True)
class Died:
    """A process ended by itself; None is one that could not even start."""

    program: Program
    process: subprocess.Popen[str] | None
    status: int


class Runner:
    """Keeps the programs of a Procfile running until it is told to stop."""

    def __init__(
        self,
        lines: Sequence[Line],
        *,
        cwd: Path,
        env: Mapping[str, str],
        say: Callable[[str], None],
        backoff: Callable[[], Backoff] = Backoff,
    ) -> None:
        self.programs = [Program(line, backoff()) for line in lines]
        self._cwd, self._env, self._say = cwd, dict(env), say
        self._width = max(len(line.name) for line in lines)
        self._news: queue.SimpleQueue[Died | None] = queue.SimpleQueue()
        self._stopping, self._renewing = False, False

    def renew(self) -> None:
        """Let another process take the first program's place (`serve --handover`); safe in a signal handler."""
        self._renewing = True
        self._news.put(None)

    def stop(self) -> None:
        """Ask the loop to end; safe in a signal handler and from any thread."""
        self._stopping = True
        self._news.put(None)

    def hold_back(self) -> None:
        """Let only the first program start, until `release`: the others would only complain that it is not there."""
        for program in self.programs[1:]:
            program.start_at = None

    def release(self) -> None:
        """Start what was held back."""
        for program in self.programs:
            if program.process is None and program.start_at is None:
                program.start_at = 0.0

    def run(self, *, turn: Callable[[], None] = lambda: None) -> None:
        """Start everything and keep it running until `stop`; `turn` is called at each turn of the loop."""
        try:
            while not self._stopping:
                self._start_due()
                self._renew()
                turn()
                self._wait_for_news()
        finally:
            self._stop_all()

    def _start_due(self) -> None:
        for program in self.programs:
            if program.start_at is not None and time.monotonic() >= program.start_at:
                program.start_at = None
                self._start(program)

    def _wait_for_news(self) -> None:
        """Sleep until a process dies, one is due, or half a second is over (Windows tells Ctrl-C only then)."""
        due = [program.start_at for program in self.programs if program.start_at is not None]
        wait = min([0.5, *(max(0.01, at - time.monotonic()) for at in due)])
        try:
            news = self._news.get(timeout=wait)
        except queue.Empty:
            return
        if news is not None and not self._stopping:
            self._bury(news)

    def _renew(self) -> None:
        first = self.programs[0]
        if self._renewing and first.process is not None and first.successor is None:
            first.successor = self._open(first, "--handover")
        self._renewing = False

    def _bury(self, died: Died) -> None:
        program, now = died.program, time.monotonic()
        if died.process is not None and died.process is program.successor:
            program.successor = None
            self._line(program, words("the new process did not take over", "新的进程没有接手"))
            return
        program.process, program.successor = program.successor, None
        if program.process is not None:
            program.started_at = now
            self._line(program, words("another process has taken over", "新的进程已经接手"))
            return
        program.deaths += 1
        delay = program.backoff.delay(lived_s=now - program.started_at)
        program.start_at = now + delay
        self._line(
            program,
            words(
                f"ended with status {died.status}; starting again in {delay:.0f} s",
                f"已退出（状态 {died.status}），{delay:.0f} 秒后重新启动",
            ),
        )

    def _start(self, program: Program) -> None:
        """Start a program; one that cannot even start is treated like one that died at once."""
        program.started_at = time.monotonic()
        program.process = self._open(program)
        if program.process is None:
            self._news.put(Died(program, None, -1))

    def _open(self, program: Program, *more: str) -> subprocess.Popen[str] | None:
        """A new process of a program, whose lines and end are followed; None, and a line that says so, without one."""
        try:
            process = subprocess.Popen(
                [*program.line.command, *more],
                cwd=self._cwd,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                **apart(),
            )
        except OSError as error:
            self._line(program, words(f"cannot start: {error}", f"无法启动：{error}"))
            return None
        threading.Thread(target=self._follow, args=(program, process), daemon=True).start()
        return process

    def _follow(self, program: Program, process: subprocess.Popen[str]) -> None:
        """Pass on a process's lines, then tell of its end.

        The end is the process's own: a child of it that lives on may keep the pipe open for ever.
        """
        threading.Thread(target=self._pass_on, args=(program, process), daemon=True).start()
        self._news.put(Died(program, process, process.wait()))

    def _pass_on(self, program: Program, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                self._line(program, line.rstrip())

    def _line(self, program: Program, text: str) -> None:
        self._say(f"{program.line.name:<{self._width}} | {text}")

    def _stop_all(self) -> None:
        """Ask every process to end, the last of the Procfile first; end those that do not listen."""
        of_all = [one for program in reversed(self.programs) for one in (program.successor, program.process)]
        living = [process for process in of_all if process is not None]
        for process in living:
            ask_to_end(process)
        deadline = time.monotonic() + GRACE_S
        for process in living:
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                end(process)
                process.wait()


def apart() -> dict[str, Any]:
    """Popen's arguments for a process that Ctrl-C does not reach, and that ends when the runner is killed."""
    if os.name == "nt":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}  # type: ignore[attr-defined,unused-ignore]
    if sys.platform == "linux":
        return {"start_new_session": True, "preexec_fn": _die_with_parent}
    return {"start_new_session": True}


def ask_to_end(process: subprocess.Popen[str]) -> None:
    """SIGTERM, or Ctrl-Break on Windows; a process that is gone already is left alone."""
    if process.poll() is not None:
        return
    if os.name == "nt":
        process.send_signal(signal.CTRL_BREAK_EVENT)  # type: ignore[attr-defined,unused-ignore]
    else:
        process.terminate()


def end(process: subprocess.Popen[str]) -> None:
    """Kill a process and, where there is such a thing, everything that it started."""
    if os.name == "nt":
        process.kill()
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()


def _load_prctl() -> Callable[..., int] | None:
    if sys.platform != "linux":
        return None
    import ctypes

    return getattr(ctypes.CDLL(None), "prctl", None)


# Loaded before any fork: nothing may be imported between fork and exec.
_PRCTL = _load_prctl()
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Linux: a program ends when its runner was killed with -9, so that no port stays taken."""
    if _PRCTL is not None:
        _PRCTL(_PR_SET_PDEATHSIG, signal.SIGTERM)
