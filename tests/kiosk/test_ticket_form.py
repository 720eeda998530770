import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing.ticket import PrintedPlace
from printing.ticket_form import BadTicket, read_ticket


def test_what_was_written_is_read_again(ticket):
    assert read_ticket(json.loads(json.dumps(ticket.to_json()))) == replace(ticket)
    full = replace(
        ticket,
        steps=({"en": "Passport"}, {"en": "Payment", "zh-CN": "缴费"}),
        appointment=ticket.issued_at + timedelta(hours=1),
        called_from=ticket.issued_at,
        note={"zh-CN": "系统离线时取号", "en": "Taken while the system was away."},
        languages=("en",),
        marks=("appointment", "priority"),
        proof={"en": "ID card"},
        places=(PrintedPlace(zone={"en": "East"}, where={"en": "second floor"}, counters=("1",)),),
    )
    assert read_ticket(full.to_json()) == replace(full, issued_at=full.issued_at.replace(microsecond=0))


def test_what_is_unknown_may_be_left_out(ticket):
    needed = {name: ticket.to_json()[name] for name in ("number", "hall", "service", "issued_at", "languages")}
    assert read_ticket(needed).wait is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"number": ""}, "ticket.number: "),
        ({"number": "A" * 17}, "ticket.number: "),
        ({"number": "A\n1"}, "ticket.number: has signs that cannot be printed"),
        ({"number": 12}, "ticket.number: "),
        ({"hall": {"fr": "Mairie"}}, "ticket.hall.fr"),
        ({"hall": {"en": "x" * 201}}, "ticket.hall.en: "),
        ({"hall": "Hall"}, "ticket.hall: "),
        ({"note": {"en": "x" * 501}}, "ticket.note.en: "),
        ({"note": {"en": "turned \u202e round"}}, "ticket.note.en: has signs that cannot be printed"),
        ({"issued_at": "yesterday"}, "ticket.issued_at: is no time like"),
        ({"issued_at": "2026-11-23T09:31:05"}, "ticket.issued_at: is a time without its zone"),
        ({"issued_at": 5}, "ticket.issued_at: "),
        ({"appointment": "9:30"}, "ticket.appointment: is no time like"),
        ({"ahead": -1}, "ticket.ahead: "),
        ({"ahead": "3"}, "ticket.ahead: "),
        ({"wait": {"low": 5, "high": 4}}, "ticket.wait: low is above high"),
        ({"wait": [5, 10]}, "ticket.wait: "),
        ({"counters": ["1"] * 101}, "ticket.counters: "),
        ({"url": "javascript:alert(1)"}, "ticket.url: is no http:// or https:// address"),
        ({"url": "http://"}, "ticket.url: is no http:// or https:// address"),
        ({"url": "http://[x"}, "ticket.url: is no http:// or https:// address"),
        ({"url": "http://hall/t/号"}, "ticket.url: is no http:// or https:// address"),
        ({"url": "http://hall/" + "x" * 300}, "ticket.url: "),
        ({"steps": [{"en": "a"}] * 21}, "ticket.steps: "),
        ({"marks": ["vip"]}, "ticket.marks.0: "),
        ({"proof": {"en": "a\n"}}, "ticket.proof.en: has signs"),
        ({"places": [{"zone": {"en": "a"}, "counters": []}]}, "ticket.places.0.counters: "),
        ({"languages": []}, "ticket.languages: "),
        ({"languages": ["en", "en"]}, "ticket: languages names one twice"),
        ({"languages": ["de"]}, "ticket.languages.0: "),
        ({"name": "Mr Chan"}, "ticket.name: "),
    ],
)
def test_what_is_no_ticket_is_refused_with_its_field(ticket, change, sentence):
    with pytest.raises(BadTicket) as refused:
        read_ticket(ticket.to_json() | change)
    assert str(refused.value).startswith(sentence)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(["number", "hall", "service", "issued_at", "ahead", "wait", "url", "steps", "languages"]),
        ANYTHING,
    )
    | ANYTHING
)
def test_any_json_is_a_ticket_or_refused(content):
    with pytest.raises(BadTicket):
        read_ticket(content)
