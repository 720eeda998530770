"""The machine's own sound card, through a player program that can be killed; winsound's process on Windows."""

import logging
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from client.language import words
from display.announcer.clips import Clip
from display.announcer.loudness import Samples
from display.announcer.sound import Sound, read_wav, write_wav

log = logging.getLogger(__name__)

GRACE_S = 3.0
CARD_RATE = 44100
PLAYERS = {
    "pw-play": ["pw-play", "{file}"],
    "paplay": ["paplay", "{file}"],
    "aplay": ["aplay", "-q", "{file}"],
    "afplay": ["afplay", "{file}"],
    "ffplay": ["ffplay", "-v", "quiet", "-nodisp", "-autoexit", "{file}"],
}
WINDOWS = [sys.executable, "-c", "import sys,winsound;winsound.PlaySound(sys.argv[1],winsound.SND_FILENAME)", "{file}"]


def find_player(*, platform: str = sys.platform, which: Callable[[str], str | None] = shutil.which) -> list[str] | None:
    """The command of this machine's player, `{file}` where the file goes; None when it has none or no card."""
    if platform == "win32":
        return WINDOWS
    if platform == "linux" and not has_card():
        return None
    return next((command for name, command in PLAYERS.items() if which(name)), None)


def has_card(cards: Path = Path("/proc/asound/cards")) -> bool:
    """Whether Linux knows a sound card."""
    try:
        return "[" in cards.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def mix(clips: Sequence[tuple[Clip, int]], *, volume: float) -> bytes:
    """Clips with the pause before each (ms) as one WAV file at `volume` 0 to 1; OSError, ValueError for a bad clip."""
    parts: list[Samples] = []
    for clip, gap_ms in clips:
        parts.append(np.zeros(round(gap_ms / 1000 * CARD_RATE)))
        parts.append(resampled(read_wav(clip.path), rate=CARD_RATE).samples)
    return write_wav(Sound(np.concatenate(parts) * volume, CARD_RATE))


def resampled(sound: Sound, *, rate: int) -> Sound:
    """The sound at another rate, by straight lines between its samples: enough for speech through one loudspeaker."""
    if sound.rate == rate:
        return sound
    at = np.arange(round(sound.seconds * rate)) * sound.rate / rate
    return Sound(np.interp(at, np.arange(len(sound.samples)), sound.samples), rate)


class SoundCard:
    """Plays one thing at a time; `done(play, error)` is called in a thread of its own when it ended."""

    def __init__(self, command: Sequence[str], *, done: Callable[[str, str | None], None]) -> None:
        self._command, self._done = list(command), done
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def play(self, play: str, clips: Sequence[tuple[Clip, int]], *, volume: float) -> None:
        """Start to play; never raises, a fault is told by `done`."""
        threading.Thread(target=self._run, args=(play, clips, volume), name="card", daemon=True).start()

    def stop(self, play: str) -> None:
        """Silence it."""
        process = self._processes.get(play)
        if process:
            process.kill()

    def _run(self, play: str, clips: Sequence[tuple[Clip, int]], volume: float) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="hallcall-") as folder:
                file = Path(folder) / "play.wav"
                file.write_bytes(mix(clips, volume=volume))
                seconds = sum(clip.seconds + gap / 1000 for clip, gap in clips)
                error = self._play(play, file, seconds + GRACE_S)
        except (OSError, ValueError) as fault:
            log.warning(words("the sound card: %s", "声卡：%s"), fault)
            error = "card"
        self._done(play, error)

    def _play(self, play: str, file: Path, most_s: float) -> str | None:
        words = [str(file) if word == "{file}" else word for word in self._command]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet)
        self._processes[play] = process
        try:
            code = process.wait(timeout=most_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return "no_answer"
        finally:
            self._processes.pop(play, None)
        return None if code == 0 else "card"
