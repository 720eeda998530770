"""The parent's side of the voice process: starts it, gives it sentences, kills it when it hangs."""

import contextlib
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

START_S = 15.0
SENTENCE_S = 3.0


class VoiceFault(Exception):
    """A sentence could not be spoken; the text says why."""


@dataclass
class Rest:
    """When a voice that keeps failing is left alone: after `limit` failures within `window_s`, for `rest_s`."""

    limit: int = 3
    window_s: float = 60.0
    rest_s: float = 30.0
    _failures: list[float] = field(default_factory=list)
    _until: float = float("-inf")

    def failed(self, *, now: float) -> None:
        """Note a failure at `now` (seconds of a monotonic clock)."""
        self._failures = [at for at in self._failures if now - at < self.window_s] + [now]
        if len(self._failures) >= self.limit:
            self._until, self._failures = now + self.rest_s, []

    def left(self, *, now: float) -> float:
        """Seconds of rest that remain, 0 when the voice may be used."""
        return max(0.0, self._until - now)


class VoiceProcess:
    """One worker process, started when first needed and again after each fault. Used by one thread at a time."""

    def __init__(
        self,
        *,
        command: Sequence[str],
        start_s: float = START_S,
        sentence_s: float = SENTENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._command, self._start_s, self._sentence_s, self._clock = list(command), start_s, sentence_s, clock
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._count = 0
        self.rest = Rest()
        self.engine = ""
        self.voices: dict[str, str] = {}

    @classmethod
    def of_driver(cls, driver: str) -> "VoiceProcess":
        """The worker of this package with a driver of pyttsx3: `espeak` or `sapi5`."""
        return cls(command=[sys.executable, "-X", "utf8", "-m", "display.announcer.worker", driver])

    @property
    def pid(self) -> int | None:
        """The worker's process id, None while there is none."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Have a worker that is ready; VoiceFault when it does not come up or rests after too many faults."""
        if self._process and self._process.poll() is None:
            return
        left = self.rest.left(now=self._clock())
        if left:
            raise VoiceFault(f"resting {left:.0f} s after {self.rest.limit} faults")
        try:
            self._launch()
            hello = self._wait(self._start_s, lambda message: "ready" in message)
            if not hello["ready"]:
                raise VoiceFault(hello.get("error", "no reason given"))
        except (VoiceFault, OSError) as error:
            self._fail()
            raise VoiceFault(f"the voice process did not start: {error}") from error
        self.engine, self.voices = hello["engine"], hello["voices"]

    def speak(self, *, language: str, rate: int, text: str, file: Path) -> None:
        """Have the text spoken into a WAV file; VoiceFault when there is no such voice or it failed or hung."""
        self.start()
        voice = self.voices.get(language)
        if voice is None:
            raise VoiceFault(f"{self.engine} has no voice for {language}")
        self._count += 1
        number = self._count
        order = {"id": number, "voice": voice, "rate": rate, "text": text, "file": str(file)}
        try:
            self._send(order)
            said = self._wait(self._sentence_s, lambda message: message.get("id") == number)
        except VoiceFault:
            self._fail()
            raise
        if not said.get("ok"):
            self.rest.failed(now=self._clock())
            raise VoiceFault(said.get("error", "no reason given"))

    def close(self) -> None:
        """End the worker; it is started again when needed."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()
            with contextlib.suppress(OSError):  # what was still to be sent cannot be
                process.stdin.close() if process.stdin else None

    def _launch(self) -> None:
        self.close()
        self._answers = queue.Queue()
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
            bufsize=1,
        )
        reader = threading.Thread(target=_read, args=(self._process, self._answers), daemon=True, name="voice-reader")
        reader.start()

    def _send(self, order: dict[str, Any]) -> None:
        assert self._process and self._process.stdin
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise VoiceFault(f"the voice process is gone: {error}") from error

    def _wait(self, seconds: float, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first message that is wanted; lines that are no message are passed over."""
        deadline = self._clock() + seconds
        while True:
            try:
                line = self._answers.get(timeout=max(0.0, deadline - self._clock()))
            except queue.Empty:
                raise VoiceFault(f"no answer within {seconds:g} s") from None
            if line is None:
                raise VoiceFault("the voice process died")
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if isinstance(message, dict) and wanted(message):
                return message

    def _fail(self) -> None:
        self.close()
        self.rest.failed(now=self._clock())


def _read(process: "subprocess.Popen[str]", answers: "queue.Queue[str | None]") -> None:
    """Hand over the worker's lines; None when there will be no more."""
    assert process.stdout
    with process.stdout:
        for line in process.stdout:
            answers.put(line)
    answers.put(None)
