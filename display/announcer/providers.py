"""Those who can speak a sentence: the built-in engines, recorded clips, an operator's own program, tones for tests."""

import hashlib
import json
import os
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

import numpy as np

from display.announcer.sound import Sound, join, read_wav, trim
from display.announcer.text import Sentence, units
from display.announcer.voice_process import Rest, VoiceFault, VoiceProcess

WORDS_A_MINUTE = 160
SHORTEST_UNIT_S = 0.08
COMMAND_S = 8.0
PIECE_GAP_S = 0.06


class Provider(Protocol):
    """Speaks sentences. `name` is part of the key of a kept clip: it changes when the voice does."""

    name: str

    def can(self, sentence: Sentence) -> bool:
        """Whether it is worth asking, as far as known without trying."""

    def speak(self, sentence: Sentence, *, rate: float) -> Sound:
        """The sentence at `rate` times the usual speed; VoiceFault when it cannot."""

    def close(self) -> None:
        """Give back what it holds; it may be asked again."""


class EngineVoice:
    """An engine of pyttsx3 in its own process."""

    def __init__(self, process: VoiceProcess, *, driver: str, folder: Path) -> None:
        self._process, self._folder = process, folder
        self.name = f"espeak {_loader_version()}" if driver == "espeak" else driver

    def can(self, sentence: Sentence) -> bool:
        """False once it is known that the engine has no voice for the language."""
        return not self._process.voices or sentence.language in self._process.voices

    def speak(self, sentence: Sentence, *, rate: float) -> Sound:
        """Spoken by the engine and checked: a file too short for its words is a fault."""
        with tempfile.TemporaryDirectory(dir=self._folder, prefix="voice-") as folder:
            file = Path(folder) / "said.wav"
            self._process.speak(
                language=sentence.language, rate=round(WORDS_A_MINUTE * rate), text=sentence.spoken, file=file
            )
            return checked(file, sentence, rate=rate)

    def close(self) -> None:
        """End the process."""
        self._process.close()


class RecordedVoice:
    """A person's clips, joined to sentences. `only_complete`: speaks only where no piece of the hall is missing."""

    def __init__(self, folder: Path, *, only_complete: bool) -> None:
        self._only_complete, self._incomplete = only_complete, set[str]()
        self._pieces = {path.parent.name: read_manifest(path) for path in sorted(folder.glob("*/manifest.json"))}
        content = json.dumps({lang: {k: str(p) for k, p in m.items()} for lang, m in self._pieces.items()})
        self.name = f"recorded {hashlib.sha256(content.encode()).hexdigest()[:12]}"

    def missing(self, needed: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
        """The pieces by language that a hall needs and the folder has not; remembers which languages are whole.

        Languages without a folder are not looked at: nobody recorded them.
        """
        lacks = {
            language: sorted(set(pieces) - set(self._pieces[language]))
            for language, pieces in needed.items()
            if language in self._pieces
        }
        self._incomplete = {language for language, pieces in lacks.items() if pieces}
        return {language: pieces for language, pieces in lacks.items() if pieces}

    def can(self, sentence: Sentence) -> bool:
        """Whether every piece of the sentence (and, if asked for, of the hall) is there."""
        have = self._pieces.get(sentence.language, {})
        whole = bool(sentence.pieces) and all(piece in have for piece in sentence.pieces)
        return whole and not (self._only_complete and sentence.language in self._incomplete)

    def speak(self, sentence: Sentence, *, rate: float) -> Sound:
        """The pieces one after the other; a recording has its own speed, `rate` does nothing."""
        have = self._pieces[sentence.language]
        try:
            return join([trim(read_wav(have[piece])) for piece in sentence.pieces], gap_s=PIECE_GAP_S)
        except (KeyError, OSError, ValueError) as error:
            raise VoiceFault(f"a recorded clip is not usable: {error}") from error

    def close(self) -> None:
        """Nothing is held."""


class CommandVoice:
    """An operator's program: gets the text on its input, writes a WAV file where `{file}` stands in its command."""

    def __init__(self, command: str, *, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._words, self._folder, self._clock = shlex.split(command, posix=os.name != "nt"), folder, clock
        self._rest = Rest()
        self.name = f"command {command}"

    def can(self, sentence: Sentence) -> bool:
        """Always, as far as we know: its languages are its own affair."""
        return True

    def speak(self, sentence: Sentence, *, rate: float) -> Sound:
        """Run the program; `{language}` and `{rate}` in its command are filled in too. It has 8 s."""
        if left := self._rest.left(now=self._clock()):
            raise VoiceFault(f"the operator's engine rests for {left:.0f} s")
        try:
            with tempfile.TemporaryDirectory(dir=self._folder, prefix="voice-") as folder:
                file = Path(folder) / "said.wav"
                values = {"{file}": str(file), "{language}": sentence.language, "{rate}": f"{rate:g}"}
                subprocess.run(
                    [_filled(word, values) for word in self._words],
                    input=sentence.spoken.encode(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=COMMAND_S,
                    check=True,
                )
                return checked(file, sentence, rate=rate)
        except (OSError, subprocess.SubprocessError, VoiceFault) as error:
            self._rest.failed(now=self._clock())
            raise VoiceFault(f"the operator's engine: {error}") from error

    def close(self) -> None:
        """Nothing runs between sentences."""


class ToneVoice:
    """A beep for every word: for tests, and to try a hall on a machine without any engine."""

    name = "tone"

    def can(self, sentence: Sentence) -> bool:
        """Always."""
        return True

    def speak(self, sentence: Sentence, *, rate: float) -> Sound:
        """0.2 s of 440 Hz a word, a gap of 0.1 s between."""
        hertz, word = 22050, round(0.3 * 22050 / rate)
        time_s = np.arange(word * max(1, units(sentence.spoken))) / hertz
        on = (np.arange(len(time_s)) % word) < word * 2 / 3
        return Sound(0.3 * np.sin(2 * np.pi * 440 * time_s) * on, hertz)

    def close(self) -> None:
        """Nothing is held."""


def checked(file: Path, sentence: Sentence, *, rate: float) -> Sound:
    """What an engine wrote; VoiceFault when it is no sound, silent, or too short for what was to be said."""
    try:
        sound = trim(read_wav(file))
    except (OSError, ValueError) as error:
        raise VoiceFault(f"no usable sound: {error}") from error
    shortest = units(sentence.spoken) * SHORTEST_UNIT_S / rate
    if sound.seconds < shortest:
        raise VoiceFault(f"cut short: {sound.seconds:.2f} s for {sentence.spoken!r}")
    return sound


def read_manifest(path: Path) -> dict[str, Path]:
    """The clips that a manifest names, by piece; a manifest that cannot be read has none."""
    try:
        pieces = json.loads(path.read_text(encoding="utf-8"))["pieces"]
        files = {str(piece): path.parent / str(name) for piece, name in pieces.items()}
        return {piece: file for piece, file in files.items() if file.parent == path.parent and file.is_file()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return {}


def _loader_version() -> str:
    """Part of the voice's name; a platform without the package finds out when it speaks, and goes on without."""
    try:
        return version("espeakng-loader")
    except PackageNotFoundError:
        return "missing"


def _filled(word: str, values: Mapping[str, str]) -> str:
    for place, value in values.items():
        word = word.replace(place, value)
    return word
