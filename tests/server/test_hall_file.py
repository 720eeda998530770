import json
import re
from copy import deepcopy
from pathlib import Path

import pytest
from sqlalchemy import select, update

from server.db import tables
from server.domain.refusals import Refusal
from server.schemas.problems import HallFileError
from server.services.calling import calling, sessions
from server.services.devices import devices
from server.services.hall_setup import hall_file
from server.services.hall_setup.hall_file import check_hall, export_hall, in_order, read_hall_file
from server.services.hall_setup.hall_import import import_hall, refusal_of
from server.services.hall_setup.hall_model import BookingPart, HallFile, LimitsPart, VoicePart
from server.services.hall_setup.hall_values import Layout
from server.services.hall_setup.policy_model import PolicyPart
from server.services.queries import visitor_view
from server.services.runtime.actor import PUBLIC, SYSTEM, Actor
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.services.tickets import issuing
from tests.databases import new_database
from tests.server.small_hall import MONDAY_9

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = json.loads((ROOT / "examples" / "hall.json").read_text(encoding="utf-8"))
DEMO = json.loads((ROOT / "server" / "services" / "hall_setup" / "demo_hall.json").read_text(encoding="utf-8"))


def text(name):
    return {"zh-CN": name, "en": name}


WEEK = {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
SMALL = {
    "code": "small",
    "name": text("Small"),
    "zones": [{"code": "main", "name": text("Main")}, {"code": "annex", "name": text("Annex")}],
    "counter_types": [
        {"code": "general", "prefix": "A", "name": text("General")},
        {"code": "tax", "prefix": "B", "name": text("Tax")},
    ],
    "services": [
        {"code": "pass", "name": text("Pass"), "counter_type": "general"},
        {"code": "permit", "name": text("Permit"), "counter_type": "general"},
        {"code": "return", "name": text("Tax return"), "counter_type": "tax"},
    ],
    "counters": [
        {"code": "1", "zone": "main", "counter_types": ["general"]},
        {"code": "2", "zone": "main", "counter_types": ["tax"], "fallbacks": ["general"]},
        {"code": "3", "zone": "annex", "counter_types": ["general", "tax"]},
    ],
    "statuses": [{"code": "elderly", "name": text("Elderly"), "proof": text("ID")}],
    "hours": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
}


def changed(path, value, content=SMALL):
    """The file with one place changed; a value of `...` takes the place away."""
    made = deepcopy(content)
    *way, last = path
    place = made
    for step in way:
        place = place.setdefault(step, {}) if isinstance(place, dict) else place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return made


def problems(content):
    with pytest.raises(HallFileError) as refused:
        read_hall_file(content if isinstance(content, str | bytes) else json.dumps(content))
    return {problem.path: problem for problem in refused.value.problems}


@pytest.fixture
def deployment(tmp_path):
    database = new_database(tmp_path / "hall.db")
    yield Deployment(database)
    database.close()


def load(deployment, content, now=MONDAY_9):
    return import_hall(deployment, check_hall(content), actor=SYSTEM, now=now).made


def issue(deployment, service="pass", status=None):
    arguments = {"service": service, "status": status, "language": "en"}
    return run_command(
        deployment, issuing.issue_ticket, hall_code="small", actor=PUBLIC, now=MONDAY_9, **arguments
    ).body


@pytest.mark.parametrize("content", [EXAMPLE, DEMO, SMALL], ids=["example", "demo", "small"])
def test_a_hall_is_exported_as_it_was_imported(deployment, content):
    assert load(deployment, content)
    exported = export_hall(deployment.hall(content["code"]))
    assert check_hall(exported) == check_hall(content)
    assert exported == check_hall(exported).model_dump(by_alias=True, exclude_unset=True)
    assert not load(deployment, exported)
    assert export_hall(deployment.hall(content["code"])) == exported


def test_nothing_is_lost_of_what_a_file_can_say(deployment):
    full = SMALL | {
        "address": text("8 Fuzhong Road, second floor"),
        "getting_there": text("Metro, exit B"),
        "time_zone": "Europe/Warsaw",
        "languages": ["en", "zh-CN", "zh-HK"],
        "channels": ["kiosk"],
        "zones": [
            {
                "code": "main",
                "name": text("Main"),
                "where": text("second floor"),
                "directions": {"zones": {"annex": "up"}, "counters": {"1": "left"}},
            },
            {"code": "annex", "name": text("Annex")},
        ],
        "groups": [{"code": "people", "name": {**text("People"), "zh-HK": "人"}}],
        "holidays": ["2026-12-24"],
        "classes": {"urgent": {"tier": 0, "speed": 3.0, "credit": 5.0, "guard": None}},
        "policy": {
            "day_ends": "03:00",
            "keep_open_tickets": True,
            "digits": 4,
            "on_next": "ask",
            "undo_s": 0,
            "next_guard_s": 0.5,
            "recall_gap_s": 1,
            "recall_limit": 2,
            "no_show_limit": 3,
            "guard_every": 4,
            "fallbacks_rank_last": False,
            "return_after": None,
            "more_time_calls": 2,
            "more_time_minutes": 9,
            "more_time_limit": 1,
            "next_step": "fresh",
        },
        "booking": {
            "early_minutes": 1,
            "grace_minutes": 2,
            "cancel_minutes": 3,
            "days_ahead": 4,
            "lead_minutes": 5,
            "one_per_day": False,
            "ban_after": 6,
            "ban_days": 7,
            "reminder_hours": 8,
            "bookings_per_hour": 9,
        },
        "limits": {
            "identify": "id",
            "live_per_service": False,
            "per_day": 2,
            "many": 3,
            "stop_minutes": 4,
            "phone_before_minutes": 5,
            "phone_most_waiting": 6,
            "phone_metres": 70,
            "place": [22.5, 113.9],
            "contact_days": 8,
        },
        "pause_reasons": [
            {"code": "tea", "name": text("Tea"), "minutes": 15},
            {"code": "other", "name": text("Other"), "minutes": None},
        ],
        "lanes": [
            {"code": "one", "share": 2, "classes": ["ordinary", "urgent"]},
            {"code": "two", "share": 1, "classes": ["appointment", "priority"]},
        ],
        "texts": {"idle": text("Hello")},
        "voice": {
            "languages": ["en"],
            "chime": None,
            "rate": 1.5,
            "volume": 0.5,
            "templates": {"en": "{number} to {name}"},
            "overrides": {"VIP": "V I P"},
            "zones": {"main": {"enabled": False, "speech": True, "chime": False, "languages": ["en"]}},
            "quiet": [{"days": ["mon"], "from": "22:00", "to": "06:00", "volume": 0.0}],
        },
        "display": {
            "layout": {"name": "own", "root": {"box": "row", "share": 100, "parts": []}},
            "screen_inch": 43.0,
            "farthest_seat_m": 4.0,
        },
    }
    full["services"] = [
        part
        | {
            "group": "people",
            "open": False,
            "quota": 9,
            "hours": WEEK,
            "bring": [text("ID card"), text("Two photos")],
            "booking": {"slot_minutes": 30, "capacity": 3, "hours": WEEK},
        }
        for part in SMALL["services"]
    ]
    load(deployment, full)
    hall = deployment.hall("small")
    assert hall.settings.classes["urgent"].guard is None
    assert set(hall.settings.classes) == {"ordinary", "appointment", "priority", "urgent"}
    assert hall.settings.voice["chime"] is None
    assert hall.settings.texts["paused"]["zh-CN"] == "暂停服务"
    exported = export_hall(hall)
    for name in full.keys() - {"classes", "texts", "counters", "counter_types", "hours", "statuses"}:
        assert exported[name] == full[name], name
    assert check_hall(exported) == check_hall(full)


def test_the_way_to_a_counter_is_its_own_or_its_zones_and_goes_with_the_file(deployment):
    counters = [SMALL["counters"][0] | {"where": text("basement")}, *SMALL["counters"][1:]]
    zones = [SMALL["zones"][0] | {"where": text("second floor")}, SMALL["zones"][1]]
    load(deployment, SMALL | {"zones": zones, "counters": counters})
    hall = deployment.hall("small")
    assert [hall.where_of(one) for one in hall.counters.values()] == [text("basement"), text("second floor"), None]
    places = visitor_view.places(hall, ["1", "2", "3"])
    assert [(one["zone"], one["where"], one["counters"]) for one in places] == [
        ("main", text("basement"), ["1"]),
        ("main", text("second floor"), ["2"]),
        ("annex", None, ["3"]),
    ]
    load(deployment, SMALL)
    assert deployment.hall("small").where_of(deployment.hall("small").counters["1"]) is None


def test_what_a_file_leaves_out_has_the_usual_values():
    file = check_hall(SMALL)
    assert (file.time_zone, file.languages, file.policy.undo_s) == ("Asia/Shanghai", ["zh-CN", "en"], 10)
    assert file.counters[0].name.model_dump(by_alias=True) == {
        "zh-CN": "1号窗口",
        "zh-HK": "1號窗口",
        "en": "Counter 1",
    }
    assert file.voice.templates == {
        "zh-CN": "请{number}号到{where}{counter}号窗口",
        "zh-HK": "請{number}號到{where}{counter}號窗口",
        "en": "Ticket {number}, please proceed to counter {counter}, {where}",
    }
    assert file.texts.idle.zh_cn == "欢迎光临"
    assert file.statuses[0].class_code == "priority"


@pytest.mark.parametrize(
    ("path", "value", "at", "says"),
    [
        (("code",), ..., "code", "is missing"),
        (("code",), "", "code", "must not be empty"),
        (("code",), "a b", "code", "letters, digits"),
        (("code",), "../x", "code", "letters, digits"),
        (("code",), "x" * 41, "code", "at most 40 characters"),
        (("name", "en"), "Small\x00hall", "name.en", "control characters"),
        (("name", "zh-CN"), "小\n厅", "name.zh-CN", "control characters"),
        (("voice", "overrides"), {"A\x1b[2J": "a"}, "voice.overrides", "control characters"),
        (("limits", "place"), [91, 121.5], "limits.place", "latitude from -90 to 90"),
        (("limits", "place"), [31.2, 181], "limits.place[1]", "at most 180"),
        (("nmae",), {}, "nmae", "is not a name that belongs here"),
        (("name",), "Small", "name", "must be an object"),
        (("name", "zh-CN"), ..., "name.zh-CN", "is missing"),
        (("name", "french"), "Petit", "name.french", "is not a name that belongs here"),
        (("time_zone",), "Shanghai", "time_zone", "such as Asia/Shanghai"),
        (("code",), "CON", "code", "keeps for a device"),
        (("code",), "nul.hall", "code", "keeps for a device"),
        (("time_zone",), "localtime", "time_zone", "such as Asia/Shanghai"),
        (("time_zone",), "../etc/passwd", "time_zone", "such as Asia/Shanghai"),
        (("languages",), ["fr"], "languages[0]", "must be one of 'zh-CN', 'zh-HK', 'en'"),
        (("languages",), [], "languages", "at least 1 entries"),
        (("languages",), ["en", "en"], "languages[1]", "used by languages[0] already"),
        (("channels",), ["mail"], "channels[0]", "must be one of"),
        (("zones",), [], "zones", "at least 1"),
        (("zones", 0, "where"), {"zh-CN": "二楼"}, "zones[0].where.en", "is missing"),
        (("zones", 0, "where"), {"zh-CN": "二楼", "en": "x" * 41}, "zones[0].where.en", "at most 40 characters"),
        (("zones", 0, "directions"), {"zones": {"attic": "up"}}, "zones[0].directions.zones.attic", "no zone 'attic'"),
        (("zones", 0, "directions"), {"counters": {"99": "up"}}, "zones[0].directions.counters.99", "no counter '99'"),
        (("zones", 0, "directions"), {"counters": {"1": "north"}}, "zones[0].directions.counters.1", "must be one of"),
        (("zones", 0, "directions"), {"1": "left"}, "zones[0].directions.1", "is not a name that belongs here"),
        (("counters", 0, "where"), "left", "counters[0].where", "must be an object"),
        (("zones", 1, "code"), "main", "zones[1].code", "used by zones[0] already"),
        (("counter_types", 1, "prefix"), "A", "counter_types[1].prefix", "used by counter_types[0] already"),
        (("counter_types", 0, "prefix"), "ABCD", "counter_types[0].prefix", "up to three capital letters"),
        (("counter_types", 0, "last"), 9001, "counter_types[0].last", "at most 9000"),
        (("counter_types", 0, "first"), 0, "counter_types[0].first", "at least 1"),
        (("counter_types", 0, "digits"), 0, "counter_types[0].digits", "at least 1"),
        (("counter_types", 0, "prefix"), "a", "counter_types[0].prefix", "capital letters"),
        (("counter_types", 0, "guess_minutes"), 0, "counter_types[0].guess_minutes", "greater than 0"),
        (("counter_types", 0, "guess_minutes"), "6", "counter_types[0].guess_minutes", "must be a number"),
        (("services", 2, "counter_type"), "taxes", "services[2].counter_type", "no counter type 'taxes'"),
        (("services", 2, "group"), "people", "services[2].group", "no group 'people'"),
        (("services", 2, "code"), "pass", "services[2].code", "used by services[0]"),
        (("services", 2, "open"), 1, "services[2].open", "true or false"),
        (("counters", 0, "code"), "general", "counters[0].code", "a transfer names either"),
        (("counters", 0, "zone"), "attic", "counters[0].zone", "no zone 'attic'"),
        (("counters", 0, "counter_types"), [], "counters[0].counter_types", "at least 1"),
        (("counters", 0, "counter_types"), ["vip"], "counters[0].counter_types[0]", "no counter type 'vip'"),
        (("counters", 1, "fallbacks"), ["tax"], "counters[1]", "'tax' is named twice"),
        (("statuses", 0, "class"), "vip", "statuses[0].class", "no class 'vip'"),
        (("hours", "mon"), [["09:00", "12:00"], ["11:59", "18:00"]], "hours.mon[1]", "overlaps hours.mon[0]"),
        (("hours", "mon"), [["13:00", "14:00"], ["09:00", "18:00"]], "hours.mon[0]", "overlaps hours.mon[1]"),
        (("hours", "mon"), [["18:00", "09:00"]], "hours.mon[0]", "ends before it begins"),
        (("hours", "mon"), [["09:00", "09:00"]], "hours.mon[0]", "ends before it begins"),
        (("hours", "mon"), [["9:00", "12:00"]], "hours.mon[0][0]", "a time such as 09:00"),
        (("hours", "mon"), [["09:00", "25:00"]], "hours.mon[0][1]", "a day ends at 24:00"),
        (("hours", "mon"), [["09:00"]], "hours.mon[0]", "at least 2"),
        (("hours", "monday"), [], "hours.monday", "must be one of"),
        (("holidays",), ["2026-02-30"], "holidays[0]", "such as 2026-10-01"),
        (("policy", "digits"), 3.5, "policy.digits", "whole number"),
        (("policy", "on_next"), "stop", "policy.on_next", "must be one of 'start', 'complete', 'ask'"),
        (("policy", "undo_s"), -1, "policy.undo_s", "at least 0"),
        (("classes", "vip"), {"speed": 0}, "classes.vip.speed", "greater than 0"),
        (("texts", "idle"), {"en": "Hi"}, "texts.idle.zh-CN", "is missing"),
        (("voice", "templates"), {"en": "Next please"}, "voice.templates.en", "must contain {number}"),
        (("voice", "templates"), {"en": "{number} {x}"}, "voice.templates.en", "{counter}, {name} and {where}"),
        (("voice", "zones"), {"attic": {}}, "voice.zones.attic", "no zone 'attic'"),
        (("voice", "volume"), 1.1, "voice.volume", "at most 1"),
        (
            ("voice", "quiet"),
            [{"days": [], "from": "12:00", "to": "12:00", "volume": 0}],
            "voice.quiet[0]",
            "before 24",
        ),
        (("display", "layout"), "big", "display.layout", "must be one of 'auto'"),
    ],
)
def test_each_mistake_is_named_with_its_path_in_both_languages(path, value, at, says):
    found = problems(changed(path, value))
    assert at in found, sorted(found)
    assert says in found[at].en
    assert re.search("[\u4e00-\u9fff]", found[at].zh)
    assert found[at].sentence("en").startswith(f"{at}: ")


def test_all_mistakes_are_told_at_once():
    content = changed(("zones", 1, "code"), "main")
    content["counters"][0]["zone"] = "attic"
    content["services"][0]["counter_type"] = "vip"
    assert set(problems(content)) >= {"zones[1].code", "counters[0].zone", "services[0].counter_type"}


def test_a_service_that_no_counter_serves_is_a_mistake():
    content = changed(("counters",), [{"code": "1", "zone": "main", "counter_types": ["general"]}])
    assert "no counter serves 'tax'" in problems(content)["services[2].counter_type"].en


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "line 1, column 2"),
        ('{"code": "a", "code": "b"}', "'code' twice"),
        ('{"code": NaN}', "has NaN, which is no JSON"),
        (b"\xff\xfe", "UTF-8"),
        ("[" * 100_000, "nested too deeply"),
        (" " * 1_000_001, "larger than"),
        ("[]", "must be an object"),
    ],
)
def test_a_file_that_is_no_json_is_told_in_a_sentence(content, says):
    assert says in problems(content)[""].sentence("en")


def test_a_file_saved_by_notepad_is_read():
    assert read_hall_file(b"\xef\xbb\xbf" + json.dumps(SMALL).encode()).code == "small"


def test_counters_stand_in_the_order_people_count(deployment):
    assert in_order(["10", "2", "VIP10", "VIP2", "1"]) == ["1", "2", "10", "VIP2", "VIP10"]
    content = changed(("counters",), [{**SMALL["counters"][2], "code": code} for code in ("10", "9", "1")])
    load(deployment, content)
    assert list(deployment.hall("small").counters) == ["1", "9", "10"]


def test_the_layouts_are_those_that_the_screens_know():
    source = (ROOT / "display" / "page" / "layouts.ts").read_text(encoding="utf-8")
    (names,) = re.findall(r"type LayoutName = ([^\n]+)", source)
    assert {*re.findall(r'"([^"]+)"', names), "auto"} == set(Layout.__args__)


def test_importing_again_changes_the_hall_and_tells_its_clients(deployment):
    load(deployment, SMALL)
    told = []
    deployment.listeners.append(told.extend)
    content = changed(("counters", 0, "counter_types"), ["tax"])
    content["services"][0]["name"] = text("Passport")
    assert not load(deployment, content)
    hall = deployment.hall("small")
    assert (hall.version, hall.counters["1"].own, hall.services["pass"].name["en"]) == (2, ("tax",), "Passport")
    (event,) = told
    assert (event.kind, event.seq, event.public) == ("policy_changed", 1, True)
    assert event.content["hall_config"]["services"][0]["name"]["en"] == "Passport"


def test_two_counter_types_may_exchange_their_prefixes(deployment):
    load(deployment, SMALL)
    content = changed(("counter_types", 0, "prefix"), "B")
    content["counter_types"][1]["prefix"] = "A"
    load(deployment, content)
    assert [part.prefix for part in deployment.hall("small").counter_types.values()] == ["B", "A"]


def test_parts_that_are_gone_and_unused_are_removed(deployment):
    load(deployment, SMALL)
    content = changed(("services",), SMALL["services"][:1])
    content["counters"] = SMALL["counters"][:1]
    content["counter_types"] = SMALL["counter_types"][:1]
    content["zones"] = SMALL["zones"][:1]
    content["statuses"] = []
    load(deployment, content)
    hall = deployment.hall("small")
    parts = (hall.services, hall.counters, hall.counter_types, hall.zones, hall.statuses)
    assert [list(part) for part in parts] == [["pass"], ["1"], ["general"], ["main"], []]
    load(deployment, SMALL)
    assert len(deployment.hall("small").counters) == 3


def without(name, code):
    return changed((name,), [part for part in SMALL[name] if part["code"] != code])


def test_parts_that_tickets_refer_to_are_kept_by_a_refusal(deployment):
    load(deployment, SMALL)
    issue(deployment)
    clerk = Actor("user", 1, "ann", "clerk", "reception")
    with deployment.database.transaction() as connection:
        row = {"id": 1, "username": "ann", "name": "Ann", "role": "clerk", "password_hash": "-", "created_at": 0}
        connection.execute(tables.user.insert().values(row))
    for act, more in ((sessions.sign_on, {"take_over": False, "client": None}), (calling.call_next, {})):
        run_command(deployment, act, hall_code="small", actor=clerk, now=MONDAY_9, counter="1", **more)
    before = export_hall(deployment.hall("small"))
    for name, code in (("services", "pass"), ("counters", "1")):
        with pytest.raises(HallFileError, match=f"{name}: '{code}' is gone from the file"):
            load(deployment, without(name, code))
        assert export_hall(deployment.hall("small")) == before
    load(deployment, without("services", "permit"))
    load(deployment, changed(("services", 0, "open"), False))


def test_a_status_with_open_tickets_is_kept(deployment):
    load(deployment, SMALL)
    issue(deployment, status="elderly")
    with pytest.raises(HallFileError, match="statuses: 'elderly' is gone"):
        load(deployment, changed(("statuses",), []))
    with deployment.database.transaction() as connection:
        connection.execute(update(tables.ticket).values(state="completed"))
    load(deployment, changed(("statuses",), []))


def test_a_zone_with_devices_is_kept_until_they_are_revoked(deployment):
    load(deployment, SMALL)
    device, _ = devices.make_device(deployment, hall="small", kind="display", zone="annex", now=1)
    content = without("zones", "annex")
    content["counters"] = SMALL["counters"][:2]
    with pytest.raises(HallFileError, match="devices refer to it"):
        load(deployment, content)
    devices.revoke(deployment, device_id=device["id"], now=2)
    load(deployment, content)
    assert list(deployment.hall("small").zones) == ["main"]


def test_a_second_hall_leaves_the_first_alone(deployment):
    load(deployment, SMALL)
    load(deployment, EXAMPLE)
    assert [hall.code for hall in deployment.halls] == ["small", EXAMPLE["code"]]
    with deployment.database.reading() as connection:
        assert connection.execute(select(tables.hall.c.version)).scalars().all() == [1, 1]


def test_problems_become_one_refusal_for_the_server_to_answer():
    with pytest.raises(HallFileError) as wrong:
        check_hall(changed(("zones",), []) | {"code": "a b"})
    refusal = refusal_of(wrong.value, "zh-CN")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.params["field"]) == ("invalid", "code")
    assert [problem["path"] for problem in refusal.params["problems"]] == ["code", "zones"]
    assert refusal.message("zh-CN").startswith("代码不正确：只能包含字母")
    assert refusal.message("en").startswith("Field code is not valid: must be letters")


def test_what_screens_say_may_have_several_lines():
    text = {"zh-CN": "请稍候\n马上开始", "en": "Please wait\nWe begin soon"}
    assert check_hall(changed(("texts", "welcome"), text)).texts.welcome.en == text["en"]


@pytest.mark.parametrize("part", [HallFile, PolicyPart, VoicePart])
def test_every_name_of_the_file_is_documented(part):
    documented = (ROOT / "docs" / "hall-file.md").read_text(encoding="utf-8")
    assert {name for name in part.model_fields if f"`{name}`" not in documented} == set()


@pytest.mark.parametrize(("title", "part"), [("Policy", PolicyPart), ("Booking", BookingPart), ("Limits", LimitsPart)])
def test_the_documented_rules_are_those_of_the_code(title, part):
    documented = (ROOT / "docs" / "hall-file.md").read_text(encoding="utf-8")
    table = re.split(r"\n\*\*", documented.partition(f"**{title}**")[2])[0]
    found = {}
    for names, defaults in re.findall(r"^\| (`[^|]+`) \| (`[^|]+`) \|", table, re.M):
        found |= dict(zip(re.findall("`(.+?)`", names), re.findall("`(.+?)`", defaults), strict=True))
    assert {name: json.loads(default) for name, default in found.items()} == part().model_dump()


def test_a_number_of_thousands_of_digits_is_refused():
    with pytest.raises(HallFileError, match="too many digits"):
        read_hall_file("[" + "1" * 5000 + "]")


def test_names_twice_in_a_very_long_object_are_found_by_counting_each_once():
    looked = 0

    class Pairs(list):
        def __getitem__(self, at):
            nonlocal looked
            looked += 1
            return super().__getitem__(at)

    with pytest.raises(HallFileError, match="'x' twice"):
        hall_file._object(Pairs([("a", 1), ("x", 1), ("b", 1), ("x", 2)]))
    assert looked == 0, "no slices: a file of a megabyte would be looked at for minutes"


def test_codes_with_raised_digits_have_an_order():
    assert in_order(["²", "10", "2"]) == ["2", "10", "²"]


def test_nesting_is_refused_like_any_other_wrong_value():
    deep = json.loads("[" * 900 + "]" * 900)
    with pytest.raises(HallFileError, match="too deeply"):
        check_hall(SMALL | {"texts": deep})
    check_hall(EXAMPLE)


def test_a_file_with_too_many_services_is_told_at_once():
    many = [{"code": f"s{number}", "name": text("S"), "counter_type": "general"} for number in range(501)]
    assert check_hall(SMALL | {"services": many[:500]})
    with pytest.raises(HallFileError) as refused:
        check_hall(SMALL | {"services": [{"wrong": True}] * 9_000})
    assert any("at most 500" in problem.sentence("en") for problem in refused.value.problems)
    assert len(refused.value.problems) < 1_100
    with pytest.raises(HallFileError) as too_many:
        check_hall(SMALL | {"services": many})
    assert [problem.sentence("zh-CN") for problem in too_many.value.problems] == ["services: 最多 500 项"]
