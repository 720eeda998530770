"""Sound that was made once and is kept on disk, found by what it says; and the chimes of the project."""

import hashlib
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from client.language import words
from display.announcer.sound import read_wav

log = logging.getLogger(__name__)

MOST_FILES = 2000
MOST_BYTES = 200_000_000
KEPT_WHEN_FULL = 0.9
DEFAULT_CHIME = "two-tone"
ALERT_CHIME = "alert"


@dataclass(frozen=True)
class Clip:
    """A WAV file ready to be played: where it is, the SHA-256 of its content, its length in seconds."""

    path: Path
    sha256: str
    seconds: float

    @property
    def url(self) -> str:
        """Where screens fetch it once it was uploaded."""
        return f"/api/v1/clips/{self.sha256}"


def clip_of(path: Path) -> Clip:
    """The clip in a WAV file; OSError or ValueError when it cannot be read."""
    content = path.read_bytes()
    return Clip(path, hashlib.sha256(content).hexdigest(), read_wav(content).seconds)


def key_of(*parts: object) -> str:
    """The name under which a sound is kept: a hash of everything that made it."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


class ClipStore:
    """A folder of clips by key, the longest unused thrown away past a limit. Used by one thread."""

    def __init__(self, folder: Path, *, most_files: int = MOST_FILES, most_bytes: int = MOST_BYTES) -> None:
        self._folder, self._most_files, self._most_bytes = folder, most_files, most_bytes
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.part"):
            left.unlink(missing_ok=True)
        files = sorted((path for path in folder.glob("*.wav")), key=lambda path: path.stat().st_mtime)
        self._sizes = {path.stem: path.stat().st_size for path in files}  # in order of use, the newest last
        self._known: dict[str, Clip] = {}

    def get(self, key: str) -> Clip | None:
        """The clip of that key, None when there is none; a broken file is thrown away."""
        if key not in self._sizes:
            return None
        try:
            if key not in self._known:
                self._known[key] = clip_of(self._path(key))
            os.utime(self._path(key))
        except (OSError, ValueError) as error:
            log.warning(words("a kept clip is not usable and goes: %s", "保存的语音片段已损坏，予以删除：%s"), error)
            self._drop(key)
            return None
        self._sizes[key] = self._sizes.pop(key)
        return self._known[key]

    def put(self, key: str, wav: bytes) -> Clip:
        """Keep a WAV file under that key; a reader never sees half of it."""
        path, part = self._path(key), self._folder / f"{key}.part"
        part.write_bytes(wav)
        part.replace(path)
        self._sizes.pop(key, None)
        self._sizes[key] = len(wav)
        self._known[key] = clip_of(path)
        self._make_room()
        return self._known[key]

    def _make_room(self) -> None:
        if len(self._sizes) <= self._most_files and sum(self._sizes.values()) <= self._most_bytes:
            return
        files, size = self._most_files * KEPT_WHEN_FULL, self._most_bytes * KEPT_WHEN_FULL
        while len(self._sizes) > 1 and (len(self._sizes) > files or sum(self._sizes.values()) > size):
            self._drop(next(iter(self._sizes)))

    def _drop(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)
        self._sizes.pop(key, None)
        self._known.pop(key, None)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.wav"


def load_chimes(folder: Path) -> dict[str, Clip]:
    """The chimes of a folder by name; files that cannot be read are left out with a warning."""
    chimes = {}
    for path in _wavs(folder):
        try:
            chimes[path.stem] = clip_of(path)
        except (OSError, ValueError) as error:
            log.warning(words("the chime %s is not usable: %s", "提示音 %s 无法使用：%s"), path.name, error)
    return chimes


def _wavs(folder: Path) -> Iterable[Path]:
    return sorted(folder.glob("*.wav"))
