"""A visitors' language that a hall adds as a file: what is read of it, what is said of its faults, who may use it."""

import json
import re

import pytest

from server.domain.languages import is_code
from server.domain.refusals import REFUSALS, VISITORS_REFUSALS, Refusal
from server.pages import version
from server.schemas.problems import HallFileError
from server.services.devices import devices
from server.services.hall_setup.hall_file import parse, read_hall_file
from server.services.languages.languages import LARGEST, read_file, read_folder, template, usual_words
from server.services.printing import ticket_text
from server.services.queries import visitor_view
from server.services.tickets import issuing
from tests.server.offline_kiosk import OfflineKiosk
from tests.server.small_hall import Desk
from tests.server.test_admin import make_client
from tests.server.test_hall_file import SMALL, changed
from tools.places import ROOT

WORDS = {"phone.number": "نومۇرىڭىز", "phone.ahead": "ئالدىڭىزدا {n} كىشى"}
UYGHUR = {"name": "ئۇيغۇرچە", "direction": "rtl", "words": WORDS}


def a_file(folder, content, name="ug.json"):
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode())
    return file


def wrong(folder, content, name="ug.json"):
    """The language of a file, and what is said of it."""
    language, problems = read_file(a_file(folder, content, name))
    assert all(one.sentence("en") and re.search("[一-鿿]", one.sentence("zh-CN")) for one in problems)
    return language, [one.sentence("en").split(": ", 1)[1] for one in problems]


@pytest.fixture
def speaking(desk, tmp_path) -> Desk:
    """The small hall with Uyghur."""
    a_file(tmp_path / "languages", UYGHUR)
    desk.deployment.languages = read_folder(tmp_path / "languages")
    return desk


def test_a_file_adds_a_language(tmp_path):
    language, said = wrong(tmp_path, b"\xef\xbb\xbf" + json.dumps(UYGHUR, ensure_ascii=False).encode())
    assert (language.code, language.name, language.direction) == ("ug", "ئۇيغۇرچە", "rtl")
    assert (language.words, said) == (UYGHUR["words"], [])
    assert read_folder(tmp_path / "nothing").codes == ("zh-CN", "en", "zh-HK")
    a_file(tmp_path, UYGHUR | {"name": "繁體中文", "direction": "ltr"}, "zh-HK.json")
    assert read_folder(tmp_path).codes == ("zh-CN", "en", "zh-HK", "ug")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"{", "ug.json", "is not JSON in UTF-8"),
        ('{"name": "ë"}'.encode("latin-1"), "ug.json", "is not JSON in UTF-8"),
        (b'{"name": "a", "name": "b"}', "ug.json", "a name stands twice"),
        (b" " * (LARGEST + 1), "ug.json", "is larger than 512 KB"),
        ([], "ug.json", "must be an object"),
        (UYGHUR, "en.json", "en is built in"),
        (UYGHUR, "zh-CN.json", "zh-CN is built in"),
        (UYGHUR, "UG.json", "must be a language's code"),
        (UYGHUR, "uyghur-arab.json", "must be a language's code"),
        (UYGHUR | {"name": " "}, "ug.json", "name: must be the language's own name"),
        (UYGHUR | {"name": "x" * 41}, "ug.json", "name: must be the language's own name"),
        (UYGHUR | {"name": "\u202eabc"}, "ug.json", "name: must be the language's own name"),
        (UYGHUR | {"direction": "right"}, "ug.json", 'direction: must be "ltr" or "rtl"'),
        (UYGHUR | {"direction": []}, "ug.json", 'direction: must be "ltr" or "rtl"'),
        (UYGHUR | {"words": []}, "ug.json", "words: must be an object"),
    ],
)
def test_what_is_no_language_is_not_offered_and_said(tmp_path, content, name, said):
    language, problems = wrong(tmp_path, content, name)
    assert language is None
    assert said in " ".join(problems)
    assert read_folder(tmp_path).added == {}


@pytest.mark.parametrize(
    ("key", "text", "said", "kept"),
    [
        ("phone.nothing", "x", "phone.nothing: there is no such key", False),
        ("__proto__", "x", "__proto__: there is no such key", False),
        ("phone.number", 5, "phone.number: must be a text", False),
        ("phone.number", ["x"], "phone.number: must be a text", False),
        ("phone.number", "x" * 501, "at most 500 characters", False),
        ("phone.number", "a\nb", "control characters", False),
        ("phone.number", "\u202ea", "control characters", False),
        ("phone.ahead", "{x} before", "nothing fills {x} there", False),
        ("phone.ahead", "{n before", "its braces are wrong", False),
        ("phone.ahead", "{n.__class__}", "its braces are wrong", False),
        ("phone.ahead", "before you", "leaves out {n}", True),
        ("phone.ahead", "{n} {n:one|many}", "", True),
        ("refusals.too_far", "{metres:a|b} {metres}", "its braces are wrong", False),
        ("refusals.live_ticket", "taken already", "", True),
        ("phone.number", "", "", False),
        ("phone.counterAfter", "", "", True),
        ("phone.number", "<b>&{{", "its braces are wrong", False),
    ],
)
def test_a_text_that_cannot_be_shown_is_said_and_left_out_alone(tmp_path, key, text, said, kept):
    language, problems = wrong(tmp_path, UYGHUR | {"words": {"phone.place": "ئورنىڭىز", key: text}})
    assert (" ".join(problems) == "") if not said else said in " ".join(problems)
    assert language.words.get("phone.place") == "ئورنىڭىز"
    assert (key in language.words) is kept


def test_a_foreign_field_is_named(tmp_path):
    language, said = wrong(tmp_path, UYGHUR | {"font": "x"})
    assert language and said == ["font: there is no such key"]


def test_the_code_of_a_language():
    assert all(map(is_code, ("ug", "ug-Arab", "zh-HK", "pt-BR", "uz-Cyrl-UZ", "kok")))
    assert not any(map(is_code, ("u", "UG", "../ug", "ug_CN", "ug-arab", "ug\n", "", "abcd", "aaa-Bbbb-CC")))


def test_pages_are_told_of_it_and_refusals_speak_it(desk, tmp_path):
    words = {"refusals.unknown_appointment": "بۇ ئۇچرىشىش تېپىلمىدى"}
    a_file(tmp_path / "languages", UYGHUR | {"words": words})
    desk.deployment.languages = read_folder(tmp_path / "languages")
    with make_client(desk, tmp_path) as client:
        offered = client.get("/api/v1/languages").get_json()["languages"]
        assert [(one["code"], one["direction"]) for one in offered] == [("zh-CN", "ltr"), ("en", "ltr"), ("ug", "rtl")]
        assert client.get("/api/v1/languages/ug").get_json()["words"] == words
        assert client.get("/api/v1/languages/en").status_code == 404

        def message(wanted):
            answer = client.get("/api/v1/appointments/none", headers={"Accept-Language": wanted})
            return answer.get_json()["error"]["message"]

        assert message("ug, en") == message("ug-CN,zh;q=0.5") == words["refusals.unknown_appointment"]
        assert message("en, ug") == message("de") == "There is no such appointment"
        assert message("zh, ug") == "没有找到此预约"
    assert version(desk.deployment.languages) != version()


def test_a_ticket_keeps_its_visitors_language(speaking):
    taken = speaking.do(issuing.issue_ticket, service="pass", language="ug").body
    assert taken["language"] == "ug"
    assert speaking.see(visitor_view.view, token=taken["token"])["language"] == "ug"
    for language in ("xx", "UG", "ug-CN"):
        before = speaking.everything()
        with pytest.raises(Refusal) as refused:
            speaking.do(issuing.issue_ticket, service="pass", language=language)
        assert refused.value.params["reason"] == "one of zh-CN, en, zh-HK, ug"
        assert speaking.everything() == before


def test_a_number_given_while_the_server_was_away_counts_without_its_language(speaking):
    machine = OfflineKiosk(speaking)
    machine.ask()
    taken = [machine.took(number, 60, language=language) for number, language in (("A9001", "ug"), ("A9002", "tt"))]
    assert machine.hand_in(*taken)["refused"] == []
    kept = [speaking.see(visitor_view.view, token=one.token)["language"] for one in taken]
    assert kept == ["ug", "zh-CN"]


def test_paper_has_the_languages_that_it_has_words_in(speaking):
    name = {"zh-CN": "甲", "en": "a", "ug": "ئا"}
    assert ticket_text._printable(name) == {"zh-CN": "甲", "en": "a"}
    assert ticket_text._printable(None) == {}


def test_a_screen_speaks_a_language_that_is_there(speaking):
    made, _token = devices.make_device(speaking.deployment, hall="hall", kind="display", now=0)
    shown = devices.change(speaking.deployment, device_id=made["id"], changes={"settings": {"language": "ug"}})
    assert shown["settings"] == {"language": "ug"}
    for language in ("tt", "zh-HK", "../ug", 5):
        with pytest.raises(Refusal) as refused:
            devices.change(speaking.deployment, device_id=made["id"], changes={"settings": {"language": language}})
        assert refused.value.params["field"] == "settings.language"


def test_the_names_of_a_hall_file_may_have_it():
    content = changed(("services", 0, "name", "ug"), "پاسپورت")
    content = changed(("zones", 0, "where"), {"zh-CN": "二楼", "en": "second floor", "ug": "2-قەۋەت"}, content)
    file = read_hall_file(json.dumps(content).encode())
    assert file.services[0].name.model_dump(by_alias=True)["ug"] == "پاسپورت"
    assert parse(json.dumps(content).encode())["zones"][0]["where"]["ug"] == "2-قەۋەت"
    for path, value, where in (
        (("name", "uyghur"), "x", "name.uyghur"),
        (("name", "ug"), 5, "name.ug"),
        (("name", "ug"), "x" * 201, "name.ug"),
        (("name", "ug"), "\u202e", "name.ug"),
    ):
        with pytest.raises(HallFileError) as error:
            read_hall_file(json.dumps(changed(path, value, SMALL)).encode())
        assert where in [problem.path for problem in error.value.problems]


def test_what_is_translated_is_what_there_is():
    usual = usual_words()
    assert set(usual.en) == set(usual.zh)
    assert set(VISITORS_REFUSALS) <= set(REFUSALS)
    assert json.loads(template("ug"))["words"] == usual.en
    assert json.loads(template("zh-HK", chinese=True))["words"] == usual.zh
    language, problems = read_file(ROOT / "examples/languages/ar.json")
    assert language and language.direction == "rtl" and problems == []


def test_the_commands_and_the_doctor(shell):
    made = shell.run("languages", "template", "--language", "ug")
    file = shell.file(made, "ug.json")
    assert "0 of" in shell.run("languages", "check", file)
    shell.run("languages", "template", "--language", "en", status=2)
    assert "must be a language's code" in shell.run("languages", "check", shell.file({}, "english.json"), status=1)
    shell.run("init", "--from", shell.file(SMALL))
    a_file(shell.data / "languages", UYGHUR | {"words": {"phone.nothing": "x"}})
    assert "ug" in shell.run("languages", "list")
    said = shell.run("doctor", status=None)
    assert "phone.nothing: there is no such key" in said
    assert "Added languages: ئۇيغۇرچە (ug)" in said
