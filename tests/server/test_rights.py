"""What each kind of device may do, in its own hall and in another; and that staff hold no visitor's token."""

from __future__ import annotations

import re
from itertools import product

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.db import tables
from server.http.route_table import KINDS, ROUTES, Route, route
from server.services.appointments import appointments, check_in
from server.services.calling import calling
from server.services.devices.devices import find_by_token, make_device
from server.services.hall_setup.hall_file import check_hall
from server.services.hall_setup.hall_import import import_hall
from server.services.printing import print_jobs, ticket_text
from server.services.queries import visitor_view
from server.services.runtime.actor import PUBLIC, SYSTEM, Actor
from server.services.tickets import issuing, tickets
from tests.server.small_hall import ALICE, Desk
from tests.server.test_api import NAMES, bearer, client, error  # noqa: F401
from tests.server.test_appointments import MING, TOMORROW, book, booking  # noqa: F401
from tests.server.test_hall_file import SMALL

PEOPLE = ("staff", "supervisor", "admin")
#: Beside what everybody may read: what devices do, by their kind. All the rest is no device's.
DEVICES_DO = {
    ("POST", "/halls/{hall}/tickets"): ("kiosk",),
    ("POST", "/halls/{hall}/number-blocks"): ("kiosk",),
    ("POST", "/halls/{hall}/tickets/from-machine"): ("kiosk",),
    ("POST", "/tickets/{token}/services"): ("kiosk",),
    ("POST", "/halls/{hall}/appointments"): ("kiosk",),
    ("POST", "/halls/{hall}/check-in"): ("kiosk",),
    ("GET", "/halls/{hall}/tickets/{number}/image"): ("kiosk", "printer"),
    ("PUT", "/clips/{hash}"): ("announcer",),
    ("POST", "/pairings"): KINDS,
    ("POST", "/login"): KINDS,
}
#: Of these any hall's devices are let in: they name no hall, or tell what everybody may read.
OF_NO_HALL = {("PUT", "/clips/{hash}"), ("POST", "/pairings"), ("POST", "/login")}


def allowed(one: Route) -> tuple[str, ...]:
    everybody = KINDS if one.access == "public" and one.method == "GET" else ()
    return DEVICES_DO.get((one.method, one.path), everybody)


@pytest.fixture
def two_halls(desk: Desk) -> Desk:
    """The small hall of the tests, and another one with a ticket each."""
    import_hall(desk.deployment, check_hall(SMALL), actor=SYSTEM, now=desk.now)
    return desk


def token_of(desk: Desk, kind: str, hall: str = "hall") -> dict[str, str]:
    _, token = make_device(desk.deployment, hall=hall, kind=kind, now=desk.now)
    return {"Authorization": f"Bearer {token}"}


def test_every_route_lets_in_the_kinds_of_device_that_need_it_in_their_own_hall(
    client: FlaskClient,  # noqa: F811
    two_halls: Desk,
) -> None:
    names = NAMES | {"token": two_halls.do(issuing.issue_ticket, service="pass").body["token"]}
    devices = {(kind, hall): token_of(two_halls, kind, hall) for kind, hall in product(KINDS, ("hall", "small"))}
    for one, (kind, hall) in product(ROUTES, devices):
        path = "/api/v1" + re.sub(r"\{(\w+)\}", lambda found: names[found[1]], one.path)
        reads = (one.access == "public" and one.method == "GET") or (one.method, one.path) in OF_NO_HALL
        may = kind in allowed(one) and (hall == "hall" or reads)
        # The token opens a ticket; an appointment that it would open comes to nothing before the device is looked at.
        body = {"service": "permit"} if one.path == "/tickets/{token}/services" else {}
        answer = client.open(path, method=one.method, headers=devices[kind, hall], json=body if one.body else None)
        refused = answer.status_code == 403 and error(answer) == "forbidden"
        own_picture = one.path.endswith("/image")  # a ticket that this machine did not give: see below
        assert refused is not may or (own_picture and refused), (one.method, one.path, kind, hall, answer.status_code)


def test_a_new_route_must_say_which_devices_may_use_it() -> None:
    for access in ("public", "device", "staff or kiosk"):
        with pytest.raises(TypeError, match="does not say which devices"):
            route("POST", "/new", access=access)
    assert all(one.devices == () for one in ROUTES if one.access in PEOPLE)


def test_only_a_machine_of_the_hall_takes_numbers_past_the_limits_of_the_public(
    client: FlaskClient,  # noqa: F811
    two_halls: Desk,
) -> None:
    before = two_halls.everything()
    for kind, hall in (("display", "hall"), ("announcer", "hall"), ("printer", "hall"), ("kiosk", "small")):
        headers = token_of(two_halls, kind, hall)
        for path in ("tickets", "appointments"):
            answer = client.post(f"/api/v1/halls/hall/{path}", json={"service": "pass"}, headers=headers)
            assert (answer.status_code, error(answer)) == (403, "forbidden")
    assert two_halls.everything()["ticket"] == before["ticket"]
    secret = token_of(two_halls, "display")["Authorization"].removeprefix("Bearer ")
    screen = find_by_token(two_halls.deployment, token=secret)
    assert screen and screen.channel == PUBLIC.channel


def test_a_machine_sees_the_pictures_of_what_it_gave_and_an_agent_what_it_is_sent(
    client: FlaskClient,  # noqa: F811
    desk: Desk,
) -> None:
    agent, agents_token = make_device(desk.deployment, hall="hall", kind="printer", now=desk.now)
    to_agent = {"printer": {"kind": "agent", "device": agent["id"]}}
    _, token = make_device(desk.deployment, hall="hall", kind="kiosk", settings=to_agent, now=desk.now)
    headers = {"Authorization": f"Bearer {token}"}
    take = "/api/v1/halls/hall/tickets"
    mine = client.post(take, json={"service": "pass"}, headers=headers).get_json()["number"]
    of_another = client.post(take, json={"service": "pass"}).get_json()["number"]

    def ask(number: str, who: dict[str, str]) -> int:
        return client.get(f"/api/v1/halls/hall/tickets/{number}/image", headers=who).status_code

    agents = {"Authorization": f"Bearer {agents_token}"}
    assert (ask(mine, headers), ask(of_another, headers)) == (200, 403)
    assert (ask(mine, agents), ask(of_another, agents)) == (200, 403)
    assert (ask(mine, token_of(desk, "kiosk")), ask(mine, token_of(desk, "printer"))) == (403, 403)
    assert (ask(mine, bearer(client, "dora")), ask(of_another, bearer(client, "dora"))) == (200, 200)


def test_the_picture_for_staff_is_without_the_visitors_code(desk: Desk) -> None:
    device, _ = make_device(desk.deployment, hall="hall", kind="kiosk", now=desk.now)
    kiosk = Actor("device", device["id"], "kiosk", "kiosk", "kiosk", 1)
    taken = desk.do(issuing.issue_ticket, kiosk, service="pass").body
    shown = {
        who.role: desk.see(ticket_text.by_number, who, number=taken["number"], base="http://hall")["ticket"]
        for who in (ALICE, kiosk)
    }
    assert (shown["clerk"].url, shown["kiosk"].url) == (None, f"http://hall/t/{taken['token']}")


def served(desk: Desk, number: str) -> None:
    desk.sign_on(ALICE, "1")
    assert desk.next(ALICE, "1")["counter"]["ticket"]["number"] == number
    desk.do(calling.start, ALICE, counter="1")
    desk.do(calling.complete, ALICE, counter="1")


def may_rate(desk: Desk, token: str) -> bool:
    """Whether a token rates; what it shows must say the same and name itself alone."""
    shown = desk.see(visitor_view.view, token=token)
    assert (shown["token"], shown["url"]) == (token, f"/t/{token}")
    if shown["can_rate"]:
        return desk.do(tickets.rate, token=token, stars=5).body["rating"] == 5
    assert desk.refused(tickets.rate, token=token, stars=5) == "forbidden"
    return False


def test_what_staff_hand_out_follows_the_ticket_but_does_not_rate(desk: Desk) -> None:
    given = desk.do(issuing.issue_ticket, ALICE, service="pass").body
    (kept,) = _tokens(desk, "ticket")
    assert kept not in str(given)
    link = given["token"]
    desk.do(issuing.issue_ticket, service="pass")
    desk.do(tickets.more_time, token=link)
    desk.do(tickets.rejoin, token=link)
    assert desk.refused(tickets.leave, token=link[:-1] + ("0" if link[-1] != "0" else "1")) == "unknown_ticket"
    served(desk, given["number"])
    assert not may_rate(desk, link)
    assert may_rate(desk, kept)


def test_an_appointment_made_by_staff_does_not_bring_them_the_token_either(booking: Desk) -> None:  # noqa: F811
    booked = book(booking, "10:30", TOMORROW, who=ALICE, reach=MING)
    moved = booking.do(appointments.move, token=booked["token"], start=booking.now + 105 * 60_000).body
    assert moved["token"] == booked["token"]
    booking.wait(106 * 60)
    ticket = booking.do(check_in.check_in, token=booked["token"]).body
    seen = booking.see(appointments.view, token=booked["token"])
    assert seen["ticket"] == ticket["token"] != _tokens(booking, "ticket")[0]
    assert not set(_tokens(booking, "appointment") + _tokens(booking, "ticket")) & set(str(seen).split("'"))
    served(booking, ticket["number"])
    assert not may_rate(booking, ticket["token"])


@pytest.mark.parametrize(
    ("who", "by_code", "rates"), [(PUBLIC, True, False), (PUBLIC, False, True), (ALICE, True, False)]
)
def test_a_code_which_staff_can_read_does_not_bring_the_token(
    booking: Desk,  # noqa: F811
    who: Actor,
    by_code: bool,
    rates: bool,
) -> None:
    booked = book(booking, "09:30")
    booking.wait(31 * 60)
    if by_code:
        ticket = booking.do(check_in.check_in_by_code, who, code=booked["code"]).body
    else:
        ticket = booking.do(check_in.check_in, who, token=booked["token"]).body
    served(booking, ticket["number"])
    assert may_rate(booking, ticket["token"]) is rates
    own = booking.see(appointments.view, token=booked["token"])["ticket"]
    assert rates or may_rate(booking, own)


def test_the_log_of_staff_holds_no_visitors_token(booking: Desk) -> None:  # noqa: F811
    device, _ = make_device(
        booking.deployment, hall="hall", kind="kiosk", settings={"printer": {"kind": "file"}}, now=booking.now
    )
    booked = book(booking, "09:30", reach=MING)
    booking.wait(31 * 60)
    booking.do(check_in.check_in, token=booked["token"])
    number = booking.take()
    booking.do(print_jobs.print_again, ALICE, number=number, device_id=device["id"])
    told = str([event.content for event in booking.events])
    assert not [token for token in _tokens(booking, "ticket") + _tokens(booking, "appointment") if token in told]


def _tokens(desk: Desk, table: str) -> list[str]:
    with desk.database.reading() as connection:
        return list(connection.execute(select(tables.metadata.tables[table].c.token)).scalars())
