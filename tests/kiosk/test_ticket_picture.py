import io
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image

from printing.escpos_bytes import escpos_bytes
from printing.fonts import LatinFont, ticket_font, width_of
from printing.picture import CLOSES, OPENS, _wrap, draw_ticket, png_bytes
from tests.kiosk import fake_paper


def ink_in(picture, top, bottom):
    """Share of black dots in a band of rows."""
    band = picture.crop((0, top, picture.width, bottom)).convert("L")
    return sum(1 for dot in band.get_flattened_data() if dot == 0) / (band.width * band.height)


@pytest.mark.parametrize(("width_mm", "dots"), [(58, 384), (80, 576)])
def test_a_ticket_is_as_wide_as_the_print_head_and_its_code_can_be_read(ticket, width_mm, dots):
    picture = draw_ticket(ticket, width_mm=width_mm, font=LatinFont())
    assert picture.mode == "1"
    assert picture.width == dots
    assert [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))] == [ticket.url]


@pytest.mark.parametrize("dots", [384, 512, 576, 640])
def test_a_ticket_is_as_wide_as_the_head_that_the_settings_name(ticket, dots):
    picture = draw_ticket(ticket, dots=dots, font=LatinFont())
    assert picture.width == dots
    assert [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))] == [ticket.url]
    assert fake_paper.picture_of(escpos_bytes(picture)).tobytes() == picture.tobytes()
    with pytest.raises(ValueError, match="384, 512, 576, 640 dots, not 500"):
        draw_ticket(ticket, dots=500)


def test_paper_of_another_width_is_refused(ticket):
    with pytest.raises(ValueError, match="58 or 80 mm wide, not 76"):
        draw_ticket(ticket, width_mm=76)


def test_a_long_number_is_made_smaller_until_it_fits(ticket):
    picture = draw_ticket(replace(ticket, number="VIP12345678"), width_mm=58, font=LatinFont())
    columns = [x for x in range(picture.width) if any(picture.getpixel((x, y)) == 0 for y in range(90, 130))]
    assert columns
    assert min(columns) > 0
    assert max(columns) < picture.width - 1


def test_long_names_are_wrapped_and_make_the_ticket_longer(ticket):
    short = draw_ticket(ticket, width_mm=58, font=LatinFont())
    name = {"en": "Registration of enterprises, partnerships and branches from outside the district, with annexes"}
    long = draw_ticket(replace(ticket, service=name), width_mm=58, font=LatinFont())
    assert long.height > short.height + 40


def test_without_a_chinese_font_the_english_lines_and_the_code_still_stand(ticket):
    chinese = replace(ticket, languages=("zh-CN",), url=None)
    both = replace(ticket, url=None)
    assert draw_ticket(chinese, font=LatinFont()).height < draw_ticket(both, font=LatinFont()).height
    assert ink_in(draw_ticket(both, font=LatinFont()), 0, 60) > 0.01


def test_a_character_without_a_letter_becomes_a_question_mark():
    (_, piece), *rest = LatinFont().runs("A→1", 30)
    assert piece == "A?1"
    assert not rest
    assert width_of(LatinFont().runs("AA", 30)) > width_of(LatinFont().runs("A", 30))


def test_the_preview_is_the_same_picture_as_png(ticket):
    picture = draw_ticket(ticket, font=LatinFont())
    read = Image.open(io.BytesIO(png_bytes(picture)))
    assert read.format == "PNG"
    assert read.tobytes() == picture.tobytes()


@pytest.mark.parametrize("width", range(60, 400, 7))
def test_no_row_begins_with_a_closing_mark_or_ends_with_an_opening_one(width):
    text = "本号在系统断线期间取得，从取号时起排队；系统恢复后，扫码可看进度（见“说明”）。Taken while away."
    rows = _wrap(ticket_font(), text, 20, width)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    assert not [row for row in rows if row[0] in CLOSES or row[-1] in OPENS]
