"""A hall's own lines and picture on its tickets."""

import base64
import io
import json
from dataclasses import replace

import pytest
from PIL import Image

from kiosk.agent.door import LONGEST_BODY
from printing.fonts import LatinFont
from printing.picture import draw_ticket
from printing.ticket_form import BadTicket, read_ticket
from server.schemas.problems import HallFileError
from server.services.hall_setup.hall_file import check_hall, export_hall
from server.services.hall_setup.hall_import import import_hall
from server.services.printing.ticket_text import by_number
from tests.server.offline_kiosk import OfflineKiosk
from tests.server.small_hall import ALICE, BOSS, Desk


def png(width, height, colour=0, mode="L"):
    file = io.BytesIO()
    Image.new(mode, (width, height), colour).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.database.close()


def changed(desk, ticket):
    file = export_hall(desk.deployment.hall("hall")) | {"ticket": ticket}
    import_hall(desk.deployment, check_hall(file), actor=BOSS, now=desk.now)


def test_they_stand_at_the_head_and_at_the_foot(ticket):
    plain = draw_ticket(ticket, font=LatinFont())
    own = replace(ticket, picture=png(200, 50), lines=({"zh-CN": "谢谢", "en": "Thank you"},))
    drawn = draw_ticket(own, font=LatinFont())
    assert drawn.height > plain.height + 50
    assert drawn.crop((188, 8, 388, 58)).getextrema() == (0, 0)
    assert drawn.getpixel((187, 30)) == 255


@pytest.mark.parametrize("dots", [384, 576])
def test_a_picture_wider_than_the_head_is_made_smaller(ticket, dots):
    drawn = draw_ticket(replace(ticket, picture=png(640, 64)), dots=dots, font=LatinFont())
    assert drawn.width == dots
    assert drawn.getpixel((dots - 1, 10)) == 0


def test_what_is_clear_stays_white(ticket):
    drawn = draw_ticket(replace(ticket, picture=png(64, 64, (0, 0, 0, 0), "RGBA")), font=LatinFont())
    assert drawn.crop((256, 8, 320, 72)).getextrema() == (255, 255)


def test_the_hall_file_says_them(desk):
    number = desk.take()
    changed(desk, {"lines": [{"zh-CN": "谢谢", "en": "Thank you"}], "picture": png(64, 64)})
    printed = desk.see(by_number, ALICE, number=number, base="http://hall")["ticket"]
    assert printed.lines == ({"zh-CN": "谢谢", "en": "Thank you"},)
    assert printed.picture == png(64, 64)
    assert "picture" not in printed.to_json()
    assert read_ticket(printed.to_json()).lines == printed.lines
    changed(desk, {})
    assert desk.see(by_number, ALICE, number=number, base="http://hall")["ticket"].picture is None


@pytest.mark.parametrize(
    ("ticket", "path", "said"),
    [
        ({"picture": "no base64"}, "ticket.picture", "PNG picture"),
        ({"picture": base64.b64encode(b"GIF89a").decode()}, "ticket.picture", "PNG picture"),
        ({"picture": png(641, 20)}, "ticket.picture", "8 to 640 dots"),
        ({"picture": png(20, 321)}, "ticket.picture", "8 to 640 dots"),
        ({"picture": base64.b64encode(b"x" * 32_769).decode()}, "ticket.picture", "at most 32 KB"),
        ({"picture": png(64, 64)[:60]}, "ticket.picture", "PNG picture"),
        ({"lines": [{"zh-CN": "x", "en": "x"}] * 5}, "ticket.lines", "at most 4"),
        ({"lines": [{"zh-CN": "x" * 201, "en": "x"}]}, "ticket.lines[0].zh-CN", "at most 200"),
    ],
)
def test_bad_ones_are_refused_with_their_path(desk, ticket, path, said):
    with pytest.raises(HallFileError) as refused:
        changed(desk, ticket)
    (problem,) = refused.value.problems
    assert problem.path == path
    assert said in problem.en


def test_paper_has_them_while_the_server_is_away(desk, ticket):
    """The machine is told of them with its numbers, and the agent on its PC draws what the page hands it."""
    own = {"lines": [{"zh-CN": "谢谢", "en": "Thank you"}], "picture": png(200, 50)}
    machine = OfflineKiosk(desk)
    assert machine.ask()["ticket"] == {"lines": [], "picture": None}
    changed(desk, own)
    told = machine.ask()["ticket"]
    assert told == own
    printed = read_ticket(ticket.to_json() | told)
    assert draw_ticket(printed, font=LatinFont()).height > draw_ticket(ticket, font=LatinFont()).height + 50
    assert len(json.dumps(told)) < LONGEST_BODY
    for wrong in ("", "no picture", png(7, 7), png(700, 10)):
        with pytest.raises(BadTicket, match="picture: is no small PNG picture"):
            read_ticket(ticket.to_json() | {"picture": wrong})
