"""The picture of a hall's own at the top of its tickets: a small PNG, kept as base64."""

import base64
import binascii
import io
import struct
import zlib

from PIL import Image, UnidentifiedImageError

LARGEST = 32 * 1024
WIDEST, TALLEST, LEAST = 640, 320, 8
#: What a file that is no picture raises.
UNUSABLE = (
    binascii.Error,
    UnidentifiedImageError,
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def read_picture(text: str) -> Image.Image:
    """The picture in grey on white. Raises ValueError with what is wrong: no PNG, too large, too many dots."""
    try:
        content = base64.b64decode(text, validate=True)
        if len(content) > LARGEST:
            raise ValueError("large")
        picture = Image.open(io.BytesIO(content), formats=["PNG"])
        fits = LEAST <= picture.width <= WIDEST and LEAST <= picture.height <= TALLEST
        seen = picture.convert("RGBA") if fits else None
    except UNUSABLE as error:
        raise ValueError("large" if str(error) == "large" else "no picture") from error
    if seen is None:
        raise ValueError("dots")
    ground = Image.new("RGBA", seen.size, "white")
    ground.alpha_composite(seen)
    return ground.convert("L")
