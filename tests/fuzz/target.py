"""A parser of files and what it may say of any content: used, or one of its declared errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Target:
    """One parser. read: gives it a content and a folder of its own, in which files may be written.

    seeds: contents to begin with, of which the first is used whole. errors: the declared ones; with none of them the
    parser takes anything. longest: bytes of a content.
    """

    read: Callable[[bytes, Path], object]
    seeds: Callable[[], list[bytes]]
    errors: tuple[type[Exception], ...] = ()
    longest: int = 4096

    def takes(self, content: bytes, folder: Path) -> bool:
        """Whether a content is used; False when it is refused by a declared error. Whatever else comes is a finding."""
        try:
            self.read(content, folder)
        except Exception as error:
            # Exactly these kinds: ConfigError is a ValueError, but not every ValueError has a sentence for people.
            if not isinstance(error, self.errors):
                raise
            return False
        return True
