"""A picture as the bytes an ESC/POS printer understands."""

from escpos.printer import Dummy
from PIL import Image

# Any profile that knows its width and the cut does: what is sent is the same for all. The 576 dots of this one are
# the widest that `DOTS` asks for, and a printer without a knife passes over the cut.
PROFILE = "TM-T20II"


def escpos_bytes(picture: Image.Image, *, cut: bool = True) -> bytes:
    """Reset, the picture as raster (`GS v 0`, known to nearly every printer), then feed and cut."""
    paper = Dummy(profile=PROFILE)
    paper.hw("INIT")
    paper.image(picture, impl="bitImageRaster", fragment_height=480)
    if cut:
        paper.cut(mode="PART")
    return bytes(paper.output)
