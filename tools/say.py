"""What hall.py says: steps with their progress, and failures as one sentence, in Chinese or English."""

from __future__ import annotations

import locale
import os
import sys
import time
from collections.abc import Mapping


class Failure(Exception):
    """Something that the person at the terminal has to mend; the message says what and how."""


def chinese(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this terminal's language is Chinese: LC_ALL, LC_MESSAGES, LANG, else the system's own setting."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return environ[name].lower().startswith("zh")
    language = locale.getlocale()[0] or ""
    return language.lower().startswith(("zh", "chinese"))


def words(en: str, zh: str) -> str:
    """Choose the sentence in the terminal's language."""
    return zh if chinese() else en


def prepare_terminal() -> None:
    """Never fail because a terminal cannot show a Chinese sign or a QR block."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


class Step:
    """One line of progress: `Python packages ... 34/88 numpy`, then `Python packages: ready (21 s)`.

    On a terminal the line is rewritten in place; elsewhere (a log) a line is written at most every ten seconds.
    """

    EVERY_S = 10.0

    def __init__(self, title: str) -> None:
        self.title = title
        self.began = time.monotonic()
        self._wrote = self.began
        self._live = sys.stdout.isatty()
        if not self._live:
            print(f"  {title} ...", flush=True)

    def progress(self, detail: str) -> None:
        """Show how far the step is."""
        now = time.monotonic()
        if self._live:
            sys.stdout.write(f"\r\x1b[2K  {self.title} ... {detail}"[:110])
            sys.stdout.flush()
        elif now - self._wrote >= self.EVERY_S:
            self._wrote = now
            print(f"  {self.title} ... {detail}", flush=True)

    def done(self, detail: str) -> None:
        """Close the line with the step's result and its seconds."""
        took = time.monotonic() - self.began
        clear = "\r\x1b[2K" if self._live else ""
        print(f"{clear}  {self.title}: {detail} ({took:.1f} s)", flush=True)

    def broke(self) -> None:
        """Leave the line before a failure is told."""
        if self._live:
            print(flush=True)


def up_to_date(title: str) -> None:
    """Say that a step had nothing to do."""
    print(f"  {title}: {words('up to date', '已是最新')}", flush=True)


def tell_failure(failure: Failure) -> None:
    """Say on standard error what has to be mended."""
    sys.stdout.flush()
    sys.stderr.write(f"\n{words('Stopped', '已停止')}: {failure}\n")
