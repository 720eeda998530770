"""The letters of printed tickets, as the build of the pages leaves them for the printer."""

from __future__ import annotations

from kiosk.printing.fonts import FOLDER, SlicedFont, ticket_font
from kiosk.printing.words import WORDS

#: 刂, 冫 and the like: parts of characters, in the standard for dictionaries, and a few that no name has.
RARE = 40


def gb2312() -> str:
    """All 6,763 characters of the standard."""
    found = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", errors="ignore") for pair in found)


def test_the_build_leaves_a_font_that_has_the_words_and_names_of_a_hall():
    font = ticket_font(FOLDER)
    assert isinstance(font, SlicedFont), "run `npm run build` first"
    for words in WORDS.values():
        assert font.covers("".join(words.values()))
    assert font.covers("深圳市南山区行政服务大厅（一楼）社会保险·公积金")
    assert font.covers("南山政務服務大廳")
    assert len([letter for letter in gb2312() if not font.covers(letter)]) <= RARE


def test_letters_are_drawn_and_not_boxes():
    font = ticket_font(FOLDER)
    drawn = {}
    for letter in "您前面还有位预计等候分钟办理窗口":
        ((face, piece),) = font.runs(letter, 40)
        drawn[letter] = bytes(face.getmask(piece))
    assert len(set(drawn.values())) == len(drawn), "two characters look the same: a face draws its box for both"


def test_a_line_of_both_scripts_keeps_its_order():
    font = ticket_font(FOLDER)
    assert "".join(piece for _, piece in font.runs("窗口 1–4、7", 30)) == "窗口 1–4、7"
    assert "".join(piece for _, piece in font.runs("A\ue000B", 30)) == "A?B"
