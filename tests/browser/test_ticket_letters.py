"""The letters of printed tickets and of pages, as the build leaves them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from printing.fonts import CHINESE_FONT, FOLDER, SlicedFont, ticket_font, width_of
from printing.words import WORDS

ROOT = Path(__file__).parents[2]


def national_table() -> str:
    """The 8,105 characters of 通用规范汉字表 (2013)."""
    return "".join((ROOT / "tests" / "kiosk" / "national_table.txt").read_text(encoding="utf-8").split())


def points(ranges: str) -> set[int]:
    """The code points of a CSS unicode-range."""
    found: set[int] = set()
    for part in ranges.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


@pytest.fixture(scope="module")
def font() -> SlicedFont:
    found = ticket_font(FOLDER)
    assert isinstance(found, SlicedFont), "run `npm run build` first"
    return found


def test_the_build_leaves_a_font_that_has_the_words_and_names_of_a_hall(font):
    for words in WORDS.values():
        assert font.covers("".join(words.values()))
    assert font.covers("深圳市南山区行政服务大厅（一楼）社会保险·公积金")
    assert font.covers("南山政務服務大廳")


def test_paper_has_every_character_of_the_national_table(font):
    table = national_table()
    assert len(set(table)) == len(table) == 8105
    assert [letter for letter in table if not font.covers(letter)] == []


def test_pages_have_every_character_of_the_national_table():
    """Noto's slices have what they announce of it; the second font is fetched for exactly the others."""
    described = json.loads((FOLDER / CHINESE_FONT / "unicode.json").read_text(encoding="utf-8"))
    noto = set().union(*map(points, described.values()))
    css = (ROOT / "web" / "rare.css").read_text(encoding="utf-8")
    (rare,) = re.findall(r"unicode-range:([^;]+);", css)
    assert points(rare) == {ord(letter) for letter in national_table()} - noto


@pytest.mark.parametrize(
    "name", ["Łódź", "Nguyễn Văn Được", "Gdańsk Świętokrzyska", "Москва", "ئۇيغۇر ئاپتونوم رايونى", "㑊䲟𬉼", "Ñandú"]
)
def test_names_of_many_scripts_are_drawn_and_not_boxes(font, name):
    assert font.covers(name)
    for face, piece in font.runs(name, 30):
        for letter in piece.replace(" ", ""):
            assert bytes(face.getmask(letter)) != bytes(face.getmask("\U0010ffff")), letter


def test_letters_are_drawn_and_not_boxes(font):
    drawn = {}
    for letter in "您前面还有位预计等候分钟办理窗口":
        ((face, piece),) = font.runs(letter, 40)
        drawn[letter] = bytes(face.getmask(piece))
    assert len(set(drawn.values())) == len(drawn), "two characters look the same: a face draws its box for both"


def test_a_line_of_both_scripts_keeps_its_order(font):
    assert "".join(piece for _, piece in font.runs("窗口 1–4、7", 30)) == "窗口 1–4、7"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("A\ue000B", "A〓B"), ("王😀明", "王〓明"), ("👩\u200d👧 1", "〓〓 1"), ("Ł\ufe0f", "Ł")],
)
def test_a_sign_that_no_font_has_is_a_mark_and_the_rest_stands(font, name, shown):
    assert "".join(piece for _, piece in font.runs(name, 30)) == shown
    assert width_of(font.runs(name, 30)) > 0


def test_words_that_run_from_right_to_left_stand_in_that_order(font):
    seen = "".join(piece for _, piece in font.runs("A ئا با 12", 30))
    assert seen == "A با ئا 12"
