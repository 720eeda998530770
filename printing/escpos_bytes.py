"""A picture as the bytes an ESC/POS printer understands.

A ticket is mostly white, and a serial line is slow (960 bytes a second at 9600 baud), so little of the white is sent:
a row without a dot is one byte, the sides of a block of rows are left out, and `ESC a 1` puts what is left into the
middle. White rows are raster as well, not `ESC J`, whose unit is 1/180, 1/203, 1/360 or 1/406 inch as the maker chose.
"""

from collections.abc import Iterator

from escpos.printer import Dummy
from PIL import Image, ImageChops

# Any profile that knows the cut does: what is sent is the same for all. A printer without a knife passes over it.
PROFILE = "TM-T20II"
LARGEST_BLOCK = 4096
"""Bytes of raster in one block at most: so many bytes end a block that was torn off."""

CENTRE = b"\x1ba\x01"


def escpos_bytes(picture: Image.Image, *, cut: bool = True) -> bytes:
    """The blocks of `escpos_blocks` in one."""
    return b"".join(escpos_blocks(picture, cut=cut))


def escpos_blocks(picture: Image.Image, *, cut: bool = True) -> list[bytes]:
    """Reset, the picture as raster (`GS v 0`, known to nearly every printer), feed and cut; whole commands each."""
    return [_command("INIT") + CENTRE, *_rasters(picture), *([_cut()] if cut else [])]


def torn_off() -> bytes:
    """What ends a block that a printer still waits for, and parts the torn ticket from the next."""
    return bytes(LARGEST_BLOCK) + _command("INIT") + _cut()


def _command(name: str) -> bytes:
    paper = Dummy(profile=PROFILE)
    paper.hw(name)
    return bytes(paper.output)


def _cut() -> bytes:
    paper = Dummy(profile=PROFILE)
    paper.cut(mode="PART")
    return bytes(paper.output)


def _rasters(picture: Image.Image) -> Iterator[bytes]:
    ink = ImageChops.invert(picture.convert("L"))
    across = -(-picture.width // 8)
    for first, last, side in _spans(ink, across):
        left, right = side * 8, (across - side) * 8
        strip = ink.crop((left, first, right, last)) if side * 2 < across else Image.new("L", (8, last - first))
        yield _raster(strip)


def _raster(strip: Image.Image) -> bytes:
    width, height = strip.width // 8, strip.height
    return b"\x1dv0\x00" + width.to_bytes(2, "little") + height.to_bytes(2, "little") + strip.convert("1").tobytes()


def _spans(ink: Image.Image, across: int) -> Iterator[tuple[int, int, int]]:
    """Rows from first to last (beyond), and how many bytes on either side are white: half of all, or more, is all."""
    sides = [_side(ink.crop((0, y, ink.width, y + 1)).getbbox(), across) for y in range(ink.height)]
    first = 0
    while first < len(sides):
        blank, last, side = sides[first] == across, first + 1, sides[first]
        while last < len(sides) and (sides[last] == across) == blank:
            width = 1 if blank else across - 2 * min(side, sides[last])
            if (last + 1 - first) * width > LARGEST_BLOCK:
                break
            side = min(side, sides[last])
            last += 1
        yield first, last, side
        first = last


def _side(box: tuple[int, int, int, int] | None, across: int) -> int:
    """White bytes on the side that has fewer; `across` for a row without a dot."""
    return across if box is None else min(box[0] // 8, across - -(-box[2] // 8))
