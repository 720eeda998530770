"""The letters of a printed ticket: Noto Sans SC, as the pages carry it, and others for what it has not.

Printers differ in the Chinese they know (GB18030 or none), so a ticket is sent as a picture and drawn here. The fonts
come with npm packages that the pages need anyway; `npm run build` copies one weight of each (11 MB, licences beside
them) to `printing/fonts`. Noto Sans SC is cut into slices by Unicode range; `unicode.json` says which slice may
have a character, and the slice is asked whether it has: some of what is announced is missing (Ł, ź). LXGW WenKai has
the 704 of the 8,105 characters of the national table (通用规范汉字表) that Noto's slices lack, Noto Sans Arabic the
letters of Uyghur. Without the fonts Pillow's own Latin letters serve, and Chinese lines are left out.
"""

import json
import logging
import unicodedata
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Protocol

from PIL import ImageFont, features

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "fonts"
FROM_NPM = Path(__file__).parents[1] / "node_modules" / "@fontsource"
CHINESE_FONT = "noto-sans-sc"
#: The other fonts with their weight, in the order in which they are asked.
OTHERS = {"lxgw-wenkai": 500, "noto-sans-arabic": 500}
TEXT_WEIGHT = 500
NUMBER_WEIGHT = 700
#: What stands for a sign that no font has: 〓 (geta), the printer's mark for a letter that is not there.
UNKNOWN = "〓"
UNKNOWN_IN_LATIN = "?"
NOWHERE = "\U0010ffff"
"""A sign that no font has: how it is drawn is how a font draws what it has not."""

ASKED_AT = 20

Face = ImageFont.FreeTypeFont
Run = tuple[Face, str]


class TicketFont(Protocol):
    """Sizes are in dots of the printer."""

    reads_chinese: bool

    def covers(self, text: str) -> bool:
        """True when every character of `text` can be drawn."""
        ...

    def runs(self, text: str, size: int, weight: int = TEXT_WEIGHT) -> list[Run]:
        """`text` in pieces, each with the face that draws it; what no face has becomes a mark."""
        ...


class Slice:
    """A file of a font: the characters that it may have, and a face for each size."""

    def __init__(self, path: Path, announced: frozenset[int] | None, bold: Path | None = None) -> None:
        self._path, self._announced, self._bold = path, announced, bold
        self._faces: dict[tuple[int, bool], Face] = {}

    def has(self, character: str) -> bool:
        """Whether the font draws the character, not its sign for a missing one."""
        if self._announced is not None and ord(character) not in self._announced:
            return False
        return character.isspace() or _drawn(self.face(ASKED_AT), character) != self._missing

    @cached_property
    def _missing(self) -> tuple[tuple[int, int], bytes]:
        return _drawn(self.face(ASKED_AT), NOWHERE)

    def face(self, size: int, weight: int = TEXT_WEIGHT) -> Face:
        """The face of a size in dots."""
        bold = weight == NUMBER_WEIGHT and self._bold is not None
        if (size, bold) not in self._faces:
            path = self._bold if bold and self._bold else self._path
            self._faces[size, bold] = ImageFont.truetype(path, size, layout_engine=_layout())
        return self._faces[size, bold]


class SlicedFont:
    """The Chinese font in its slices, then the others."""

    reads_chinese = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Slice | None] = {}

    @cached_property
    def _slices(self) -> list[Slice]:
        chinese = self._folder / CHINESE_FONT
        return [*_slices_of(chinese), *(one for name in OTHERS for one in _slices_of(self._folder / name))]

    def covers(self, text: str) -> bool:
        """True when some font has each character."""
        return all(self._slice_of(character) is not None for character in text)

    def runs(self, text: str, size: int, weight: int = TEXT_WEIGHT) -> list[Run]:
        """A piece for each change of the slice."""
        pieces: list[tuple[Slice, str]] = []
        for character in _visible(text):
            before, piece = pieces[-1] if pieces else (None, "")
            stays = before is not None and _joins(piece, character) and before.has(character)
            found = before if stays else self._slice_of(character)
            letter = character if found else UNKNOWN
            found = found or self._slice_of(UNKNOWN) or self._slices[0]
            if before is found:
                pieces[-1] = (found, piece + letter)
            else:
                pieces.append((found, letter))
        return [(found.face(size, weight), piece) for found, piece in _as_seen(pieces)]

    def _slice_of(self, character: str) -> Slice | None:
        if character not in self._known:
            self._known[character] = next((one for one in self._slices if one.has(character)), None)
        return self._known[character]


class LatinFont:
    """Pillow's own letters: no Chinese, but always there."""

    reads_chinese = False

    def covers(self, text: str) -> bool:
        """True for Latin text, as far as the font has it."""
        return all(character.isspace() or _drawn(_latin(ASKED_AT), character) != _no_latin() for character in text)

    def runs(self, text: str, size: int, weight: int = TEXT_WEIGHT) -> list[Run]:
        """One piece; there is one weight."""
        known = "".join(character if self.covers(character) else UNKNOWN_IN_LATIN for character in _visible(text))
        return [(_latin(size), known)]


def ticket_font(*folders: Path) -> TicketFont:
    """The font of the first folder that has it (what the build copied, else node_modules), or Latin alone."""
    for folder in folders or (FOLDER, FROM_NPM):
        if (folder / CHINESE_FONT / "unicode.json").is_file():
            return SlicedFont(folder)
    log.warning("no Chinese font for tickets: Chinese lines are left out until the pages are built (npm run build)")
    return LatinFont()


def width_of(runs: list[Run]) -> int:
    """Dots from the first letter to the end of the last."""
    return round(sum(face.getlength(piece) for face, piece in runs))


@cache
def _latin(size: int) -> Face:
    face = ImageFont.load_default(size)
    if not isinstance(face, Face):
        raise RuntimeError("this Pillow was built without FreeType")
    return face


@cache
def _no_latin() -> tuple[tuple[int, int], bytes]:
    return _drawn(_latin(ASKED_AT), NOWHERE)


@cache
def _layout() -> ImageFont.Layout:
    """Letters of Arabic are joined and run from right to left where Pillow can do that; its wheels can."""
    return ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC


def _drawn(face: Face, character: str) -> tuple[tuple[int, int], bytes]:
    mask = face.getmask(character)
    return mask.size, bytes(mask)


def _visible(text: str) -> Iterator[str]:
    """Without what only changes how its neighbour looks: joiners, and the choice of an emoji's form."""
    for character in text:
        if unicodedata.category(character) != "Cf" and character not in "\ufe0e\ufe0f":
            yield character


def _joins(piece: str, character: str) -> bool:
    """A mark above a letter stays with the letter."""
    return bool(piece) and bool(unicodedata.combining(character))


def _as_seen(pieces: list[tuple[Slice, str]]) -> list[tuple[Slice, str]]:
    """From left to right: words that run from right to left stand in that order too, with what is between them."""
    seen: list[tuple[Slice, str]] = []
    stretch: list[tuple[Slice, str]] = []
    for piece in [*pieces, None]:
        if piece is not None and (_runs_left(piece[1]) or (stretch and not _has_direction(piece[1]))):
            stretch.append(piece)
            continue
        behind: list[tuple[Slice, str]] = []
        while stretch and not _runs_left(stretch[-1][1]):
            behind.insert(0, stretch.pop())
        seen += [*reversed(stretch), *behind, *([piece] if piece else [])]
        stretch = []
    return seen


def _runs_left(piece: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("AL", "R") for character in piece)


def _has_direction(piece: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("L", "EN") for character in piece)


def _slices_of(folder: Path) -> Iterator[Slice]:
    """The slices of a font's package that are there; one without slices may have anything."""
    described = folder / "unicode.json"
    if not described.is_file():
        return
    ranges = json.loads(described.read_text("utf-8"))
    # digits and letters of a line from one slice; a font that is not cut is one file of that name
    names = sorted(ranges, key=lambda name: name != "latin") or ["latin"]
    weight = OTHERS.get(folder.name, TEXT_WEIGHT)
    for name in names:
        stem = f"{folder.name}-{name.strip('[]')}"
        bold = folder / "files" / f"{stem}-{NUMBER_WEIGHT}-normal.woff2"
        if (path := folder / "files" / f"{stem}-{weight}-normal.woff2").is_file():
            announced = _parse(ranges[name]) if ranges else None
            yield Slice(path, announced, bold if bold.is_file() and name == "latin" else None)


def _parse(ranges: str) -> frozenset[int]:
    parsed: set[int] = set()
    for part in ranges.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        parsed.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(parsed)
