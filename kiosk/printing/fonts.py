"""The letters of a printed ticket: Noto Sans SC, as the pages carry it.

Printers differ in the Chinese they know (GB18030 or none), so a ticket is sent as a picture and drawn here. The font
comes with the npm package @fontsource/noto-sans-sc, which the pages need anyway; `npm run build` copies one weight of
it (3.6 MB, licence beside it) to `kiosk/printing/fonts`. It is cut into slices by Unicode range; `unicode.json` says
which slice has a character. Without the font Pillow's own Latin letters serve, and Chinese lines are left out.
"""

import json
import logging
from functools import cached_property
from pathlib import Path
from typing import Protocol

from PIL import ImageFont

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "fonts"
FROM_NPM = Path(__file__).parents[2] / "node_modules" / "@fontsource" / "noto-sans-sc"
TEXT_WEIGHT = 500
NUMBER_WEIGHT = 700
UNKNOWN = "?"

Face = ImageFont.FreeTypeFont
Run = tuple[Face, str]


class TicketFont(Protocol):
    """Sizes are in dots of the printer."""

    def covers(self, text: str) -> bool:
        """True when every character of `text` can be drawn."""
        ...

    def runs(self, text: str, size: int, weight: int = TEXT_WEIGHT) -> list[Run]:
        """`text` in pieces, each with the face that draws it; what no face has becomes "?"."""
        ...


class SlicedFont:
    """Noto Sans SC in the slices of its npm package."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._faces: dict[tuple[str, int, int], Face] = {}
        self._known: dict[str, str | None] = {}

    @cached_property
    def _slices(self) -> list[tuple[str, list[tuple[int, int]]]]:
        ranges = json.loads((self._folder / "unicode.json").read_text("utf-8"))
        names = sorted(ranges, key=lambda name: name != "latin")  # digits and letters of a line from one slice
        slices = [(name.strip("[]"), _parse(ranges[name])) for name in names]
        return [(name, parsed) for name, parsed in slices if self._path(name, TEXT_WEIGHT).is_file()]

    def covers(self, text: str) -> bool:
        """True when some slice has each character."""
        return all(self._slice_of(character) is not None for character in text)

    def runs(self, text: str, size: int, weight: int = TEXT_WEIGHT) -> list[Run]:
        """A piece for each change of the slice."""
        pieces: list[tuple[str, str]] = []
        for character in text:
            name = self._slice_of(character)
            letter = UNKNOWN if name is None else character
            before = pieces.pop()[1] if pieces and pieces[-1][0] == (name or "latin") else ""
            pieces.append((name or "latin", before + letter))
        return [(self._face(name, size, weight), piece) for name, piece in pieces]

    def _slice_of(self, character: str) -> str | None:
        if character not in self._known:
            self._known[character] = _find(self._slices, ord(character))
        return self._known[character]

    def _face(self, name: str, size: int, weight: int) -> Face:
        key = (name, size, weight)
        if key not in self._faces:
            path = self._path(name, weight if name == "latin" else TEXT_WEIGHT)
            self._faces[key] = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
        return self._faces[key]

    def _path(self, name: str, weight: int) -> Path:
        return self._folder / "files" / f"noto-sans-sc-{name}-{weight}-normal.woff2"


class LatinFont:
    """Pillow's own letters: no Chinese, but always there."""

    def covers(self, text: str) -> bool:
        """True for Latin text."""
        return all(ord(character) < 0x250 or character in "–—“”‘’…" for character in text)

    def runs(self, text: str, size: int, weight: int = TEXT_WEIGHT) -> list[Run]:
        """One piece; there is one weight."""
        known = "".join(character if self.covers(character) else UNKNOWN for character in text)
        face = ImageFont.load_default(size)
        if not isinstance(face, Face):
            raise RuntimeError("this Pillow was built without FreeType")
        return [(face, known)]


def ticket_font(*folders: Path) -> TicketFont:
    """The font of the first folder that has it (what the build copied, else node_modules), or Latin alone."""
    for folder in folders or (FOLDER, FROM_NPM):
        if (folder / "unicode.json").is_file():
            return SlicedFont(folder)
    log.warning("no Chinese font for tickets: Chinese lines are left out until the pages are built (npm run build)")
    return LatinFont()


def width_of(runs: list[Run]) -> int:
    """Dots from the first letter to the end of the last."""
    return round(sum(face.getlength(piece) for face, piece in runs))


def _parse(ranges: str) -> list[tuple[int, int]]:
    parsed = []
    for part in ranges.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        parsed.append((int(first, 16), int(last or first, 16)))
    return parsed


def _find(slices: list[tuple[str, list[tuple[int, int]]]], code: int) -> str | None:
    for name, ranges in slices:
        if any(first <= code <= last for first, last in ranges):
            return name
    return None
