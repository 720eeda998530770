"""What is said of a field that is wrong: the rule that it breaks, in the reader's language alone."""

import ast
import re
from pathlib import Path

import pytest

from server.domain.field_words import FIELDS, chinese_name
from server.domain.refusals import Refusal
from server.schemas import admin_bodies, bodies, patterns
from server.schemas.bodies import parse
from server.services.policy import comparison, policy

SERVER = Path(__file__).parents[2] / "server"
MODELS = [
    one
    for room in (bodies, admin_bodies, comparison, policy)
    for one in vars(room).values()
    if isinstance(one, type) and issubclass(one, bodies.Body) and one is not bodies.Body
]


def calls_of_invalid():
    for file in SERVER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal"
            if called and node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == "invalid":
                yield f"{file.relative_to(SERVER)}:{node.lineno}", {one.arg for one in node.keywords}


def test_every_reason_is_said_in_both_languages():
    found = dict(calls_of_invalid())
    assert len(found) > 30
    # None is a `**` of field_words, which brings both.
    assert [place for place, names in found.items() if not names & {"reason_zh", None}] == []


def test_every_field_of_a_body_has_a_chinese_name():
    known = {name for model in MODELS for name in model.model_fields}
    assert len(known) > 30
    assert sorted(name for name in known if chinese_name(name) is None) == []
    assert not any(re.search("[A-Za-z]", said) for said in FIELDS.values())


@pytest.mark.parametrize(
    ("model", "content", "zh"),
    [
        (admin_bodies.AddUser, {"username": "ann", "password": "short"}, "密码不正确：至少 8 个字符"),
        (
            bodies.IssueTicket,
            {"phone": "call me"},
            "电话号码不正确：必须是电话号码：数字、空格、括号和“-”，开头可有“+”",
        ),
        (bodies.IssueTicket, {"email": "me"}, "电子邮箱不正确：必须是邮箱地址，例如 name@example.org"),
        (bodies.HowMany, {"quantity": 100}, "件数不正确：不能大于 99"),
        (bodies.NoteOnly, {"note": " "}, "备注不正确：不能为空"),
        (bodies.NoteOnly, {"note": " \u200b\u3000"}, "备注不正确：不能为空"),
        (bodies.Reason, {"reason": "\u2060\ufeff"}, "原因不正确：不能为空"),
        (bodies.Hold, {"until": "soon"}, "时间不正确：" + patterns.TIME_ZH),
        (bodies.Notice, {"text": {"en": "Fire"}}, "文字不正确：中文和英文都要填写"),
        (bodies.NumberOnly, {"number": "twelve"}, "号码不正确：必须是号码，例如 A012 或 512"),
        (bodies.Nothing, {"anything": 1}, "填写的内容不正确：此处不应有这一项"),
    ],
)
def test_a_chinese_sentence_names_the_field_as_people_do(model, content, zh):
    with pytest.raises(Refusal) as caught:
        parse(model, content)
    assert caught.value.message("zh-CN") == zh
    assert "Field " in caught.value.message("en")


@pytest.mark.parametrize(
    ("model", "content", "field"),
    [
        (bodies.NoteOnly, {"note": "with\x00nul"}, "note"),
        (bodies.CallNumber, {"number": "A012", "reason": "two\nlines"}, "reason"),
        (bodies.IssueTicket, {"name": "Ann\tLi"}, "name"),
        (bodies.Notice, {"text": {"zh-CN": "火\x1b", "en": "Fire"}}, "text.zh-CN"),
        (bodies.ConfirmPairing, {"hall": "h", "settings": {"layout": {"name": "a\u2028b"}}}, "settings.layout.name"),
        (bodies.SignOn, {"client": "\x7f"}, "client"),
        (bodies.Nothing, {"a\x01": 1}, "body"),
    ],
)
def test_signs_that_steer_a_machine_are_refused(model, content, field):
    with pytest.raises(Refusal) as caught:
        parse(model, content)
    assert (caught.value.status, caught.value.params["field"]) == (422, field)
    assert "control characters" in caught.value.message("en")
    assert "控制字符" in caught.value.message("zh-CN")


def test_a_note_and_a_notice_may_have_several_lines():
    assert parse(bodies.NoteOnly, {"note": "one\ntwo"}).note == "one\ntwo"
    assert parse(bodies.Notice, {"text": {"zh-CN": "一\n二", "en": "one\ntwo"}})
    assert parse(bodies.Login, {"username": "ann", "password": "a\tb"})


def test_the_pages_are_told_the_name_of_the_field():
    told = Refusal("invalid", field="settings.printer.host", reason="x", reason_zh="网络打印机需要地址")
    assert told.envelope()["error"]["params"]["field_zh"] == "打印机地址"
    assert "field_zh" not in Refusal("invalid", field="???", reason="x").envelope()["error"]["params"]


def test_a_reason_without_chinese_leaves_no_english_behind():
    said = Refusal("invalid", field="body", reason="is wrong").message("zh-CN")
    assert said == "填写的内容不正确：无法使用"
