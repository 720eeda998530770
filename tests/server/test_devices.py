import pytest
from sqlalchemy import select, update

from server.db import tables
from server.domain.refusals import Refusal
from server.services.devices import devices, pairings
from server.services.runtime.deployment import Deployment
from tests.server.small_hall import Desk


@pytest.fixture
def hall(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.database.close()


def start(hall, kind="display"):
    return pairings.start_pairing(hall.deployment, kind=kind, now=hall.now)


def ask(hall, pairing):
    return pairings.ask_pairing(hall.deployment, secret=pairing.secret, now=hall.now)


def confirm(hall, code, *, zone=None, name=None, settings=None, at="hall"):
    return pairings.confirm_pairing(
        hall.deployment, code=code, hall=at, zone=zone, name=name, settings=settings or {}, now=hall.now
    )


def make(hall, kind="display", **values):
    return devices.make_device(hall.deployment, hall="hall", kind=kind, now=hall.now, **values)


def by_token(hall, token):
    return devices.by_token(hall.deployment, token=token, now=hall.now)


def refused(code, call, *arguments, **named):
    with pytest.raises(Refusal) as caught:
        call(*arguments, **named)
    assert caught.value.code == code
    return caught.value.params


def test_a_device_is_paired_by_the_code_it_shows(hall):
    pairing = start(hall)
    assert pairing.shown == f"{pairing.code[:3]} {pairing.code[3:]}"
    assert ask(hall, pairing) == {"state": "waiting"}
    paired = confirm(hall, pairing.shown, zone="main", name="East", settings={"layout": "portrait-list"})
    answer = ask(hall, pairing)
    assert answer["state"] == "confirmed"
    assert answer["device"] == paired
    assert paired | {"id": 0} == {
        "id": 0,
        "kind": "display",
        "hall": "hall",
        "zone": "main",
        "name": "East",
        "settings": {"layout": "portrait-list"},
    }
    actor = by_token(hall, answer["token"])
    assert (actor.kind, actor.role, actor.channel, actor.hall_id) == ("device", "display", "phone", 1)


def test_an_answer_lost_on_the_way_is_given_again_until_the_token_was_used(hall):
    pairing = start(hall)
    confirm(hall, pairing.code)
    lost, kept = ask(hall, pairing)["token"], ask(hall, pairing)["token"]
    assert by_token(hall, lost) is None
    assert by_token(hall, kept)
    refused("unknown_pairing", ask, hall, pairing)
    assert by_token(hall, kept)


def test_a_code_lives_ten_minutes(hall):
    pairing, late = start(hall), start(hall)
    hall.wait(600)
    refused("pairing_expired", confirm, hall, late.code)
    refused("pairing_expired", ask, hall, pairing)
    assert devices.list_devices(hall.deployment, hall="hall") == []


def test_a_code_is_used_once(hall):
    pairing = start(hall)
    confirm(hall, pairing.code)
    refused("already_confirmed", confirm, hall, pairing.code)
    refused("unknown_pairing", confirm, hall, "no code")
    refused("unknown_pairing", pairings.ask_pairing, hall.deployment, secret="guess", now=hall.now)


def test_a_confirmation_that_is_refused_leaves_the_code_open(hall):
    pairing = start(hall, "kiosk")
    refused("unknown_zone", confirm, hall, pairing.code, zone="attic")
    refused("unknown_hall", confirm, hall, pairing.code, at="elsewhere")
    refused("invalid", confirm, hall, pairing.code, settings={"printer": {"kind": "network"}})
    assert confirm(hall, pairing.code)["name"] == "kiosk 1"


def test_open_codes_are_bounded_and_who_asked_most_loses_the_oldest(hall, monkeypatch):
    monkeypatch.setattr(pairings, "MOST_OPEN", 3)

    def asked(address):
        hall.wait(1)
        return pairings.start_pairing(hall.deployment, kind="display", now=hall.now, address=address)

    screen, *crowd = asked("10.0.0.1"), asked("10.0.0.9"), asked("10.0.0.9")
    crowd += [asked("10.0.0.9"), asked("10.0.0.9")]
    assert pairings.ask_pairing(hall.deployment, secret=screen.secret, now=hall.now) == {"state": "waiting"}
    for gone in crowd[:2]:
        refused("unknown_pairing", pairings.ask_pairing, hall.deployment, secret=gone.secret, now=hall.now)
    confirm(hall, screen.code)
    assert asked("10.0.0.2") and asked("10.0.0.2"), "a confirmed one does not count"
    refused("unknown_pairing", pairings.ask_pairing, hall.deployment, secret=crowd[2].secret, now=hall.now)


def test_only_known_kinds_are_paired(hall):
    assert refused("invalid", start, hall, "toaster")["field"] == "kind"
    assert refused("invalid", make, hall, "toaster")["field"] == "kind"


def test_no_token_is_stored(hall):
    _, token = make(hall)
    with hall.database.reading() as connection:
        assert token not in str(connection.execute(select(tables.device)).all())


def test_a_revoked_device_is_nobody_at_once(hall):
    kept, revoked = make(hall), make(hall)
    assert by_token(hall, revoked[1])
    devices.revoke(hall.deployment, device_id=revoked[0]["id"], now=hall.now)
    assert by_token(hall, revoked[1]) is None
    assert [device["id"] for device in devices.list_devices(hall.deployment, hall="hall")] == [kept[0]["id"]]
    refused("unknown_device", devices.revoke, hall.deployment, device_id=revoked[0]["id"], now=hall.now)
    refused("unknown_device", devices.describe, hall.deployment, device_id=2**70)
    assert by_token(hall, kept[1])


def test_a_paired_device_that_was_revoked_before_it_asked_gets_no_token(hall):
    pairing = start(hall)
    devices.revoke(hall.deployment, device_id=confirm(hall, pairing.code)["id"], now=hall.now)
    refused("unknown_pairing", ask, hall, pairing)


def test_a_device_is_given_another_place_and_name(hall):
    device, token = make(hall, zone="main", name="West")
    assert by_token(hall, token).name == "West"
    changed = devices.change(hall.deployment, device_id=device["id"], changes={"name": "East", "zone": None})
    assert (changed["name"], changed["zone"], changed["settings"]) == ("East", None, {})
    assert by_token(hall, token).name == "East"
    assert devices.change(hall.deployment, device_id=device["id"], changes={})["name"] == "East"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": " "}, "invalid", "name"),
        ({"zone": "attic"}, "unknown_zone", None),
        ({"settings": {"layout": {"name": "x" * 9000}}}, "invalid", "settings"),
        ({"settings": {"volumes": 0.5}}, "invalid", "settings.volumes"),
        ({"settings": {"layout": "portrait"}}, "invalid", "settings.layout"),
        ({"settings": {"sound": "loud"}}, "invalid", "settings.sound"),
        ({"settings": {"printer": "hp"}}, "invalid", "settings.printer"),
        ({"settings": {"printer": {"kind": "network"}}}, "invalid", "settings.printer.host"),
        ({"settings": {"printer": {"kind": "network", "host": "p", "port": 0}}}, "invalid", "settings.printer.port"),
        ({"settings": {"printer": {"kind": "agent"}}}, "invalid", "settings.printer.device"),
        ({"settings": {"printer": {"kind": "file", "width_mm": 70}}}, "invalid", "settings.printer.width_mm"),
        ({"settings": {"printer": {"kind": "file", "dots": 500}}}, "invalid", "settings.printer.dots"),
        ({"settings": {"margin": 11}}, "invalid", "settings.margin"),
    ],
)
def test_a_change_that_is_not_valid_changes_nothing(hall, changes, code, field):
    device, _ = make(hall, "kiosk", zone="main", settings={"printer": {"kind": "none"}})
    params = refused(code, devices.change, hall.deployment, device_id=device["id"], changes={"name": "New", **changes})
    assert params.get("field") == field
    assert devices.describe(hall.deployment, device_id=device["id"]) == device


def test_life_and_status_are_written_once_a_minute(hall):
    device, token = make(hall)

    def written():
        (found,) = devices.list_devices(hall.deployment, hall="hall")
        return found["seen_at"] and found["seen_at"] - started, found["status"]

    started = hall.now
    assert written() == (None, {})
    by_token(hall, token)
    assert written() == (0, {})
    hall.wait(59)
    devices.seen(hall.deployment, device_id=device["id"], status={"sound": "on"}, now=hall.now)
    assert written() == (0, {})
    hall.wait(1)
    devices.seen(hall.deployment, device_id=device["id"], status={"sound": "on"}, now=hall.now)
    by_token(hall, token)
    assert written() == (60_000, {"sound": "on"})


def test_a_token_outlives_a_restart(hall):
    _, token = make(hall, "announcer")
    hall.deployment = Deployment(hall.database)
    assert by_token(hall, token).role == "announcer"


def test_a_setting_that_nobody_reads_any_more_is_in_nobodys_way(desk: Desk) -> None:
    made, _ = devices.make_device(desk.deployment, hall="hall", kind="display", settings={"sound": "on"}, now=0)
    with desk.database.transaction() as connection:
        connection.execute(update(tables.device).values(settings={"sound": "on", "blinking": True}))
    [shown] = devices.list_devices(desk.deployment, hall="hall")
    assert shown["settings"] == {"sound": "on"}
    wanted = {"settings": shown["settings"] | {"volume": 0.5}}
    changed = devices.change(desk.deployment, device_id=made["id"], changes=wanted)
    assert changed["settings"] == {"sound": "on", "volume": 0.5}
