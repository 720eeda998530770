"""The numbers of an existing hall: any letters, none, ranges, with and without zeros."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.refusals import Refusal
from server.services.calling import calling, outlook
from server.services.hall_setup.hall_checks import warnings
from server.services.hall_setup.hall_file import check_hall, export_hall
from server.services.hall_setup.hall_import import import_hall
from server.services.offline import paper_numbers
from server.services.offline.paper_numbers import HandTicket
from server.services.printing import ticket_text
from server.services.queries import views
from tests.server.offline_kiosk import OfflineKiosk
from tests.server.small_hall import ALICE, BOSS, CHARLIE, Desk

#: The queues' letters of 21 offices of Warsaw (open data, January 2020; an office with a queue without a letter).
OFFICES = [
    "ABCDEFGHILMNPRSTWZ",
    "ACGIJKLOPRSWXZ",
    "ABDEGHIKLMNOPRSTUWXZ",
    "ABCDEFGHIKLMNRSWXZ",
    "ABDKZ",
    "ABCDEFGHIKLMNOPRT",
    "ABDEFGHIKLMNOPRSWZ",
    "ACDEFGHIJKLOPSUWZ",
    "ABDEIKPR",
    "ABCDEGKLMPRSUZ",
    "ABCDEFGHJKLMNOPQRSUWZ",
    "ABCDEFGHIJKLMNPRSTUWYZ",
    "ABCDEFGHIKLMNOPRSTUWZ",
    "ABCDEFGHIJKLMNOPRSW",
    "CEFGHJKLNOPWXY",
    "CDIJMNOPSTWXZ",
    "CDIJMNOPSTWZ",
    "DJMNOPSWZ",
    "ABCDEFGHKO",
    "ADIOPSW",
]


def hall_file(*types: dict[str, Any], **more: Any) -> dict[str, Any]:
    named = [{"code": f"t{n}", "name": TEXT, **one} for n, one in enumerate(types)]
    return {
        "code": "hall",
        "name": TEXT,
        "zones": [{"code": "main", "name": TEXT}],
        "hours": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
        "counter_types": named,
        "services": [{"code": f"s{n}", "name": TEXT, "counter_type": f"t{n}"} for n in range(len(named))],
        "counters": [{"code": "1", "zone": "main", "counter_types": [one["code"] for one in named]}],
        **more,
    }


TEXT = {"zh-CN": "x", "en": "x"}


def changed(desk: Desk, *types: dict[str, Any], **more: Any) -> None:
    """The small hall becomes one with these queues; its own parts stay, since tickets may refer to them."""
    file = export_hall(desk.deployment.hall("hall"))
    own = [{**one, **more_of} for one, more_of in zip(file["counter_types"], types, strict=False)]
    file["counter_types"] = own + file["counter_types"][len(own) :]
    import_hall(desk.deployment, check_hall(file | more), actor=BOSS, now=desk.now)


@pytest.mark.parametrize("letters", [*OFFICES, " "])
def test_every_office_keeps_its_letters(letters: str) -> None:
    file = check_hall(hall_file(*({"prefix": letter.strip()} for letter in letters)))
    told = {one.path for one in warnings(file)}
    assert told == {f"counter_types[{at}].prefix" for at, letter in enumerate(letters) if letter in "IOQZ"}


def test_a_warning_names_letter_and_digit_in_both_languages() -> None:
    (told,) = warnings(check_hall(hall_file({"prefix": "VOB"})))
    assert "O is easily taken for 0" in told.sentence("en")
    assert "字母 O 容易被看成或听成数字 0" in told.sentence("zh-CN")


def test_numbers_come_from_their_range_without_zeros_and_end_with_it(desk: Desk) -> None:
    changed(desk, {"prefix": "", "first": 1, "last": 3, "digits": 1}, {"prefix": "", "first": 500, "last": 899})
    assert [desk.take("pass"), desk.take("tax"), desk.take("permit"), desk.take("tax")] == ["1", "500", "2", "501"]
    assert desk.take() == "3"
    with pytest.raises(Refusal) as full:
        desk.take()
    assert full.value.code == "numbers_used_up"
    assert "3" in full.value.message("en")
    assert desk.take("tax") == "502"


def test_three_letters_go_all_the_way(desk: Desk) -> None:
    changed(desk, {"prefix": "VIP"}, {"prefix": "Q"})
    assert [desk.take(), desk.take("tax")] == ["VIP001", "Q001"]
    desk.sign_on(ALICE, "3")
    assert desk.do(calling.call, ALICE, counter="3", number="vip1", reason=None).body["ticket"]["number"] == "VIP001"
    assert desk.see(outlook.search, ALICE, q="Ｑ1")["tickets"][0]["number"] == "Q001"
    assert desk.see(ticket_text.by_number, ALICE, number="q 1", base="")["ticket"].number == "Q001"


@pytest.mark.parametrize(("typed", "number"), [("7", "007"), ("007", "007"), ("0007", "007"), ("５12", "512")])
def test_a_number_without_letters_is_found_with_and_without_its_zeros(desk: Desk, typed: str, number: str) -> None:
    changed(desk, {"prefix": "", "last": 499}, {"prefix": "", "first": 500, "last": 899})
    enter(desk, HandTicket("pass", desk.now - 1000, "7"), HandTicket("tax", desk.now - 1000, "512"))
    found = desk.see(outlook.search, ALICE, q=typed)["tickets"]
    assert number in [one["number"] for one in found]
    assert desk.see(ticket_text.by_number, ALICE, number=typed, base="")["ticket"].number == number


def test_the_number_itself_stands_first_among_all_that_contain_it(desk: Desk) -> None:
    changed(desk, {"prefix": "", "last": 99, "digits": 1}, {"prefix": "", "first": 500})
    for _ in range(32):
        desk.take("pass")
    found = [one["number"] for one in desk.see(outlook.search, ALICE, q="1")["tickets"]]
    assert found == ["1", "31", "21", *(str(number) for number in range(19, 9, -1))]
    assert desk.see(outlook.search, ALICE, q="2")["tickets"][0]["number"] == "2"


def enter(desk: Desk, *tickets: HandTicket) -> list[str]:
    return list(desk.do(paper_numbers.enter, CHARLIE, tickets=list(tickets)).body["numbers"])


def test_paper_numbers_must_be_of_the_queues_range(desk: Desk) -> None:
    changed(desk, {"prefix": "", "last": 99, "digits": 1}, {"prefix": "", "first": 500, "last": 899})
    paper = HandTicket("tax", desk.now - 1000, "0510"), HandTicket("pass", desk.now - 1000, "5")
    assert enter(desk, *paper) == ["510", "5"]
    assert [desk.take("tax"), desk.take()] == ["511", "6"]
    for service, number, reason in (
        ("tax", "5", "a number of 500–899"),
        ("pass", "100", "a number of 1–99"),
        ("pass", "A5", "a number of 1–99"),
        ("pass", "9001", "only ticket machines give"),
        ("tax", "00510", "taken today"),
    ):
        with pytest.raises(Refusal) as wrong:
            enter(desk, HandTicket(service, desk.now - 1000, number))
        assert reason in wrong.value.params["reason"]


def test_queues_that_share_a_prefix_share_the_machines_numbers(desk: Desk) -> None:
    changed(desk, {"prefix": "", "last": 99}, {"prefix": "", "first": 500, "last": 899})
    machine = OfflineKiosk(desk)
    assert machine.runs() == [("", 9001, 9050)]
    assert {one["prefix"] for one in machine.ask()["services"]} == {""}
    handed = machine.hand_in(machine.took("9001", service="pass"), machine.took("9002", service="tax"))
    assert [one["number"] for one in handed["entered"]] == ["9001", "9002"]
    shown = desk.see(outlook.search, ALICE, q="9001")["tickets"]
    assert [one["away"] for one in shown] == [True]


def test_numbers_that_change_within_a_day_are_given_once(desk: Desk) -> None:
    given = [desk.take(), desk.take("tax"), desk.take()]
    changed(desk, {"prefix": "B"}, {"prefix": "A"})
    given += [desk.take(), desk.take("tax")]
    changed(desk, {"prefix": "A", "first": 1, "last": 4}, {"prefix": "A", "first": 5, "last": 9})
    given += [desk.take(), desk.take("tax")]
    changed(desk, {"prefix": "A", "first": 3, "last": 12}, {"prefix": "B", "first": 1})
    given += [desk.take(), desk.take("tax")]
    assert len(set(given)) == len(given)
    changed(desk, {"prefix": "A", "first": 1, "last": None}, {"prefix": "B"})
    given += [desk.take() for _ in range(4)]
    assert len(set(given)) == len(given)


def test_pages_name_a_queue_by_its_prefix_or_its_range(desk: Desk) -> None:
    def labels() -> list[str]:
        hall = desk.deployment.hall("hall")
        shown = desk.see(lambda unit: views.hall_view(unit.hall, unit.head, now=unit.now))
        assert [one["prefix"] for one in shown["counter_types"]] == [one.prefix for one in hall.counter_types.values()]
        return [one["label"] for one in shown["counter_types"]]

    assert labels() == ["A", "B"]
    changed(desk, {"prefix": "", "last": 99}, {"prefix": "", "first": 500, "last": 899})
    assert labels() == ["1–99", "500–899"]
    changed(desk, {"prefix": "", "last": None}, {"prefix": "W", "first": 500, "last": 899})
    assert labels() == ["", "W"]


def test_a_file_comes_out_as_it_went_in(desk: Desk) -> None:
    changed(desk, {"prefix": "", "last": 99, "digits": 1}, {"prefix": "", "first": 500, "last": 899})
    assert numbers_of(desk) == [(1, 99, 1), (500, 899, None)]
    changed(desk, {"last": None, "digits": None}, {"prefix": "B", "first": 1, "last": None})
    assert numbers_of(desk) == [(1, None, None)] * 2


def numbers_of(desk: Desk) -> list[tuple[int, int | None, int | None]]:
    file = export_hall(desk.deployment.hall("hall"))
    return [(one["first"], one["last"], one["digits"]) for one in file["counter_types"]]


@pytest.mark.parametrize(
    ("types", "path"),
    [
        (({"prefix": ""}, {"prefix": ""}), "counter_types[1].prefix"),
        (({"prefix": "A", "last": 99}, {"prefix": "A", "first": 99}), "counter_types[1].prefix"),
        (({"prefix": "A", "first": 5, "last": 4},), "counter_types[0].last"),
    ],
)
def test_numbers_that_would_be_given_twice_are_mistakes(types: tuple[dict[str, Any], ...], path: str) -> None:
    with pytest.raises(Exception) as wrong:
        check_hall(hall_file(*types))
    assert path in [one.path for one in wrong.value.problems]  # type: ignore[attr-defined]
