"""Draws a ticket: black dots on white, as wide as the printer's head."""

import io
from functools import cache

import segno
from PIL import Image, ImageDraw

from printing.fonts import NUMBER_WEIGHT, TEXT_WEIGHT, Run, TicketFont, ticket_font, width_of
from printing.hall_picture import read_picture
from printing.lines import Code, Line, Number, Picture, Rule, Words, ticket_lines
from printing.ticket import PrintedTicket

DOTS = {58: 384, 80: 576}
"""Dots across the printable width at 203 dpi, by paper width in mm."""

HEADS = (384, 512, 576, 640)
"""Dots that the heads of such printers have: a head of 512 or 640 dots is told of in the printer's settings."""

TALLEST = 2400
BLACK, WHITE = 0, 255
QUIET_MODULES = 4
NUMBER_SIZE = 190
CHINESE = 0x2E80
#: Marks that begin no row, and those that end none.
CLOSES, OPENS = frozenset("，。、；：？！）》】」』”’…"), frozenset("（《【「『“‘")
"""The first code point of the Chinese, Japanese and Korean blocks."""


@cache
def _default_font() -> TicketFont:
    return ticket_font()


def draw_ticket(
    ticket: PrintedTicket, *, width_mm: int = 80, dots: int | None = None, font: TicketFont | None = None
) -> Image.Image:
    """The ticket as a picture of mode "1", as wide as the head: `dots`, or what is usual for the paper (`DOTS`).

    Raises ValueError for a paper width or a head that no printer here has.
    """
    if width_mm not in DOTS:
        raise ValueError(f"paper is {' or '.join(map(str, DOTS))} mm wide, not {width_mm}")
    if dots is not None and dots not in HEADS:
        raise ValueError(f"a head has {', '.join(map(str, HEADS))} dots, not {dots}")
    sheet = _Sheet(dots or DOTS[width_mm], font or _default_font())
    for line in ticket_lines(ticket):
        sheet.add(line)
    return sheet.finish()


def png_bytes(picture: Image.Image) -> bytes:
    """The picture as a PNG file."""
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=False)
    return file.getvalue()


class _Sheet:
    """Paper that grows downwards; `y` is the next free row."""

    def __init__(self, width: int, font: TicketFont) -> None:
        self.width = width
        self.scale = width / DOTS[80]
        self.font = font
        self.picture = Image.new("L", (width, TALLEST), WHITE)
        self.pen = ImageDraw.Draw(self.picture)
        self.y = self._dots(8)

    def add(self, line: Line) -> None:
        match line:
            case Words(text, size):
                self._words(text, max(20, self._dots(size)))
            case Number(text):
                self._number(text)
            case Code(url):
                self._code(url)
            case Picture(content):
                self._own_picture(content)
            case Rule():
                self._rule()

    def finish(self) -> Image.Image:
        bottom = min(TALLEST, self.y + self._dots(8))
        # A threshold, no dithering: grey edges would print as dust.
        picture = self.picture.crop((0, 0, self.width, bottom))
        return picture.point(lambda grey: WHITE if grey > 140 else BLACK).convert("1")

    def _dots(self, of_80_mm: int) -> int:
        return round(of_80_mm * self.scale)

    def _words(self, text: str, size: int) -> None:
        if not _readable(self.font, text):
            return
        for row in _wrap(self.font, text, size, self.width):
            self._row(self.font.runs(row, size, TEXT_WEIGHT), size)

    def _number(self, text: str) -> None:
        size = self._dots(NUMBER_SIZE)
        widest = self.width - self._dots(24)
        size = min(size, size * widest // max(1, width_of(self.font.runs(text, size, NUMBER_WEIGHT))))
        self._row(self.font.runs(text, size, NUMBER_WEIGHT), size, leading=1.05)

    def _row(self, runs: list[Run], size: int, leading: float = 1.34) -> None:
        x = (self.width - width_of(runs)) / 2
        baseline = self.y + round(size * (leading + 0.68) / 2)
        for face, piece in runs:
            self.pen.text((round(x), baseline), piece, font=face, fill=BLACK, anchor="ls")
            x += face.getlength(piece)
        self.y += round(size * leading)

    def _own_picture(self, content: str) -> None:
        try:
            picture = read_picture(content)
        except ValueError:  # it was checked when the hall was made: the ticket is printed all the same
            return
        if picture.width > self.width:
            picture = picture.resize((self.width, max(1, picture.height * self.width // picture.width)))
        self.picture.paste(picture, ((self.width - picture.width) // 2, self.y))
        self.y += picture.height + self._dots(8)

    def _rule(self) -> None:
        self.y += self._dots(8)
        self.pen.line((0, self.y, self.width, self.y), fill=BLACK, width=2)
        self.y += self._dots(10)

    def _code(self, url: str) -> None:
        rows = list(segno.make(url, error="m", micro=False).matrix_iter(border=QUIET_MODULES))
        dot = max(3, self._dots(260) // len(rows))
        left = (self.width - dot * len(rows)) // 2
        for row, modules in enumerate(rows):
            for column, dark in enumerate(modules):
                if dark:
                    x, y = left + column * dot, self.y + row * dot
                    self.pen.rectangle((x, y, x + dot - 1, y + dot - 1), fill=BLACK)
        self.y += dot * len(rows)


def _readable(font: TicketFont, text: str) -> bool:
    """False when the font has no Chinese and most of the line would be question marks."""
    if font.reads_chinese:
        return True
    chinese = [letter for letter in text if ord(letter) >= CHINESE]
    return sum(font.covers(letter) for letter in chinese) * 2 >= len(chinese)


def _wrap(font: TicketFont, text: str, size: int, width: int) -> list[str]:
    """Rows that fit; English breaks at spaces, Chinese anywhere but before a closing mark and behind an opening one."""
    rows = [""]
    for word in _words_of(text):
        if rows[-1] and width_of(font.runs(rows[-1] + word.rstrip(), size)) > width:
            rows.append("")
        rows[-1] += word
    return [row.strip() for row in rows if row.strip()]


def _words_of(text: str) -> list[str]:
    words = [""]
    for letter in text:
        before = words[-1][-1:]
        breaks = before == " " or ord(letter) >= CHINESE or (before and ord(before) >= CHINESE)
        if breaks and letter not in CLOSES and (not before or before not in OPENS):
            words.append("")
        words[-1] += letter
    return words
